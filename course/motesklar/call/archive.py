"""Keeps evidence in the database. Written by the server alone."""

from collections.abc import Mapping

from sqlalchemy import select

from motesklar.call.evidence import Totals
from motesklar.store.database import Database
from motesklar.store.models import Evidence, Person, utcnow

#: Whose, and in which module.
Key = tuple[str, str]


def load_totals(database: Database, key: Key) -> Totals:
    """What earlier calls have brought."""
    with database.transaction() as session:
        row = session.get(Evidence, key)
        return Totals() if row is None else _totals(row)


def save_totals(database: Database, changes: Mapping[Key, Totals]) -> set[Key]:
    """Save all of `changes` in one transaction. Evidence only grows; erased people get none.

    Returns:
        Whose was saved.
    """
    with database.transaction() as session:
        people = {person_id for person_id, _ in changes}
        known = set(session.scalars(select(Person.id).where(Person.id.in_(people))))
        for key, totals in changes.items():
            if key[0] in known:
                row = session.get(Evidence, key) or _new_row(key)
                grown = _totals(row).joined(totals)
                row.sound_seconds = grown.sound_seconds
                row.picture_seconds = grown.picture_seconds
                row.text_characters = grown.text_characters
                row.tasks = dict(grown.tasks)
                row.updated_at = utcnow()
                session.add(row)
    return {key for key in changes if key[0] in known}


def _totals(row: Evidence) -> Totals:
    return Totals(row.sound_seconds, row.picture_seconds, row.text_characters, dict(row.tasks))


def _new_row(key: Key) -> Evidence:
    person_id, module = key
    return Evidence(
        person_id=person_id,
        module=module,
        sound_seconds=0.0,
        picture_seconds=0.0,
        text_characters=0,
        tasks={},
    )
