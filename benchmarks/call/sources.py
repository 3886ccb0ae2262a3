"""What synthetic people send: real Opus and real VP8, in packets as browsers write them. Pure."""

import fractions
import itertools
import math
import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import av

from motesklar.call.rtp.packet import AUDIO_LEVEL, MID, OPUS, OPUS_CLOCK, VIDEO_CLOCK, VP8

_FRAME_SAMPLES = 960
_ONE_BYTE_FORM = 0xBEDE  # of header extensions (RFC 8285)
_WIDTH, _HEIGHT = 320, 180
#: Pictures a second, and packets of each, more for a whole one: some 400 kbit/s in all.
_PICTURES, _PARTS = 20, 3
_PICTURE_BITS = 500_000
#: As browsers do, packets stay below what an Ethernet carries.
_PART_BYTES_MAX = 1100


@dataclass(frozen=True)
class Pace:
    """How one source sends.

    Args:
        kind: `audio` or `video`.
        packets: so many a second.
    """

    kind: str
    packets: int


SPEECH = Pace("audio", 50)
PICTURE = Pace("video", _PICTURES * _PARTS)


@dataclass(frozen=True)
class Payload:
    """Of one packet.

    Args:
        ticks: of the clock until the next one.
        first, last: of its picture.
    """

    data: bytes
    ticks: int
    first: bool = False
    last: bool = False


def speech(seconds: float = 2.0) -> list[Payload]:
    """Opus packets of 20 ms, of something as rich as a voice."""
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.sample_rate, encoder.layout, encoder.format = OPUS_CLOCK, "mono", "s16"
    encoder.bit_rate, encoder.time_base = 32_000, fractions.Fraction(1, OPUS_CLOCK)
    encoder.options = {"application": "voip", "frame_duration": "20"}
    chance = random.Random(1)  # noqa: S311 - the same noise in each run
    packets = []
    for number in range(round(seconds * OPUS_CLOCK / _FRAME_SAMPLES)):
        frame = av.AudioFrame(format="s16", layout="mono", samples=_FRAME_SAMPLES)
        frame.sample_rate, frame.pts = OPUS_CLOCK, number * _FRAME_SAMPLES
        frame.planes[0].update(_samples(number * _FRAME_SAMPLES, chance))
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return [Payload(packet, _FRAME_SAMPLES) for packet in packets]


def _samples(first: int, chance: random.Random) -> bytes:
    """A tone that swells and falls as syllables do, with breath."""
    values = []
    for index in range(first, first + _FRAME_SAMPLES):
        time = index / OPUS_CLOCK
        swell = 0.5 + 0.5 * math.sin(2 * math.pi * 4 * time)
        voice = sum(math.sin(2 * math.pi * 140 * part * time) / part for part in (1, 2, 3, 5))
        values.append(round(6000 * swell * voice + chance.uniform(-300, 300)))
    return struct.pack(f"<{len(values)}h", *values)


def pictures(seconds: float = 2.0) -> list[Payload]:
    """VP8 packets of a moving picture that begins with a whole one (RFC 7741)."""
    encoder = av.CodecContext.create("libvpx", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
    encoder.bit_rate, encoder.time_base = _PICTURE_BITS, fractions.Fraction(1, _PICTURES)
    encoder.framerate = fractions.Fraction(_PICTURES)
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    encoder.gop_size = 10_000
    chance = random.Random(2)  # noqa: S311 - the same pictures in each run
    strip = _strip(chance)
    payloads: list[Payload] = []
    for number in range(round(seconds * _PICTURES)):
        frame = av.VideoFrame(_WIDTH, _HEIGHT, "yuv420p")
        frame.pts = number
        start = number * _WIDTH % len(strip)  # it scrolls: it is never still
        frame.planes[0].update((strip + strip)[start : start + frame.planes[0].buffer_size])
        for chroma in frame.planes[1:]:
            chroma.update(bytes([128]) * chroma.buffer_size)
        for packet in encoder.encode(frame):
            payloads += _in_parts(bytes(packet))
    return payloads


def _strip(chance: random.Random) -> bytes:
    """Squares of 16 points, each of one brightness but for a little grain."""
    rows = []
    for _ in range(_HEIGHT // 16 + 1):
        squares = [chance.randrange(40, 210) for _ in range(_WIDTH // 16)]
        for _ in range(16):
            rows += [square + chance.randrange(7) for square in squares for _ in range(16)]
    return bytes(rows)


def _in_parts(frame: bytes) -> Iterator[Payload]:
    parts = max(_PARTS, -(-len(frame) // _PART_BYTES_MAX))
    size = -(-len(frame) // parts)
    for part in range(parts):
        first, last = part == 0, part == parts - 1
        ticks = VIDEO_CLOCK // _PICTURES if last else 0
        yield Payload(frame[part * size : (part + 1) * size], ticks, first, last)


class Source:
    """The packets of one SSRC, in order, each made when it is due.

    Args:
        pace: its kind and beat.
        ssrc: its own.
        mid: name of the media line.
        payloads: sent over and over.
        level: loudness as the sender tells it (RFC 6464): 0 is loudest, 127 silence.
    """

    def __init__(
        self, pace: Pace, ssrc: int, mid: str, payloads: Sequence[Payload], *, level: int = 30
    ) -> None:
        self.pace = pace
        self.sent = 0
        self._ssrc = ssrc
        self._ticks = 0
        self._pictures = 0
        self._payload_type = OPUS if pace.kind == "audio" else VP8
        self._extension = _extension(mid, level if pace.kind == "audio" else None)
        self._payloads = itertools.cycle(payloads)

    def next(self, tail: bytes = b"") -> bytes:
        """The next packet; `tail` is added to its payload."""
        payload = next(self._payloads)
        header = struct.pack(
            "!BBHII",
            0x90,
            (0x80 if payload.last else 0) | self._payload_type,
            self.sent & 0xFFFF,
            self._ticks & 0xFFFFFFFF,
            self._ssrc,
        )
        self.sent += 1
        self._ticks += payload.ticks
        descriptor = self._descriptor(payload) if self.pace.kind == "video" else b""
        return header + self._extension + descriptor + payload.data + tail

    def _descriptor(self, payload: Payload) -> bytes:
        """Picture id, TL0PICIDX and temporal layer 0 (RFC 7741 4.2)."""
        self._pictures += payload.first
        start = 0x90 if payload.first else 0x80
        return struct.pack(
            "!BBHBB",
            start,
            0xE0,
            0x8000 | self._pictures & 0x7FFF,
            self._pictures & 0xFF,
            0,
        )


def _extension(mid: str, level: int | None) -> bytes:
    body = bytes([MID << 4 | len(mid) - 1]) + mid.encode()
    if level is not None:
        body += bytes([AUDIO_LEVEL << 4, 0x80 | level])
    body += bytes(-len(body) % 4)
    return struct.pack("!HH", _ONE_BYTE_FORM, len(body) // 4) + body
