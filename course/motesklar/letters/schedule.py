"""When the course itself reminds of a plan. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

_WEEK = 7


def reminded_since(
    due: date, made: date, today: date, days_before: Iterable[int], *, weekly: bool
) -> date | None:
    """The latest day on which people should have been reminded; None while there was none.

    Whoever has got no reminder of the plan since then is to get one. So a day on which the server
    stood still is made up for, and nobody is reminded twice for the same day.

    Args:
        due: the plan's last day.
        made: when the plan was made; what lies before it is past.
        today: the organisation's day.
        days_before: so many days before `due`.
        weekly: also each week after it.
    """
    days = [due - timedelta(days=count) for count in days_before]
    if weekly and today > due:
        weeks = (today - due).days // _WEEK
        days.append(due + timedelta(days=weeks * _WEEK) if weeks else due + timedelta(days=1))
    return max((day for day in days if made <= day <= today), default=None)
