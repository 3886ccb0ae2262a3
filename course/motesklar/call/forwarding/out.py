"""One slot of one receiver, packet by packet: the hot path's last step."""

from typing import TYPE_CHECKING

from motesklar.call.forwarding.outlet import Outlet
from motesklar.call.media.shape import OutSlot
from motesklar.call.rtp.clocks import to_ntp
from motesklar.call.rtp.history import Answers
from motesklar.call.rtp.packet import OPUS_CLOCK, VIDEO_CLOCK, RtpPacket, stamp
from motesklar.call.rtp.rewriter import StreamRewriter
from motesklar.call.rtp.rtcp import SenderReport
from motesklar.call.rtp.rtx import RtxStream

if TYPE_CHECKING:
    from motesklar.call.forwarding.source import Source


class Out:
    """What is sent on one slot.

    Args:
        slot: the line.
        outlet: the way to the receiver.

    Attributes:
        source: whose stream it carries now.
        octets: of payload, sent so far.
    """

    __slots__ = (
        "_answers",
        "_packets",
        "_reported",
        "_rewriter",
        "_rtx",
        "_send",
        "octets",
        "slot",
        "source",
    )

    def __init__(self, slot: OutSlot, outlet: Outlet) -> None:
        self.slot = slot
        self.source: Source | None = None
        clock_rate = OPUS_CLOCK if slot.kind == "audio" else VIDEO_CLOCK
        self._rewriter = StreamRewriter(slot.ssrc, clock_rate, slot.mid)
        self._send = outlet.send_rtp
        self._rtx = RtxStream(slot.rtx_ssrc, slot.rtx_payload_type) if slot.rtx_ssrc else None
        self._answers = Answers()
        self._packets = self.octets = self._reported = 0

    @property
    def is_waiting(self) -> bool:
        """Whether it has a source, but nothing to start with yet."""
        return self.source is not None and self._rewriter.mapping is None

    def show(self, source: "Source | None") -> None:
        """Carry `source` from now on; a picture from its next keyframe."""
        if source is self.source:
            return
        if self.source is not None:
            self.source.outs.remove(self)
        self._rewriter.hold()
        self.source = source
        if source is not None:
            source.outs.append(self)
            source.keyframes.want()

    def restart(self) -> None:
        """The source has started anew."""
        self._rewriter.hold()

    def forward(self, packet: RtpPacket, buffer: bytearray) -> None:
        """Send `buffer`, a copy of `packet`, as this slot's own; its numbers are written over."""
        rewriter = self._rewriter
        if rewriter.mapping is None and not self._start(packet):
            return
        if rewriter.rewrite(packet, buffer):
            self._packets += 1
            self.octets += packet.payload_end - packet.payload_offset
            self._send(buffer)

    def _start(self, packet: RtpPacket) -> bool:
        assert self.source is not None
        if self._rtx is not None and (packet.vp8 is None or not packet.vp8.keyframe):
            return False
        self._rewriter.start(packet, self.source.history)
        return True

    def send_again(self, sequence_number: int, now: float, round_trip: float) -> bool:
        """Answer a request for a packet; whether it was sent."""
        if self._rtx is None or not self._answers.may(sequence_number, now, round_trip):
            return False
        found = self._rewriter.again(sequence_number)
        if found is None:
            return False
        packet, buffer = found
        stamp(buffer, packet, now)
        self._send(self._rtx.wrap(buffer, packet.payload_offset))
        return True

    def report(self, now: float) -> SenderReport | None:
        """How far the stream is; None if nothing was sent since the last report."""
        mapping = self._rewriter.mapping
        if self.source is None or mapping is None or self._packets == self._reported:
            return None
        timestamp = self.source.clock.timestamp_at(now)
        if timestamp is None:
            return None
        self._reported = self._packets
        return SenderReport(
            ssrc=self.slot.ssrc,
            ntp=to_ntp(now),
            timestamp=timestamp + mapping.timestamp,
            packets=self._packets,
            octets=self.octets,
        )
