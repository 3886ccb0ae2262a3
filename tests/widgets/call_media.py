"""Real sound and picture for the scripted server: encrypted packets to a browser, and its back."""

import array
import asyncio
import contextlib
import fractions
import math
from collections import Counter

import av
from aiortc.codecs.opus import OpusEncoder
from aiortc.codecs.vpx import Vp8Encoder

from motesklar.call.media.peer import Peer, PeerEvents
from motesklar.call.media.port import MediaPort
from motesklar.call.media.shape import OutSlot, Shape, Track
from motesklar.call.rtp.packet import build

SAMPLES = 960
TICK_SECONDS = 0.02
#: A picture every tenth of a second is enough to see that it moves.
TICKS_PER_PICTURE = 5
WIDTH, HEIGHT = 160, 120


class Media:
    """One connection that sends a tone in each audio slot and a moving bar in each video slot."""

    def __init__(self, port: MediaPort, shape: Shape) -> None:
        self.arrived: Counter[Track] = Counter()
        self._peer = Peer(
            port,
            shape,
            PeerEvents(
                connected=self._on_connected,
                lost=lambda: None,
                rtp=lambda track, packet, arrival: self.arrived.update([track]),
                rtcp=lambda packet: None,
            ),
        )
        self._sending: asyncio.Task[None] | None = None

    async def offer(self) -> str:
        return await self._peer.create_offer()

    async def accept(self, sdp: str) -> None:
        await self._peer.accept_answer(sdp)

    async def close(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sending
        await self._peer.close()

    def _on_connected(self) -> None:
        self._sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        opus, vp8 = OpusEncoder(), Vp8Encoder()
        sequence: Counter[int] = Counter()
        loop = asyncio.get_running_loop()
        began = loop.time()
        tick = 0
        while True:
            payloads, _ = opus.encode(_tone(tick))
            for slot in self._peer.slots:
                if slot.kind == "audio":
                    self._packet(slot, sequence, tick * SAMPLES, payloads[0], marker=False)
            if tick % TICKS_PER_PICTURE == 0:
                pictures, _ = vp8.encode(_bar(tick), force_keyframe=tick % 50 == 0)
                for slot in self._peer.slots:
                    for number, payload in enumerate(pictures):
                        if slot.kind != "audio":
                            last = number == len(pictures) - 1
                            self._packet(slot, sequence, tick * 1800, payload, marker=last)
            tick += 1
            await asyncio.sleep(max(0.0, began + tick * TICK_SECONDS - loop.time()))

    def _packet(
        self, slot: OutSlot, sequence: Counter[int], timestamp: int, payload: bytes, *, marker: bool
    ) -> None:
        number = sequence[slot.ssrc] & 0xFFFF
        sequence[slot.ssrc] += 1
        packet = build(
            slot.payload_type,
            number,
            timestamp & 0xFFFFFFFF,
            slot.ssrc,
            payload,
            marker=marker,
            extensions=[(1, slot.mid.encode())],
        )
        self._peer.send_rtp(packet)


def _tone(tick: int) -> av.AudioFrame:
    wave = (
        round(9000 * math.sin(2 * math.pi * 300 * (tick * SAMPLES + i) / 48_000))
        for i in range(SAMPLES)
    )
    frame = av.AudioFrame(format="s16", layout="mono", samples=SAMPLES)
    frame.planes[0].update(array.array("h", wave).tobytes())
    frame.sample_rate = 48_000
    frame.pts = tick * SAMPLES
    return frame


def _bar(tick: int) -> av.VideoFrame:
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    luma = frame.planes[0]
    row = bytearray([80] * luma.line_size)
    at = tick * 2 % (WIDTH - 32)
    row[at : at + 32] = bytes([220]) * 32
    luma.update(bytes(row) * HEIGHT)
    for chroma in frame.planes[1:]:
        chroma.update(bytes([128]) * chroma.buffer_size)
    frame.pts = tick
    frame.time_base = fractions.Fraction(1, 50)
    return frame
