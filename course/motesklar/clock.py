"""Stored times, which are UTC without a zone, on the server's clock. Pure."""

from datetime import UTC, date, datetime

from babel.dates import LOCALTZ


def local(at: datetime) -> datetime:
    """A stored time on the server's clock."""
    return at.replace(tzinfo=UTC).astimezone(LOCALTZ)


def local_day(at: datetime) -> date:
    """The day of a stored time on the server's clock."""
    return local(at).date()


def moment_text(at: datetime) -> str:
    """Day and minute on the server's clock, as spreadsheets read them."""
    return local(at).strftime("%Y-%m-%d %H:%M")
