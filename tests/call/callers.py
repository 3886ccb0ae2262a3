"""A caller on aiortc: what a browser does, with sound and picture that the test chooses."""

import asyncio
import contextlib
import fractions
import math
import struct
from dataclasses import dataclass, field
from typing import Any

import av
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from motesklar.call.messages import Offer, ServerMessage
from motesklar.call.room import Room
from motesklar.call.rtc import Peer
from tests.call.conftest import Notebook

RATE = 48_000
SAMPLES = 960
WIDTH, HEIGHT = 320, 240


class Paced(MediaStreamTrack):
    """A track whose frames come as often as they should."""

    every = 0.02

    def __init__(self) -> None:
        super().__init__()
        self.number = -1
        self.began = 0.0

    async def recv(self) -> Any:
        if self.readyState != "live":
            raise MediaStreamError
        loop = asyncio.get_running_loop()
        self.began = self.began or loop.time()
        self.number += 1
        await asyncio.sleep(self.began + self.number * self.every - loop.time())
        return self.frame()

    def frame(self) -> Any:
        raise NotImplementedError


class Tone(Paced):
    """A voice of one tone; amplitude 0 is silence."""

    kind = "audio"

    def __init__(self, amplitude: float) -> None:
        super().__init__()
        self.amplitude = amplitude

    def frame(self) -> av.AudioFrame:
        frame = av.AudioFrame(format="s16", layout="mono", samples=SAMPLES)
        first = self.number * SAMPLES
        waves = (
            math.sin(2 * math.pi * 220 * (first + i) / RATE) * self.amplitude * 32767
            for i in range(SAMPLES)
        )
        frame.planes[0].update(struct.pack(f"<{SAMPLES}h", *map(int, waves)))
        frame.sample_rate = RATE
        frame.pts = first
        frame.time_base = fractions.Fraction(1, RATE)
        return frame


class Film(Paced):
    """A picture: a bar that moves over grey, or plain luma."""

    kind = "video"
    every = 1 / 15

    def __init__(self, luma: int, *, moving: bool) -> None:
        super().__init__()
        self.luma = luma
        self.moving = moving

    def frame(self) -> av.VideoFrame:
        frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
        plane = frame.planes[0]
        row = bytearray([self.luma] * plane.line_size)
        if self.moving:
            at = self.number * 16 % (WIDTH - 64)
            row[at : at + 64] = bytes([220]) * 64
        plane.update(bytes(row) * HEIGHT)
        for chroma in frame.planes[1:]:
            chroma.update(bytes([128]) * chroma.buffer_size)
        frame.pts = self.number * 6000
        frame.time_base = fractions.Fraction(1, 90_000)
        return frame


@dataclass
class Caller(Notebook):
    """Joins, answers the offer, sends its tracks and counts what comes back."""

    tracks: tuple[MediaStreamTrack, ...] = ()
    heard: list[float] = field(default_factory=list)
    room: Room | None = None

    def __post_init__(self) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection.on("track", self.on_track)
        self.tasks: list[asyncio.Task[None]] = []
        self.offers: asyncio.Queue[Offer] = asyncio.Queue()

    def tell(self, message: ServerMessage) -> None:
        super().tell(message)
        if isinstance(message, Offer):
            self.offers.put_nowait(message)

    async def answer(self) -> None:
        """Answer the offer that has come."""
        assert self.room is not None
        await self.room.answer(await self.make_answer())

    def peer(self) -> Peer:
        """The server's end of this connection."""
        assert self.room is not None
        assert isinstance(self.room._peer, Peer)
        return self.room._peer

    async def make_answer(self) -> str:
        offer = await self.offers.get()
        await self.connection.setRemoteDescription(
            RTCSessionDescription(sdp=offer.sdp, type="offer")
        )
        for track in self.tracks:
            self.connection.addTrack(track)
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return str(self.connection.localDescription.sdp)

    def on_track(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio":
            self.tasks.append(asyncio.create_task(self.listen(track)))

    async def listen(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                samples = memoryview(bytes(frame.planes[0])).cast("h")
                self.heard.append(max(map(abs, samples[: frame.samples * 2])) / 32768)

    async def close(self) -> None:
        for track in self.tracks:
            track.stop()
        await self.connection.close()
        # a track of a connection that never was does not end by itself
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
