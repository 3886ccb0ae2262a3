"""What an entry of the log is about, in words."""

from datetime import datetime
from gettext import NullTranslations

import pytest

from motesklar.privacy.log import LogLine
from motesklar.privacy.subjects import Subjects

MODULES = {"05-meeting-manners": "Meeting manners"}
NAMED = {"l-plan1": "Before summer", "w-tuesday": "Tuesday in the hall"}


def told(subject: str, person: str = "") -> str:
    line = LogLine(datetime(2026, 3, 2), "p-rut", "Rut", "any", subject, person)
    return Subjects(NullTranslations(), MODULES, NAMED).words(line)


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("p-anna", "Anna Alm"),
        ("p-anna 05-meeting-manners", "Anna Alm Meeting manners"),
        ("p-anna 05-meeting-manners manners-hand", "Anna Alm Meeting manners manners-hand"),
        ("p-anna administrator", "Anna Alm Administrator"),
        ("p-gone into p-anna", "p-gone merged into p-anna"),
    ],
)
def test_a_person_is_named_with_what_it_was_about(subject: str, words: str) -> None:
    person = "Anna Alm" if subject.startswith("p-anna") else ""
    assert told(subject, person) == words


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("", ""),
        ("12", "12"),
        ("l-plan1", "Before summer"),
        ("reminder 12 l-plan1", "reminder 12 Before summer"),
        ("hand_ins 3", "What was handed in 3"),
        ("motesklar-20260302T090000Z.tar.gz", "motesklar-20260302T090000Z.tar.gz"),
        ("p-erased", "p-erased"),
        ("everybody", "Everybody"),
        ("csv everybody", "csv Everybody"),
        ("sort=-done", "Everybody"),
        ("csv sort=-done", "csv; Everybody"),
        ("q=… department=Social care sort=name", "Part of the name: …; Department: Social care"),
        (
            "workshop=w-tuesday left=1",
            "Workshop: Tuesday in the hall; Show people who have left, too",
        ),
        ("show=05-meeting-manners:handed-in", "How far: Meeting manners: handed in"),
        (
            "show=all:done since=2026-11-02",
            "How far: Done with the whole course; Something done on or after: 2026-11-02",
        ),
        ("show=plan:late plan=l-plan1", "How far: Late by a plan; Plan: Before summer"),
        ("show=99-gone:unknown", "How far: 99-gone: unknown"),
    ],
)
def test_filters_plans_and_counts_are_told_in_words(subject: str, words: str) -> None:
    assert told(subject) == words
