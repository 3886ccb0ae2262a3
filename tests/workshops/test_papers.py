"""Texts to send and calendar files."""

from datetime import UTC, datetime, timedelta
from gettext import NullTranslations

from icalendar import Calendar

from motesklar.workshops.papers.calendar_entry import CalendarEntry, write_calendar
from motesklar.workshops.papers.letters import Letter, write_letter

START = datetime(2026, 12, 1, 8, 0)
VALUES = {
    "title": "Tisdag",
    "when": "1 dec. 2026 09:00",
    "place": "",
    "test": "https://x.example/equipment",
    "join": "https://x.example/w/ABC",
    "feedback": "https://x.example/w/ABC/feedback",
    "course": "https://x.example/",
    "phone": "010-000 00 00",
}


def test_letters_leave_out_what_nobody_has_said() -> None:
    words = NullTranslations()
    invitation = write_letter(Letter.INVITATION, words, VALUES)
    assert "When: 1 dec. 2026 09:00" in invitation
    assert "Where" not in invitation
    assert "\n\n\n" not in write_letter(Letter.REMINDER, words, VALUES | {"when": ""})
    for letter in Letter:
        assert "%(" not in write_letter(letter, words, VALUES)


def test_the_calendar_file_says_when_where_and_how_to_join() -> None:
    entry = CalendarEntry(
        "w-x@motesklar", "Tisdag; med kaffe, åäö", START, 35, "Folkets hus", "Rad 1\nRad 2" * 40,
        "https://x.example/w/ABC",
    )  # fmt: skip
    file = write_calendar(entry, START)
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    (event,) = Calendar.from_ical(file).events
    assert event["SUMMARY"] == entry.title
    assert event["LOCATION"] == "Folkets hus"
    assert event.start == START.replace(tzinfo=UTC)
    assert event.end - event.start == timedelta(minutes=35)
    assert event["DESCRIPTION"] == entry.text
    assert event["URL"] == entry.address
    assert event["UID"] == entry.uid
