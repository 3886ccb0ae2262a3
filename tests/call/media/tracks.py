"""Sound and picture that a test chooses."""

import asyncio
import fractions
import math
import struct
from typing import Any

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

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
