"""The packets that synthetic people send: real Opus, and VP8 as a server sees it. Pure."""

import fractions
import itertools
import math
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import av

OPUS, VP8 = 96, 97
#: Header extensions of the server's own offers (RFC 8285 one-byte form).
_MID, _LEVEL = 1, 2
_OPUS_RATE, _VIDEO_RATE = 48_000, 90_000
_FRAME_SAMPLES = 960
_EXTENSIONS_LEGACY = 0xBEDE
#: A picture begins anew this often, as after a request.
_PACKETS_A_KEYFRAME = 60


@dataclass(frozen=True)
class Pace:
    """How one source sends.

    Args:
        kind: `audio` or `video`.
        packets: so many a second.
        size: of a video packet, bytes of payload.
    """

    kind: str
    packets: int
    size: int = 0


SPEECH = Pace("audio", 50)
#: 20 pictures a second in three packets each: about half a megabit a second.
PICTURE = Pace("video", 60, 1100)


def speech(seconds: float = 2.0) -> list[bytes]:
    """Opus packets of 20 ms, of something as rich as a voice."""
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.sample_rate, encoder.layout, encoder.format = _OPUS_RATE, "mono", "s16"
    encoder.bit_rate, encoder.time_base = 32_000, fractions.Fraction(1, _OPUS_RATE)
    encoder.options = {"application": "voip", "frame_duration": "20"}
    chance = random.Random(1)  # noqa: S311 - the same noise in each run
    packets = []
    for number in range(round(seconds * _OPUS_RATE / _FRAME_SAMPLES)):
        frame = av.AudioFrame(format="s16", layout="mono", samples=_FRAME_SAMPLES)
        frame.sample_rate, frame.pts = _OPUS_RATE, number * _FRAME_SAMPLES
        frame.planes[0].update(_samples(number * _FRAME_SAMPLES, chance))
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets


def _samples(first: int, chance: random.Random) -> bytes:
    """A tone that swells and falls as syllables do, with breath."""
    values = []
    for index in range(first, first + _FRAME_SAMPLES):
        time = index / _OPUS_RATE
        swell = 0.5 + 0.5 * math.sin(2 * math.pi * 4 * time)
        voice = sum(math.sin(2 * math.pi * 140 * part * time) / part for part in (1, 2, 3, 5))
        values.append(round(6000 * swell * voice + chance.uniform(-300, 300)))
    return struct.pack(f"<{len(values)}h", *values)


class Source:
    """The packets of one SSRC, in order, each made when it is due.

    Args:
        mid: name of the media line.
        level: loudness as the sender tells it (RFC 6464): 0 is loudest, 127 silence.
        start: sequence number and timestamp to begin with.
    """

    def __init__(
        self, pace: Pace, ssrc: int, mid: str, payloads: list[bytes], *, level: int = 30
    ) -> None:
        self.pace = pace
        self.sent = 0
        self._ssrc = ssrc
        self._step = _OPUS_RATE // pace.packets
        self._extension = _extension(mid, level if pace.kind == "audio" else None)
        self._payloads = itertools.cycle(payloads) if pace.kind == "audio" else _vp8(pace.size)

    def next(self, tail: bytes = b"") -> bytes:
        """The next packet; `tail` is added to its payload."""
        number = self.sent
        self.sent += 1
        audio = self.pace.kind == "audio"
        timestamp = number * self._step if audio else number // 3 * (_VIDEO_RATE // 20)
        marker = 0 if audio or number % 3 < 2 else 0x80  # the picture's last packet
        payload_type = OPUS if audio else VP8
        header = struct.pack(
            "!BBHII",
            0x90,
            marker | payload_type,
            number & 0xFFFF,
            timestamp & 0xFFFFFFFF,
            self._ssrc,
        )
        return header + self._extension + next(self._payloads) + tail


def _extension(mid: str, level: int | None) -> bytes:
    body = bytes([_MID << 4 | len(mid) - 1]) + mid.encode()
    if level is not None:
        body += bytes([_LEVEL << 4, 0x80 | level])
    body += bytes(-len(body) % 4)
    return struct.pack("!HH", _EXTENSIONS_LEGACY, len(body) // 4) + body


def _vp8(size: int) -> Iterator[bytes]:
    """Payloads with a descriptor as browsers write it (RFC 7741 4.2), in pictures of three."""
    filling = random.Random(2).randbytes(size)  # noqa: S311 - the same in each run
    for number in itertools.count():
        picture, part = divmod(number, 3)
        key = picture % (_PACKETS_A_KEYFRAME // 3) == 0
        descriptor = struct.pack(
            "!BBHBB",
            0x80 | (0x10 if part == 0 else 0),
            0xE0,  # picture id, TL0PICIDX, TID and KEYIDX follow
            0x8000 | picture & 0x7FFF,
            picture & 0xFF,
            0,
        )
        yield descriptor + _frame_header(key=key) + filling if part == 0 else descriptor + filling


def _frame_header(*, key: bool) -> bytes:
    """The begin of a VP8 frame (RFC 6386 9.1): a key frame tells 320 x 180."""
    if not key:
        return b"\x11\x00\x00"
    return b"\x10\x00\x00" + b"\x9d\x01\x2a" + struct.pack("<HH", 320, 180)
