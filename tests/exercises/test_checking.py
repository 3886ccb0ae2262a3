"""An answer is looked at before the hand-in, by nbgrader, and nothing of it is kept."""

import pytest

from motesklar.errors import BadAnswer, NotFound
from motesklar.exercises.manager import Exercises
from tests.exercises.conftest import Classroom

pytestmark = pytest.mark.slow


async def checked(classroom: Classroom, person: str, exercise: str) -> tuple[bool, str]:
    exercises: Exercises = classroom.exercises
    return await exercises.check(person, "m1", exercise)


async def test_a_saved_answer_is_looked_at_as_often_as_one_likes(classroom: Classroom) -> None:
    anna = classroom.person()
    classroom.answer(anna, first="a")
    wrong = (False, "Därför: first-meeting")
    assert await checked(classroom, anna, "first-meeting") == wrong
    classroom.answer(anna, first="b")
    assert await checked(classroom, anna, "first-meeting") == (True, "Därför: first-meeting")
    assert await checked(classroom, anna, "first-meeting") == (True, "Därför: first-meeting")


async def test_nothing_is_handed_in_by_it(classroom: Classroom) -> None:
    anna = classroom.person()
    classroom.answer(anna)
    await checked(classroom, anna, "steps")
    assert classroom.exercises.attempts.latest(anna, "m1") is None
    assert classroom.exercises.completions() == {}
    assert list(classroom.exercises.queue.folder.staging.iterdir()) == []


async def test_without_an_answer_there_is_nothing_to_look_at(classroom: Classroom) -> None:
    with pytest.raises(BadAnswer) as caught:
        await checked(classroom, classroom.person(), "first-meeting")
    assert caught.value.next_step
    with pytest.raises(NotFound):
        await checked(classroom, classroom.person("Bo"), "unknown")


async def test_anothers_answer_is_never_looked_at(classroom: Classroom) -> None:
    classroom.answer(classroom.person())
    with pytest.raises(BadAnswer):
        await checked(classroom, classroom.person("Bo"), "first-meeting")
