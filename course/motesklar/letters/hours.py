"""Quiet hours: when people are not written to. Pure.

They are meant on the organisation's clock; times come and go in UTC without a zone.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from motesklar.config import MailSection

_SATURDAY = 5


@dataclass(frozen=True)
class QuietHours:
    """Hours of each day, and perhaps weekends.

    Args:
        begin: from then on it is quiet; the same as `end`: no hour is.
        end: from then on it is not; before `begin` it is that of the next morning.
        weekends: Saturday and Sunday are quiet all day.
    """

    begin: time
    end: time
    weekends: bool
    zone: ZoneInfo

    @classmethod
    def of(cls, settings: MailSection) -> "QuietHours":
        """Those of the settings."""
        begin, end = (time.fromisoformat(at) for at in (settings.quiet_from, settings.quiet_to))
        return cls(begin, end, settings.quiet_weekends, ZoneInfo(settings.time_zone))

    def local(self, at: datetime) -> datetime:
        """A stored time on the organisation's clock."""
        return at.replace(tzinfo=UTC).astimezone(self.zone)

    def day(self, at: datetime) -> date:
        """The organisation's day at a stored time."""
        return self.local(at).date()

    def begin_of(self, day: date) -> datetime:
        """When a day of the organisation begins, as it is stored."""
        return self._at(day, time()).astimezone(UTC).replace(tzinfo=None)

    def are_over(self, at: datetime) -> bool:
        """Whether people may be written to."""
        return self.next_allowed(at) == at

    def next_allowed(self, at: datetime) -> datetime:
        """`at` itself, or when the quiet time ends that it lies in."""
        moved = at
        while (end := self._end_of_quiet(self.local(moved))) is not None:
            moved = end.astimezone(UTC).replace(tzinfo=None)
        return moved

    def _end_of_quiet(self, local: datetime) -> datetime | None:
        """When the quiet time ends, as far as one rule says; None where none applies."""
        today, clock = local.date(), local.time()
        if self.weekends and today.weekday() >= _SATURDAY:
            return self._at(today + timedelta(days=7 - today.weekday()), time())
        if self.begin == self.end:
            return None
        if self.begin < self.end:
            return self._at(today, self.end) if self.begin <= clock < self.end else None
        if clock >= self.begin:
            return self._at(today + timedelta(days=1), self.end)
        return self._at(today, self.end) if clock < self.end else None

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone)
