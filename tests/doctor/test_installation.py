"""What the doctor finds in an installation that has run."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from motesklar.config import BackupSection, Settings, load_settings
from motesklar.doctor.installation import (
    check_installation,
    judge_agreement,
    judge_backups,
    judge_clock,
    judge_consistency,
    judge_leftovers,
)
from motesklar.doctor.report import Level
from motesklar.doctor.storage import check_storage
from motesklar.exercises.in_use import InUse
from motesklar.exercises.nbgrader_root import GradingFolder
from motesklar.operation.backups import Backup, Backups
from motesklar.paths import DataFolder, shipped_settings
from motesklar.store.database import Database
from motesklar.store.models import Fact, Person, utcnow

NOW = datetime(2026, 11, 24, 12, 0)
DAILY = BackupSection(folder="", keep=7, every_hours=24)


@pytest.fixture
def settings() -> Settings:
    return load_settings(shipped_settings())


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    with closing(Database(folder.database_url)) as database:
        database.migrate()
    return folder


def levels(data: DataFolder, settings: Settings) -> dict[str, tuple[Level, str]]:
    checks = check_installation(data, settings, None)
    assert all(check.next_step for check in checks if check.level is not Level.OK)
    return {check.name: (check.level, check.sentence) for check in checks}


def backup(hours: int) -> Backup:
    return Backup(Path("x"), NOW - timedelta(hours=hours), 1)


def test_a_folder_that_is_not_there_has_nothing_wrong(settings: Settings, tmp_path: Path) -> None:
    found = levels(DataFolder(tmp_path / "none"), settings)
    assert {level for level, _ in found.values()} == {Level.OK}
    assert list(tmp_path.iterdir()) == []


def test_an_installation_with_a_backup_has_nothing_wrong(
    data: DataFolder, settings: Settings
) -> None:
    with closing(Database(data.database_url)) as database:
        Backups(data, settings.backup, database).make("os:root")
    found = levels(data, settings)
    assert {level for level, _ in found.values()} == {Level.OK}


def test_a_row_without_what_it_refers_to_is_found(data: DataFolder, settings: Settings) -> None:
    with closing(sqlite3.connect(data.root / "course.db")) as connection:
        connection.execute(
            "INSERT INTO fact (id, person_id, module, step, kind, detail, at) "
            "VALUES ('f-1', 'p-gone', 'm', 's', 'done', '{}', '2026-11-24 12:00:00')"
        )
        connection.commit()
    level, told = levels(data, settings)["references"]
    assert level is Level.FAIL
    assert told.startswith("1 rows")


def test_a_clock_that_has_gone_back_is_found(data: DataFolder, settings: Settings) -> None:
    with closing(Database(data.database_url)) as database, database.transaction() as session:
        session.add(Person(id="p-1", name="Anna"))
        session.flush()
        late = utcnow() + timedelta(days=3)
        session.add(
            Fact(id="f-1", person_id="p-1", module="m", step="s", kind="done", detail={}, at=late)
        )
    assert levels(data, settings)["clock"][0] is Level.WARN


def test_what_a_killed_backup_left_is_found_unless_the_course_runs(
    data: DataFolder, settings: Settings
) -> None:
    (data.root / ".backup-x").mkdir()
    assert ".backup-x" in levels(data, settings)["leftovers"][1]
    running = InUse(GradingFolder(data))
    running.hold()
    assert levels(data, settings)["leftovers"][0] is Level.OK
    running.release()


def test_a_restore_that_was_broken_off_fails() -> None:
    check = judge_leftovers([], unfinished=True, running=False)
    assert check.level is Level.FAIL
    assert "Start the course" in check.next_step


def test_a_module_without_its_notebook_fails(data: DataFolder, settings: Settings) -> None:
    course = settings.course.model_copy(update={"modules": ["77-unknown"]})
    found = levels(data, settings.model_copy(update={"course": course}))
    assert found["modules"] == (Level.FAIL, "no lesson.ipynb for 77-unknown")


def test_a_newer_database_is_told_of_once(data: DataFolder, settings: Settings) -> None:
    with sqlite3.connect(data.root / "course.db") as connection:
        connection.execute("UPDATE motesklar_version SET version_num = '9999'")
    checks = [*check_storage(data), *check_installation(data, settings, None)]
    [told] = [one for one in checks if one.level is Level.FAIL and "9999" in one.sentence]
    assert told.name == "course database"
    assert "is of a newer release (9999;" in told.sentence
    assert sum("newer release" in one.sentence + one.next_step for one in checks) == 1


@pytest.mark.parametrize(
    ("ours", "gradebook", "level"),
    [
        ({("p", "m")}, {("p", "m")}, Level.OK),
        ({("p", "m")}, set(), Level.FAIL),
        (set(), {("p", "m")}, Level.WARN),
    ],
)
def test_gradebook_and_course_are_compared(
    ours: set[tuple[str, str]], gradebook: set[tuple[str, str]], level: Level
) -> None:
    assert judge_agreement(ours, gradebook).level is level


@pytest.mark.parametrize(
    ("backups", "level"),
    [([], Level.WARN), ([backup(3)], Level.OK), ([backup(30)], Level.WARN)],
)
def test_the_age_of_the_newest_backup_counts(backups: list[Backup], level: Level) -> None:
    assert judge_backups(DAILY, backups, NOW).level is level


def test_without_automatic_backups_a_week_is_too_old() -> None:
    by_hand = BackupSection(folder="", keep=7, every_hours=0)
    assert judge_backups(by_hand, [backup(30)], NOW).level is Level.OK
    assert judge_backups(by_hand, [backup(24 * 8)], NOW).level is Level.WARN


def test_a_clock_a_little_off_is_no_trouble() -> None:
    assert judge_clock(NOW + timedelta(minutes=5), NOW).level is Level.OK
    assert judge_clock(None, NOW).level is Level.OK


def test_settings_that_contradict_one_another_are_told(settings: Settings) -> None:
    assert judge_consistency(settings) == []
    call = settings.call.model_copy(update={"people_max": 10})
    mail = settings.mail.model_copy(update={"username": "x"})
    course = settings.course.model_copy(update={"short_way": ["99-gone"]})
    changed = settings.model_copy(update={"call": call, "mail": mail, "course": course})
    assert [check.level for check in judge_consistency(changed)] == [Level.WARN] * 3
