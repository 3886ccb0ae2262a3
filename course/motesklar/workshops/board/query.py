"""Reads for the board who is in a workshop, and what they have done in its modules."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from motesklar.store.models import Fact, Participant, Person
from motesklar.workshops.board.board import BOARD_KINDS, Joined, StepFact


def read_joined(session: Session, workshop_id: str, modules: Collection[str]) -> list[Joined]:
    """The participants with their facts in `modules`; one query."""
    query = (
        select(
            Participant.person_id,
            Participant.hand_raised_at,
            Participant.joined_at,
            Participant.table_number,
            Participant.remote,
            Person.name,
            Person.department,
            Fact.kind,
            Fact.module,
            Fact.step,
            Fact.at,
            Fact.detail,
        )
        .join(Person, Person.id == Participant.person_id)
        .outerjoin(
            Fact,
            and_(
                Fact.person_id == Participant.person_id,
                Fact.module.in_(modules),
                Fact.kind.in_(BOARD_KINDS),
            ),
        )
        .where(Participant.workshop_id == workshop_id)
        .order_by(Participant.person_id, Fact.at, Fact.id)
    )
    rows: Iterable[Any] = session.execute(query)
    return [_joined(list(found)) for _, found in groupby(rows, lambda row: row.person_id)]


def _joined(rows: Sequence[Row[Any]]) -> Joined:
    """One participant, of a row for each fact."""
    first = rows[0]
    return Joined(
        person_id=first.person_id,
        name=first.name,
        department=first.department,
        hand_raised_at=first.hand_raised_at,
        joined_at=first.joined_at,
        table=first.table_number,
        remote=first.remote,
        facts=[
            StepFact(row.kind, row.module, row.step, row.at, row.detail)
            for row in rows
            if row.kind is not None
        ],
    )
