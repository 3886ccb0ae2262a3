"""Whatever a browser sends is refused with a next step, or stays data to the end: nothing runs.

Every hostile value meets every kind of exercise. What is taken goes the whole way: into the
notebook, through nbgrader in a real grading process, and is looked for there.
"""

import ast
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motesklar.course import Exercise, ExerciseKind, Module, Step
from motesklar.errors import BadAnswer
from motesklar.exercises.handin import answers_that_fit, build_submission, check_answer, literal
from motesklar.exercises.nbgrader_root import prepare_course
from motesklar_widgets.drawn_computer import all_actions
from motesklar_widgets.invitation import FIELDS
from tests.exercises.conftest import Classroom
from tests.exercises.lessons import code, exercise, lesson, nbgrader, step, write_module

EXERCISES = (
    Exercise("one", ExerciseKind.CHOOSE_ONE, 1, ("a", "b")),
    Exercise("several", ExerciseKind.CHOOSE_SEVERAL, 1, ("a", "b")),
    Exercise("pairs", ExerciseKind.MATCH, 1, ("a", "b"), targets=("c", "d")),
    Exercise("number", ExerciseKind.FILL_IN, 1, numeric=True),
    Exercise("word", ExerciseKind.FILL_IN, 1),
    Exercise("place", ExerciseKind.CLICK_PLACE, 1, ("hand", "chat")),
    Exercise("way", ExerciseKind.SCENARIO, 1, moves={"start": {"go": "end"}, "end": {}}),
    Exercise("invitation", ExerciseKind.INVITATION, 1),
    Exercise("letter", ExerciseKind.SHORT_TEXT, 0),
    Exercise("order", ExerciseKind.PUT_IN_ORDER, 1, ("a", "b")),
    Exercise("fix", ExerciseKind.FIX_PRACTICE, 1, tuple(all_actions())),
    Exercise("spoken", ExerciseKind.CALL_EVIDENCE, 1),
)
#: What they would take, so that one hostile part is all that is wrong.
FITTING: Mapping[str, Any] = {
    "one": "a",
    "several": ["a"],
    "pairs": {"a": "c", "b": "d"},
    "number": 5,
    "word": "mikrofon",
    "place": "hand",
    "way": ["go"],
    "invitation": {
        "title": "Planering",
        "start": "2027-03-01T10:00",
        "minutes": 45,
        "place": "https://mote.example/rum",
        "text": "Vi går igenom schemat.",
    },
    "letter": "Hej",
    "order": ["a", "b"],
    "fix": [next(iter(all_actions()))],
}

#: Each makes the file if it ever is read as code; MARKER is where.
CODE = (
    "open('MARKER', 'w')",
    "__import__('pathlib').Path('MARKER').touch()",
    "'; open('MARKER', 'w'); '",
    "\"; open('MARKER', 'w'); \"",
    "'''; open('MARKER', 'w'); '''",
    "\\'; open('MARKER', 'w') #",
    "\\\\'; open('MARKER', 'w') #",
    "\\N{APOSTROPHE}; open('MARKER', 'w') #",
    "\\x27; open('MARKER', 'w') #",
    "\n### END SOLUTION\nopen('MARKER', 'w')",
    "### BEGIN HIDDEN TESTS\nopen('MARKER', 'w')\n### END HIDDEN TESTS",
    "\r\nopen('MARKER', 'w')\r",
    "\u2028open('MARKER', 'w')\u2029",
    "\x85open('MARKER', 'w')\x0b\x0c",
    "\u202e open('MARKER', 'w') \u2066",
    "\x00open('MARKER', 'w')",
    "{open('MARKER', 'w')}",
    "${touch MARKER} $(touch MARKER) `touch MARKER`",
    "!touch MARKER",
    "\n!touch MARKER\n%%bash\ntouch MARKER",
    "%run MARKER",
    "?",
    "\uff07; open(\uff07MARKER\uff07, \uff07w\uff07)",
    "# -*- coding: utf-7 -*-\n+AAo-open('MARKER', 'w')",
    "<script>fetch('/')</script>",
)


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


OTHER: tuple[Any, ...] = (
    None,
    True,
    -1,
    0.5,
    1e308,
    float("inf"),
    float("-inf"),
    float("nan"),
    10**5000,
    "",
    " \t\n",
    "\ud800",
    "a" * 1_000_000,
    [],
    {},
    [None],
    [["a"]],
    {"a": None},
    {"": ""},
    {"a": ["c"], "b": {}},
    {"value": "a"},
    {"ics": None},
    {"ics": ["a"]},
    {"__class__": "dict", "__proto__": {"a": "c"}},
    dict.fromkeys(map(str, range(10_000)), "c"),
    ["a"] * 100_000,
    nested(900),
)


def numbered(*values: Collection[Any]) -> list[str]:
    """Names for values that have none that fits on a line."""
    return [str(number) for number in range(sum(map(len, values)))]


def with_part(fitting: Any, part: Any) -> Iterator[Any]:
    """The fitting answer with one part of it replaced, each in turn."""
    yield part
    if isinstance(fitting, list):
        yield [part, *fitting[1:]]
        yield [*fitting, part]
    if isinstance(fitting, dict):
        for key in fitting:
            yield fitting | {key: part}
        if isinstance(part, str):
            yield fitting | {part: "x"}


def told(exercise: Exercise, value: Any) -> Any:
    """The answer as it is kept, or the error that refuses it."""
    try:
        return check_answer(exercise, value)
    except BadAnswer as refused:
        return refused


def assert_refused_or_data(exercise: Exercise, value: Any) -> None:
    kept = told(exercise, value)
    if isinstance(kept, BadAnswer):
        assert kept.message
        assert kept.next_step
        return
    statements = ast.parse(f"x = {literal(kept)}").body
    assert len(statements) == 1
    assert isinstance(statements[0], ast.Assign)
    assert ast.literal_eval(statements[0].value) == kept
    assert "\n" not in literal(kept)
    assert check_answer(exercise, kept) == kept
    assert len(json.dumps(kept)) < 60_000


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
@pytest.mark.parametrize("part", [*CODE, *OTHER], ids=numbered(CODE, OTHER))
def test_a_hostile_value_is_refused_with_a_next_step_or_kept_as_data(
    exercise: Exercise, part: Any
) -> None:
    for value in with_part(FITTING.get(exercise.id), part):
        assert_refused_or_data(exercise, value)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
def test_only_where_people_write_themselves_is_code_taken_and_then_as_text(
    exercise: Exercise,
) -> None:
    written = {"word", "letter", "invitation"}
    for part in CODE:
        for value in with_part(FITTING.get(exercise.id), part):
            kept = told(exercise, value)
            if isinstance(kept, BadAnswer):
                continue
            assert exercise.id in written
            texts = kept.values() if isinstance(kept, dict) else [kept]
            assert part.strip() in {text.strip() for text in texts if isinstance(text, str)}


# Calendar files


def calendar(*lines: str, **changed: str) -> str:
    """A calendar file; `lines` stand in its meeting, and `changed` replaces its own ones."""
    meeting = {
        "DTSTART": "DTSTART;TZID=Europe/Stockholm:20270301T100000",
        "DURATION": "DURATION:PT45M",
        "SUMMARY": "SUMMARY:Planering",
        "LOCATION": "LOCATION:https://mote.example/rum",
        "DESCRIPTION": "DESCRIPTION:Vi går igenom schemat.",
    } | changed
    inner = (*lines, *(line for line in meeting.values() if line))
    return "\r\n".join(
        ("BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", *inner, "END:VEVENT", "END:VCALENDAR")
    )


def zone(name: str, rule: str) -> str:
    """A description of a time zone of somebody's own."""
    return "\r\n".join(
        (
            *("BEGIN:VTIMEZONE", f"TZID:{name}", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
            *("TZOFFSETFROM:+0100", "TZOFFSETTO:+0900", f"RRULE:{rule}"),
            *("END:STANDARD", "END:VTIMEZONE", "BEGIN:VEVENT"),
        )
    )


NEVER_ENDING = "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"
BOMBS: Mapping[str, str] = {
    "a million lines": calendar("X:\r\n" * 1_000_000),
    "as many lines as fit": calendar("X:\r\n" * 12_000),
    "empty lines": calendar("\n" * 49_000),
    "one long line": calendar(SUMMARY="SUMMARY:" + "a" * 49_000),
    "an enormous line": calendar(SUMMARY="SUMMARY:" + "a" * 1_000_000),
    "folded a thousand times": calendar(SUMMARY="SUMMARY:" + "\r\n a" * 12_000),
    "parameters": calendar(SUMMARY="SUMMARY" + ";A=b" * 12_000 + ":x"),
    "quotation marks": calendar(SUMMARY='SUMMARY;A="' + '","' * 16_000 + '":x'),
    "backslashes": calendar(SUMMARY="SUMMARY:" + "\\" * 49_000),
    "a meeting in itself": calendar("BEGIN:VEVENT\r\n" * 3_400),
    "alarms in alarms": calendar("BEGIN:VALARM\r\n" * 3_400),
    "parts in parts, closed": calendar("BEGIN:X\r\n" * 2_500 + "END:X\r\n" * 2_500),
    "ends without beginnings": calendar("END:VEVENT\r\n" * 3_500),
    "repeated for ever": calendar("RRULE:FREQ=SECONDLY"),
    "repeated on a day that never comes": calendar(f"RRULE:{NEVER_ENDING}"),
    "repeated ten thousand million times": calendar("RRULE:FREQ=DAILY;COUNT=10000000000"),
    "dates": calendar("RDATE:" + ",".join(["20270301T100000Z"] * 2_800)),
    "exceptions": calendar("EXDATE:" + ",".join(["20270301T100000Z"] * 1_000)),
    "a zone that is never worked out": calendar(
        DTSTART="DTSTART;TZID=Evil:20270301T100000", DURATION="DTEND:20270301T120000Z"
    ).replace("BEGIN:VEVENT", zone("Evil", NEVER_ENDING), 1),
    "a period in such a zone": calendar(
        "RDATE;VALUE=PERIOD;TZID=Evil:20270301T100000/20270301T120000Z"
    ).replace("BEGIN:VEVENT", zone("Evil", NEVER_ENDING), 1),
    "an attachment": calendar("ATTACH;ENCODING=BASE64;VALUE=BINARY:" + "A" * 48_000),
    "an attachment elsewhere": calendar("ATTACH:file:///etc/passwd"),
}
ODD_TIMES = (
    "DTSTART;TZID=../../etc/passwd:20270301T100000",
    "DTSTART;TZID=/etc/passwd:20270301T100000",
    "DTSTART;TZID=Europe:20270301T100000",
    "DTSTART;TZID=a\x00b:20270301T100000",
    "DTSTART;TZID=" + "a" * 10_000 + ":20270301T100000",
    "DTSTART;TZID=/maker.example/Europe/Stockholm:20270301T100000",
    "DTSTART:00000101T000000",
    "DTSTART:00010101T000000Z",
    "DTSTART:99991231T235959",
    "DTSTART:20270230T100000",
    "DTSTART;VALUE=DATE:20270301",
    "DTSTART;VALUE=PERIOD:20270301T100000Z/PT1H",
    "DTSTART;VALUE=DURATION:PT1H",
    "DTSTART;VALUE=BINARY;ENCODING=BASE64:AAAA",
    "DTSTART:20270301T100000\r\nDTSTART:20270302T100000",
    "DTSTART:open('MARKER', 'w')",
)
ODD_LENGTHS = (
    "DURATION:P999999999999D",
    "DURATION:P" + "9" * 5_000 + "D",
    "DURATION:-PT45M",
    "DURATION:P",
    "DURATION:PT45M\r\nDTEND:20270301T110000",
    "DTEND;VALUE=DATE:20270301",
    "DTEND:20260301T100000",
    "DTEND:99991231T235959Z",
    "DTEND:",
)
PIECES = (
    *(";", ":", "=", '"', "\\", "\r\n", "\r\n ", "BEGIN:", "END:", "VEVENT", "VTIMEZONE", "TZID="),
    *(
        "VALUE=",
        "DATE",
        "PERIOD",
        "BINARY",
        "ENCODING=BASE64",
        "P",
        "W",
        "Z",
        "99999999",
        "DTSTART",
    ),
)
NO_CALENDARS = (
    "",
    "\x00",
    "/etc/passwd",
    "BEGIN:VCALENDAR",
    "BEGIN:VCALENDAR\r\nEND:VCALENDAR",
    "BEGIN:VCARD\r\nN:a\r\nEND:VCARD",
    calendar() * 2,
    calendar().replace("VCALENDAR", "X"),
    calendar().encode("utf-16").decode("latin-1"),
)


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_calendar_file_that_would_grow_does_not(bomb: str) -> None:
    assert_refused_or_data(by_id("invitation"), {"ics": BOMBS[bomb]})


@pytest.mark.parametrize(
    "text",
    [
        *(calendar(DTSTART=line) for line in ODD_TIMES),
        *(calendar(DURATION=line) for line in ODD_LENGTHS),
        *NO_CALENDARS,
    ],
    ids=numbered(ODD_TIMES, ODD_LENGTHS, NO_CALENDARS),
)
def test_an_odd_calendar_file_is_refused_or_kept_as_data(text: str) -> None:
    assert_refused_or_data(by_id("invitation"), {"ics": text})


@given(
    pieces=st.lists(
        st.tuples(
            st.integers(0, 400),
            st.integers(0, 12),
            st.text(max_size=4) | st.sampled_from(PIECES),
        ),
        max_size=5,
    )
)
def test_a_calendar_file_that_was_mangled_anyhow_is_refused_or_kept_as_data(
    pieces: list[tuple[int, int, str]],
) -> None:
    text = calendar()
    for start, length, piece in pieces:
        text = text[:start] + piece + text[start + length :]
    assert_refused_or_data(by_id("invitation"), {"ics": text})


def test_what_is_no_text_in_a_calendar_file_is_no_text_in_the_answer() -> None:
    for line in ("SUMMARY;VALUE=DATE:20270301", "SUMMARY;VALUE=BINARY;ENCODING=BASE64:AAAA"):
        assert check_answer(by_id("invitation"), {"ics": calendar(SUMMARY=line)})["title"] == ""
    twice = calendar(SUMMARY="SUMMARY:Första\r\nSUMMARY:Andra")
    assert check_answer(by_id("invitation"), {"ics": twice})["title"] == "Första"


def test_nobodys_own_time_zone_changes_the_next_persons_meeting() -> None:
    mine = {
        "ics": calendar(
            DTSTART="DTSTART;TZID=Mine:20270301T100000", DURATION="DTEND:20270301T160000Z"
        )
    }
    before = check_answer(by_id("invitation"), mine)
    evil = calendar().replace("BEGIN:VEVENT", zone("Mine", "FREQ=YEARLY"), 1)
    check_answer(by_id("invitation"), {"ics": evil})
    assert check_answer(by_id("invitation"), mine) == before


def by_id(exercise_id: str) -> Exercise:
    return next(exercise for exercise in EXERCISES if exercise.id == exercise_id)


# The whole way


WIDGETS: Mapping[str, tuple[str, str]] = {
    "one": ('ChooseOne("one", question=_("F"), options={"a": _("A"), "b": _("B")})', "'a'"),
    "several": (
        'ChooseSeveral("several", question=_("F"), options={"a": _("A"), "b": _("B")})',
        "['a']",
    ),
    "pairs": (
        'Match("pairs", question=_("F"), items={"a": _("A"), "b": _("B")},'
        ' targets={"c": _("C"), "d": _("D")})',
        "{'a': 'c', 'b': 'd'}",
    ),
    "number": ('FillIn("number", question=_("F"), unit=_("m"))', "5"),
    "word": ('FillIn("word", question=_("F"))', "'mikrofon'"),
    "place": ('ClickPlace("place", question=_("F"), places={"hand": _("H"), "chat": _("C")})', "1"),
    "way": (
        'Scenario("way", question=_("F"), scenes={"start": {"text": _("S"), "choices":'
        ' {"go": (_("G"), "end")}}, "end": {"text": _("E"), "choices": {}}})',
        "['go']",
    ),
    "invitation": ('Invitation("invitation", question=_("F"))', "{}"),
    "order": ('PutInOrder("order", question=_("F"), items={"a": _("A"), "b": _("B")})', "['a']"),
    "fix": ('FixPractice("fix", question=_("F"), fault="network")', "['a']"),
}
IMPORTS = (
    "from motesklar_widgets import ChooseOne, ChooseSeveral, ClickPlace, FillIn, FixPractice,"
    " Invitation, Match, PutInOrder, Scenario, ShortText, _"
)


def lesson_of_every_kind() -> Any:
    """Its tests are right when the answer is still plain data, and they look at all of it."""
    cells = [
        cell
        for name, (widget, right) in WIDGETS.items()
        for cell in exercise(
            name, widget, right, f"isinstance({name}, str | int | list | dict) and repr({name})"
        )
    ]
    solution = "letter = None\n### BEGIN SOLUTION\nletter = 'Hej'\n### END SOLUTION"
    letter = nbgrader("letter", grade=True, solution=True, points=0)
    made = lesson(
        step("all", kind="answer"),
        *cells,
        code('ShortText("letter", question=_("F"))', "letter-w"),
        code(solution, "letter-a", nbgrader=letter),
    )
    made.cells[0].source = IMPORTS
    return made


MODULE = Module(
    "hostile", Path("hostile"), "v", "T", "S", 5, (Step("all", "answer", "A"),), EXERCISES
)


def hostile_answers(marker: Path) -> list[dict[str, Any]]:
    """Answers that are taken, with code in every text that somebody may write."""
    return [
        {
            **FITTING,
            "word": text.strip()[:100],
            "letter": text * 5,
            "invitation": dict.fromkeys(FIELDS, text) | {"start": "2027-03-01T10:00", "minutes": 5},
        }
        for text in (part.replace("MARKER", str(marker)) for part in CODE)
    ]


def test_a_hostile_answer_is_one_literal_in_its_cell_and_changes_no_other(tmp_path: Path) -> None:
    released = lesson_of_every_kind()
    for hostile in hostile_answers(tmp_path / "m"):
        fitting = answers_that_fit(MODULE, hostile, {})
        assert {"letter", "invitation"} <= set(fitting)
        submitted = build_submission(MODULE, released, fitting)
        assert_literals_alone(submitted, released, fitting)


def assert_literals_alone(submitted: Any, released: Any, answers: Mapping[str, Any]) -> None:
    """Every answer cell is one assignment of its answer, and every other cell as it was."""
    waiting = {e.answer_cell: e for e in EXERCISES if e.id in WIDGETS or e.manual}
    for cell, before in zip(submitted.cells, released.cells, strict=True):
        exercise = waiting.pop(cell.metadata.get("nbgrader", {}).get("grade_id", ""), None)
        if exercise is None:
            assert cell.source == before.source
            continue
        (statement,) = ast.parse(cell.source).body
        assert isinstance(statement, ast.Assign)
        assert ast.unparse(statement.targets[0]) == exercise.variable
        assert ast.literal_eval(statement.value) == answers.get(exercise.id)
    assert not waiting


@pytest.fixture
async def hostile_classroom(make_classroom: Callable[..., Classroom]) -> Any:
    made = make_classroom("m1")
    write_module(made.overlay / "modules", "hostile", lesson_of_every_kind())
    made.modules = ("m1", "hostile")
    prepare_course(list(made.modules), made.data, made.overlay)
    made.exercises = made.new_exercises()
    await made.start()
    yield made
    await made.stop()
    made.database.close()


@pytest.mark.slow
async def test_nothing_of_a_hostile_answer_runs_where_it_is_graded(
    hostile_classroom: Classroom, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    room = hostile_classroom
    handed_in = {}
    for number, hostile in enumerate(hostile_answers(marker)):
        person = room.person(f"Person {number}")
        handed_in[person] = {name: value for name, value in hostile.items() if value}
        for name, value in handed_in[person].items():
            room.exercises.save_answer(person, "hostile", name, value)
        await room.hand_in(person, f"attempt-{person}", "hostile")
    released = read_lesson(room, "release")
    for person, answers in handed_in.items():
        # every test has found plain data in its variable
        await room.assert_graded(f"attempt-{person}", len(WIDGETS))
        fitting = answers_that_fit(MODULE, answers, {})
        assert_literals_alone(read_lesson(room, f"submitted/{person}"), released, fitting)
    assert not marker.exists()


def read_lesson(room: Classroom, folder: str) -> Any:
    """The hostile lesson in a folder of nbgrader's."""
    (found,) = room.data.root.glob(f"*/{folder}/hostile/lesson.ipynb")
    return nbformat.read(found, as_version=4)
