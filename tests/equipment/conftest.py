"""Equipment on a database of its own, with a clock that tests turn and a workshop to be in."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from motesklar.config import load_settings
from motesklar.course import Course, Module
from motesklar.equipment.manager import Equipment
from motesklar.equipment.messages import VerdictBody
from motesklar.equipment.verdicts import Browser, Check, System, Verdict, VerdictName
from motesklar.i18n import load_languages
from motesklar.paths import shipped_settings
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import Person, Role
from motesklar.web.sessions import SessionView
from motesklar.workshops.manager import Workshops
from tests.databases import new_database

MODULE = "02-test-your-equipment"
MORNING = datetime(2026, 11, 24, 9, 0)


def make_course() -> Course:
    """One module without steps."""
    return Course((Module(MODULE, Path(MODULE), "0" * 64, "Testa", "Kort.", 10, (), ()),))


def verdict(
    check: str,
    name: str = "pass",
    finding: str = "works",
    at: datetime = MORNING,
    **more: Any,
) -> Verdict:
    """A verdict of a check."""
    return Verdict(Check(check), VerdictName(name), finding, at, **more)


@dataclass
class Desk:
    """People, what their tests find, and a clock."""

    database: Database
    now: datetime = MORNING
    ids: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.facts = FactLog(self.database)
        self.workshops = Workshops(
            database=self.database,
            facts=self.facts,
            course=make_course,
            languages=load_languages(),
            public_url="https://motesklar.example/kurs",
            now=lambda: self.now,
        )
        self.settings = load_settings(shipped_settings())
        self.equipment = self.restarted()

    def restarted(self) -> Equipment:
        """Another server on the same database."""
        return Equipment(
            settings=self.settings.equipment,
            database=self.database,
            facts=self.facts,
            workshops=self.workshops,
            now=lambda: self.now,
        )

    def wait(self, **passed: float) -> None:
        """Let time pass."""
        self.now += timedelta(**passed)

    def person(self, name: str = "Ada Berg", department: str = "Vård") -> str:
        """Add a person; returns the id."""
        with self.database.transaction() as session:
            person = Person(name=name, role=Role.LEARNER, department=department)
            session.add(person)
            session.flush()
            return person.id

    def leader(self) -> SessionView:
        """Add a leader."""
        with self.database.transaction() as session:
            person = Person(name="Lena Ledare", role=Role.LEADER)
            session.add(person)
            session.flush()
            return SessionView("", person.id, person.name, Role.LEADER, "", None, False)

    def workshop(self, leader: SessionView | None = None) -> tuple[str, str]:
        """A new workshop; returns its id and code."""
        made = self.workshops.create((leader or self.leader()).person_id, "Tisdag", MODULE)
        return made.id, made.join_code

    def test(
        self,
        person_id: str,
        check: str,
        name: str = "pass",
        finding: str = "works",
        browser: Browser = Browser.EDGE,
        system: System = System.WINDOWS,
        **figures: Any,
    ) -> None:
        """Somebody's check ends on the page."""
        body = VerdictBody(
            id=f"verdict-{next(self.ids):06}",
            check=Check(check),
            verdict=VerdictName(name),
            finding=finding,
            figures=figures,
            browser=browser,
            system=system,
        )
        assert self.equipment.record(person_id, body)

    def test_in_module(self, person_id: str, **detail: Any) -> None:
        """Somebody's check ends in a module."""
        self.facts.record(FactRecord(person_id, MODULE, "hear", "verdict", detail, self.now))

    def make_ready(self, person_id: str) -> None:
        """Everything works for somebody."""
        for check in Check:
            self.test(person_id, check)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk without anybody at it."""
    database = new_database(tmp_path / "course.db")
    yield Desk(database)
    database.close()
