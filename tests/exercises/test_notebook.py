"""Lessons are read as data, and a wrong one is told by module and cell."""

from pathlib import Path
from typing import Any

import pytest

from motesklar.course import Exercise, ExerciseKind, Module
from motesklar.errors import ConfigError
from motesklar.exercises.notebook import parse_module, solutions_of, version_of
from tests.exercises.lessons import (
    CHOOSE,
    choose,
    code,
    exercise,
    lesson,
    nbgrader,
    spoken,
    step,
    whole_lesson,
)


def read(notebook: Any) -> Module:
    return parse_module("m1", Path("m1"), notebook, "v", {})


def test_a_lesson_gives_its_steps_and_exercises_in_order() -> None:
    module = read(whole_lesson())
    assert [(s.id, s.kind, s.title) for s in module.steps] == [
        ("read", "read", "Ett steg"),
        ("do", "answer", "Ett steg"),
    ]
    assert module.exercises[0] == Exercise(
        "first-meeting", ExerciseKind.CHOOSE_ONE, 1, ("a", "b"), "Därför: first-meeting", "read"
    )
    assert module.exercises[1].choices == ("on", "say")
    assert module.max_score == 3
    assert (module.title, module.summary, module.minutes) == ("En lektion", "Kort sagt.", 5)


def test_solutions_are_read_without_running_them() -> None:
    notebook = whole_lesson()
    assert solutions_of(read(notebook), notebook) == {
        "first-meeting": "b",
        "steps": ["on", "say"],
    }


def test_nothing_in_a_lesson_is_run_while_it_is_read(tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    touch = code(f"open({str(proof)!r}, 'w')", "touch")
    read(lesson(step("read"), touch, *choose()))
    assert not proof.exists()


def test_the_version_follows_the_released_notebook_and_the_catalogues() -> None:
    first = version_of(b"a", {"en.po": b"b"})
    assert first == version_of(b"a", {"en.po": b"b"})
    assert len({first, version_of(b"ab", {}), version_of(b"a", {"en.po": b"c"})}) == 3


def without(cells: list[Any], cell_id: str) -> list[Any]:
    return [cell for cell in cells if not cell.id.startswith(f"{cell_id}-")]


def twisted(cell_id: str, old: str, new: str) -> list[Any]:
    cells = choose()
    cell = next(cell for cell in cells if cell.id.startswith(f"{cell_id}-"))
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    return cells


FAULTS = {
    "a step twice": ([step("read"), step("read")], "cell 3", "is there twice"),
    "a step of unknown kind": ([step("read", kind="look")], "cell 2", "use one of read, test"),
    "a step with a bad id": ([step("Läs")], "cell 2", "small letters"),
    "no steps": ([], "cells", "at least one step"),
    "an exercise before the first step": (choose(), "cell 4", "before the first step"),
    "an exercise twice": ([step("read"), *choose(), *choose()], "cell 6", "shown twice"),
    "a grade_id twice": (
        [step("read"), *choose(), code("x = 1", "x", nbgrader=nbgrader("first-meeting"))],
        "cell 6",
        "grade_id 'first-meeting' is there twice",
    ),
    "no answer cell": (
        [step("read"), *without(choose(), "first-meeting-a")],
        "cell 4",
        "has no answer cell first-meeting-answer",
    ),
    "no widget": ([step("read"), *without(choose(), "first-meeting-w")], "cell 4", "no widget"),
    "no test cell": ([step("read"), *without(choose(), "first-meeting-t")], "cells", "no test"),
    "a lonely answer cell": (
        [step("read"), code("x = 1", "x", nbgrader=nbgrader("x-answer", solution=True))],
        "cells",
        "belongs to no exercise",
    ),
    "no points": ([step("read"), *choose(points=0)], "cell 5", "needs points"),
    "no explanation": (
        [step("read"), *twisted("first-meeting-t", "explanation =", "because =")],
        "cell 5",
        "needs explanation",
    ),
    "tests that aren't hidden": (
        [step("read"), *twisted("first-meeting-t", "### BEGIN HIDDEN TESTS", "")],
        "cell 5",
        "BEGIN HIDDEN TESTS",
    ),
    "a solution that would be released": (
        [step("read"), *twisted("first-meeting-a", "### BEGIN SOLUTION", "")],
        "cell 4",
        "BEGIN SOLUTION",
    ),
    "a solution that is code": (
        [step("read"), *twisted("first-meeting-a", '"b"', 'open("b")')],
        "cell 4",
        "a plain value, not code",
    ),
    "another variable": (
        [step("read"), *twisted("first-meeting-a", "first_meeting = None", "other = None")],
        "cell 4",
        "must be 'first_meeting = None'",
    ),
    "one option": (
        [step("read"), *twisted("first-meeting-w", ', "b": _("B")', "")],
        "cell 3",
        "two keys or more",
    ),
    "the same option twice": (
        [step("read"), *twisted("first-meeting-w", '"b": ', '"a": ')],
        "cell 3",
        "same key twice",
    ),
    "options that aren't written out": (
        [step("read"), *twisted("first-meeting-w", '{"a": _("A"), "b": _("B")}', "OPTIONS")],
        "cell 3",
        "two keys or more",
    ),
    "a widget without an id": (
        [step("read"), code("ChooseOne()", "w")],
        "cell 3",
        "first argument",
    ),
    "a rehearsal of a fault that there isn't": (
        [step("read"), code('FixPractice("fix", question=_("Laga"), fault="rain")', "w")],
        "cell 3",
        "one of permission, wrong-microphone",
    ),
    "no Python": ([step("read"), code("if", "if")], "cell 3", "not valid Python"),
    "a word of Python's": (
        [step("read"), *exercise("class", CHOOSE.replace("first-meeting", "class"), "1", "1")],
        "cell 5",
        "small letters",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_lesson_names_module_cell_and_problem(fault: str) -> None:
    cells, where, problem = FAULTS[fault]
    with pytest.raises(ConfigError) as caught:
        read(lesson(*cells))
    told = str(caught.value)
    assert told.startswith(f"m1/lesson.ipynb: {where}: ")
    assert problem in told


@pytest.mark.parametrize("key", ["title", "summary", "minutes"])
@pytest.mark.parametrize("value", [None, "", True, 0])
def test_title_summary_and_minutes_are_needed(key: str, value: Any) -> None:
    notebook = whole_lesson()
    notebook.metadata.motesklar[key] = value
    with pytest.raises(ConfigError, match=key):
        read(notebook)


def test_evidence_has_no_choices() -> None:
    module = read(lesson(step("call"), *spoken()))
    assert module.exercises[0].kind is ExerciseKind.CALL_EVIDENCE
    assert module.exercises[0].choices == ()


def test_a_rehearsal_takes_the_actions_of_the_drawn_computer() -> None:
    widget = 'FixPractice("fix", question=_("Laga"), fault="network")'
    cells = exercise("fix", widget, '["wifi:on"]', 'fix_works("network", fix)')
    [fix] = read(lesson(step("fix"), *cells)).exercises
    assert fix.kind is ExerciseKind.FIX_PRACTICE
    assert {"wifi:on", "network-settings:open"} < set(fix.choices)


def kept_as(widget: str, right: str) -> Exercise:
    [found] = read(lesson(step("ask"), *exercise("asked", widget, right, "asked"))).exercises
    return found


def test_each_kind_takes_what_its_widget_shows() -> None:
    several = 'ChooseSeveral("asked", question=_("F"), options={"a": _("A"), "b": _("B")})'
    assert kept_as(several, '["a"]').choices == ("a", "b")
    match = (
        'Match("asked", question=_("F"), items={"a": _("A"), "b": _("B")}, '
        'targets={"x": _("X"), "y": _("Y")})'
    )
    assert kept_as(match, '{"a": "x", "b": "y"}').targets == ("x", "y")
    place = 'ClickPlace("asked", question=_("F"), places={"hand": _("H"), "chat": _("C")})'
    assert kept_as(place, '"hand"').choices == ("hand", "chat")
    assert kept_as('FillIn("asked", question=_("F"), unit=_("kronor"))', "4").numeric
    assert not kept_as('FillIn("asked", question=_("F"))', '"ord"').numeric


def scenario(scenes: str) -> str:
    return f'Scenario("asked", question=_("F"), scenes={scenes})'


END = '"end": {"text": _("E"), "choices": {}}'


def test_a_scenario_is_kept_as_its_moves() -> None:
    scenes = '{"start": {"text": _("S"), "choices": {"go": (_("G"), "end")}}, ' + END + "}"
    assert kept_as(scenario(scenes), '["go"]').moves == {"start": {"go": "end"}, "end": {}}


@pytest.mark.parametrize(
    ("scenes", "problem"),
    [
        ('{"start": {"text": _("S"), "choices": {"go": (_("G"), "away")}}, ' + END + "}", "away"),
        ('{"start": {"text": _("S"), "choices": {}}, ' + END + "}", "needs choices"),
        ('{"start": {"text": "S", "choices": {"go": (_("G"), "end")}}, ' + END + "}", "needs sc"),
        (
            '{"start": {"text": _("S"), "choices": {"a": (_("A"), "end"), "b": (_("B"), "c")}}, '
            '"c": {"text": _("C"), "choices": {"d": (_("D"), "c")}}, ' + END + "}",
            "no way leads from c",
        ),
        (
            '{"start": {"text": _("S"), "choices": {"go": (_("G"), "end")}}, '
            '"island": {"text": _("I"), "choices": {}}, ' + END + "}",
            "no choice leads to island",
        ),
        ("SCENES", "needs sc"),
    ],
)
def test_a_scenario_that_cannot_be_walked_is_refused(scenes: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        kept_as(scenario(scenes), '["go"]')


def test_a_place_that_is_not_drawn_is_refused() -> None:
    place = 'ClickPlace("asked", question=_("F"), places={"hand": _("H"), "roof": _("R")})'
    with pytest.raises(ConfigError, match="roof"):
        kept_as(place, '"hand"')


def letter(**more: Any) -> list[Any]:
    answer = 'letter = None\n### BEGIN SOLUTION\nletter = "Hej"\n### END SOLUTION'
    marks = {"grade": True, "solution": True, "points": 0} | more
    return [
        code('ShortText("letter", question=_("F"))', "letter-w"),
        code(answer, "letter-a", nbgrader=nbgrader("letter", **marks)),
    ]


def test_a_text_for_a_person_is_one_cell_without_points() -> None:
    [found] = read(lesson(step("ask"), *letter())).exercises
    assert found.manual
    assert found.answer_cell == "letter"
    assert (found.points, found.explanation) == (0, "")


@pytest.mark.parametrize(
    ("marks", "problem"), [({"points": 2}, "0 points"), ({"solution": False}, "solution and grade")]
)
def test_a_text_for_a_person_that_is_marked_otherwise_is_refused(
    marks: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ConfigError, match=problem):
        read(lesson(step("ask"), *letter(**marks)))
