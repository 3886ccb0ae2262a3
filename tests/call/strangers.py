"""Somebody on the network who is not the caller."""

import asyncio
import re
import socket
from types import TracebackType
from typing import Self

from tests.call.conftest import until

#: A plaintext DTLS alert of epoch 0: fatal, handshake failure (RFC 5246 7.2).
ALERT = bytes([21, 0xFE, 0xFD]) + bytes(8) + b"\0\2" + bytes([2, 40])


def ports_in(sdp: str) -> list[tuple[str, int]]:
    """Addresses and ports of the candidates."""
    found = re.findall(r"candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", sdp)
    return [(address, int(port)) for address, port in found]


class Stranger:
    """Sends the same forged alert to every port of an offer, again and again."""

    def __init__(self, sdp: str) -> None:
        self.targets = set(ports_in(sdp))
        self.sent = 0

    async def __aenter__(self) -> Self:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.task = asyncio.create_task(self._send())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])
        self.socket.close()

    async def has_sent(self, count: int) -> None:
        await until(lambda: self.sent >= count, f"{count} forged alerts")

    async def _send(self) -> None:
        while True:
            for target in self.targets:
                self.socket.sendto(ALERT, target)
                self.sent += 1
            await asyncio.sleep(0.001)
