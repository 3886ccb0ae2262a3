"""Answers are data: whatever a browser sends, nothing but known keys reaches a notebook."""

import ast
from pathlib import Path
from typing import Any

import pytest

from motesklar.course import Exercise, ExerciseKind, Module, Step
from motesklar.errors import BadAnswer
from motesklar.exercises.handin import (
    answers_that_fit,
    build_submission,
    check_answer,
    check_evidence,
    literal,
)
from tests.exercises.lessons import whole_lesson

ONE = Exercise("first-meeting", ExerciseKind.CHOOSE_ONE, 1, ("a", "b'\n"))
ORDER = Exercise("steps", ExerciseKind.PUT_IN_ORDER, 2, ("on", "say", "mute"))
SPOKEN = Exercise("spoken", ExerciseKind.CALL_EVIDENCE, 1)
FIX = Exercise("fix", ExerciseKind.FIX_PRACTICE, 1, ("wifi:on", "wifi:off"))
MODULE = Module(
    "m1", Path("m1"), "v", "T", "S", 5, (Step("read", "read", "R"),), (ONE, ORDER, SPOKEN, FIX)
)

HOSTILE: list[Any] = [
    None,
    True,
    1,
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


@pytest.mark.parametrize("exercise", [ONE, ORDER, SPOKEN, FIX], ids=lambda e: e.id)
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
