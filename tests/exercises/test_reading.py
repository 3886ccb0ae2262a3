"""People read answers on our pages: what they say stands in nbgrader's gradebook, once."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import event

from motesklar.errors import MotesklarError
from motesklar.exercises.questions import answer_in_words, questions_of
from motesklar.exercises.reading import ReadingLine
from motesklar.paths import DataFolder
from motesklar.review.deciding import Deciding, UnknownPerson
from motesklar.review.projection import Projection
from motesklar.review.readers import BadPoints, ChangedMeanwhile, NothingToRead, Readers
from motesklar.review.regrading import PreviewState, RegradePreviews
from motesklar.store.models import Person, Role
from tests.exercises.conftest import Classroom
from tests.exercises.test_reviews import (
    comment,
    formgrader,
    give,
    hand_in,
    told,
)
from tests.exercises.test_reviews import tiny_course as _written_course

pytestmark = pytest.mark.slow

M, E = "m1", "to-next"


@pytest.fixture(scope="session")
def tiny_course(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DataFolder]:
    """The course with an answer that people read."""
    made: tuple[Path, DataFolder] = _written_course.__wrapped__(tmp_path_factory)
    return made


@pytest.fixture
async def classroom(make_classroom: Callable[..., Classroom]) -> AsyncIterator[Classroom]:
    made = make_classroom(M)
    await made.start()
    yield made
    await made.stop()
    made.database.close()


@pytest.fixture
def readers(classroom: Classroom) -> Readers:
    exercises = classroom.exercises
    projection = Projection(
        classroom.database,
        exercises.gradebook,
        classroom.facts,
        lambda: exercises.course,
        {},
        enough_share=0.8,
    )
    return Readers(exercises, Deciding(classroom.database, lambda: exercises.course, projection))


def somebody(
    classroom: Classroom, name: str, department: str = "Vård", role: Role = Role.LEARNER
) -> str:
    with classroom.database.transaction() as session:
        person = Person(name=name, department=department, role=role)
        session.add(person)
        session.flush()
        return person.id


async def save(readers: Readers, reader: str, person: str, words: str, mark: str = "") -> None:
    shown = readers.answer(reader, M, E, person)
    await readers.save(reader, shown, mark or shown.reading.mark, "", words)


async def test_a_reader_goes_through_all_that_waits_and_formgrader_sees_it(
    classroom: Classroom, readers: Readers
) -> None:
    rut = somebody(classroom, "Rut", role=Role.REVIEWER)
    people = [somebody(classroom, name) for name in ("Anna", "Bo", "Tom")]
    for number, person in enumerate(people):
        await hand_in(classroom, person, f"attempt-{number}", text=None if number == 2 else "Hej")
    elsewhere = somebody(classroom, "Siv", department="Skola")
    await hand_in(classroom, elsewhere, "attempt-elsewhere")

    [waiting] = readers.waiting(rut)
    assert (waiting.exercise.id, waiting.count) == (E, 2)
    assert readers.next(rut, M, E) == people[0]
    assert readers.next(rut, M, E, people[0]) == people[1]
    assert readers.previous(rut, M, E, people[1]) == people[0]
    assert readers.previous(rut, M, E, people[0]) is None

    await save(readers, rut, people[0], "Fint sagt!")
    with formgrader(classroom) as gradebook:
        grade = gradebook.find_grade(E, "lesson", M, people[0])
        assert (grade.manual_score, grade.needs_manual_grade) == (0, False)
        said = gradebook.find_comment(E, "lesson", M, people[0])
        assert said.manual_comment == "Fint sagt!"
    result = told(classroom, "attempt-0")[E]
    assert (result["review"], result["comment"]) == ("read", "Fint sagt!")
    assert readers.next(rut, M, E, people[0]) == people[1]
    await save(readers, rut, people[1], "")
    assert readers.next(rut, M, E, people[1]) is None
    assert readers.waiting(rut) == []


async def test_what_formgrader_said_meanwhile_is_not_written_over(
    classroom: Classroom, readers: Readers
) -> None:
    rut, anna = somebody(classroom, "Rut", role=Role.REVIEWER), somebody(classroom, "Anna")
    await hand_in(classroom, anna, "attempt-1")
    shown = readers.answer(rut, M, E, anna)
    give(classroom, anna, E, 0)
    comment(classroom, anna, E, "Från formgrader")
    with pytest.raises(ChangedMeanwhile):  # found when the gradebook is written
        await readers.save(rut, shown, shown.reading.mark, "", "Min")
    with pytest.raises(ChangedMeanwhile):  # and before
        await save(readers, rut, anna, "Min", mark=shown.reading.mark)
    assert told(classroom, "attempt-1")[E]["comment"] == "Från formgrader"
    await save(readers, rut, anna, "Min")
    assert told(classroom, "attempt-1")[E]["comment"] == "Min"


async def test_an_answer_handed_in_anew_or_erased_meanwhile_is_told(
    classroom: Classroom, readers: Readers
) -> None:
    rut, anna = somebody(classroom, "Rut", role=Role.REVIEWER), somebody(classroom, "Anna")
    await hand_in(classroom, anna, "attempt-1", text="Hej")
    shown = readers.answer(rut, M, E, anna)
    await hand_in(classroom, anna, "attempt-2", text="Hej igen")
    with pytest.raises(ChangedMeanwhile):
        await readers.save(rut, shown, shown.reading.mark, "", "Om det gamla")
    assert readers.answer(rut, M, E, anna).value == "Hej igen"

    shown = readers.answer(rut, M, E, anna)
    with classroom.database.transaction() as session:
        session.delete(session.get(Person, anna))
    await classroom.exercises.erase(anna)
    with pytest.raises(UnknownPerson):
        await readers.save(rut, shown, shown.reading.mark, "", "För sent")
    assert readers.next(rut, M, E, anna) is None


async def test_forged_addresses_and_other_departments_get_nothing(
    classroom: Classroom, readers: Readers
) -> None:
    rut = somebody(classroom, "Rut", role=Role.REVIEWER)
    anna, siv = somebody(classroom, "Anna"), somebody(classroom, "Siv", department="Skola")
    for person in (anna, siv):
        await hand_in(classroom, person, f"attempt-{person}")
    with pytest.raises(UnknownPerson):
        readers.answer(rut, M, E, siv)
    # an answer that nbgrader has graded is nobody's to read
    with pytest.raises(NothingToRead):
        readers.answer(rut, M, "first-meeting", anna)
    for module, exercise in ((M, "unknown"), ("m9", E)):
        with pytest.raises(MotesklarError):
            readers.answer(rut, module, exercise, anna)


async def test_answers_of_other_departments_in_between_are_passed_over(
    classroom: Classroom, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("motesklar.review.readers._AT_ONCE", 1)
    monkeypatch.setattr("motesklar.review.readers._AT_MOST", 2)
    rut = somebody(classroom, "Rut", role=Role.REVIEWER)
    people = [
        somebody(classroom, f"Person {number}", "Vård" if number in (0, 4) else "Skola")
        for number in range(6)
    ]
    for person in people:
        await hand_in(classroom, person, f"attempt-{person}")
    asked: list[str] = []
    event.listen(
        classroom.database.engine,
        "before_cursor_execute",
        lambda _c, _d, statement, *_: asked.append(statement),
    )
    [waiting] = readers.waiting(rut)
    assert waiting.count == 2
    assert readers.next(rut, M, E) == people[0]
    assert readers.next(rut, M, E, people[0]) == people[4]
    assert readers.next(rut, M, E, people[4]) == people[0]
    assert readers.previous(rut, M, E, people[4]) == people[0]
    assert readers.previous(rut, M, E, people[0]) is None
    # a department of thousands is never read: people stand beside what waits
    alone = [one for one in asked if "FROM person" in one and "person.id = ?" not in one]
    assert alone == []


async def test_points_that_can_not_be_given_are_told(
    classroom: Classroom, readers: Readers
) -> None:
    rut, anna = somebody(classroom, "Rut", role=Role.REVIEWER), somebody(classroom, "Anna")
    await hand_in(classroom, anna, "attempt-1", first="a")
    with formgrader(classroom) as gradebook:
        gradebook.find_grade("first-meeting", "lesson", M, anna).needs_manual_grade = True
    shown = readers.answer(rut, M, "first-meeting", anna)
    assert (shown.value, shown.most) == ("a", 1)
    for typed in ("2", "-1", "många", "", "nan"):
        with pytest.raises(BadPoints):
            await readers.save(rut, shown, shown.reading.mark, typed, "")
    await readers.save(rut, shown, shown.reading.mark, "1,0", "Det räcker.")
    assert told(classroom, "attempt-1")["first-meeting"]["score"] == 1
    assert classroom.exercises.completions(anna)[anna][M].done


async def test_words_come_from_the_authors_own_notebook(classroom: Classroom) -> None:
    module = classroom.exercises.course.module(M)
    assert questions_of(module)["first-meeting"].text == "Vad gör du?"
    assert questions_of(module)[E].solution == "Hej"
    steps = module.exercise("steps")
    assert answer_in_words(module, steps, ["on", "say"], "sv", str) == "På → Hej"


async def test_looking_at_grading_anew_changes_nothing(classroom: Classroom) -> None:
    anna = somebody(classroom, "Anna")
    await hand_in(classroom, anna, "attempt-1")
    previews = RegradePreviews(classroom.exercises)
    previews.start(M)
    assert previews.latest is not None
    assert previews._task is not None
    await previews._task
    assert previews.latest.state is PreviewState.READY
    assert [one.effect for one in previews.latest.outcomes] == ["same"]
    await previews.close()


async def test_the_line_uses_its_index(classroom: Classroom) -> None:
    line = ReadingLine(classroom.exercises.gradebook.engine)
    assert line.cell(M, E) is not None
    with line.engine.connect() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT student_id FROM submitted_assignment"
            " WHERE assignment_id = 'a' ORDER BY timestamp, student_id LIMIT 1"
        ).fetchall()
    assert "motesklar_line" in str(plan)
