"""Two people who are one, while the course grades: real hand-ins, processes and gradebook."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import pytest
from nbgrader.api import Gradebook

from motesklar.accounts.merging import Merging
from motesklar.errors import Conflict
from motesklar.exercises.promotions import paused
from motesklar.privacy.ledger import MERGED, ErasureLedger
from motesklar.store.models import Attempt, AttemptState, Person, utcnow
from tests.exercises.conftest import Classroom

pytestmark = pytest.mark.slow


def merging(classroom: Classroom) -> Merging:
    return Merging(classroom.database, ErasureLedger(classroom.data.erasures_file))


def promoted(classroom: Classroom) -> Callable[[str], dict[str, datetime | None]]:
    def find(person: str) -> dict[str, datetime | None]:
        results = classroom.exercises.completions(person).get(person, {})
        return {module: result.at for module, result in results.items()}

    return find


async def merge(classroom: Classroom, gone: str, kept: str) -> None:
    await merging(classroom).merge(
        gone,
        kept,
        actor_id="p-admin",
        merge_results=classroom.exercises.merge,
        promoted=promoted(classroom),
    )


async def graded(classroom: Classroom, person: str, attempt: str, *, right: bool) -> None:
    classroom.answer(person, first="b" if right else "a", order=right)
    await classroom.hand_in(person, attempt)
    await classroom.assert_graded(attempt, 3 if right else 0)


def in_nbgrader(classroom: Classroom) -> dict[str, float]:
    url = f"sqlite:///{classroom.data.nbgrader_root / 'gradebook.db'}"
    with Gradebook(url, "motesklar") as gradebook:
        return {
            student.id: gradebook.find_submission("m1", student.id).score
            for student in gradebook.students
        }


def handed_in(classroom: Classroom, person: str) -> str:
    return (classroom.data.nbgrader_root / "submitted" / person / "m1" / "lesson.ipynb").read_text()


def counting(classroom: Classroom, person: str) -> list[str]:
    with classroom.database.transaction() as session:
        query = session.query(Attempt.id).filter_by(person_id=person, promoted=True)
        return [id_ for (id_,) in query]


async def test_two_are_merged_while_others_hand_ins_wait(classroom: Classroom) -> None:
    kept, gone = classroom.person("Anna Alm"), classroom.person("Anna, guest")
    await graded(classroom, kept, "a-kept", right=False)
    await graded(classroom, gone, "a-gone", right=True)
    right = handed_in(classroom, gone)
    others = [classroom.person(f"Other {number}") for number in range(4)]
    for other in others:
        classroom.answer(other)
        await classroom.hand_in(other, f"a-{other}")
    assert {classroom.exercises.attempts.get(f"a-{one}").state for one in others} == {
        AttemptState.WAITING
    }
    await merge(classroom, gone, kept)
    for other in others:
        await classroom.assert_graded(f"a-{other}", 3)
    assert in_nbgrader(classroom) == {kept: 3.0} | dict.fromkeys(others, 3.0)
    assert counting(classroom, kept) == ["a-gone"]
    assert classroom.exercises.attempts.get("a-gone").person_id == kept
    assert handed_in(classroom, kept) == right
    # what counts is compared with what they hand in next, whichever of the two it came from
    classroom.answer(kept, first="a", order=False)  # the other answer is what the other one saved
    await classroom.hand_in(kept, "a-worse")
    await classroom.assert_graded("a-worse", 2)
    assert (in_nbgrader(classroom)[kept], counting(classroom, kept)) == (3.0, ["a-gone"])


async def test_a_hand_in_of_theirs_that_waits_is_waited_for(classroom: Classroom) -> None:
    kept, gone = classroom.person("Anna Alm"), classroom.person("Anna, guest")
    classroom.answer(gone)
    await classroom.hand_in(gone, "a-gone")
    with pytest.raises(Conflict, match="being checked right now"):
        await merge(classroom, gone, kept)
    await classroom.assert_graded("a-gone", 3)
    await merge(classroom, gone, kept)
    assert in_nbgrader(classroom) == {kept: 3.0}


async def test_a_hand_in_in_the_middle_of_a_merge_is_graded_and_the_next_try_finishes(
    classroom: Classroom,
) -> None:
    kept, gone = classroom.person("Anna Alm"), classroom.person("Anna, guest")
    await graded(classroom, gone, "a-early", right=True)

    async def with_a_late_one(one: str, other: str, then: Callable[[], None]) -> None:
        def hands_in_first() -> None:
            # nbgrader's part is done, and another page of theirs hands in
            classroom.exercises.attempts.add(
                Attempt(
                    id="a-late",
                    person_id=gone,
                    module="m1",
                    version=classroom.exercises.course.module("m1").version,
                    state=AttemptState.WAITING,
                    answers={},
                    results=[],
                    promoted=False,
                    handed_in_at=utcnow(),
                )
            )
            then()

        await classroom.exercises.merge(one, other, hands_in_first)

    with pytest.raises(Conflict):
        await merging(classroom).merge(
            gone,
            kept,
            actor_id="p-admin",
            merge_results=with_a_late_one,
            promoted=promoted(classroom),
        )
    assert list(ErasureLedger(classroom.data.erasures_file)) == [], "nobody was merged"
    classroom.exercises.queue.put("a-late")
    await classroom.assert_graded("a-late", 0)
    await merge(classroom, gone, kept)
    assert in_nbgrader(classroom) == {kept: 3.0}
    assert counting(classroom, kept) == ["a-early"]
    with classroom.database.transaction() as session:
        assert session.get(Person, gone) is None
    [line] = ErasureLedger(classroom.data.erasures_file)
    assert (line.kind, line.person_id, line.into) == (MERGED, gone, kept)


async def test_a_merge_waits_while_somebody_copies_everything(classroom: Classroom) -> None:
    kept, gone = classroom.person("Anna Alm"), classroom.person("Anna, guest")
    await graded(classroom, gone, "a-gone", right=True)
    with paused(classroom.data.root / "grading"):
        waiting = asyncio.create_task(merge(classroom, gone, kept))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await asyncio.shield(waiting)
        assert in_nbgrader(classroom) == {gone: 3.0}
    await waiting
    assert in_nbgrader(classroom) == {kept: 3.0}
