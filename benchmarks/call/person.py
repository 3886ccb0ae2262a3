"""One of the synthetic people: a peer, its way to the server, and what it sends."""

import asyncio
import functools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiortc import RTCCertificate

from benchmarks.call.peer import LoadPeer
from benchmarks.call.sdp import lines_of
from benchmarks.call.signalling import Course, Harness, Janus, Signalling
from benchmarks.call.sources import PICTURE, SPEECH, Payload, Source, pictures, speech

_CONNECT_SECONDS = 30
_SOUND_SECONDS = 30
_PACES = {"audio": SPEECH, "video": PICTURE}
#: What a person sends has numbers of its own.
_SSRC_FIRST, _SSRCS_A_PERSON = 1_000_000, 10

Way = Mapping[str, Any]


@dataclass(frozen=True)
class Surroundings:
    """What people of one process share.

    Args:
        address: their local one.
    """

    address: str
    certificate: RTCCertificate


def surroundings(address: str) -> Surroundings:
    """What people at this address share."""
    return Surroundings(address, RTCCertificate.generateCertificate())


@functools.cache
def payloads_of(kind: str) -> Sequence[Payload]:
    """What everybody says or shows who does; made when it is first wanted."""
    return speech() if kind == "audio" else pictures()


@dataclass
class Person:
    """One of them.

    Args:
        way: how to come in; see `signalling_for`.
        took: seconds from the first word until connected; None while they aren't.
    """

    way: Way
    peer: LoadPeer
    signalling: Signalling
    sources: list[Source] = field(default_factory=list)
    started: float = 0.0
    took: float | None = None

    @classmethod
    def on(
        cls,
        way: Way,
        shared: Surroundings,
        on_packet: Callable[[bytes, float], None] | None = None,
    ) -> "Person":
        """Somebody who isn't there yet."""
        peer = LoadPeer(shared.address, shared.certificate, on_packet=on_packet)
        return cls(way, peer, signalling_for(way))

    async def join(self, shared: Surroundings) -> None:
        """Come in and connect.

        Raises:
            OSError: it was not possible; a TimeoutError is one.
        """
        self.started = time.monotonic()
        async with asyncio.timeout(_CONNECT_SECONDS):
            offer = await self.signalling.offer()
            sources: dict[str, int] = {}
            for kind in self.way.get("sends", ()):
                mid = next(line.mid for line in lines_of(offer) if line.kind == kind)
                first = _SSRC_FIRST + _SSRCS_A_PERSON * int(self.way["number"])
                sources[mid] = first + len(sources)
                source = Source(_PACES[kind], sources[mid], mid, payloads_of(kind))
                self.sources.append(source)
            await self.signalling.answer(await self.peer.answer(offer, sources))
            await self.peer.connect(offer)
        self.took = time.monotonic() - self.started

    async def hear(self) -> float:
        """Seconds from their first word until they heard somebody.

        Raises:
            TimeoutError: they heard nobody.
        """
        async with asyncio.timeout(_SOUND_SECONDS):
            await self.peer.received.sounded.wait()
        return self.peer.received.sound_at - self.started

    async def leave(self) -> None:
        """Say goodbye."""
        await self.peer.close()
        await self.signalling.close()

    async def vanish(self) -> None:
        """Be gone without a word, as when a network goes."""
        assert isinstance(self.signalling, Course)
        self.signalling.vanish()
        await self.peer.vanish()


def signalling_for(way: Way) -> Signalling:
    """The way to one kind of server."""
    match way["server"]:
        case "harness":
            return Harness(way["path"], way["joining"])
        case "janus":
            return Janus(way["url"], way["stream"])
        case "course":
            return Course(way["url"], way["cookie"], way["joining"])
        case other:
            raise ValueError(other)
