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
        if row is None:
            return Totals()
        return Totals(row.sound_seconds, row.picture_seconds, row.text_characters)


def save_totals(database: Database, changes: Mapping[Key, Totals]) -> None:
    """Save all of `changes` in one transaction. Evidence only grows; erased people get none."""
    with database.transaction() as session:
        people = {person_id for person_id, _ in changes}
        known = set(session.scalars(select(Person.id).where(Person.id.in_(people))))
        for key, totals in changes.items():
            if key[0] in known:
                row = session.get(Evidence, key) or _new_row(key)
                row.sound_seconds = max(row.sound_seconds, totals.sound_seconds)
                row.picture_seconds = max(row.picture_seconds, totals.picture_seconds)
                row.text_characters = max(row.text_characters, totals.text_characters)
                row.updated_at = utcnow()
                session.add(row)


def _new_row(key: Key) -> Evidence:
    person_id, module = key
    return Evidence(
        person_id=person_id,
        module=module,
        sound_seconds=0.0,
        picture_seconds=0.0,
        text_characters=0,
    )
