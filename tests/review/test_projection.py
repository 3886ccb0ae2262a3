"""The table of completion against a real gradebook that others write in, too."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from motesklar.review.completion import State
from motesklar.store.models import Attempt, AttemptState, Person
from motesklar.store.review_tables import CompletionRow, Decision
from tests.review.conftest import GRADED, NOON, READ, STEPS, Office

pytestmark = pytest.mark.slow

LATER = NOON + timedelta(hours=1)


def row(office: Office, person: str, module: str = GRADED[0]) -> CompletionRow | None:
    with office.database.transaction() as session:
        return session.get(CompletionRow, (person, module))


def state(office: Office, person: str, module: str = GRADED[0]) -> str | None:
    found = row(office, person, module)
    return found.state if found else None


def decide(office: Office, person: str, kind: str, after: State, number: int = 1) -> None:
    with office.database.transaction() as session:
        session.add(
            Decision(
                person_id=person,
                module=GRADED[0],
                number=number,
                kind=kind,
                before=State.HANDED_IN.value,
                after=after.value,
                actor_id="p-reviewer",
                at=NOON,
            )
        )
    office.projection.refresh([person], GRADED[0])


async def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.05)


def test_refreshing_twice_changes_nothing_the_second_time(office: Office) -> None:
    ada, bo = office.person("Ada"), office.person("Bo")
    office.hand_in(ada, GRADED[0], 1, 1)
    office.do_steps(bo, *STEPS)
    assert office.projection.refresh() == 2
    assert office.projection.refresh() == 0
    assert (state(office, ada), state(office, bo, READ)) == (State.DONE, State.DONE)


def test_a_result_that_is_gone_from_the_gradebook_is_gone_here(office: Office) -> None:
    ada = office.person("Ada")
    office.hand_in(ada, GRADED[0], 1, 1)
    office.projection.refresh()
    office.gradebook.remove_student(ada)
    assert office.projection.refresh() == 1
    assert row(office, ada) is None


def test_an_answer_that_waits_for_a_reader_is_known(office: Office) -> None:
    ada = office.person("Ada")
    office.hand_in(ada, GRADED[0], 1, 0)
    office.gradebook.find_grade("two", "lesson", GRADED[0], ada).needs_manual_grade = True
    office.gradebook.db.commit()
    office.projection.refresh([ada], GRADED[0])
    found = row(office, ada)
    assert found is not None
    assert found.waiting


def test_a_decision_stands_over_what_is_earned_until_it_is_taken_back(office: Office) -> None:
    ada = office.person("Ada")
    office.hand_in(ada, GRADED[0], 1, 0)
    decide(office, ada, "approved", State.DONE)
    found = row(office, ada)
    assert found is not None
    assert (found.state, found.earned, found.decided_by, found.at) == (
        State.DONE,
        State.HANDED_IN,
        "p-reviewer",
        NOON,
    )
    assert found.enough
    decide(office, ada, "taken-back", State.HANDED_IN, 2)
    assert state(office, ada) == State.HANDED_IN


def test_a_decision_about_somebody_who_has_handed_in_nothing_counts(office: Office) -> None:
    ada = office.person("Ada")
    decide(office, ada, "set", State.DONE)
    assert state(office, ada) == State.DONE
    assert office.projection.refresh() == 0


def test_what_was_returned_is_open_until_something_newer_is_handed_in(office: Office) -> None:
    ada = office.person("Ada")
    office.hand_in(ada, GRADED[0], 1, 1, at=NOON - timedelta(days=1))
    decide(office, ada, "returned", State.HANDED_IN)
    assert state(office, ada) == State.HANDED_IN
    with office.database.transaction() as session:
        session.add(
            Attempt(
                id="a-0001",
                person_id=ada,
                module=GRADED[0],
                version="1" * 64,
                state=AttemptState.GRADED,
                answers={},
                results=[],
                handed_in_at=LATER,
            )
        )
    office.projection.refresh([ada])
    found = row(office, ada)
    assert found is not None
    assert (found.state, found.decided_by) == (State.DONE, None)


def test_people_who_are_erased_meanwhile_get_no_row(office: Office) -> None:
    office.hand_in("p-erased", GRADED[0], 1, 1)
    assert office.projection.refresh() == 0


def test_thirteen_thousand_people_are_compared_and_only_changes_are_written(
    office: Office,
) -> None:
    with office.database.transaction() as session:
        session.add_all(Person(id=f"p-{n:05}", name="Person") for n in range(13_000))
    office.do_steps("p-00001", *STEPS)
    everybody = [f"p-{n:05}" for n in range(13_000)]
    assert office.projection.refresh(everybody) == 1
    assert office.projection.refresh() == 0


async def test_steps_count_at_once_and_stock_writes_are_noticed(office: Office) -> None:
    ada = office.person("Ada")
    office.hand_in(ada, GRADED[0], 1, 0)
    office.projection.start()
    try:
        await until(lambda: state(office, ada) == State.HANDED_IN)
        office.do_steps(ada, *STEPS)
        assert state(office, ada, READ) == State.DONE
        # as formgrader does it: another connection, and nobody tells us
        office.gradebook.find_grade("two", "lesson", GRADED[0], ada).manual_score = 1
        office.gradebook.db.commit()
        await until(lambda: state(office, ada) == State.DONE)
    finally:
        await office.projection.close()
    with office.database.transaction() as session:
        assert len(session.scalars(select(CompletionRow)).all()) == 2
