"""A process full of synthetic people: `python -m benchmarks.call.load`, told what to do by lines.

It reads one JSON object a line from its input and answers each with one. `connect` brings people
in, `send` lets those who speak or show send for a while, `count` tells what has come.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from aiortc import RTCCertificate

from benchmarks.call.peer import LoadPeer, kernel_drops, pace
from benchmarks.call.sdp import lines_of
from benchmarks.call.signalling import Course, Harness, Janus, Signalling
from benchmarks.call.sources import PICTURE, SPEECH, Source, speech

#: So many join at once; more would measure the load's own process.
_AT_ONCE = 8
_CONNECT_SECONDS = 30
#: For what is on its way when the last packet has been sent.
_SETTLE_SECONDS = 0.5
_PACES = {"audio": SPEECH, "video": PICTURE}


@dataclass
class Person:
    """One of the people.

    Args:
        sends: kinds of what goes up.
        took: seconds from the first word until connected.
    """

    peer: LoadPeer
    signalling: Signalling
    sends: tuple[str, ...]
    sources: list[Source] = field(default_factory=list)
    took: float = 0.0

    async def join(self, number: int, packets: list[bytes]) -> None:
        """Come in and connect."""
        started = time.monotonic()
        offer = await self.signalling.offer()
        sources: dict[str, int] = {}
        for kind in self.sends:
            mid = next(line.mid for line in lines_of(offer) if line.kind == kind)
            ssrc = sources[mid] = 1_000_000 + 10 * number + len(sources)
            self.sources.append(Source(_PACES[kind], ssrc, mid, packets))
        await self.signalling.answer(await self.peer.answer(offer, sources))
        async with asyncio.timeout(_CONNECT_SECONDS):
            await self.peer.connect(offer)
        self.took = time.monotonic() - started


class Load:
    """All people of this process.

    Args:
        address: theirs.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._certificate = RTCCertificate.generateCertificate()
        self._packets = speech()
        self.people: list[Person] = []

    async def connect(self, ways: list[dict[str, Any]]) -> dict[str, Any]:
        """Bring one person in for each way, a few at once."""
        gate = asyncio.Semaphore(_AT_ONCE)
        joined = await asyncio.gather(*(self._join(gate, way) for way in ways))
        self.people += joined
        return {"took": [person.took for person in joined]}

    async def _join(self, gate: asyncio.Semaphore, way: dict[str, Any]) -> Person:
        peer = LoadPeer(self._address, self._certificate, reads=way.get("reads", False))
        person = Person(peer, _signalling(way), tuple(way.get("sends", ())))
        async with gate:
            await person.join(way["number"], self._packets)
        return person

    async def send(self, seconds: float, warm: float = 0) -> dict[str, Any]:
        """Let everybody send who does, each at its own beat; told is what follows `warm` seconds.

        In its first seconds a server finds out who speaks, and waits for whole pictures.
        """
        sources = [(person.peer, source) for person in self.people for source in person.sources]
        # spread over the beat, as people are who speak independently
        due = [
            index / len(sources) / source.pace.packets for index, (_, source) in enumerate(sources)
        ]

        def sends(passed: float) -> float:
            for index, (peer, source) in enumerate(sources):
                while due[index] <= passed:
                    peer.send(source.next())
                    due[index] += 1 / source.pace.packets
            return min(due, default=seconds)

        sending = asyncio.create_task(pace(seconds, sends))
        await asyncio.sleep(warm)
        early = self._counted()
        await sending
        await asyncio.sleep(_SETTLE_SECONDS)
        return {name: count - early[name] for name, count in self._counted().items()}

    def _counted(self) -> dict[str, int]:
        peers = [person.peer for person in self.people]
        return {
            "sent": sum(source.sent for person in self.people for source in person.sources),
            "received": sum(peer.received.packets for peer in peers),
            "dropped": kernel_drops({peer.port for peer in peers}),
        }

    async def close(self) -> dict[str, Any]:
        """Let everybody leave."""
        for person in self.people:
            await person.peer.close()
            await person.signalling.close()
        self.people.clear()
        return {}


def _signalling(way: dict[str, Any]) -> Signalling:
    match way["server"]:
        case "harness":
            return Harness(way["path"], way["joining"])
        case "janus":
            return Janus(way["url"], way["stream"])
        case "course":
            return Course(way["url"], way["cookie"], way["joining"])
        case other:
            raise ValueError(other)


async def _serve(address: str) -> None:
    load = Load(address)
    reader = asyncio.StreamReader(limit=1 << 22)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        told: dict[str, Any] = json.loads(line)
        do = told.pop("do")
        answer = await getattr(load, do)(**told)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    await load.close()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
