"""Which moment a stream's timestamp is: sender reports in, sender reports out (RFC 3550 6.4.1).

A source's reports say which moment of its own clock each of its timestamps is. Each member's
clock is moved by one constant offset to ours, the same for all its streams, so that sound and
picture that were taken together are shown together.
"""

from motesklar.call.rtp.rtcp import SenderReport

_FRACTION = 1 << 32
#: A member's clock that jumped this far was set, or its machine has slept.
_JUMP_SECONDS = 1.0
_SHORT_SECOND = 65536
#: A round trip longer than this is a mistake in the report.
_ROUND_TRIP_SECONDS_MAX = 10.0


def to_ntp(seconds: float) -> int:
    """Seconds of our clock as an NTP timestamp, 32 bits before the point and 32 after."""
    return round(seconds * _FRACTION)


def round_trip(last_report: int, delay: int, now: float) -> float | None:
    """Seconds to somebody and back, by what they report of our last report (RFC 3550 6.4.1).

    None without one, or if it can't be true.
    """
    if not last_report:
        return None
    passed = ((to_ntp(now) >> 16) - last_report - delay) & 0xFFFFFFFF
    seconds = passed / _SHORT_SECOND
    return seconds if seconds <= _ROUND_TRIP_SECONDS_MAX else None


class MemberClock:
    """One member's clock, seen from ours."""

    __slots__ = ("_offset",)

    def __init__(self) -> None:
        self._offset: float | None = None

    def reported(self, ntp: int, now: float) -> None:
        """Note what the member's clock showed when a report came."""
        offset = now - ntp / _FRACTION
        if self._offset is None or abs(offset - self._offset) > _JUMP_SECONDS:
            self._offset = offset

    def seconds(self, ntp: int) -> float:
        """A moment of the member's clock in seconds of ours; after the first report."""
        assert self._offset is not None
        return ntp / _FRACTION + self._offset


class StreamClock:
    """Which timestamp one source's stream has at which moment.

    Args:
        clock_rate: ticks of its timestamps in a second.
        member: the clock of whom it comes from.
    """

    __slots__ = ("_clock_rate", "_member", "_packet", "_report")

    def __init__(self, clock_rate: int, member: MemberClock) -> None:
        self._clock_rate = clock_rate
        self._member = member
        self.restart()

    def restart(self) -> None:
        """Forget the stream: another one begins."""
        self._report: SenderReport | None = None
        self._packet: tuple[int, float] | None = None

    def reported(self, report: SenderReport, now: float) -> None:
        """Note the source's own report."""
        self._member.reported(report.ntp, now)
        self._report = report

    def came(self, timestamp: int, arrival: float) -> None:
        """Note a packet: it has to do until the first report comes."""
        self._packet = (timestamp, arrival)

    def timestamp_at(self, now: float) -> int | None:
        """The stream's timestamp at this moment of our clock; None before anything came."""
        if self._report is not None:
            known, moment = self._report.timestamp, self._member.seconds(self._report.ntp)
        elif self._packet is not None:
            known, moment = self._packet
        else:
            return None
        return known + round((now - moment) * self._clock_rate)
