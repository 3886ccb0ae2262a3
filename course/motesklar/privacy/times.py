"""Times on the server's clock, as the reader writes them. Pure."""

from datetime import datetime

from babel.dates import LOCALTZ, format_date, format_datetime

from motesklar.clock import local


def shown_time(at: datetime, language: str) -> str:
    """Day and minute."""
    told: str = format_datetime(local(at), "d MMM yyyy HH:mm", tzinfo=LOCALTZ, locale=language)
    return told


def shown_day(at: datetime, language: str) -> str:
    """The day alone."""
    told: str = format_date(local(at), "medium", locale=language)
    return told
