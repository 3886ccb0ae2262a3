"""Workshops on a database of their own, a clock that tests turn, a course of three steps."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from motesklar.course import Course, Module, Step
from motesklar.i18n import load_languages
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import Person, Role
from motesklar.web.sessions import SessionView
from motesklar.workshops.manager import Workshops
from tests.databases import new_database

MODULE = "01-first"
STEPS = ("look", "listen", "speak")


def make_course() -> Course:
    """Two modules, the first of them with three steps."""
    steps = tuple(Step(step, "read", f"Rubrik {step}") for step in STEPS)
    return Course(
        tuple(
            Module(name, Path(name), "0" * 64, f"Titel {name}", "Kort.", 10, steps, ())
            for name in (MODULE, "02-second")
        )
    )


@dataclass
class Hall:
    """A workshop hall: people, facts and a clock."""

    database: Database
    facts: FactLog
    now: datetime = datetime(2026, 11, 24, 9, 0)
    people: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.workshops = Workshops(
            database=self.database,
            facts=self.facts,
            course=make_course,
            languages=load_languages(),
            public_url="https://motesklar.example/kurs",
            now=lambda: self.now,
        )

    def wait(self, **passed: float) -> None:
        """Let time pass."""
        self.now += timedelta(**passed)

    def person(self, name: str = "Ada Berg", role: Role = Role.LEARNER) -> SessionView:
        """Add a person."""
        with self.database.transaction() as session:
            person = Person(name=name, role=role, department="Vård")
            session.add(person)
            session.flush()
            return SessionView("", person.id, name, role, "Vård", None, False)

    def leader(self) -> SessionView:
        """Add a leader."""
        return self.person("Lena Ledare", Role.LEADER)

    def fact(self, person: SessionView, kind: str, step: str = "", **detail: float) -> None:
        """Record something that a person does in the first module."""
        self.facts.record(FactRecord(person.person_id, MODULE, step, kind, detail, self.now))


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """An empty hall."""
    database = new_database(tmp_path / "course.db")
    yield Hall(database, FactLog(database))
    database.close()
