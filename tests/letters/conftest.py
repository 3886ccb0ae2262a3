"""The queue over a real database, and a real mail server on a port of its own."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from motesklar.accounts.manager import Accounts
from motesklar.config import Settings, load_settings
from motesklar.i18n import load_languages
from motesklar.letters.manager import Letters
from motesklar.letters.states import State
from motesklar.paths import DataFolder, shipped_settings
from motesklar.privacy.ledger import ErasureLedger
from motesklar.store.facts import FactLog
from motesklar.store.models import Person
from motesklar.store.people_tables import OutgoingLetter
from motesklar.store.review_tables import CompletionRow, Plan
from motesklar.web.sessions import SessionStore
from tests.accounts.conftest import Clock
from tests.conftest import free_port
from tests.databases import new_database
from tests.letters.post import Post, served
from tests.review.conftest import GRADED, make_course


class Office:
    """Letters without a web server.

    The clock stands on a Monday at 9 in UTC, which is 10 in Sweden.
    """

    def __init__(self, folder: Path, settings: Settings, overlay: Path | None = None) -> None:
        self.clock = Clock()
        self.data = DataFolder(folder)
        self.data.prepare()
        self.data.secret_file.write_bytes(b"0" * 32)
        self.database = new_database(self.data.root / "course.db")
        self.accounts = Accounts(
            settings=settings,
            database=self.database,
            sessions=SessionStore(self.database, settings.signin, self.clock),
            languages=load_languages(),
            facts=FactLog(self.database),
            ledger=ErasureLedger(self.data.erasures_file),
            public_url="https://kurs.example",
            now=self.clock,
        )
        self.letters = Letters(
            accounts=self.accounts,
            data=self.data,
            course=make_course,
            overlay=overlay,
            now=self.clock,
        )
        self.outbox = self.letters.outbox
        self.sender = self.letters.sender

    def person(self, name: str, **more: Any) -> str:
        """Add a person; returns the id."""
        values = {"email": f"{name.split()[0].lower()}@x.example"} | more
        with self.database.transaction() as session:
            person = Person(name=name, **values)
            session.add(person)
            session.flush()
            return person.id

    def plan(self, due: date | None = None, **more: Any) -> Plan:
        """A plan for everybody, unless it is said otherwise, made on the clock's day."""
        values: dict[str, Any] = {"everybody": True, "modules": list(GRADED)} | more
        plan = Plan(title="Våren", due=due, created_by="p-a", created_at=self.clock(), **values)
        with self.database.transaction() as session:
            session.add(plan)
        return plan

    def done(self, person: str, *modules: str) -> None:
        with self.database.transaction() as session:
            for module in modules:
                session.add(
                    CompletionRow(person_id=person, module=module, state="done", earned="done")
                )

    def states(self) -> dict[str, str]:
        """Person to the state of their newest letter."""
        return {line.letter.person_id: line.letter.state for line in self.rows()}

    def rows(self) -> list[Any]:
        return list(reversed(self.outbox.page(None).lines))

    def letter_of(self, person: str) -> OutgoingLetter:
        [found] = [one.letter for one in self.rows() if one.letter.person_id == person]
        letter: OutgoingLetter = found
        return letter

    def waiting(self) -> int:
        return self.outbox.page(State.WAITING).total


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def mail(port: int) -> dict[str, Any]:
    """Settings of the mail server that differ from the shipped ones."""
    return {
        "host": "127.0.0.1",
        "port": port,
        "sender": "Kursen <kurs@x.example>",
        "letters_per_minute": 6000,
    }


@pytest.fixture
def settings(mail: dict[str, Any]) -> Settings:
    shipped = load_settings(shipped_settings())
    return shipped.model_copy(update={"mail": shipped.mail.model_copy(update=mail)})


@pytest.fixture
def office(tmp_path: Path, settings: Settings) -> Iterator[Office]:
    office = Office(tmp_path / "data", settings)
    yield office
    office.database.close()


@pytest.fixture
def post(port: int) -> Iterator[Post]:
    post = Post()
    with served(post, port):
        yield post
