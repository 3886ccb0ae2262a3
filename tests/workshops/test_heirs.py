"""What somebody has in hand for others goes on when they are erased."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from motesklar.accounts.records import count_rows, erase_rows
from motesklar.store.database import Database
from motesklar.store.models import (
    AuditEntry,
    Participant,
    Person,
    Question,
    Role,
    Workshop,
    WorkshopRole,
)

MONDAY = datetime(2026, 3, 2, 9, 0)


@pytest.fixture
def town(database: Database) -> Database:
    """A leader of a workshop with one participant, two administrators, and colleagues."""
    people = {
        "p-anna": Role.LEADER,
        "p-bo": Role.LEARNER,
        "p-cia": Role.LEADER,
        "p-dag": Role.LEADER,
        "p-new": Role.ADMINISTRATOR,
        "p-old": Role.ADMINISTRATOR,
    }
    with database.transaction() as session:
        for day, (person_id, role) in enumerate(reversed(people.items())):
            at = MONDAY + timedelta(days=day)
            session.add(Person(id=person_id, name=person_id, role=role, created_at=at))
        session.flush()
        led = Workshop(
            id="w-1", title="Mote", join_code="ABCDEF", leader_id="p-anna", module="01-first"
        )
        led.holder_id = "p-anna"
        session.add(led)
        session.flush()
        session.add(Participant(workshop_id="w-1", person_id="p-bo"))
    return database


def give(database: Database, person_id: str, part: str) -> None:
    with database.transaction() as session:
        session.add(WorkshopRole(workshop_id="w-1", person_id=person_id, part=part))


def leader(database: Database) -> str:
    with database.transaction() as session:
        workshop = session.get_one(Workshop, "w-1")
        assert workshop.holder_id is None
        assert session.scalars(select(Participant.person_id)).all() == ["p-bo"]
        return workshop.leader_id


def leave(database: Database, person_id: str) -> None:
    with database.transaction() as session:
        session.get_one(Person, person_id).left_at = MONDAY


def test_a_workshop_goes_to_who_leads_it_too(town: Database) -> None:
    give(town, "p-cia", "helper")
    give(town, "p-dag", "leader")
    erase_rows(town, "p-anna")
    assert leader(town) == "p-dag"
    with town.transaction() as session:  # who leads it needs no other part in it
        assert session.scalars(select(WorkshopRole.person_id)).all() == ["p-cia"]


def test_else_to_the_administrator_who_has_been_there_longest(town: Database) -> None:
    give(town, "p-cia", "helper")
    erase_rows(town, "p-anna")
    assert leader(town) == "p-old"
    erase_rows(town, "p-old")
    assert leader(town) == "p-new"
    with town.transaction() as session:
        told = [(one.action, one.subject) for one in session.scalars(select(AuditEntry))]
    assert told == [("workshop handed over", f"{heir} w-1") for heir in ("p-old", "p-new")]


def test_never_to_somebody_who_has_left(town: Database) -> None:
    give(town, "p-dag", "leader")
    leave(town, "p-dag")
    leave(town, "p-old")
    erase_rows(town, "p-anna")
    assert leader(town) == "p-new"


def test_the_receipt_counts_no_workshop_that_goes_on(town: Database) -> None:
    with town.transaction() as session:
        anna = session.get_one(Person, "p-anna")
    assert "workshops_led" not in count_rows(town, anna)


def test_what_a_helper_has_promised_waits_for_the_next(town: Database) -> None:
    with town.transaction() as session:
        for number, closed in (("q-1", None), ("q-2", MONDAY)):
            asked = Question(
                id=number, workshop_id="w-1", person_id="p-bo", topic="sound", asked_at=MONDAY
            )
            asked.helper_id, asked.claimed_at, asked.closed_at = "p-anna", MONDAY, closed
            session.add(asked)
    erase_rows(town, "p-anna")
    with town.transaction() as session:
        helpers = {one.id: one.helper_id for one in session.scalars(select(Question))}
    assert helpers["q-1"] is None
