"""Which stream of a browser is its microphone, its camera or its screen; no I/O.

Streams are known by the SSRC that the answer names, and else by the line that a packet itself
names (RFC 9143 9.2). Both stand in the clear, so a stream that can't be anybody's is refused
before anything is deciphered; libsrtp keeps state for each stream that it has ever deciphered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from motesklar.call.media.sdp import Sent
from motesklar.call.media.shape import Line, Track
from motesklar.call.rtp.errors import BadPacket
from motesklar.call.rtp.packet import OPUS, RTX, VP8, RtpPacket
from motesklar.call.rtp.rtx import unwrap_rtx

#: Streams that may appear without having been named. A browser has five at most: sound, and two
#: pictures with their retransmissions.
_LEARNED_MAX = 16
#: Sources of reports: one for each stream, and some browsers report as nobody in particular.
_REPORTERS_MAX = 32


@dataclass(frozen=True)
class Stream:
    """One SSRC of a browser.

    Args:
        track: what it is.
        again: whether it is its retransmissions.
    """

    track: Track
    again: bool


class Incoming:
    """What one browser sends.

    Args:
        lines: the lines of the offer.
        sent: what the answer names, by mid.

    Attributes:
        media: the SSRC of each track, as far as it is known.
    """

    def __init__(self, lines: Iterable[Line], sent: Mapping[str, Sent]) -> None:
        self.media: dict[Track, int] = {}
        self._by_mid = {line.mid: line.up for line in lines if line.up is not None}
        self._streams: dict[bytes, Stream] = {}
        self._learned = 0
        self._reporters: set[bytes] = set()
        for mid, track in self._by_mid.items():
            named = sent.get(mid, Sent())
            if named.ssrc is not None:
                self._add(named.ssrc, Stream(track, again=False))
            if named.rtx_ssrc is not None:
                self._add(named.rtx_ssrc, Stream(track, again=True))

    def stream_of(self, packet: bytes) -> Stream | None:
        """The stream of an RTP packet, protected or not; None when it can't be one of ours."""
        return self._streams.get(packet[8:12]) or self._guess(packet)

    def confirm(self, packet: bytes, stream: Stream) -> None:
        """Remember the stream of a packet that has proven authentic."""
        if packet[8:12] not in self._streams:
            self._learned += 1
            self._add(int.from_bytes(packet[8:12], "big"), stream)

    def is_reporter(self, packet: bytes) -> bool:
        """Whether an RTCP packet comes from a source that may report: not from ever new ones."""
        return packet[4:8] in self._reporters or len(self._reporters) < _REPORTERS_MAX

    def confirm_reporter(self, packet: bytes) -> None:
        """Remember the source of an RTCP packet that has proven authentic."""
        self._reporters.add(packet[4:8])

    def unwrap(self, packet: bytes, track: Track) -> bytes | None:
        """The packet that a retransmission carries; None when it is padding or can't be known."""
        ssrc = self.media.get(track)
        if ssrc is None:
            return None
        try:
            return unwrap_rtx(RtpPacket(packet), ssrc)
        except BadPacket:
            return None

    def _guess(self, packet: bytes) -> Stream | None:
        if self._learned >= _LEARNED_MAX:
            return None
        try:
            parsed = RtpPacket(packet)
        except BadPacket:
            return None
        track = self._by_mid.get(parsed.mid or "")
        if track is None:
            return None
        media = OPUS if track is Track.MICROPHONE else VP8
        if parsed.payload_type == media:
            return Stream(track, again=False)
        if parsed.payload_type == RTX and media == VP8:
            return Stream(track, again=True)
        return None

    def _add(self, ssrc: int, stream: Stream) -> None:
        self._streams[ssrc.to_bytes(4, "big")] = stream
        if not stream.again:
            self.media[stream.track] = ssrc
