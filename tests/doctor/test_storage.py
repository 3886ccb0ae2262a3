"""The data folder and the databases, looked at without changing anything."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from motesklar.doctor.report import Level
from motesklar.doctor.storage import (
    DatabaseFacts,
    FolderFacts,
    check_storage,
    judge_database,
    judge_folder,
)
from motesklar.paths import DataFolder
from motesklar.store.database import Database

FINE = FolderFacts("data", True, True, True, 0o700, 10 * 1024**3)


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    return folder


def levels(data: DataFolder) -> dict[str, tuple[Level, str]]:
    return {check.name: (check.level, check.sentence) for check in check_storage(data)}


def test_before_the_first_start_all_is_well_and_nothing_is_made(tmp_path: Path) -> None:
    found = levels(DataFolder(tmp_path / "data"))
    assert {level for level, _ in found.values()} == {Level.OK}
    assert list(tmp_path.iterdir()) == []


def test_a_migrated_database_is_up_to_date(data: DataFolder) -> None:
    database = Database(data.database_url)
    database.migrate()
    database.close()
    level, sentence = levels(data)["course database"]
    assert level is Level.OK
    assert "up to date" in sentence


def test_an_older_database_warns_and_stays_as_it_is(data: DataFolder) -> None:
    path = data.root / "course.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE motesklar_version (version_num TEXT)")
        connection.execute("INSERT INTO motesklar_version VALUES ('0001')")
    before = path.read_bytes()
    level, sentence = levels(data)["course database"]
    assert level is Level.WARN
    assert "is at revision 0001" in sentence
    assert path.read_bytes() == before


def test_a_database_without_tables_fails(data: DataFolder) -> None:
    (data.root / "course.db").touch()
    assert levels(data)["course database"] == (Level.FAIL, "has no tables")


def test_a_file_that_is_no_database_fails(data: DataFolder) -> None:
    data.nbgrader_root.mkdir()
    (data.nbgrader_root / "gradebook.db").write_text("this is not a database, and long enough")
    level, sentence = levels(data)["gradebook"]
    assert level is Level.FAIL
    assert "can't be read: file is not a database" in sentence


def test_a_damaged_database_fails(data: DataFolder) -> None:
    database = Database(data.database_url)
    database.migrate()
    database.close()
    path = data.root / "course.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[4096 : 4096 + 2048] = bytes(2048)
    path.write_bytes(content)
    assert levels(data)["course database"][0] is Level.FAIL


def test_a_folder_that_others_can_open_fails(data: DataFolder) -> None:
    data.root.chmod(0o755)
    level, sentence = levels(data)["data folder"]
    assert level is Level.FAIL
    assert "can be opened by other users" in sentence


@pytest.mark.parametrize("name", ["secret", "turn-secret"])
def test_a_secret_that_others_can_read_fails(data: DataFolder, name: str) -> None:
    path = data.root / name
    path.write_bytes(b"x")
    path.chmod(0o644)
    assert levels(data)["data folder"] == (Level.FAIL, f"others may read {name}")


@pytest.mark.parametrize(
    ("facts", "level", "sentence"),
    [
        (FINE, Level.OK, "is writable and private"),
        (replace(FINE, writable=False), Level.FAIL, "can't be written"),
        (replace(FINE, is_folder=False), Level.FAIL, "is a file"),
        (replace(FINE, free_bytes=5 * 1024**2), Level.WARN, "only 5 MB are free"),
    ],
)
def test_the_folder_is_judged(facts: FolderFacts, level: Level, sentence: str) -> None:
    check = judge_folder(facts)
    assert check.level is level
    assert sentence in check.sentence


def test_a_damaged_database_is_never_called_up_to_date() -> None:
    check = judge_database("x", DatabaseFacts(True, "1", "1", problem="is damaged"))
    assert check.level is Level.FAIL
    assert "restore the latest backup" in check.next_step
