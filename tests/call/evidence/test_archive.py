"""Evidence in the database: it only grows, and rows from before there were tasks still work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import event, text

from motesklar.call.archive import load_totals, save_totals
from motesklar.call.evidence import Totals
from motesklar.store.database import MIGRATIONS, Database
from motesklar.store.models import Evidence, Person

KEY = ("p-anna", "03-your-first-practice-call")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'course.db'}")
    yield database
    database.close()


@pytest.fixture
def anna(database: Database) -> Database:
    database.migrate()
    with database.transaction() as session:
        session.add(Person(id=KEY[0], name="Anna"))
    return database


def test_what_was_saved_is_loaded(anna: Database) -> None:
    totals = Totals(4.5, 2.0, 30, {"speak": "speech", "mute": "button"})
    save_totals(anna, {KEY: totals})
    assert load_totals(anna, KEY) == totals


def test_nothing_was_seen_of_somebody_who_never_called(anna: Database) -> None:
    assert load_totals(anna, KEY) == Totals()


def test_evidence_only_grows_and_a_task_keeps_its_first_way(anna: Database) -> None:
    save_totals(anna, {KEY: Totals(4.0, 2.0, 30, {"mute": "button"})})
    save_totals(anna, {KEY: Totals(1.0, 3.0, 0, {"mute": "text", "hand": "button"})})
    assert load_totals(anna, KEY) == Totals(4.0, 3.0, 30, {"mute": "button", "hand": "button"})


def test_a_leader_confirms_a_task_of_somebody_who_is_in_no_call(anna: Database) -> None:
    save_totals(anna, {KEY: Totals(tasks={"screen": "leader"})})
    assert load_totals(anna, KEY) == Totals(tasks={"screen": "leader"})


def test_nothing_is_kept_of_somebody_who_has_been_erased(anna: Database) -> None:
    save_totals(anna, {("p-gone", KEY[1]): Totals(4.0)})
    with anna.transaction() as session:
        assert session.get(Evidence, ("p-gone", KEY[1])) is None


def test_a_full_house_is_saved_in_as_few_statements_as_one_person(anna: Database) -> None:
    house = [f"p-{number}" for number in range(40)]
    with anna.transaction() as session:
        session.add_all(Person(id=person, name=person) for person in house)
    told: list[str] = []
    event.listen(anna.engine, "before_cursor_execute", lambda *sent: told.append(sent[2]))
    counts = []
    for people in ([KEY[0]], house, [KEY[0], *house]):
        save_totals(anna, {(person, KEY[1]): Totals(float(len(people))) for person in people})
        counts.append(len(told))
        told.clear()
    assert counts == [3, 3, 3]
    assert all(load_totals(anna, (person, KEY[1])) == Totals(41.0) for person in house)


def test_evidence_from_before_there_were_tasks_has_none(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO person (id, name, department, role, created_at)"
                " VALUES (:id, 'Anna', '', 'learner', '2025-01-01 08:00:00')"
            ),
            {"id": KEY[0]},
        )
        connection.execute(
            text("INSERT INTO evidence VALUES (:id, :module, 4.5, 0, 12, '2025-01-01 08:00:00')"),
            {"id": KEY[0], "module": KEY[1]},
        )
    database.migrate()
    assert load_totals(database, KEY) == Totals(4.5, 0.0, 12, {})
