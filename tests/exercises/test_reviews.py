"""What a person says in nbgrader's formgrader reaches the learner, and stays with the answer."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from motesklar.exercises.nbgrader_root import prepare_course
from motesklar.paths import DataFolder
from tests.exercises.conftest import Classroom
from tests.exercises.lessons import choose, code, lesson, nbgrader, order, step, write_module

pytestmark = pytest.mark.slow

SAYS = "Bra! Säg också vem du är."


def written() -> list[Any]:
    """An exercise that a person reads."""
    answer = "to_next = None\n### BEGIN SOLUTION\nto_next = 'Hej'\n### END SOLUTION"
    metadata = nbgrader("to-next", grade=True, solution=True, points=0)
    return [
        code("def ShortText(exercise, *, question): pass", "short"),
        code('ShortText("to-next", question=_("Vad säger du?"))', "to-next-w"),
        code(answer, "to-next", nbgrader=metadata),
    ]


@pytest.fixture(scope="session")
def tiny_course(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DataFolder]:
    folder = tmp_path_factory.mktemp("reviewed")
    overlay = folder / "overlay"
    notebook = lesson(step("read"), *choose(), step("do"), *order(), step("say"), *written())
    write_module(overlay / "modules", "m1", notebook)
    data = DataFolder(folder / "data")
    data.prepare()
    prepare_course(["m1"], data, overlay)
    return overlay, data


@pytest.fixture
async def classroom(make_classroom: Callable[..., Classroom]) -> AsyncIterator[Classroom]:
    made = make_classroom("m1")
    await made.start()
    yield made
    await made.stop()
    made.database.close()


@contextmanager
def formgrader(classroom: Classroom) -> Iterator[Gradebook]:
    """The gradebook as formgrader writes it."""
    url = f"sqlite:///{classroom.data.nbgrader_root / 'gradebook.db'}"
    with Gradebook(url, "motesklar") as gradebook:
        yield gradebook
        gradebook.db.commit()


def give(classroom: Classroom, person: str, exercise: str, points: float) -> None:
    with formgrader(classroom) as gradebook:
        grade = gradebook.find_grade(exercise, "lesson", "m1", person)
        grade.manual_score = points
        grade.needs_manual_grade = False


def comment(classroom: Classroom, person: str, cell: str, words: str = SAYS) -> None:
    with formgrader(classroom) as gradebook:
        gradebook.find_comment(cell, "lesson", "m1", person).manual_comment = words


def waits(classroom: Classroom, person: str, exercise: str) -> bool:
    with formgrader(classroom) as gradebook:
        grade = gradebook.find_grade(exercise, "lesson", "m1", person)
        return bool(grade.needs_manual_grade)


async def hand_in(
    classroom: Classroom, person: str, attempt_id: str, text: str | None = "Hej", first: str = "b"
) -> dict[str, dict[str, Any]]:
    """Hand in, and what the page tells of it."""
    classroom.answer(person, first=first)
    if text is not None:
        classroom.exercises.save_answer(person, "m1", "to-next", text)
    await classroom.hand_in(person, attempt_id)
    await classroom.graded(attempt_id)
    return told(classroom, attempt_id)


def told(classroom: Classroom, attempt_id: str) -> dict[str, dict[str, Any]]:
    attempt = classroom.exercises.attempts.get(attempt_id)
    return {result["exercise"]: result for result in classroom.exercises.results(attempt)}


async def test_a_written_answer_waits_for_a_person_until_one_has_graded_it(
    classroom: Classroom,
) -> None:
    person = classroom.person()
    result = await hand_in(classroom, person, "attempt-1")
    assert result["to-next"]["review"] == "waiting"
    assert result["first-meeting"]["review"] == "none"
    assert classroom.exercises.completions(person)[person]["m1"].done

    give(classroom, person, "to-next", 0)
    comment(classroom, person, "to-next")
    result = told(classroom, "attempt-1")
    assert result["to-next"]["review"] == "read"
    assert result["to-next"]["comment"] == SAYS


async def test_nobody_waits_for_an_answer_that_was_not_given(classroom: Classroom) -> None:
    result = await hand_in(classroom, classroom.person(), "attempt-1", text=None)
    assert result["to-next"]["review"] == "none"


async def test_the_comment_and_the_points_stay_with_the_same_answer(classroom: Classroom) -> None:
    person, other = classroom.person(), classroom.person("Bo")
    await hand_in(classroom, person, "attempt-1", first="a")
    await hand_in(classroom, other, "attempt-o", first="a")
    give(classroom, person, "first-meeting", 1)
    comment(classroom, person, "first-meeting-answer")
    give(classroom, person, "to-next", 0)

    result = await hand_in(classroom, person, "attempt-2", first="a")
    assert classroom.exercises.attempts.get("attempt-2").promoted
    assert result["first-meeting"]["score"] == 1
    assert result["first-meeting"]["comment"] == SAYS
    assert result["first-meeting"]["review"] == "read"
    assert result["to-next"]["review"] == "read"
    assert not waits(classroom, person, "to-next")
    assert classroom.exercises.completions(person)[person]["m1"].done
    assert told(classroom, "attempt-o")["first-meeting"]["comment"] == ""


async def test_a_changed_answer_needs_another_look_and_says_so(classroom: Classroom) -> None:
    person = classroom.person()
    await hand_in(classroom, person, "attempt-1")
    give(classroom, person, "to-next", 0)
    comment(classroom, person, "to-next")
    for attempt_id in ("attempt-2", "attempt-3"):
        result = await hand_in(classroom, person, attempt_id, text="Hej, jag är Anna")
        assert result["to-next"]["review"] == "waiting"
        assert result["to-next"]["comment"] == ""
        assert result["to-next"]["earlier_comment"] == SAYS
        assert waits(classroom, person, "to-next")

    give(classroom, person, "to-next", 0)
    comment(classroom, person, "to-next", "Tack!")
    result = told(classroom, "attempt-3")
    assert (result["to-next"]["review"], result["to-next"]["comment"]) == ("read", "Tack!")


async def test_a_comment_alone_asks_for_another_look_at_a_changed_answer(
    classroom: Classroom,
) -> None:
    person = classroom.person()
    await hand_in(classroom, person, "attempt-1", first="a")
    comment(classroom, person, "first-meeting-answer")
    assert told(classroom, "attempt-1")["first-meeting"]["review"] == "none"
    result = await hand_in(classroom, person, "attempt-2", first="b")
    assert result["first-meeting"]["score"] == 1
    assert result["first-meeting"]["review"] == "waiting"
    assert result["first-meeting"]["earlier_comment"] == SAYS


async def test_what_was_completed_by_hand_is_not_lost_to_a_worse_answer(
    classroom: Classroom,
) -> None:
    person = classroom.person()
    classroom.answer(person, first="a", order=False)
    await hand_in(classroom, person, "attempt-1", first="a")
    give(classroom, person, "first-meeting", 1)
    classroom.exercises.save_answer(person, "m1", "steps", ["say", "on"])
    await classroom.hand_in(person, "attempt-2")
    await classroom.graded("attempt-2")
    assert not classroom.exercises.attempts.get("attempt-2").promoted
    assert classroom.exercises.completions(person)[person]["m1"].done


async def test_a_written_answer_in_a_worse_hand_in_is_not_promised_a_reader(
    classroom: Classroom,
) -> None:
    person = classroom.person()
    await hand_in(classroom, person, "attempt-1")
    result = await hand_in(classroom, person, "attempt-2", text="Något annat", first="a")
    assert result["to-next"]["review"] == "elsewhere"
