"""Real nbgrader, real kernels: every hand-in is judged, and none disturbs another."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from motesklar.errors import Conflict, NotFound, TooMany
from motesklar.exercises.attempts import WAITING_PER_PERSON
from motesklar.store.models import Answer, AttemptState, Evidence, Person
from tests.exercises.conftest import Classroom
from tests.exercises.lessons import choose, code, lesson, order, step, whole_lesson, write_module

pytestmark = pytest.mark.slow


async def test_right_answers_earn_all_points_and_land_in_the_gradebook(
    classroom: Classroom,
) -> None:
    person = classroom.person()
    classroom.answer(person)
    await classroom.hand_in(person, "attempt-1")
    attempt = await classroom.assert_graded("attempt-1", 3)
    assert attempt.promoted
    assert [(r["exercise"], r["score"], r["max_score"]) for r in attempt.results] == [
        ("first-meeting", 1, 1),
        ("steps", 2, 2),
    ]
    result = classroom.exercises.completions()[person]["m1"]
    assert (result.score, result.max_score, result.done) == (3, 3, True)
    assert result.at == attempt.handed_in_at


async def test_wrong_and_missing_answers_earn_none(classroom: Classroom) -> None:
    person = classroom.person()
    classroom.answer(person, first="a", order=False)
    await classroom.hand_in(person, "attempt-1")
    await classroom.assert_graded("attempt-1", 0)
    assert not classroom.exercises.completions(person)[person]["m1"].done


async def test_eight_hand_ins_at_once_are_all_graded(classroom: Classroom) -> None:
    people = [classroom.person(f"P{number}") for number in range(8)]
    for number, person in enumerate(people):
        classroom.answer(person, first="ab"[number % 2])
    await asyncio.gather(*(classroom.hand_in(p, f"attempt-{p}") for p in people))
    for number, person in enumerate(people):
        await classroom.assert_graded(f"attempt-{person}", 2 + number % 2)
    assert set(classroom.exercises.completions()) == set(people)


async def test_the_same_hand_in_twice_is_one(classroom: Classroom) -> None:
    person = classroom.person()
    for _ in range(2):
        await classroom.hand_in(person, "attempt-1")
    await classroom.graded("attempt-1")
    await classroom.hand_in(person, "attempt-1")
    kinds = [fact.kind for fact in classroom.facts.of_person(person)]
    assert kinds == ["handed_in", "graded"]


async def test_nobody_meets_anothers_attempt(classroom: Classroom) -> None:
    person, other = classroom.person(), classroom.person("Bo")
    await classroom.hand_in(person, "attempt-1")
    with pytest.raises(NotFound):
        await classroom.hand_in(other, "attempt-1")
    with pytest.raises(NotFound):
        classroom.exercises.attempt(other, "attempt-1")
    with pytest.raises(Conflict):
        await classroom.hand_in(person, "attempt-1", "m2")


async def test_one_person_can_not_fill_the_queue(classroom: Classroom) -> None:
    person = classroom.person()
    for number in range(WAITING_PER_PERSON):
        await classroom.hand_in(person, f"attempt-{number}")
    with pytest.raises(TooMany):
        await classroom.hand_in(person, "attempt-x")


async def test_evidence_comes_from_the_call_server_alone(classroom: Classroom) -> None:
    silent, heard = classroom.person(), classroom.person("Bo")
    with classroom.database.transaction() as session:
        session.add(Evidence(person_id=heard, module="m2", sound_seconds=3.4))
        # as if a browser's claim had found its way into the table of answers
        session.add(
            Answer(
                person_id=silent,
                module="m2",
                exercise="spoken",
                value={"value": {"sound_seconds": 99}},
            )
        )
    await classroom.hand_in(silent, "attempt-s", "m2")
    await classroom.hand_in(heard, "attempt-h", "m2")
    await classroom.assert_graded("attempt-s", 0)
    await classroom.assert_graded("attempt-h", 1)


async def test_a_better_attempt_takes_the_place_and_a_worse_one_does_not(
    classroom: Classroom,
) -> None:
    person = classroom.person()
    classroom.answer(person, first="a")
    await classroom.hand_in(person, "attempt-2")
    await classroom.assert_graded("attempt-2", 2)
    classroom.answer(person, first="b")
    await classroom.hand_in(person, "attempt-3")
    await classroom.assert_graded("attempt-3", 3)
    classroom.answer(person, first="a")
    await classroom.hand_in(person, "attempt-2b")
    worse = await classroom.assert_graded("attempt-2b", 2)
    assert not worse.promoted
    assert classroom.exercises.completions()[person]["m1"].score == 3
    submitted = submission(classroom, person)
    assert "first_meeting = 'b'" in [cell.source for cell in submitted.cells]


def submission(classroom: Classroom, person: str) -> nbformat.NotebookNode:
    root = classroom.data.nbgrader_root
    return nbformat.read(root / "submitted" / person / "m1" / "lesson.ipynb", as_version=4)


async def test_of_two_equal_attempts_the_newer_counts(classroom: Classroom) -> None:
    person = classroom.person()
    classroom.answer(person)
    for attempt_id in ("attempt-1", "attempt-2"):
        await classroom.hand_in(person, attempt_id)
    await classroom.assert_graded("attempt-2", 3)
    promoted = classroom.exercises.attempts.promoted(person, "m1")
    assert promoted
    assert promoted.id == "attempt-2"


async def test_the_gradebook_knows_no_names(classroom: Classroom) -> None:
    person = classroom.person("Cecilia Hemlig")
    await classroom.hand_in(person, "attempt-1")
    await classroom.graded("attempt-1")
    for path in classroom.data.nbgrader_root.rglob("*"):
        if path.is_file():
            assert b"Hemlig" not in path.read_bytes()


async def test_solutions_and_hidden_tests_stay_out_of_the_released_notebook(
    classroom: Classroom,
) -> None:
    text = classroom.exercises.released_notebook("m1").read_text(encoding="utf-8")
    for secret in ("BEGIN", "assert", "explanation", "Därför", 'first_meeting = \\"b\\"'):
        assert secret not in text


async def test_a_killed_process_costs_nobody_anything(classroom: Classroom) -> None:
    people = [classroom.person(f"P{number}") for number in range(3)]
    pids = await warm_pids(classroom)
    for person in people:
        classroom.answer(person)
        await classroom.hand_in(person, f"attempt-{person}")
    await asyncio.sleep(0)  # let the queue hand them out
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for person in people:
        await classroom.assert_graded(f"attempt-{person}", 3)


async def test_a_template_that_dies_while_its_kernels_grade_costs_nobody_anything(
    classroom: Classroom,
) -> None:
    people = [classroom.person(f"P{number}") for number in range(3)]
    await classroom.kernels()
    template = classroom.templates.pid
    assert template
    for person in people:
        classroom.answer(person)
        await classroom.hand_in(person, f"attempt-{person}")
    await asyncio.to_thread(_wait_for_child, template)
    os.kill(template, signal.SIGKILL)
    for person in people:
        await classroom.assert_graded(f"attempt-{person}", 3)


def broken(source: str) -> nbformat.NotebookNode:
    return lesson(step("read"), code(source, "broken"), *choose(), *order())


@pytest.mark.parametrize(
    "source", ["1 / 0", "import os; os._exit(1)"], ids=["an error", "a dead kernel"]
)
async def test_a_module_that_breaks_fails_alone_and_is_graded_again_once_mended(
    make_classroom: Callable[..., Classroom], tmp_path: Path, source: str
) -> None:
    classroom = make_classroom("m1", "m2")
    write_module(tmp_path / "overlay" / "modules", "m1", broken(source))
    await classroom.restart()
    person = classroom.person()
    classroom.answer(person)
    await classroom.hand_in(person, "attempt-broken")
    await classroom.hand_in(person, "attempt-sound", "m2")
    await classroom.assert_graded("attempt-sound", 0)
    failed = await classroom.graded("attempt-broken")
    assert failed.state is AttemptState.FAILED
    assert failed.answers == {"first-meeting": "b", "steps": ["on", "say"]}
    assert "m1" not in classroom.exercises.completions(person).get(person, {})

    write_module(tmp_path / "overlay" / "modules", "m1", whole_lesson())
    await classroom.restart()
    await classroom.assert_graded("attempt-broken", 3)
    await classroom.stop()


async def test_what_was_being_graded_goes_on_after_a_restart(classroom: Classroom) -> None:
    people = [classroom.person(f"P{number}") for number in range(4)]
    for person in people:
        classroom.answer(person)
        await classroom.hand_in(person, f"attempt-{person}")
    await classroom.restart()
    for person in people:
        await classroom.assert_graded(f"attempt-{person}", 3)
        kinds = [fact.kind for fact in classroom.facts.of_person(person)]
        assert kinds == ["handed_in", "graded"]


async def test_changed_exercises_keep_what_people_have_completed(
    classroom: Classroom, tmp_path: Path
) -> None:
    done, other = classroom.person(), classroom.person("Bo")
    classroom.answer(done)
    await classroom.hand_in(done, "attempt-old")
    await classroom.assert_graded("attempt-old", 3)

    write_module(tmp_path / "overlay" / "modules", "m1", lesson(step("read"), *choose(points=4)))
    await classroom.restart()
    classroom.answer(other, order=False)
    await classroom.hand_in(other, "attempt-new")
    await classroom.assert_graded("attempt-new", 4)
    classroom.answer(done, first="a", order=False)
    await classroom.hand_in(done, "attempt-worse")
    await classroom.assert_graded("attempt-worse", 0)
    results = classroom.exercises.completions()
    assert results[done]["m1"].done
    assert results[done]["m1"].max_score == 3
    assert results[other]["m1"].max_score == 4


async def test_points_a_reviewer_gave_by_hand_count_and_outlive_another_hand_in(
    classroom: Classroom,
) -> None:
    person = classroom.person()
    classroom.answer(person, first="a")
    await classroom.hand_in(person, "attempt-1")
    await classroom.assert_graded("attempt-1", 2)
    url = f"sqlite:///{classroom.data.nbgrader_root / 'gradebook.db'}"
    with Gradebook(url, "motesklar") as gradebook:
        gradebook.find_grade("first-meeting", "lesson", "m1", person).manual_score = 1
        gradebook.db.commit()
    assert classroom.exercises.completions()[person]["m1"].done
    await classroom.hand_in(person, "attempt-2")
    await classroom.assert_graded("attempt-2", 2)
    assert classroom.exercises.completions(person)[person]["m1"].score == 3


async def test_an_erased_person_is_gone_from_nbgrader_too(classroom: Classroom) -> None:
    person = classroom.person()
    await classroom.hand_in(person, "attempt-1")
    await classroom.graded("attempt-1")
    with classroom.database.transaction() as session:
        session.delete(session.get_one(Person, person))
    for _ in range(2):
        await classroom.exercises.erase(person)
    assert classroom.exercises.completions() == {}
    assert not list(classroom.data.nbgrader_root.glob(f"*/{person}"))


async def test_closing_twice_leaves_no_process_and_no_staging(classroom: Classroom) -> None:
    pids = await warm_pids(classroom)
    for _ in range(2):
        await classroom.exercises.close()
    for pid in pids:
        await asyncio.to_thread(_wait_until_gone, pid)
    assert list((classroom.data.root / "grading" / "staging").iterdir()) == []


async def warm_pids(classroom: Classroom) -> list[int]:
    """The grading processes, once each has graded something."""
    person = classroom.person("Warm")
    for module in ("m1", "m2"):
        await classroom.hand_in(person, f"attempt-warm-{module}", module)
    await classroom.exercises.queue.idle()
    return [await slot.warm() for slot in classroom.exercises.queue._slots]


def _wait_for_child(pid: int) -> None:
    while not Path(f"/proc/{pid}/task/{pid}/children").read_text():
        pass


def _wait_until_gone(pid: int) -> None:
    # it may go between any two looks
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        while Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
            pass
