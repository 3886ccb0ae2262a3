"""Somebody on the network who is not the caller."""

import asyncio
import re
import socket
from types import TracebackType
from typing import Self

from aioice import stun

from motesklar.call.media.port import Address
from tests.call.media.clients import until

#: A plaintext DTLS alert of epoch 0: fatal, handshake failure (RFC 5246 7.2).
ALERT = bytes([21, 0xFE, 0xFD]) + bytes(8) + b"\0\2" + bytes([2, 40])


def value_in(sdp: str, name: str) -> str:
    """The first value of an attribute."""
    found = re.search(rf"^a={name}:(\S+)", sdp, re.MULTILINE)
    assert found, name
    return found.group(1)


def check(username: str, password: str, **attributes: object) -> bytes:
    """A connectivity check (RFC 8445 7.2.2)."""
    made = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    made.attributes["USERNAME"] = username
    made.attributes["PRIORITY"] = 1
    made.attributes["ICE-CONTROLLED"] = 1
    made.attributes |= attributes
    made.add_message_integrity(password.encode())
    return bytes(made)


def check_for(offer: str, *, password: str = "", theirs: str = "them") -> bytes:
    """A check for the peer that made `offer`, by somebody who knows its password or another."""
    username = f"{value_in(offer, 'ice-ufrag')}:{theirs}"
    return check(username, password or value_in(offer, "ice-pwd"))


class Stranger:
    """Sends the same datagrams to a port, again and again.

    Args:
        port: its number.
        datagrams: in turn.
        address: where it sends from.
    """

    def __init__(self, port: int, *datagrams: bytes, address: str = "127.0.0.1") -> None:
        self.target: Address = ("127.0.0.1", port)
        self.datagrams = datagrams
        self.address = address
        self.sent = 0

    async def __aenter__(self) -> Self:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((self.address, 0))
        self.socket.setblocking(False)
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
        await until(lambda: self.sent >= count, f"{count} datagrams")

    def heard(self) -> bytes | None:
        """What somebody answered, if anybody did."""
        try:
            return self.socket.recv(2048)
        except BlockingIOError:
            return None

    async def _send(self) -> None:
        while True:
            for datagram in self.datagrams:
                self.socket.sendto(datagram, self.target)
                self.sent += 1
            await asyncio.sleep(0.001)
