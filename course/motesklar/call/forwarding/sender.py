"""One member as a sender: its streams, and what it is told about them."""

from collections.abc import Callable

from motesklar.call.forwarding.outlet import Outlet
from motesklar.call.forwarding.source import Source
from motesklar.call.media.shape import Track
from motesklar.call.rtp import rtcp
from motesklar.call.rtp.bandwidth import Line, floor_for
from motesklar.call.rtp.clocks import MemberClock
from motesklar.call.rtp.delay import DelayTrend
from motesklar.call.rtp.packet import RtpPacket
from motesklar.call.rtp.reception import Losses
from motesklar.call.rtp.rtcp import ReportBlock, SenderReport

#: The name of our own streams (RFC 7022 asks for one that tells nothing).
CNAME = "motesklar"

#: What the microphone takes of what a member may send altogether.
_MICROPHONE_BITRATE = 64_000
#: A line that carries less than this is not told so: below it there is no picture to save.
_TOTAL_MIN = 60_000
#: A limit that falls by more than this part is told at once, every other one once a second.
_URGENT = 0.9
_PERIOD_SECONDS = 1.0
#: Of what came through a full line this much is asked for, so that its queue can empty.
_EASED = 0.85
#: A line isn't judged anew before what was told about it can have had an effect.
_PATIENCE_SECONDS = 0.5


class Sender:
    """What one member sends.

    Args:
        member: its id.
        outlet: the way back to it; None for one that is no browser.
    """

    def __init__(self, member: str, outlet: Outlet | None) -> None:
        clock = MemberClock()
        self.sources = {track: Source(member, track, clock) for track in Track}
        self._outlet = outlet
        self._told: tuple[float, int] | None = None
        self._trend = DelayTrend()
        self._line = Line()
        self._losses = Losses()
        self._eased_at = 0.0

    def came(self, packet: RtpPacket) -> None:
        """Note a picture's packet that came on its first way: it tells how full the line is."""
        if packet.send_time is not None:
            self._trend.came(packet.send_time, packet.arrival)

    def tick(self, now: float) -> None:
        """Measure; call it each 100 ms."""
        for source in self.sources.values():
            source.rate.read(source.reception.octets)
        if self._trend.is_rising and now - self._eased_at >= _PATIENCE_SECONDS:
            self._eased_at = now
            received = sum(source.rate.bitrate for source in self.sources.values())
            self._line.fall(received * _EASED, now)

    def source_of(self, ssrc: int) -> Source | None:
        """The stream that is named so."""
        return next((each for each in self.sources.values() if each.ssrc == ssrc), None)

    def reported(self, report: SenderReport, now: float) -> None:
        """The member says how far a stream is."""
        source = self.source_of(report.ssrc)
        if source is not None:
            source.reception.reported(report, now)
            source.clock.reported(report, now)

    def report_blocks(self, now: float) -> list[ReportBlock]:
        """How each stream reaches us."""
        found = [each.reception.report(each.ssrc, now) for each in self.sources.values()]
        blocks = [block for block in found if block is not None]
        for block in blocks:
            self._losses.reported(block)
        self._losses.take()
        return blocks

    @property
    def loss(self) -> float:
        """The part of what it sends that doesn't arrive, 0 to 1."""
        return self._losses.mean

    @property
    def jitter(self) -> float:
        """How unevenly its sound arrives, in seconds."""
        reception = self.sources[Track.MICROPHONE].reception
        return reception.jitter / reception.clock_rate

    def ask(self, now: float, round_trip: float) -> None:
        """Ask for what is missing: packets that were lost, keyframes that are needed."""
        for source in self.sources.values():
            if source.is_video and source.on:
                self.ask_for_packets(source, now, round_trip)
                self.ask_for_keyframe(source, now)

    def ask_for_packets(self, source: Source, now: float, round_trip: float) -> None:
        """Ask for packets that were lost, if it is time to."""
        missing = source.gaps.due(now, round_trip)
        if missing:
            self._send(lambda us: rtcp.nack(us, source.ssrc, [i & 0xFFFF for i in missing]))

    def ask_for_keyframe(self, source: Source, now: float) -> None:
        """Ask for a keyframe, if one is wanted and it is not too early."""
        if source.gaps.broken or any(out.is_waiting for out in source.outs):
            source.gaps.broken = False
            source.keyframes.want()
        ssrc = self._ssrc(source)
        if ssrc and source.keyframes.due(now):
            self._send(lambda us: rtcp.picture_loss(us, ssrc))

    def _ssrc(self, source: Source) -> int:
        if source.ssrc or self._outlet is None:
            return source.ssrc
        return self._outlet.incoming.get(source.track, 0)

    def limit(
        self, shares: dict[Source, list[int | None]], caps: dict[Track, int], now: float
    ) -> None:
        """Tell the member what its pictures may take.

        Args:
            shares: what each viewer of each stream can take of it.
            caps: what each kind of picture may take at best.
            now: in seconds.
        """
        videos = [each for each in self.sources.values() if each.is_video and each.on and each.ssrc]
        if not videos:
            return
        total = best = _MICROPHONE_BITRATE
        for source in videos:
            cap = caps[source.track]
            floor = floor_for(cap, len(source.outs))
            total += source.uplink.decide(shares.get(source, []), floor, cap, now)
            best += cap
        limit = self._line.limit(best, now)
        if limit is not None:
            total = max(_TOTAL_MIN, min(total, int(limit)))
        if self._is_time(total, now):
            self._told = (now, total)
            self._send(lambda us: rtcp.estimate(us, total, [each.ssrc for each in videos]))

    def _is_time(self, total: int, now: float) -> bool:
        if self._told is None:
            return True
        told_at, told = self._told
        return now - told_at >= _PERIOD_SECONDS or total < told * _URGENT

    def _send(self, feedback: Callable[[int], bytes]) -> None:
        """Send feedback as the compound packet that RFC 4585 3.1 wants: report, name, feedback."""
        if self._outlet is not None:
            us = self._outlet.rtcp_ssrc
            start = rtcp.receiver_report(us) + rtcp.description([(us, CNAME)])
            self._outlet.send_rtcp(start + feedback(us))
