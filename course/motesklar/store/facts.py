"""Progress as a log of facts, and the listeners that follow it live."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from motesklar.store.database import Database
from motesklar.store.models import Fact, new_id, utcnow


@dataclass(frozen=True)
class FactRecord:
    """A fact as listeners and views see it."""

    person_id: str
    module: str
    step: str
    kind: str
    detail: dict[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=utcnow)
    id: str = field(default_factory=lambda: new_id("f", 20))


class FactLog:
    """Adds facts and tells whoever listens in this process."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._listeners: list[Callable[[FactRecord], None]] = []

    def subscribe(self, listener: Callable[[FactRecord], None]) -> Callable[[], None]:
        """Call `listener` after each new fact is saved; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def record(self, fact: FactRecord) -> bool:
        """Save a fact; False (and no notice) when its id is already there."""
        with self.database.transaction() as session:
            if session.get(Fact, fact.id) is not None:
                return False
            session.add(_row(fact))
        self._tell(fact)
        return True

    def record_all(self, facts: Sequence[FactRecord]) -> None:
        """Save new facts of many people at once, and tell of each afterwards."""
        with self.database.transaction() as session:
            session.add_all(_row(fact) for fact in facts)
        for fact in facts:
            self._tell(fact)

    def _tell(self, fact: FactRecord) -> None:
        for listener in list(self._listeners):
            listener(fact)

    def of_person(self, person_id: str, module: str | None = None) -> list[FactRecord]:
        """The person's facts, oldest first."""
        query = select(Fact).where(Fact.person_id == person_id).order_by(Fact.at, Fact.id)
        if module is not None:
            query = query.where(Fact.module == module)
        with self.database.transaction() as session:
            return [
                FactRecord(f.person_id, f.module, f.step, f.kind, f.detail, f.at, f.id)
                for f in session.scalars(query)
            ]


def _row(fact: FactRecord) -> Fact:
    return Fact(
        id=fact.id,
        person_id=fact.person_id,
        module=fact.module,
        step=fact.step,
        kind=fact.kind,
        detail=fact.detail,
        at=fact.at,
    )
