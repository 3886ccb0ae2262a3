"""Accounts against the organisation's goal over time. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

#: What is older says little about the pace of today.
_PACE_DAYS = 180
#: Fewer lists, or a shorter time between them, are no pace.
_FEWEST_POINTS = 3
_SHORTEST_DAYS = 28
#: Nobody knows what happens after a year.
_FARTHEST_DAYS = 365
#: A list that is older says nothing about how it goes now.
STALE_DAYS = 45


@dataclass(frozen=True)
class Point:
    """What the service's list said of a day."""

    day: date
    registered: int
    active: int


@dataclass(frozen=True)
class GoalView:
    """How near the goal is.

    Args:
        points: one for each list, oldest first.
        held: people whom the course knows to have an account; all there is without a list.
    """

    goal: int
    points: tuple[Point, ...]
    held: int
    today: date

    @property
    def latest(self) -> Point | None:
        """What is known last."""
        return self.points[-1] if self.points else None

    @property
    def registered(self) -> int:
        """Accounts, by the service's list or else by what people say."""
        return self.latest.registered if self.latest else self.held

    @property
    def missing(self) -> int:
        """So many are left."""
        return max(0, self.goal - self.registered)

    @property
    def is_stale(self) -> bool:
        """Whether a new list is due; also where there is none."""
        return self.latest is None or (self.today - self.latest.day).days > STALE_DAYS

    @property
    def gained(self) -> int:
        """How many accounts have come between the first list and the last."""
        return self.points[-1].registered - self.points[0].registered if self.points else 0

    @property
    def reached_by(self) -> date | None:
        """When the goal is reached at the pace of the last half year; None where nobody can say."""
        if not self.missing or self.latest is None or self.is_stale:
            return None
        latest = self.latest
        recent = [one for one in self.points if (latest.day - one.day).days <= _PACE_DAYS]
        if len(recent) < _FEWEST_POINTS or (latest.day - recent[0].day).days < _SHORTEST_DAYS:
            return None
        pace = _pace(recent)
        if pace <= 0 or latest.registered < recent[-2].registered:
            return None
        days = self.missing / pace
        return latest.day + timedelta(days=round(days)) if days <= _FARTHEST_DAYS else None


def _pace(points: list[Point]) -> float:
    """Accounts a day, by the straight line that lies nearest to all points."""
    days = [(one.day - points[0].day).days for one in points]
    mean_day = sum(days) / len(days)
    mean = sum(one.registered for one in points) / len(points)
    spread = sum((day - mean_day) ** 2 for day in days)
    rise = sum(
        (day - mean_day) * (one.registered - mean) for day, one in zip(days, points, strict=True)
    )
    return rise / spread
