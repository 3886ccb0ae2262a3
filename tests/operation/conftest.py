"""Installations without a server: a real database, nbgrader's folder as the course prepares it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from motesklar.paths import DataFolder
from motesklar.store.models import Person
from tests.databases import new_database
from tests.prepared import give_prepared_course


class Installation:
    """A data folder and its database."""

    def __init__(self, root: Path) -> None:
        self.data = DataFolder(root)
        give_prepared_course(self.data)
        self.database = new_database(self.data.root / "course.db")
        self.data.secret_file.write_bytes(b"k" * 32)
        self.data.secret_file.chmod(0o600)
        hand_in = self.data.nbgrader_root / "submitted" / "p-anna" / "01-why-meet-online"
        hand_in.mkdir(parents=True)
        (hand_in / "lesson.ipynb").write_text("{}")

    def person(self, name: str) -> str:
        with self.database.transaction() as session:
            person = Person(name=name)
            session.add(person)
            session.flush()
            return person.id

    def names(self) -> set[str]:
        with self.database.transaction() as session:
            return {person.name for person in session.query(Person)}


def fingerprints(root: Path) -> dict[str, str]:
    """Every file of a folder but locks and SQLite's own, with its hash."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm")) and path.stat().st_size
    }


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation in which Anna has handed in."""
    found = Installation(tmp_path / "data")
    found.person("Anna Alm")
    yield found
    found.database.close()
