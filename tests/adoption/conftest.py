"""The adoption room over a real database, with departments of known sizes."""

from datetime import datetime

import pytest

from motesklar.adoption.imports import AccountImports
from motesklar.adoption.manager import Adoption
from motesklar.adoption.trips import SavedTrips
from motesklar.config import load_settings
from motesklar.paths import shipped_settings
from motesklar.service.manager import MeetingAccounts
from motesklar.store.database import Database
from motesklar.store.facts import FactLog
from motesklar.store.models import Person

NOON = datetime(2026, 11, 24, 12)
#: Nobody could tell of the last one without telling of single people.
SIZES = {"Vård": 12, "Skola": 8, "Kansli": 2}


def email(department: str, number: int) -> str:
    """The address of one of a department's people, from 0."""
    return f"{'abc'[list(SIZES).index(department)]}{number}@exempelstad.example"


def account_list(*lines: tuple[str, str], heading: str = "E-post;Senast aktiv") -> bytes:
    """A list of (address, last used)."""
    return "\n".join([heading, *(";".join(line) for line in lines)]).encode()


@pytest.fixture
def adoption(database: Database) -> Adoption:
    with database.transaction() as session:
        session.add_all(
            Person(name=f"{name} {number}", email=email(name, number), department=name)
            for name, size in SIZES.items()
            for number in range(size)
        )
    accounts = MeetingAccounts(database, FactLog(database), lambda: NOON)
    figures = load_settings(shipped_settings()).travel.model_dump()
    return Adoption(
        database,
        accounts,
        AccountImports(database, accounts, 30, lambda: NOON),
        SavedTrips(database, figures, lambda: NOON),
        50,
        lambda: NOON,
    )
