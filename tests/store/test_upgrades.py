"""From every released shape of the database to the newest: nothing that was in it is lost.

Rows are made from the tables as they were, not from today's models, and compared value by value.
"""

import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import MetaData, Table

from motesklar.operation.backups import make_backup
from motesklar.operation.erasures import replay
from motesklar.operation.errors import NoRoom
from motesklar.operation.restore import restore
from motesklar.operation.upgrade import NewerDatabase, UpgradeFailed, upgrade
from motesklar.paths import DataFolder
from motesklar.store.database import Database
from motesklar.store.schema import revisions
from tests.operation.test_backup_and_restore import files_no_larger_than

ROWS = 3
NOON = datetime(2026, 11, 24, 12, 0)
OURS = "motesklar_version"
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    return folder


def reflected(database: Database) -> list[Table]:
    """The tables as they are in the file, those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(database.engine)
    return [table for table in metadata.sorted_tables if table.name != OURS]


def value_for(column: sa.Column[Any], table: str, number: int) -> Any:
    """Something that only this row has in that column."""
    kind = column.type
    if isinstance(kind, sa.JSON):
        return {"row": number, "words": "åäö"}
    if isinstance(kind, sa.DateTime):
        return NOON + timedelta(days=number)
    if isinstance(kind, sa.Date):
        return date(2026, 11, 24) + timedelta(days=number)
    if isinstance(kind, sa.Boolean):
        return bool(number % 2)
    if isinstance(kind, sa.Integer):
        return number + 1
    if isinstance(kind, sa.Numeric | sa.Float):
        return number + 0.5
    told = f"{number}-{column.name}-{table}-å"
    return told[: kind.length] if isinstance(kind, sa.String) and kind.length else told


def fill(database: Database) -> Rows:
    """Rows in every table, each with a value in every column."""
    rows: Rows = {}
    for table in reflected(database):
        for number in range(ROWS):
            row = {column.name: value_for(column, table.name, number) for column in table.columns}
            for key in table.foreign_keys:
                if key.column.table.name in rows:
                    row[key.parent.name] = rows[key.column.table.name][number][key.column.name]
            rows.setdefault(table.name, []).append(row)
    with database.engine.begin() as connection:
        for table in reflected(database):
            connection.execute(table.insert(), rows[table.name])
    return rows


def lost(database: Database, rows: Rows) -> list[str]:
    """Every value that is no longer there as it was."""
    missing = []
    for table in reflected(database):
        keys = [column.name for column in table.primary_key]
        with database.engine.connect() as connection:
            there = connection.execute(table.select()).mappings().all()
        found = {tuple(row[key] for key in keys): row for row in there}
        for row in rows.get(table.name, []):
            now = found.get(tuple(row[key] for key in keys))
            missing += [
                f"{table.name}.{name}: {value!r}"
                for name, value in row.items()
                if now is None or now.get(name) != value
            ]
    names = {table.name for table in reflected(database)}
    return missing + [f"the table {name}" for name in rows if name not in names]


def foreign_key_faults(database: Database) -> list[Any]:
    with database.engine.connect() as connection:
        return list(connection.exec_driver_sql("PRAGMA foreign_key_check"))


def revision_of(data: DataFolder) -> str:
    with closing(sqlite3.connect(data.root / "course.db")) as connection:
        return str(connection.execute(f"SELECT version_num FROM {OURS}").fetchone()[0])


@pytest.mark.parametrize("released", revisions())
def test_an_upgrade_from_every_released_shape_loses_nothing(
    data: DataFolder, released: str
) -> None:
    database = Database(data.database_url)
    database.migrate(released)
    rows = fill(database)
    assert all(len(rows[table.name]) == ROWS for table in reflected(database))
    upgrade(data, database, NOON)
    assert revision_of(data) == revisions()[-1]
    assert lost(database, rows) == []
    assert foreign_key_faults(database) == []
    database.close()


def test_the_copy_from_before_is_whole_and_private(data: DataFolder) -> None:
    database = Database(data.database_url)
    database.migrate("0005")
    rows = fill(database)
    upgrade(data, database, NOON)
    upgrade(data, database, NOON + timedelta(days=1))  # no copy where nothing changes
    database.close()
    [copy] = (data.root / "backups").iterdir()
    assert copy.name == "course-0005-20261124-120000.db"
    assert copy.stat().st_mode & 0o077 == 0
    before = Database(f"sqlite:///{copy}")
    assert lost(before, rows) == []
    before.close()


def test_a_migration_that_breaks_leaves_the_database_as_it_was(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(data.database_url)
    database.migrate("0008")
    rows = fill(database)
    # the last step finds a table in its way, after others have changed the file
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE fault_report (id TEXT PRIMARY KEY)")
    with database.engine.connect() as connection:
        schema = list(connection.exec_driver_sql("SELECT sql FROM sqlite_master ORDER BY name"))
    with pytest.raises(UpgradeFailed):
        upgrade(data, database, NOON)
    with database.engine.connect() as connection:
        now = list(connection.exec_driver_sql("SELECT sql FROM sqlite_master ORDER BY name"))
    assert now == schema
    assert revision_of(data) == "0008"
    assert lost(database, rows) == []
    database.close()


def test_a_newer_database_is_left_alone(data: DataFolder) -> None:
    database = Database(data.database_url)
    database.migrate()
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {OURS} SET version_num = '9999'")
    with pytest.raises(NewerDatabase):
        upgrade(data, database, NOON)
    assert revision_of(data) == "9999"
    assert not (data.root / "backups").exists()
    database.close()


def test_without_room_for_the_copy_nothing_is_migrated(data: DataFolder) -> None:
    database = Database(data.database_url)
    database.migrate("0005")
    with files_no_larger_than(32 * 1024), pytest.raises(NoRoom):
        upgrade(data, database, NOON)
    assert revision_of(data) == "0005"
    assert list((data.root / "backups").iterdir()) == []
    database.close()


def test_a_backup_of_an_older_release_is_brought_to_this_one(
    data: DataFolder, tmp_path: Path
) -> None:
    database = Database(data.database_url)
    database.migrate("0005")
    rows = fill(database)
    database.close()
    make_backup(data, tmp_path / "old.tar.gz", NOON)
    fresh = DataFolder(tmp_path / "fresh")
    restore(tmp_path / "old.tar.gz", fresh, replay, NOON)
    database = Database(fresh.database_url)
    assert revision_of(fresh) == revisions()[-1]
    assert lost(database, rows) == []
    database.close()
