"""Keeps evidence in the database. Written by the server alone."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from motesklar.call.evidence import Totals
from motesklar.store.database import Database
from motesklar.store.models import Evidence, Person, utcnow

#: Whose, and in which module.
Key = tuple[str, str]


def load_totals(database: Database, key: Key) -> Totals:
    """What earlier calls have brought."""
    with database.transaction() as session:
        return _stored(session, [key]).get(key, Totals())


def save_totals(database: Database, changes: Mapping[Key, Totals]) -> set[Key]:
    """Save all of `changes` in one transaction. Evidence only grows; erased people get none.

    A full house is saved each second, beside everything else that the server does: so it takes
    four statements, whether of one person or of a hundred.

    Returns:
        Whose was saved.
    """
    with database.transaction() as session:
        people = {person_id for person_id, _ in changes}
        known = set(session.scalars(select(Person.id).where(Person.id.in_(people))))
        saved = {key for key in changes if key[0] in known}
        stored = _stored(session, saved)
        if old := [_row(key, stored[key].joined(changes[key])) for key in saved & stored.keys()]:
            session.execute(update(Evidence), old)
        if new := [_row(key, changes[key]) for key in saved - stored.keys()]:
            session.execute(insert(Evidence), new)
    return saved


def _stored(session: Session, keys: Collection[Key]) -> dict[Key, Totals]:
    people = {person_id for person_id, _ in keys}
    columns = (
        Evidence.person_id,
        Evidence.module,
        Evidence.sound_seconds,
        Evidence.picture_seconds,
        Evidence.text_characters,
        Evidence.tasks,
    )
    rows = session.execute(select(*columns).where(Evidence.person_id.in_(people)))
    return {(person_id, module): Totals(*totals) for person_id, module, *totals in rows}


def _row(key: Key, totals: Totals) -> dict[str, Any]:
    person_id, module = key
    return {
        "person_id": person_id,
        "module": module,
        "sound_seconds": totals.sound_seconds,
        "picture_seconds": totals.picture_seconds,
        "text_characters": totals.text_characters,
        "tasks": dict(totals.tasks),
        "updated_at": utcnow(),
    }
