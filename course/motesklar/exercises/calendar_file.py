"""Reads an invitation out of a calendar file (RFC 5545), as plain data. Pure."""

import re
import warnings
from datetime import UTC, date, datetime, timedelta
from typing import Any

from babel.dates import LOCALTZ
from icalendar import Calendar, Event
from icalendar.parser import Contentlines
from icalendar.timezone import tzp

from motesklar.errors import BadAnswer
from motesklar.i18n import N_
from motesklar_widgets.invitation import FIELDS

#: What meeting services add to an invitation fits; a file of a whole year's meetings is more.
MOST_BYTES = 50_000
_MOST_CHARACTERS = 2000
_MOST_MINUTES = 60 * 24 * 366
#: Of those that are read: one meeting has a dozen, with its zone and its reminders.
_MOST_LINES = 200
_START = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
#: The lines that are read at all. Without the others no rule of repetition, own time zone or
#: attachment is ever worked out: an evil one may go on without an end.
_READ = re.compile(
    r"(BEGIN|END|DTSTART|DTEND|DURATION|SUMMARY|LOCATION|DESCRIPTION)[:;]", re.IGNORECASE
)
#: What icalendar raises at files that are none; OSError and OverflowError at odd zones and times.
_FAULTS = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OSError,
    OverflowError,
    RecursionError,
)


def read_invitation(value: Any) -> dict[str, Any]:
    """`{"title", "start", "minutes", "place", "text"}` of `{"ics": text}`, or of itself.

    Raises:
        BadAnswer: it is no calendar file with one meeting in it.
    """
    if not isinstance(value, dict):
        raise _no_file()
    if set(value) == set(FIELDS):
        return _checked(value)
    text = value.get("ics")
    if set(value) != {"ics"} or not isinstance(text, str):
        raise _no_file()
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise BadAnswer(
            N_("The calendar file is too large."), N_("Save one single meeting as a file.")
        )
    return _told(_event(text))


def _event(text: str) -> Event:
    try:
        # icalendar has not annotated this one
        lines = Contentlines.from_ical(text.removeprefix("\ufeff"))  # type: ignore[no-untyped-call]
        read = [line for line in lines if _READ.match(line)]
        if len(read) > _MOST_LINES:
            raise _not_one_meeting()
        with warnings.catch_warnings():  # a zone with a maker's name before it is a guess
            warnings.simplefilter("ignore")
            events = Calendar.from_ical("\r\n".join(read)).events
    except _FAULTS as error:
        raise _no_file() from error
    finally:
        tzp.use_default()  # it keeps the zones that it has met, and nobody's belong to the next
    if len(events) != 1:
        raise _not_one_meeting()
    found: Event = events[0]
    return found


def _told(event: Event) -> dict[str, Any]:
    try:
        start = event.start
        minutes = (_moment(event.end) - _moment(start)) // timedelta(minutes=1)
        shown = _clock(start).isoformat(timespec="minutes")
    except _FAULTS as error:
        raise _no_time() from error
    if not 0 <= minutes <= _MOST_MINUTES:
        raise _no_time()
    return _checked(
        {
            "title": _text(event, "SUMMARY"),
            "start": shown,
            "minutes": minutes,
            "place": _text(event, "LOCATION"),
            "text": _text(event, "DESCRIPTION"),
        }
    )


def _text(event: Event, name: str) -> str:
    """A text of the event, the first where it stands twice; empty where it is no text.

    Meeting services add pages of their own to an agenda: the beginning is enough.
    """
    value = event.get(name, "")
    first = value[0] if isinstance(value, list) else value
    return str(first)[:_MOST_CHARACTERS] if isinstance(first, str) else ""


def _clock(at: date | datetime) -> datetime:
    """As the clock on the wall shows it where the meeting is; a whole day begins at midnight."""
    if not isinstance(at, datetime):
        return datetime(at.year, at.month, at.day)
    if at.tzname() == "UTC":  # no place's clock: it is how many calendars write every time
        at = at.astimezone(LOCALTZ)
    return at.replace(tzinfo=None)


def _moment(at: date | datetime) -> datetime:
    """The same everywhere; a time without a zone is ours."""
    zone = at.tzinfo if isinstance(at, datetime) else None
    moment = at if isinstance(at, datetime) else _clock(at)
    return moment.replace(tzinfo=zone or LOCALTZ).astimezone(UTC)


def _checked(value: dict[str, Any]) -> dict[str, Any]:
    texts = [value[name] for name in ("title", "start", "place", "text")]
    minutes = value["minutes"]
    if (
        not isinstance(minutes, int)
        or isinstance(minutes, bool)
        or not 0 <= minutes <= _MOST_MINUTES
        or not all(isinstance(text, str) and len(text) <= _MOST_CHARACTERS for text in texts)
        or not _START.fullmatch(value["start"])
        or any(text.encode("utf-8", "ignore").decode() != text for text in texts)
    ):
        raise _no_file()
    return {name: value[name] for name in FIELDS}


def _no_file() -> BadAnswer:
    return BadAnswer(
        N_("This is not a calendar file that we can read."),
        N_("Choose a file that ends in .ics, or write the invitation here on the page."),
    )


def _not_one_meeting() -> BadAnswer:
    return BadAnswer(
        N_("There must be one meeting in the calendar file."),
        N_("Save one single meeting as a file."),
    )


def _no_time() -> BadAnswer:
    return BadAnswer(
        N_("The invitation has no time that can be read."),
        N_("Write the day, when it begins and how long it takes."),
    )
