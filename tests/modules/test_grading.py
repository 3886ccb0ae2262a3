"""Stock nbgrader takes every module: valid, released without answers, graded as it was meant."""

import copy
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from nbgrader.validator import Validator

from motesklar.course import Exercise, ExerciseKind
from motesklar_widgets import fix_works, invitation_works, same_word
from tests.modules.conftest import Lesson, StockCourse

# nbgrader's own queries make SQLAlchemy warn; nothing here can change them
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

#: What lessons import for their tests.
HELPERS = {
    "_": str,
    "fix_works": fix_works,
    "invitation_works": invitation_works,
    "same_word": same_word,
}
NOTHING = {"sound_seconds": 0.0, "picture_seconds": 0.0, "text_characters": 0}


def judged(lesson: Lesson, exercise: str, value: Any) -> str | None:
    """What the hidden test says of a value: None when it passes, else its explanation.

    Only a failed assertion is caught: any other error in a hidden test would tell the learner
    nothing, so it fails the test that called.
    """
    variable = lesson.module.exercise(exercise).variable
    try:
        exec(lesson.test_cell(exercise), HELPERS | {variable: value})
    except AssertionError as error:
        return str(error)
    return None


def with_a_test(lesson: Lesson) -> list[Exercise]:
    """The exercises that a test cell judges; a person reads the others."""
    return [exercise for exercise in lesson.module.exercises if not exercise.manual]


def wrong_values(exercise: Exercise, right: Any) -> Iterator[Any]:
    yield from (None, "", "nothing like it", [], {}, [right], [None, 1], {"a": right})
    if exercise.numeric:
        yield from (right + 1000, -right - 1000, str(right), float("nan"))
    else:
        yield from (0, 1.5, True)
    if exercise.kind is ExerciseKind.FIX_PRACTICE:
        # a detour, or the same once more, is no mistake: what counts is how the computer stands
        yield right[:-1]
        yield [*right, "meeting-microphone:off"]
    elif exercise.kind is ExerciseKind.SCENARIO:
        # the last choice names the end, and there may be many ways to it
        yield right[:-1]
        yield [*right, "no choice of it"]
    elif isinstance(right, list):
        yield from (value for value in (right[::-1], right[:-1]) if value != right)
        yield [*right, right[0]]
    if isinstance(right, dict):
        yield dict.fromkeys(right)
        yield dict.fromkeys(right, "5")
        yield dict.fromkeys(right, float("nan"))
        yield {key: [9] for key in right}


def test_the_solution_passes_and_anything_else_is_told_why(lesson: Lesson) -> None:
    for exercise in with_a_test(lesson):
        right = lesson.solutions[exercise.id]
        assert judged(lesson, exercise.id, copy.deepcopy(right)) is None
        for value in wrong_values(exercise, right):
            assert judged(lesson, exercise.id, value) == exercise.explanation, value


@pytest.mark.parametrize(
    ("way", "least"), [("sound_seconds", 3), ("picture_seconds", 3), ("text_characters", 20)]
)
def test_each_way_to_take_part_in_the_call_is_enough_alone(
    lessons: list[Lesson], way: str, least: int
) -> None:
    asked = [
        (lesson, exercise, cell.source)
        for lesson in lessons
        for exercise in lesson.module.exercises
        for cell in lesson.code
        if cell.source.startswith("CallEvidence(")
        and f'"{exercise.id}"' in cell.source
        and "task=" not in cell.source
    ]
    assert asked
    for lesson, exercise, widget in asked:
        assert judged(lesson, exercise.id, NOTHING | {way: least}) is None
        almost = judged(lesson, exercise.id, NOTHING | {way: least - 0.1})
        assert almost == exercise.explanation
        assert f"{way}={least}," in widget, "the widget must show what the test asks for"


@pytest.mark.slow
def test_a_lesson_runs_from_top_to_bottom_and_is_valid_for_nbgrader(
    lesson: Lesson, stock_course: StockCourse
) -> None:
    source = stock_course.root / "source" / lesson.name / "lesson.ipynb"
    assert Validator(validate_all=True).validate(str(source)) == {}


@pytest.mark.slow
def test_the_released_lesson_holds_no_answers(lesson: Lesson, stock_course: StockCourse) -> None:
    released = stock_course.released(lesson.name)
    text = nbformat.writes(released)
    assert "BEGIN" not in text
    assert "assert " not in text
    for exercise in lesson.module.exercises:
        assert exercise.manual or repr(exercise.explanation)[1:-1] not in text
        [cell] = [
            cell
            for cell in released.cells
            if cell.metadata.get("nbgrader", {}).get("grade_id") == exercise.answer_cell
        ]
        assignment, comment = cell.source.split("\n")
        assert assignment == f"{exercise.variable} = None"
        assert comment.startswith("# ")


@pytest.mark.slow
def test_the_released_lesson_brings_its_pictures_and_translations(
    lesson: Lesson, stock_course: StockCourse
) -> None:
    released = stock_course.root / "release" / lesson.name
    for path in [*lesson.folder.glob("*.svg"), *lesson.folder.glob("*.po")]:
        assert (released / path.name).read_bytes() == path.read_bytes()


@pytest.mark.slow
def test_the_solution_earns_every_point(lesson: Lesson, stock_course: StockCourse) -> None:
    answers = {
        exercise.variable: lesson.solutions[exercise.id] for exercise in lesson.module.exercises
    }
    score, most = stock_course.graded(lesson.name, "solved", answers)
    assert score == most == lesson.module.max_score > 0


@pytest.mark.slow
def test_the_empty_hand_in_runs_and_earns_nothing(
    lesson: Lesson, stock_course: StockCourse
) -> None:
    assert stock_course.graded(lesson.name, "empty", {}) == (0, lesson.module.max_score)
    failed = [
        cell.metadata.nbgrader.grade_id
        for cell in stock_course.autograded(lesson.name, "empty").cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    assert failed == [exercise.id for exercise in with_a_test(lesson)]
