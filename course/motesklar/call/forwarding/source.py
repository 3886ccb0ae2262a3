"""One stream that a member sends: followed as it comes, and handed to everybody who is shown it."""

from typing import TYPE_CHECKING

from motesklar.call.forwarding.keyframes import KeyframeRequests
from motesklar.call.media.shape import Track
from motesklar.call.rtp.bandwidth import Uplink, floor_for
from motesklar.call.rtp.clocks import MemberClock, StreamClock
from motesklar.call.rtp.gaps import Gaps
from motesklar.call.rtp.history import SIZE, History
from motesklar.call.rtp.packet import (
    OPUS,
    OPUS_CLOCK,
    VIDEO_CLOCK,
    VP8,
    BadPacket,
    RtpPacket,
    Unwrapper,
    stamp,
)
from motesklar.call.rtp.rate import Rate
from motesklar.call.rtp.reception import Reception
from motesklar.call.rtp.vp8 import Vp8Descriptor

if TYPE_CHECKING:
    from motesklar.call.forwarding.out import Out


class Source:
    """One stream of one member.

    Args:
        member: who sends it.
        track: which of their streams.
        clock: theirs.

    Attributes:
        on: whether it is to be shown to anybody.
        outs: the slots that carry it now.
        ssrc: as its packets name it; 0 before the first.
        refused: packets that were none.
    """

    __slots__ = (
        "_next_if_restarted",
        "_payload_type",
        "_unwrapper",
        "clock",
        "gaps",
        "history",
        "is_video",
        "keyframes",
        "member",
        "on",
        "outs",
        "rate",
        "reception",
        "refused",
        "ssrc",
        "track",
        "uplink",
    )

    def __init__(self, member: str, track: Track, clock: MemberClock) -> None:
        self.member = member
        self.track = track
        self.is_video = track is not Track.MICROPHONE
        self.on = False
        self.outs: list[Out] = []
        self.refused = 0
        self.keyframes = KeyframeRequests()
        self.uplink = Uplink()
        self.rate = Rate()
        self.clock = StreamClock(VIDEO_CLOCK if self.is_video else OPUS_CLOCK, clock)
        self._payload_type = VP8 if self.is_video else OPUS
        self._follow(0)

    def least(self, cap: int) -> int:
        """What it takes of each viewer's line at least, in bit/s, if it may take `cap` at best."""
        floor = floor_for(cap, len(self.outs))
        taken = int(self.rate.bitrate)
        return min(floor, taken) if taken else floor

    def _follow(self, ssrc: int) -> None:
        """Follow a stream from its first packet."""
        self.ssrc = ssrc
        self._unwrapper = Unwrapper()
        self._next_if_restarted = -1
        self.reception = Reception(VIDEO_CLOCK if self.is_video else OPUS_CLOCK)
        self.gaps = Gaps()
        self.history = History() if self.is_video else None
        self.clock.restart()
        for out in self.outs:
            out.restart()

    def receive(self, data: bytes, arrival: float) -> RtpPacket | None:
        """Follow a packet; None if it is not to be forwarded: broken, late, or there before."""
        try:
            packet = RtpPacket(data)
            if packet.payload_type != self._payload_type:
                raise BadPacket("another payload type than was agreed on")
            if self.is_video and packet.payload_offset < packet.payload_end:
                packet.vp8 = Vp8Descriptor(data, packet.payload_offset, packet.payload_end)
        except BadPacket:
            self.refused += 1
            return None
        if packet.ssrc != self.ssrc:
            self._follow(packet.ssrc)
        packet.index = self._unwrapper.unwrap(packet.sequence_number)
        packet.arrival = arrival
        if not self._is_new(packet):
            return None
        self.clock.came(packet.timestamp, arrival)
        if not (self.is_video and self.gaps.came(packet.index)):
            size = packet.payload_end - packet.payload_offset
            self.reception.came(packet.index, packet.timestamp, arrival, size)
        if packet.vp8 is not None and packet.vp8.keyframe:
            self.keyframes.came()
        return packet

    def _is_new(self, packet: RtpPacket) -> bool:
        """Whether it belongs to the stream as it goes; a stream that starts anew is followed."""
        highest = self._unwrapper.highest
        assert highest is not None
        if packet.index < highest - SIZE:
            # one is a straggler, two in a row are a new beginning (RFC 3550 A.1)
            if packet.sequence_number != self._next_if_restarted:
                self._next_if_restarted = (packet.sequence_number + 1) & 0xFFFF
                return False
            self._follow(packet.ssrc)
            packet.index = self._unwrapper.unwrap(packet.sequence_number)
        return self.history is None or self.history.store(packet)

    def forward(self, packet: RtpPacket, now: float) -> None:
        """Send a packet on, to everybody who is shown this stream."""
        buffer = bytearray(packet.data)
        stamp(buffer, packet, now)
        for out in self.outs:
            out.forward(packet, buffer)
