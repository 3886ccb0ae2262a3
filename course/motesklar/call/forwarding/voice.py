"""The voice of a member that is no browser: ready Opus packets in, a stream like any other out."""

import random
from collections.abc import Callable

from motesklar.call.rtp.packet import AUDIO_LEVEL, MID, OPUS, SILENCE, build

#: Opus frames no longer than this say that there is nothing to hear (RFC 6716 2.1.9).
_SILENT_OCTETS = 3
#: What every other frame is taken for, in dB under full scale: an ordinary voice, told as one.
_VOICE_LEVEL = 0x80 | 25


class Voice:
    """Sends sound on a member's behalf.

    Args:
        forward: takes each packet.
    """

    def __init__(self, forward: Callable[[bytes], None]) -> None:
        self._forward = forward
        self._ssrc = random.getrandbits(32) or 1
        self._sequence_number = random.getrandbits(16)
        self._timestamp = random.getrandbits(32)

    def send(self, opus: bytes, ticks: int, *, pause: int = 0) -> None:
        """Send one packet now.

        Args:
            opus: its payload.
            ticks: how long it lasts, at 48 kHz; the next one continues there.
            pause: how long nothing was sent before it, beyond the last one's end, at 48 kHz.
        """
        self._timestamp = (self._timestamp + pause) & 0xFFFFFFFF
        level = SILENCE if len(opus) <= _SILENT_OCTETS else _VOICE_LEVEL
        extensions = ((MID, b"0"), (AUDIO_LEVEL, bytes((level,))))
        packet = build(
            OPUS, self._sequence_number, self._timestamp, self._ssrc, opus, extensions=extensions
        )
        self._sequence_number = (self._sequence_number + 1) & 0xFFFF
        self._timestamp = (self._timestamp + ticks) & 0xFFFFFFFF
        self._forward(packet)
