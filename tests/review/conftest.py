"""A real nbgrader gradebook beside a real course database, with people made up."""

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from motesklar.course import Course, Exercise, ExerciseKind, Module, Step
from motesklar.exercises.gradebook import GradebookReader
from motesklar.review.manager import Review
from motesklar.review.projection import Projection
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import Person
from tests.databases import new_database

GRADED = ("01-first", "02-second")
#: Has steps but nothing to hand in.
READ = "03-read"
EXERCISES = ("one", "two")
STEPS = ("look", "listen")
NOON = datetime(2026, 11, 24, 12, 0)


def make_course() -> Course:
    """Two modules with two exercises, one without any."""
    steps = tuple(Step(step, "read", step) for step in STEPS)
    exercises = tuple(Exercise(e, ExerciseKind.CHOOSE_ONE, 1.0, ("a", "b")) for e in EXERCISES)
    return Course(
        tuple(
            Module(
                name,
                Path(name),
                "0" * 64,
                f"Titel {name}",
                "Kort.",
                10,
                steps,
                exercises if name in GRADED else (),
            )
            for name in (*GRADED, READ)
        )
    )


class Office:
    """What a reviewer looks at."""

    def __init__(self, folder: Path) -> None:
        self.database = new_database(folder / "course.db")
        self.facts = FactLog(self.database)
        self.gradebook = Gradebook(f"sqlite:///{folder / 'gradebook.db'}")
        self.reader = GradebookReader(folder)
        self.projection = Projection(
            self.database, self.reader, self.facts, make_course, {}, enough_share=0.8
        )
        self.review = Review(
            self.database, make_course, self.projection.starting_state, now=lambda: NOON
        )

    def prepare(self) -> None:
        """Make the tables, and what nbgrader knows of every module."""
        for module in GRADED:
            self.add_assignment(module)
        self.reader.add_indexes()

    def add_assignment(self, name: str) -> None:
        """nbgrader knows the module's exercises."""
        self.gradebook.add_assignment(name)
        self.gradebook.add_notebook("lesson", name)
        for exercise in EXERCISES:
            self.gradebook.add_grade_cell(exercise, "lesson", name, max_score=1, cell_type="code")

    def person(self, name: str, department: str = "Vård") -> str:
        """Add a person; returns the id."""
        with self.database.transaction() as session:
            person = Person(name=name, department=department)
            session.add(person)
            session.flush()
            return person.id

    def hand_in(self, person: str, module: str, *scores: float, at: datetime = NOON) -> None:
        """nbgrader has graded a hand-in."""
        self.gradebook.update_or_create_student(person)
        with self.gradebook.db.no_autoflush:
            self.gradebook.update_or_create_submission(module, person, timestamp=at)
        for name, score in zip(EXERCISES, scores, strict=True):
            grade = self.gradebook.find_grade(name, "lesson", module, person)
            grade.auto_score = score
            grade.needs_manual_grade = False
        self.gradebook.db.commit()

    def do_steps(self, person: str, *steps: str, at: datetime = NOON) -> None:
        """Steps of the module that has nothing to hand in."""
        for step in steps:
            self.facts.record(FactRecord(person, READ, step, "done", at=at))

    def close(self) -> None:
        self.gradebook.close()
        self.reader.close()
        self.database.close()


@pytest.fixture(scope="session")
def empty_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office without people; tests copy it."""
    folder = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader makes a gradebook by calling the program `alembic`, which takes seconds
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        office = Office(folder)
        office.prepare()
        office.close()
    return folder


@pytest.fixture
def office(empty_office: Path, tmp_path: Path) -> Iterator[Office]:
    """An empty office."""
    shutil.copytree(empty_office, tmp_path, dirs_exist_ok=True)
    office = Office(tmp_path)
    yield office
    office.close()
