"""The report that is read from facts, and what is left when the people are forgotten."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from motesklar.errors import NotFound
from motesklar.store.models import (
    CallStay,
    Fact,
    Participant,
    Question,
    RosterEntry,
    SheetRun,
    Workshop,
    WorkshopFeedback,
    WorkshopRole,
)
from motesklar.workshops.after.report import Problem, StepPeople, StepQuestions
from tests.workshops.after import KEEP, Held, hold
from tests.workshops.conftest import MODULE, Hall


@pytest.fixture
def held(hall: Hall) -> Held:
    return hold(hall)


def test_the_report_tells_who_was_there_and_how_it_went(held: Held) -> None:
    report = held.reports.get(held.id, held.leader)
    assert [(one.name, one.minutes, one.steps, one.expected) for one in report.people] == [
        ("Ada Berg", 7, 1, True),
        ("Bo Ek", 0, 0, False),
    ]
    assert report.missed == ("Eva Alm",)
    assert (report.addresses_came, report.addresses_missed) == (("ada@b.se",), ("eva@b.se",))
    totals = report.totals
    assert (totals.expected, totals.expected_came, totals.came) == (2, 1, 2)
    assert (totals.in_calls, totals.call_minutes) == (1, 7)
    assert (totals.accounts, totals.account_goal) == (1, 5)
    assert totals.questions == {"sound": 2}
    assert totals.asked_at == [StepQuestions(module=MODULE, step="look", questions=2)]
    assert totals.steps == [StepPeople(module=MODULE, step="look", people=1)]
    assert totals.problems == [Problem(check="camera", finding="denied", verdict="fail", people=1)]
    assert [(one.planned, one.real, one.questions) for one in totals.items] == [
        (5, 5.0, 0),
        (10, 25.0, 2),
    ]
    assert [one.title for one in totals.slow] == ["Testa"]


def test_what_was_done_before_or_after_is_no_part_of_it(held: Held) -> None:
    hall = held.hall
    hall.wait(hours=1)
    hall.fact(held.bo, "done", "listen")
    assert held.reports.get(held.id, held.leader).totals.steps[0].people == 1
    assert len(held.reports.get(held.id, held.leader).totals.steps) == 1


def test_nobody_reads_another_leaders_report(held: Held) -> None:
    with pytest.raises(NotFound):
        held.reports.get(held.id, held.hall.leader())
    with pytest.raises(NotFound):
        held.reports.totals("w-unknown")


def test_people_are_forgotten_after_the_days_and_the_numbers_stay(held: Held) -> None:
    hall = held.hall
    for person in (held.ada, held.bo):
        held.feedback.give(held.code, person.person_id, 4, 3, "Bra")
    with hall.database.transaction() as session:
        session.add(WorkshopRole(workshop_id=held.id, person_id=held.bo.person_id, part="helper"))
    before = held.reports.get(held.id, held.leader).totals
    hall.now += KEEP
    assert held.retention.due() == []
    hall.wait(seconds=1)
    assert held.retention.due() == [held.id]
    held.retention.forget(held.id)
    held.retention.forget(held.id)
    assert held.retention.due() == []
    report = held.reports.get(held.id, held.leader)
    assert report.forgotten
    assert report.totals == before
    assert (report.people, report.missed, report.words) == ((), (), ())
    assert hall.workshops.get(held.id, held.leader).people == 2
    tables = (
        Participant, Question, SheetRun, CallStay, RosterEntry, WorkshopFeedback, WorkshopRole
    )  # fmt: skip
    with hall.database.transaction() as session:
        left = [session.scalar(select(func.count()).select_from(table)) for table in tables]
        naming = session.scalars(
            select(Fact.kind).where(Fact.kind.in_(("joined_workshop", "gave_feedback")))
        ).all()
        summary = session.get_one(Workshop, held.id).summary
    assert left == [0] * len(tables)
    assert naming == []
    assert "Ada" not in str(summary)
    assert held.ada.person_id not in str(summary)


def test_another_workshop_keeps_its_people(held: Held) -> None:
    hall = held.hall
    other = hall.workshops.create(held.leader.person_id, "Onsdag", MODULE)
    hall.workshops.join(other.join_code, held.ada.person_id)
    hall.now += KEEP + timedelta(days=1)
    assert held.retention.due() == [held.id]
    held.retention.forget(held.id)
    assert hall.workshops.get(other.id, held.leader).people == 1


async def test_the_server_forgets_at_its_start_and_stops_when_told(held: Held) -> None:
    held.hall.now += KEEP + timedelta(days=1)
    retention = held.retention
    retention.start()
    await asyncio.sleep(0)  # its first turn
    await retention.close()
    await retention.close()
    assert held.reports.get(held.id, held.leader).forgotten
