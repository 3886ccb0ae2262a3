"""A course database with people in it."""

from datetime import datetime, timedelta

import pytest

from motesklar.service.manager import MeetingAccounts
from motesklar.store.database import Database
from motesklar.store.facts import FactLog
from motesklar.store.models import Person


class Clock:
    """Each look at it is a minute later."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 29, 8)

    def __call__(self) -> datetime:
        """Now."""
        self.at += timedelta(minutes=1)
        return self.at


@pytest.fixture
def accounts(database: Database) -> MeetingAccounts:
    return MeetingAccounts(database, FactLog(database), Clock())


@pytest.fixture
def people(database: Database) -> list[str]:
    """Ids of Anna, Bo and Cia."""
    with database.transaction() as session:
        added = [Person(name=name) for name in ("Anna", "Bo", "Cia")]
        session.add_all(added)
        session.flush()
        return [person.id for person in added]
