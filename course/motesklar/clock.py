"""Stored times, which are UTC without a zone, on the server's clock. Pure."""

from datetime import UTC, date, datetime

from babel.dates import LOCALTZ, format_date, format_datetime

#: Day and minute in words, in Babel's pattern.
MOMENT = "d MMM yyyy HH:mm"


def local(at: datetime) -> datetime:
    """A stored time on the server's clock."""
    return at.replace(tzinfo=UTC).astimezone(LOCALTZ)


def local_day(at: datetime) -> date:
    """The day of a stored time on the server's clock."""
    return local(at).date()


def moment_text(at: datetime) -> str:
    """Day and minute on the server's clock, as spreadsheets read them."""
    return local(at).strftime("%Y-%m-%d %H:%M")


def shown_time(at: datetime, language: str) -> str:
    """Day and minute of a stored time, as the reader writes them."""
    told: str = format_datetime(local(at), MOMENT, tzinfo=LOCALTZ, locale=language)
    return told


def shown_day(at: datetime, language: str) -> str:
    """The day alone."""
    told: str = format_date(local(at), "medium", locale=language)
    return told
