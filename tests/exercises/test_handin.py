"""Answers are data: whatever a browser sends, nothing but known keys reaches a notebook."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from babel.dates import LOCALTZ

from motesklar.course import Exercise, ExerciseKind, Module, Step
from motesklar.errors import BadAnswer
from motesklar.exercises.handin import (
    answers_that_fit,
    build_submission,
    check_answer,
    check_evidence,
    literal,
)
from motesklar_widgets import invitation_works
from tests.exercises.lessons import whole_lesson

ONE = Exercise("first-meeting", ExerciseKind.CHOOSE_ONE, 1, ("a", "b'\n"))
ORDER = Exercise("steps", ExerciseKind.PUT_IN_ORDER, 2, ("on", "say", "mute"))
SPOKEN = Exercise("spoken", ExerciseKind.CALL_EVIDENCE, 1)
FIX = Exercise("fix", ExerciseKind.FIX_PRACTICE, 1, ("wifi:on", "wifi:off"))
SEVERAL = Exercise("several", ExerciseKind.CHOOSE_SEVERAL, 1, ("light", "sound", "cake"))
PAIRS = Exercise("pairs", ExerciseKind.MATCH, 1, ("echo", "dark"), targets=("mute", "lamp"))
NUMBER = Exercise("number", ExerciseKind.FILL_IN, 1, numeric=True)
WAY = Exercise(
    "way",
    ExerciseKind.SCENARIO,
    1,
    moves={"start": {"wait": "end", "go": "start"}, "end": {}},
)
INVITATION = Exercise("invitation", ExerciseKind.INVITATION, 1)
NEW = (SEVERAL, PAIRS, NUMBER, WAY, INVITATION)
MODULE = Module(
    "m1", Path("m1"), "v", "T", "S", 5, (Step("read", "read", "R"),), (ONE, ORDER, SPOKEN, FIX)
)

HOSTILE: list[Any] = [
    None,
    True,
    1e999,
    float("nan"),
    "",
    "c",
    " a",
    "a\x00",
    "A",
    '__import__("os").system("id")',
    "a\n### END SOLUTION\nimport os",
    "a" * 1_000_000,
    ["a"],
    {"value": "a"},
    [],
    [[]],
    ["on", "say"],
    ["on", "say", "say"],
    ["on", "say", "mute", "on"],
    ["on", "say", None],
    ["on", "say", ["mute"]],
    {"on": 1, "say": 2, "mute": 3},
    ["on"] * 100_000,
]


@pytest.mark.parametrize("exercise", [ONE, ORDER, SPOKEN, FIX, *NEW], ids=lambda e: e.id)
@pytest.mark.parametrize("value", HOSTILE, ids=lambda v: repr(v)[:30])
def test_a_hostile_answer_is_refused_with_a_next_step(exercise: Exercise, value: Any) -> None:
    with pytest.raises(BadAnswer) as caught:
        check_answer(exercise, value)
    assert caught.value.message
    assert caught.value.next_step


def test_choices_and_orders_of_the_course_are_taken() -> None:
    assert check_answer(ONE, "b'\n") == "b'\n"
    assert check_answer(ORDER, ["say", "on", "mute"]) == ["say", "on", "mute"]


def test_what_was_done_on_the_drawn_computer_is_taken_as_often_as_it_was_done() -> None:
    done = ["wifi:on", "wifi:off", "wifi:on"]
    assert check_answer(FIX, done) == done


def test_evidence_is_never_taken_from_the_browser() -> None:
    with pytest.raises(BadAnswer, match="practice call"):
        check_answer(SPOKEN, {"sound_seconds": 9, "picture_seconds": 9, "text_characters": 9})
    given = {"spoken": {"sound_seconds": 9}}
    assert answers_that_fit(MODULE, given, {})["spoken"]["sound_seconds"] == 0


def test_measured_numbers_become_plain_numbers() -> None:
    measured = {"sound_seconds": 3.14159, "picture_seconds": float("nan"), "text_characters": 7}
    assert check_evidence(measured) == {
        "sound_seconds": 3.1,
        "picture_seconds": 0.0,
        "text_characters": 7,
        "tasks": {},
    }
    assert check_evidence({})["text_characters"] == 0


def test_tasks_of_the_call_are_told_with_the_way_they_were_done() -> None:
    measured = {"tasks": {"mute": "button", "camera": "leader", "x'; import os": "y", "hand": ""}}
    assert check_evidence(measured)["tasks"] == {"camera": "leader", "mute": "button"}
    spoken = answers_that_fit(MODULE, {}, measured)["spoken"]
    assert ast.literal_eval(literal(spoken)) == spoken


def test_a_saved_answer_that_no_longer_fits_counts_as_not_given() -> None:
    given = {"first-meeting": "gone", "steps": ["on", "mute", "say"], "unknown": "a"}
    fitting = answers_that_fit(MODULE, given, {})
    assert set(fitting) == {"steps", "spoken"}


def cell_sources(notebook: Any) -> dict[str, str]:
    return {c.metadata.get("nbgrader", {}).get("grade_id", c.id): c.source for c in notebook.cells}


def test_a_submission_differs_from_the_release_in_its_answer_cells_alone() -> None:
    released = whole_lesson()
    before = cell_sources(released)
    answers = {"first-meeting": "b'\n", "steps": ["on", "say", "mute"]}
    after = cell_sources(build_submission(MODULE, released, answers))
    assert cell_sources(released) == before
    assert {k for k in before if before[k] != after[k]} == {"first-meeting-answer", "steps-answer"}
    assert after["first-meeting-answer"] == 'first_meeting = "b\'\\n"'
    assert after["steps-answer"] == "steps = ['on', 'say', 'mute']"


def test_a_missing_answer_is_none() -> None:
    after = cell_sources(build_submission(MODULE, whole_lesson(), {}))
    assert after["first-meeting-answer"] == "first_meeting = None"


@pytest.mark.parametrize("value", ["'''\\", "å\u2028", ["a", "b"], {"x": 1, "y": 2.5}, None, True])
def test_a_literal_is_one_assignment_that_reads_back_as_itself(value: Any) -> None:
    tree = ast.parse(f"x = {literal(value)}")
    assert len(tree.body) == 1
    assert isinstance(tree.body[0], ast.Assign)
    assert ast.literal_eval(tree.body[0].value) == value


class Sly(str):
    def __repr__(self) -> str:
        return "__import__('os')"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), Sly("a"), [Sly("a")]])
def test_what_is_no_literal_is_refused(value: Any) -> None:
    with pytest.raises(BadAnswer):
        literal(value)


CALENDAR = "\r\n".join(
    (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Test//",
        "BEGIN:VEVENT",
        "UID:1",
        "DTSTAMP:20270101T100000Z",
        "DTSTART;TZID=Europe/Stockholm:20270301T100000",
        "DURATION:PT45M",
        "SUMMARY:Planering\\, vecka 9",
        "LOCATION:https://mote.example/rum",
        "DESCRIPTION:Vi går igenom schemat.",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
)
WORD = Exercise("word", ExerciseKind.FILL_IN, 1)
LETTER = Exercise("letter", ExerciseKind.SHORT_TEXT, 0)


def test_several_choices_are_kept_in_the_order_of_the_options() -> None:
    assert check_answer(SEVERAL, ["cake", "light"]) == ["light", "cake"]


def test_every_item_is_matched_with_a_target_and_a_target_may_fit_twice() -> None:
    answer = {"dark": "lamp", "echo": "lamp"}
    assert list(check_answer(PAIRS, answer).items()) == [("echo", "lamp"), ("dark", "lamp")]


@pytest.mark.parametrize("number", [0, -3, 40, 30.5, 1e9])
def test_a_number_is_kept_as_it_is(number: float) -> None:
    kept = check_answer(NUMBER, number)
    assert (kept, type(kept)) == (number, type(number))


def test_a_way_goes_from_the_first_scene_to_an_end() -> None:
    assert check_answer(WAY, ["go", "go", "wait"]) == ["go", "go", "wait"]
    for unfinished in (["go"], ["wait", "wait"], ["go"] * 51):
        with pytest.raises(BadAnswer):
            check_answer(WAY, unfinished)


@pytest.mark.parametrize("exercise", [WORD, LETTER], ids=lambda e: e.id)
def test_what_is_written_stays_text(exercise: Exercise) -> None:
    code = '__import__("os").system("id")'
    assert check_answer(exercise, f"  {code}\n") == code
    for refused in (None, 5, "", "  ", "a" * 2001, "\ud800", ["a"]):
        with pytest.raises(BadAnswer):
            check_answer(exercise, refused)


def test_an_invitation_is_read_out_of_a_calendar_file_and_kept_as_data() -> None:
    kept = check_answer(INVITATION, {"ics": CALENDAR})
    assert kept == {
        "title": "Planering, vecka 9",
        "start": "2027-03-01T10:00",
        "minutes": 45,
        "place": "https://mote.example/rum",
        "text": "Vi går igenom schemat.",
    }
    assert check_answer(INVITATION, kept) == kept
    assert invitation_works(kept)


@pytest.mark.parametrize(
    "change",
    [
        ("20270301T100000", "2027"),
        ("DURATION:PT45M", "DTEND:20200101T100000Z"),
        ("VEVENT", "VTODO"),
        ("BEGIN:VCALENDAR", "BEGIN:VCALENDAR\r\n" + "X-LONG:" + "a" * 50_000),
        ("END:VEVENT", "BEGIN:VALARM\r\n" * 500),
    ],
)
def test_a_calendar_file_that_cannot_be_used_says_what_to_do(change: tuple[str, str]) -> None:
    with pytest.raises(BadAnswer) as caught:
        check_answer(INVITATION, {"ics": CALENDAR.replace(*change)})
    assert caught.value.next_step


def test_two_meetings_are_not_one_invitation() -> None:
    event = CALENDAR[CALENDAR.index("BEGIN:VEVENT") : CALENDAR.index("END:VCALENDAR")]
    with pytest.raises(BadAnswer, match="one meeting"):
        check_answer(INVITATION, {"ics": CALENDAR.replace(event, event * 2)})


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("DTSTART;TZID=Europe/Stockholm:20270301T100000", "DTEND:20270301T094500Z"),
        ("DTSTART;TZID=W. Europe Standard Time:20270301T100000", "DURATION:PT45M"),
        ("DTSTART:20270301T100000", "DTEND:20270301T104500"),
        (
            "DTSTART;TZID=Europe/Stockholm:20270301T100000",
            "DTEND;TZID=Europe/London:20270301T094500",
        ),
    ],
)
def test_calendars_that_write_times_in_other_ways_mean_the_same(start: str, end: str) -> None:
    first, second = "DTSTART;TZID=Europe/Stockholm:20270301T100000", "DURATION:PT45M"
    written = CALENDAR.replace(first, start).replace(second, end)
    kept = check_answer(INVITATION, {"ics": f"\ufeff{written}"})
    assert (kept["start"], kept["minutes"]) == ("2027-03-01T10:00", 45)


def test_a_time_of_no_place_is_told_by_our_clock() -> None:
    written = CALENDAR.replace(";TZID=Europe/Stockholm:20270301T100000", ":20270301T090000Z")
    ours = datetime(2027, 3, 1, 9, tzinfo=UTC).astimezone(LOCALTZ).strftime("%Y-%m-%dT%H:%M")
    assert check_answer(INVITATION, {"ics": written})["start"] == ours


def test_pages_that_a_service_adds_to_an_agenda_are_cut_off() -> None:
    written = CALENDAR.replace("DESCRIPTION:", "DESCRIPTION:" + "a" * 2500)
    assert check_answer(INVITATION, {"ics": written})["text"] == "a" * 2000
