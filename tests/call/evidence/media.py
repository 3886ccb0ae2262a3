"""Real media as packets: Opus and VP8, encoded here and cut up as browsers do."""

import math
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import av

from motesklar.call.rtp.packet import AUDIO_LEVEL, OPUS, VP8, build

SOUND_SECONDS = 0.02
FRAMES_PER_SECOND = 30
PACKET_BYTES = 900

Luma = Callable[[int], int]


def opus(loudness: float, packets: int = 50) -> list[bytes]:
    """A tone of that root mean square."""
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "s16"
    encoder.options = {"frame_duration": "20"}
    peak = loudness * math.sqrt(2) * 32767
    encoded: list[bytes] = []
    for number in range(packets):
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        values = (int(peak * math.sin((number * 960 + at) * 0.06)) for at in range(960))
        frame.planes[0].update(b"".join(v.to_bytes(2, "little", signed=True) for v in values))
        frame.sample_rate, frame.pts = 48_000, number * 960
        encoded += [bytes(packet) for packet in encoder.encode(frame)]
    return encoded


def sound_packets(payloads: list[bytes], *, level: int | None) -> list[bytes]:
    """RTP packets that say this of their own loudness."""
    extensions = [] if level is None else [(AUDIO_LEVEL, bytes([level]))]
    return [
        build(OPUS, number, number * 960, 1, payload, extensions=extensions)
        for number, payload in enumerate(payloads)
    ]


@cache
def vp8(
    kind: str = "moving", pictures: int = 30, width: int = 160, height: int = 120, every: int = 90
) -> tuple[bytes, ...]:
    """Encoded pictures: `moving` noise that travels, `still` noise, or `black`."""
    encoder: Any = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base = Fraction(1, FRAMES_PER_SECOND)
    encoder.bit_rate = 400_000
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    encoder.gop_size = every
    encoded: list[bytes] = []
    for number in range(pictures):
        encoded += [bytes(p) for p in encoder.encode(_picture(kind, number, width, height))]
    return tuple(encoded)


def _picture(kind: str, number: int, width: int, height: int) -> av.VideoFrame:
    frame = av.VideoFrame(width, height, "yuv420p")
    blocks = random.Random(7)
    brightness = [blocks.randrange(60, 230) for _ in range(64)]
    shift = 6 * number if kind == "moving" else 0
    for at, plane in enumerate(frame.planes):
        rows = []
        for y in range(plane.height):
            if at:
                rows.append(bytes([128]) * plane.line_size)
            elif kind == "black":
                rows.append(bytes([16]) * plane.line_size)
            else:
                line = ((x + shift) // 20 % 8 + 8 * (y // 20 % 8) for x in range(plane.line_size))
                rows.append(bytes(brightness[block] for block in line))
        plane.update(b"".join(rows))
    frame.pts = number
    return frame


def picture_packets(pictures: tuple[bytes, ...], first: int = 0) -> Iterator[tuple[int, bytes]]:
    """RTP packets of encoded pictures, each with the number of its picture."""
    sequence_number = first
    for number, data in enumerate(pictures):
        pieces = [data[at : at + PACKET_BYTES] for at in range(0, len(data), PACKET_BYTES)]
        for at, piece in enumerate(pieces):
            # RFC 7741 4.2: S is set where a picture starts; an extended picture id follows
            head = bytes([0x90 if at == 0 else 0x80, 0x80, 0x80 | number >> 8, number & 255])
            yield (
                number,
                build(
                    VP8,
                    sequence_number & 0xFFFF,
                    number * 3000,
                    2,
                    head + piece,
                    marker=at == len(pieces) - 1,
                ),
            )
            sequence_number += 1
