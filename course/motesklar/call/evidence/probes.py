"""Looks into a person's media: how loud it is, and what its picture shows.

Called only while the conversation or the evidence needs it; everything else is forwarded unread.
What comes may be anything at all: nothing here raises because of it.
"""

import logging
import operator
import secrets
import time
from collections.abc import Callable
from typing import Any

import av
from av.error import FFmpegError

from motesklar.call.evidence.budget import DecodeBudget
from motesklar.call.evidence.frames import Frame, FrameAssembler
from motesklar.call.rtp.packet import OPUS_CLOCK, BadPacket, RtpPacket

log = logging.getLogger("motesklar.call")

#: Senders that say themselves that they are quieter than this (RFC 6464: dB under full scale)
#: need no decoding; `SOUND_FLOOR` is at 46.
QUIET_LEVEL = 55
#: An Opus packet has at most this many bytes (RFC 6716 3.2 and 3.4), and a shorter one is DTX.
_OPUS_BYTES_MAX = 1275 * 48
_OPUS_BYTES_MIN = 3
#: Of so many packets that call themselves loud one is measured, for all of them …
SOUND_PACKETS = 8
#: … and the one before it is decoded too: an Opus packet alone builds on what came before it, and
#: measures some 5 dB wrong; after one other it is right but for fractions.
_LEAD_IN = 1
#: Every eighth value tells how loud 20 ms are, and is eight times cheaper.
_SOUND_STEP = 8
_FULL_SCALE = 32768

#: Larger pictures cost too much to decode here; pages send far smaller ones.
PICTURE_POINTS_MAX = 1920 * 1088
#: Pictures are compared this far apart.
SAMPLE_SECONDS = 0.2
#: A whole picture is asked for this often.
KEYFRAME_SECONDS = 1.0
#: A sample has about so many points across and down, whatever the picture's size.
_COLUMNS, _ROWS = 40, 30
#: A keyframe begins with three bytes, this code, and its size (RFC 6386 9.1).
_START_CODE = b"\x9d\x01\x2a"


class SoundProbe:
    """How loud one person's microphone is.

    Measures a sample of the packets. Which ones, no sender can foresee: so what comes of it is
    right on the average, whatever a sender does to the others.

    Args:
        pick: a number below the one it is given.
    """

    def __init__(self, pick: Callable[[int], int] = secrets.randbelow) -> None:
        self._decoder = _opus_decoder()
        self._pick = pick
        #: Which of `SOUND_PACKETS` is measured, and how many packets come before it.
        self._measured = self._wait = pick(SOUND_PACKETS)

    def rtp(self, packet: bytes) -> tuple[float, float] | None:
        """The root mean square of its sound (full scale is 1), and the seconds that it stands for.

        None when nothing was measured: the packet says itself that it is silent, another one
        stands for it, or it can't be read.
        """
        payload = _loud_payload(packet)
        if payload is None:
            return None
        if self._wait:
            self._wait -= 1
            if self._wait < _LEAD_IN:
                self._decode(payload)
            return None
        self._choose()
        return _loudness(self._decode(payload))

    def _choose(self) -> None:
        left = SOUND_PACKETS - self._measured - 1
        self._measured = self._pick(SOUND_PACKETS)
        self._wait = left + self._measured

    def _decode(self, payload: bytes) -> "list[av.AudioFrame]":
        try:
            return self._decoder.decode(av.Packet(payload))
        except FFmpegError as error:
            log.debug("undecodable sound: %s", error)
            self._decoder = _opus_decoder()
            return []


class PictureProbe:
    """What one person's camera or screen shows, as small samples of its luma.

    Decodes whole pictures alone, which come about once a second because they are asked for. With
    `motion` it decodes all pictures, as long as the budget lasts.

    Args:
        budget: shared by all probes of the process.
        timer: measures what decoding takes.

    Attributes:
        motion: whether several samples a second are needed.
    """

    def __init__(
        self,
        budget: DecodeBudget | None = None,
        *,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.motion = False
        self._budget = budget or DecodeBudget()
        self._timer = timer
        self._assembler = FrameAssembler()
        self._decoder = _vp8_decoder()
        self._whole_at = float("-inf")
        self._asked_at = float("-inf")
        self._sampled_at = float("-inf")

    def wants_keyframe(self, now: float) -> bool:
        """Whether the sender should be asked for a whole picture; True at most once a second."""
        if self.motion and not self._assembler.awaits_keyframe:
            return False
        if now - max(self._whole_at, self._asked_at) < KEYFRAME_SECONDS:
            return False
        self._asked_at = now
        return True

    def rtp(self, packet: bytes, now: float) -> bytes | None:
        """A sample of the picture that this packet has completed, if it was looked at."""
        try:
            parsed = RtpPacket(packet)
        except BadPacket:
            return None
        sample = None
        for frame in self._assembler.push(parsed):
            sample = self._look(frame, now) or sample
        return sample

    def _look(self, frame: Frame, now: float) -> bytes | None:
        if frame.keyframe:
            self._whole_at = now
            if not _is_decodable(frame.data):
                self._assembler.await_keyframe()
                return None
        if not self._budget.affords(now, keyframe=frame.keyframe):
            self._assembler.await_keyframe()
            return None
        picture = self._decode(frame)
        if not self.motion:
            self._assembler.await_keyframe()
        if picture is None or (not frame.keyframe and now - self._sampled_at < SAMPLE_SECONDS):
            return None
        self._sampled_at = now
        return luma_sample(picture)

    def _decode(self, frame: Frame) -> "av.VideoFrame | None":
        began = self._timer()
        try:
            pictures = self._decoder.decode(av.Packet(frame.data))
        except FFmpegError as error:
            log.debug("undecodable picture: %s", error)
            self._decoder = _vp8_decoder()
            self._assembler.await_keyframe()
            return None
        finally:
            self._budget.spend(self._timer() - began)
        return pictures[-1] if pictures else None


def luma_sample(picture: "av.VideoFrame") -> bytes:
    """A small, regular sample of a decoded picture's luma, one byte a point."""
    plane = picture.planes[0]
    luma, stride = memoryview(plane), plane.line_size
    down, across = max(1, picture.height // _ROWS), max(1, picture.width // _COLUMNS)
    return b"".join(
        luma[row * stride : row * stride + picture.width : across].tobytes()
        for row in range(down // 2, picture.height, down)
    )


def _loud_payload(packet: bytes) -> bytes | None:
    """Its sound, unless it says itself that it is silent or can't be any."""
    try:
        parsed = RtpPacket(packet)
    except BadPacket:
        return None
    level = parsed.audio_level
    if level is not None and level.level > QUIET_LEVEL:
        return None
    length = parsed.payload_end - parsed.payload_offset
    return parsed.payload if _OPUS_BYTES_MIN <= length <= _OPUS_BYTES_MAX else None


def _loudness(frames: "list[av.AudioFrame]") -> tuple[float, float] | None:
    """The root mean square of a measured packet, and the seconds that it stands for."""
    energy = values = samples = 0
    for frame in frames:
        sound = memoryview(frame.planes[0]).cast("B").cast("h")[: frame.samples : _SOUND_STEP]
        energy += sum(map(operator.mul, sound, sound))
        values += len(sound)
        samples += frame.samples
    if not values:
        return None
    seconds = SOUND_PACKETS * samples / OPUS_CLOCK
    return (energy / values) ** 0.5 / _FULL_SCALE, seconds


def _is_decodable(keyframe: bytes) -> bool:
    """Whether it is a VP8 keyframe of a size that may be decoded here."""
    if len(keyframe) < 10 or keyframe[3:6] != _START_CODE:
        return False
    width = int.from_bytes(keyframe[6:8], "little") & 0x3FFF
    height = int.from_bytes(keyframe[8:10], "little") & 0x3FFF
    return 0 < width * height <= PICTURE_POINTS_MAX


def _opus_decoder() -> "av.AudioCodecContext":
    decoder: Any = av.CodecContext.create("libopus", "r")
    decoder.sample_rate = OPUS_CLOCK
    decoder.layout = "mono"
    assert isinstance(decoder, av.AudioCodecContext)
    return decoder


def _vp8_decoder() -> "av.VideoCodecContext":
    decoder: Any = av.CodecContext.create("vp8", "r")
    # a thread each for 80 people would be dearer than what it gains
    decoder.thread_count = 1
    # edges between blocks don't matter here, and smoothing them is a quarter of the work
    decoder.options = {"skip_loop_filter": "all"}
    assert isinstance(decoder, av.VideoCodecContext)
    return decoder
