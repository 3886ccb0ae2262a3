"""Quiet hours, refusals, and when the course itself reminds."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motesklar.i18n import load_languages
from motesklar.letters.hours import QuietHours
from motesklar.letters.refusals import Reason, reason_of, tidy_answer
from motesklar.letters.schedule import reminded_since
from motesklar.letters.states import Kind
from motesklar.letters.texts import FIELDS, problems_of, write_words

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NIGHTS = QuietHours(time(18), time(7), weekends=True, zone=STOCKHOLM)


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("2026-03-02 10:00", "2026-03-02 10:00"),  # Monday by day
        ("2026-03-02 18:00", "2026-03-03 07:00"),
        ("2026-03-03 06:59", "2026-03-03 07:00"),
        ("2026-03-06 18:30", "2026-03-09 07:00"),  # Friday evening
        ("2026-03-07 12:00", "2026-03-09 07:00"),
        ("2026-03-29 02:30", "2026-03-30 07:00"),  # the night that is an hour shorter
        ("2026-10-25 02:30", "2026-10-26 07:00"),  # and the one that is an hour longer
    ],
)
def test_a_letter_waits_for_the_morning_of_a_working_day(asked: str, goes: str) -> None:
    local = datetime.fromisoformat(asked).replace(tzinfo=STOCKHOLM)
    moved = NIGHTS.next_allowed(local.astimezone(UTC).replace(tzinfo=None))
    assert NIGHTS.local(moved).strftime("%Y-%m-%d %H:%M") == goes


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    st.times(),
    st.times(),
    st.booleans(),
)
def test_the_next_allowed_time_is_allowed(
    at: datetime, begin: time, end: time, weekends: bool
) -> None:
    hours = QuietHours(begin, end, weekends, STOCKHOLM)
    moved = hours.next_allowed(at)
    assert moved >= at
    assert hours.are_over(moved)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 5.1.1 User unknown", Reason.UNKNOWN_ADDRESS),
        ("550 no such user", Reason.UNKNOWN_ADDRESS),
        ("550 5.7.1 not allowed to relay", Reason.REFUSED),
        ("554 spam", Reason.REFUSED),
        ("552 5.2.2 over quota", Reason.FULL),
    ],
)
def test_a_refusal_is_told_for_what_it_is(said: str, reason: Reason) -> None:
    assert reason_of(int(said[:3]), said) is reason


def test_what_a_mail_server_says_is_one_short_line() -> None:
    assert tidy_answer(550, b"5.1.1 no\r\n\x1b[31m such\xff") == "550 5.1.1 no [31m such\ufffd"
    assert len(tidy_answer(550, "x" * 1000)) == 200


@pytest.mark.parametrize(
    ("today", "since"),
    [
        ("2026-03-01", None),
        ("2026-03-13", "2026-03-13"),
        ("2026-03-18", "2026-03-13"),  # the server stood still on the day itself
        ("2026-03-19", "2026-03-19"),
        ("2026-03-20", "2026-03-19"),
        ("2026-03-21", "2026-03-21"),
        ("2026-03-26", "2026-03-21"),
        ("2026-03-27", "2026-03-27"),
        ("2026-04-05", "2026-04-03"),
    ],
)
def test_reminders_fall_due_before_the_last_day_and_weekly_after_it(
    today: str, since: str | None
) -> None:
    found = reminded_since(
        date(2026, 3, 20), date(2026, 3, 1), date.fromisoformat(today), [7, 1], weekly=True
    )
    assert found == (date.fromisoformat(since) if since else None)


def test_a_plan_made_late_reminds_nobody_of_days_before_it_was_there() -> None:
    made = date(2026, 3, 16)
    assert reminded_since(date(2026, 3, 20), made, made, [7, 1], weekly=True) is None


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_letter_has_every_value_and_no_field_is_left(kind: Kind, language: str) -> None:
    values = {name: f"<{name}>" for name in FIELDS}
    words = write_words(kind, load_languages()[language], values)
    assert "%(" not in words.subject + words.text
    for name in ("name", "link", "until", "due", "phone", "email", "organisation", "minutes"):
        assert f"<{name}>" in words.text


def test_an_organisations_own_words_take_the_place_of_the_shipped_ones() -> None:
    own = "# Hej från {organisation}\n\nHej {name}!\n\n{link}\nKlart senast {due}.\n"
    values = dict.fromkeys(FIELDS, "") | {
        "name": "Bo {link}",
        "link": "https://l",
        "organisation": "Sjö\nBcc: x@y",
    }
    words = write_words(Kind.INVITATION, load_languages()["sv"], values, own)
    assert words.subject == "Hej från Sjö Bcc: x@y"
    assert words.text == "Hej Bo {link}!\n\nhttps://l\n"


def test_an_own_text_that_lacks_its_link_is_told() -> None:
    assert problems_of(Kind.REMINDER, "# A\n\n{link} {stop}") == []
    told = " ".join(problems_of(Kind.REMINDER, "Hej {nam}"))
    assert "{nam}" in told
    assert "{link}" in told
    assert "{stop}" in told
    assert "# Subject" in told
