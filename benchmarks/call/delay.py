"""How long a packet is on its way from one person to another, and to a bare echo and back.

`python -m benchmarks.call.delay ADDRESS` is told what to do by lines, as `load` is. Both ways are
taken in turn, so that whatever else the machine does meets both.
"""

import asyncio
import contextlib
import struct
import subprocess
import sys
import time
from typing import Any

from benchmarks.call.lines import obey
from benchmarks.call.peer import pace
from benchmarks.call.person import Person, Way, surroundings

_BEAT_SECONDS = 0.02
_SETTLE_SECONDS = 0.5
_STAMP = struct.Struct("!d")


class Echoed(asyncio.DatagramProtocol):
    """Notes how old datagrams are that come back."""

    def __init__(self) -> None:
        self.delays: list[float] = []

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """One has come back."""
        self.delays.append(time.monotonic() - _STAMP.unpack(data[-_STAMP.size :])[0])


class Delays:
    """One who speaks, one who listens, and an echo."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._shared = surroundings(address)
        self._through: list[float] = []

    async def connect(self, ways: list[Way]) -> dict[str, Any]:
        """Bring both in; the first one speaks."""
        speaks, listens = ways
        self._speaker = Person.on(speaks, self._shared)
        self._listener = Person.on(listens, self._shared, on_packet=self._heard)
        for person in (self._speaker, self._listener):
            await person.join(self._shared)
        return {}

    async def measure(self, seconds: float, warm: float) -> dict[str, Any]:
        """Send for so long; seconds of each packet after the first `warm` ones."""
        loop = asyncio.get_running_loop()
        with self._echoing() as port:
            transport, floor = await loop.create_datagram_endpoint(
                Echoed, remote_addr=(self._address, port)
            )
            with contextlib.closing(transport):
                [source] = self._speaker.sources
                due = [0.0]

                def sends(passed: float) -> float:
                    packet = source.next(_STAMP.pack(time.monotonic()))
                    self._speaker.peer.send(packet)
                    transport.sendto(packet[: -_STAMP.size] + _STAMP.pack(time.monotonic()))
                    due[0] += _BEAT_SECONDS
                    return due[0]

                sending = asyncio.create_task(pace(seconds, sends))
                await asyncio.sleep(warm)
                self._through.clear()
                floor.delays.clear()
                await sending
                await asyncio.sleep(_SETTLE_SECONDS)
        return {"through": self._through, "floor": floor.delays}

    async def close(self) -> dict[str, Any]:
        """Let both leave."""
        for person in (self._speaker, self._listener):
            await person.leave()
        return {}

    def _heard(self, packet: bytes, now: float) -> None:
        self._through.append(now - _STAMP.unpack(packet[-_STAMP.size :])[0])

    @contextlib.contextmanager
    def _echoing(self) -> Any:
        command = [sys.executable, "-m", "benchmarks.call.echo", self._address]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own
            assert process.stdout is not None
            try:
                yield int(process.stdout.readline())
            finally:
                process.kill()


if __name__ == "__main__":
    asyncio.run(obey(Delays(sys.argv[1])))
