"""The partner's voice: ready Opus packets, one each 20 ms, and silence between the sentences."""

from collections import deque
from collections.abc import Sequence

from motesklar.call.forwarding.voice import Voice

#: Opus: one 20 ms frame of silence.
SILENCE = b"\xf8\xff\xfe"
#: While silent, one packet in so many, as an encoder with DTX does (RFC 7587 3.1.3).
SILENCE_EVERY = 20
#: Of the clock that Opus always has (RFC 7587 4.1).
PACKET_TICKS = 960


class Speaker:
    """Says clips, one at a time."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._packets: deque[bytes] = deque()
        self._skipped = SILENCE_EVERY

    def say(self, packets: Sequence[bytes]) -> None:
        """Say this now; what was being said ends."""
        self._packets = deque(packets)

    def step(self) -> None:
        """Go on by 20 ms."""
        if self._packets:
            self._send(self._packets.popleft())
        elif self._skipped >= SILENCE_EVERY - 1:
            self._send(SILENCE)
        else:
            self._skipped += 1

    def _send(self, packet: bytes) -> None:
        self._voice.send(packet, PACKET_TICKS, pause=self._skipped * PACKET_TICKS)
        self._skipped = 0
