"""Finds and removes records that are older than they may be. Plain queries, one table of kinds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm import Session as OrmSession

from motesklar.equipment.verdicts import VERDICT_FACT
from motesklar.privacy.kinds import Kind
from motesklar.store.models import (
    Answer,
    Attempt,
    AuditEntry,
    Base,
    Evidence,
    Fact,
    Participant,
    Person,
    Role,
    RosterEntry,
    Session,
)
from motesklar.store.people_tables import OutgoingLetter
from motesklar.store.privacy_tables import DataRequest, FaultReport


@dataclass(frozen=True)
class Rows:
    """Where a kind's records stand.

    Args:
        at: what their age is counted from; NULL never expires.
        only: which rows of the table belong to the kind.
        person: whom they are about; None where nobody is named.
    """

    table: type[Base]
    at: Any
    only: ColumnElement[bool]
    person: InstrumentedAttribute[Any] | None


def _seen_since(before: datetime) -> ColumnElement[bool]:
    """The person has been here since then."""
    return or_(
        exists().where(Session.person_id == Person.id, Session.seen_at >= before),
        exists().where(Fact.person_id == Person.id, Fact.at >= before),
        exists().where(Participant.person_id == Person.id, Participant.joined_at >= before),
    )


def _ever_here() -> ColumnElement[bool]:
    return or_(
        Person.informed_at.is_not(None),
        *(
            exists().where(table.person_id == Person.id)
            for table in (Session, Fact, Answer, Attempt, Participant)
        ),
    )


#: Kinds whose age stands in one column.
_BY_COLUMN: dict[Kind, Rows] = {
    Kind.ANSWERS: Rows(Answer, Answer.saved_at, true(), Answer.person_id),
    Kind.HAND_INS: Rows(Attempt, Attempt.handed_in_at, true(), Attempt.person_id),
    Kind.STEPS: Rows(Fact, Fact.at, Fact.kind != VERDICT_FACT, Fact.person_id),
    Kind.TESTS: Rows(Fact, Fact.at, Fact.kind == VERDICT_FACT, Fact.person_id),
    Kind.EVIDENCE: Rows(Evidence, Evidence.updated_at, true(), Evidence.person_id),
    Kind.LETTERS: Rows(
        OutgoingLetter,
        OutgoingLetter.created_at,
        OutgoingLetter.state != "waiting",
        OutgoingLetter.person_id,
    ),
    Kind.LOG: Rows(AuditEntry, AuditEntry.at, true(), None),
    Kind.REQUESTS: Rows(DataRequest, DataRequest.answered_at, true(), DataRequest.person_id),
    Kind.FAULTS: Rows(FaultReport, FaultReport.handled_at, true(), None),
    Kind.LEAVERS: Rows(Person, Person.left_at, Person.role != Role.ADMINISTRATOR, Person.id),
    Kind.GUESTS: Rows(
        Person,
        Person.created_at,
        and_(Person.email.is_(None), Person.subject.is_(None), Person.role == Role.LEARNER),
        Person.id,
    ),
    Kind.UNUSED: Rows(
        Person,
        Person.created_at,
        and_(Person.role == Role.LEARNER, Person.left_at.is_(None), ~_ever_here()),
        Person.id,
    ),
}


def condition(kind: Kind, before: datetime) -> ColumnElement[bool]:
    """Which rows of the kind's table have expired when what is older than `before` has."""
    rows = _BY_COLUMN[kind]
    found = and_(rows.only, rows.at < before)
    if kind is Kind.GUESTS:
        return and_(found, ~_seen_since(before), _not_expected())
    if kind is Kind.UNUSED:
        return and_(found, _not_expected())
    return found


def _not_expected() -> ColumnElement[bool]:
    """No workshop that is still remembered expects the person."""
    # lists that are read once: for each of 13,000 people anew they would take seconds
    ids = select(RosterEntry.person_id).where(RosterEntry.person_id.is_not(None))
    emails = select(RosterEntry.email)
    return and_(Person.id.not_in(ids), or_(Person.email.is_(None), Person.email.not_in(emails)))


def count(session: OrmSession, kind: Kind, before: datetime) -> tuple[int, datetime | None]:
    """How many records have expired, and from when the oldest is."""
    rows = _BY_COLUMN[kind]
    query = select(func.count(), func.min(rows.at)).select_from(rows.table)
    found, oldest = session.execute(query.where(condition(kind, before))).one()
    return int(found), oldest


def sample(session: OrmSession, kind: Kind, before: datetime, most: int) -> list[str]:
    """Names of some whom it is about, those of the oldest records first."""
    rows = _BY_COLUMN[kind]
    if rows.person is None:
        return []
    query = select(Person.name).where(condition(kind, before))
    if rows.table is not Person:
        query = query.join(rows.table, rows.person == Person.id)
    query = query.group_by(Person.id, Person.name).order_by(func.min(rows.at)).limit(most)
    return list(session.scalars(query))


def people(session: OrmSession, kind: Kind, before: datetime) -> list[str]:
    """Ids of all whom it is about; for kinds of whole people."""
    return list(session.scalars(select(Person.id).where(condition(kind, before))))


def exported(session: OrmSession, kind: Kind, before: datetime) -> Iterator[Base]:
    """The expired rows themselves, oldest first, to keep elsewhere."""
    rows = _BY_COLUMN[kind]
    query = select(rows.table).where(condition(kind, before)).order_by(rows.at)
    yield from session.scalars(query.execution_options(yield_per=500))


def emptied_modules(session: OrmSession, before: datetime) -> list[tuple[str, str]]:
    """(person, module) whose hand-in in nbgrader's folder has expired: its files go too."""
    query = (
        select(Attempt.person_id, Attempt.module)
        .where(Attempt.promoted)
        .group_by(Attempt.person_id, Attempt.module)
        .having(func.max(Attempt.handed_in_at) < before)
    )
    return [(person, module) for person, module in session.execute(query)]


def remove(session: OrmSession, kind: Kind, before: datetime) -> int:
    """Remove the expired rows of a kind that is no whole person; returns how many."""
    result = session.execute(delete(_BY_COLUMN[kind].table).where(condition(kind, before)))
    return int(getattr(result, "rowcount", 0))


def is_expired(session: OrmSession, kind: Kind, before: datetime, person_id: str) -> bool:
    """Whether one person is still among those of a kind of whole people."""
    query = select(Person.id).where(Person.id == person_id, condition(kind, before))
    return session.scalar(query) is not None
