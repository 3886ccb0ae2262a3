"""Writes a workshop as a calendar file (RFC 5545). Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

#: RFC 5545 3.7.3: who has made the file.
_MAKER = "-//Mötesklar//Mötesklar//SV"


@dataclass(frozen=True)
class CalendarEntry:
    """A workshop as it stands in a calendar.

    Args:
        uid: the same whenever the file is made anew, so that a calendar changes what it has.
        starts_at: UTC without a zone.
        address: where to join.
    """

    uid: str
    title: str
    starts_at: datetime
    minutes: int
    place: str
    text: str
    address: str


def write_calendar(entry: CalendarEntry, now: datetime) -> bytes:
    """The file; times are in UTC, which every calendar shows on its own clock."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now.replace(tzinfo=UTC))
    event.add("dtstart", entry.starts_at.replace(tzinfo=UTC))
    event.add("dtend", (entry.starts_at + timedelta(minutes=entry.minutes)).replace(tzinfo=UTC))
    event.add("summary", entry.title)
    if entry.place:
        event.add("location", entry.place)
    event.add("description", entry.text)
    event.add("url", entry.address)
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file
