"""A person in every table and every file; erased, nothing of them is found anywhere."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import JSON, Boolean, Date, DateTime, Float, Integer, Table, insert, select

from motesklar.privacy.replay import replay
from motesklar.store.models import Base, Person, Role, Workshop
from tests.accounts.conftest import Browser
from tests.accounts.test_export_and_erase import MODULE, grade
from tests.privacy.conftest import Registry

LONG_AGO = datetime(2026, 3, 2, 9, 0)
#: Knows bare ids on purpose: who looked at what, and that nobody can find out any more.
LOG = "audit_entry"


def fill(town: Registry, person_id: str, mark: str) -> set[str]:
    """A row about the person in every table there is, each text with the mark; the tables' names.

    A row hangs on the person where the table can, and on rows of the same person else.
    """
    made: dict[tuple[str, str], Any] = {("person", "id"): person_id}
    with town.database.transaction() as session:
        for table in Base.metadata.sorted_tables:
            if table.name == "person":
                continue
            row = {column.name: value(table, column, mark, made) for column in table.columns}
            if table.name == "roster_entry":
                row["email"] = session.get_one(Person, person_id).email
            session.execute(insert(table).values(**row))
            made |= {(table.name, name): one for name, one in row.items()}
    return {table.name for table in Base.metadata.sorted_tables}


def value(table: Table, column: Any, mark: str, made: dict[tuple[str, str], Any]) -> Any:
    """Something that fits the column and carries the mark where it can."""
    for key in column.foreign_keys:
        return made[key.column.table.name, key.column.name]
    kind = column.type
    length = getattr(kind, "length", None) or 60
    whole = sum(map(ord, mark + table.name)) % 9000
    if isinstance(kind, JSON):
        return [mark] if "list" in str(column.default) else {"x": mark}
    if isinstance(kind, DateTime):
        return LONG_AGO
    if isinstance(kind, Date):
        return date(2026, 3, 1 + whole % 28)
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Integer | Float):
        return whole
    enum = getattr(kind, "enum_class", None)
    if enum is not None and issubclass(enum, Enum):
        return next(iter(enum))
    return f"{mark}{table.name}"[:length] if length > len(mark) else mark[:length]


#: Handed over, with all that is about a workshop as a whole: its words are its group's.
HANDED_OVER = "workshop"


def about_people(tables: set[str]) -> set[str]:
    """Tables whose rows go with a person, straight or by way of others."""
    found = {"person"}
    while True:
        more = {
            name
            for name in tables - {HANDED_OVER}
            for key in Base.metadata.tables[name].foreign_keys
            if key.column.table.name in found and key.ondelete == "CASCADE"
        }
        if more <= found:
            return found
        found |= more


def administrator_of(town: Registry) -> str:
    """The id of the only one."""
    with town.database.transaction() as session:
        return session.scalars(select(Person.id).filter_by(role=Role.ADMINISTRATOR)).one()


def holding(town: Registry, text: str) -> list[str]:
    """Files of DATA in whose bytes or name the text stands."""
    return [
        str(path.relative_to(town.data.root))
        for path in town.data.root.rglob("*")
        if text in path.name or (path.is_file() and text.encode() in path.read_bytes())
    ]


@pytest.fixture
def lived_in(town: Registry) -> tuple[Person, Person]:
    """Two people with everything that can be known about anybody."""
    anna, bo = town.person("ANNAMARK", "annamark@exempelstad.example"), town.person("BOMARK")
    grade(town, anna.id, bo.id)
    for person, mark in ((anna, "ANNAMARK"), (bo, "BOMARK")):
        fill(town, person.id, mark)
        folder = town.data.nbgrader_root / "submitted" / person.id / MODULE
        (folder / "lesson.ipynb").write_text(f'{{"cells": ["{mark}"]}}')
        with Gradebook(town.data.gradebook_url, "motesklar") as gradebook:
            found = gradebook.find_comment("e-answer", "lesson", MODULE, person.id)
            found.manual_comment = f"{mark} har tänkt rätt"
            gradebook.db.commit()
    return anna, bo


@pytest.mark.slow
async def test_nothing_of_an_erased_person_is_found_in_any_table_or_file(
    town: Registry, administrator: Browser, lived_in: tuple[Person, Person]
) -> None:
    anna, bo = lived_in
    assert {"course.db", "course/gradebook.db"} <= {
        path.removesuffix("-wal") for path in holding(town, "ANNAMARK")
    }

    answer = await administrator.post(f"/people/{anna.id}/erase", sure="1")
    assert answer.status_code == 303

    everywhere = {table.name for table in Base.metadata.sorted_tables}
    gone = about_people(everywhere)
    assert len(gone) > 20
    with town.database.transaction() as session:
        for name in everywhere:
            rows = [str(tuple(row)) for row in session.execute(Base.metadata.tables[name].select())]
            if name != LOG:
                assert not [row for row in rows if anna.id in row], name
            if name in gone:
                assert not [row for row in rows if "ANNAMARK" in row], name
                assert [row for row in rows if bo.id in row or "BOMARK" in row], name
            if name == HANDED_OVER:
                heirs = {row.title: row.leader_id for row in session.scalars(select(Workshop))}
                assert heirs["ANNAMARKworkshop"] == administrator_of(town)
    # each text says which table it was in, so that the file's free pages are seen as well
    for name in gone:
        assert holding(town, f"ANNAMARK{name}"[:24]) == [], name
    assert [path for path in holding(town, anna.id) if not path.startswith("course.db")] == [
        "erasures.jsonl"
    ]
    assert not [path for path in holding(town, "annamark@") if path]
    assert not [path for path in holding(town, "ANNAMARK har") if path]
    assert [path for path in holding(town, "BOMARK har") if path]


@pytest.mark.slow
def test_a_replay_leaves_as_little(town: Registry, lived_in: tuple[Person, Person]) -> None:
    anna, bo = lived_in
    town.accounts.ledger.add_person(anna.id)
    assert replay(town.data, town.database, town.data.erasures_file).people == 1
    for text in ("annamark@", "ANNAMARK har", f"Bra, {anna.id}"):
        assert holding(town, text) == []
    assert [path for path in holding(town, anna.id) if not path.startswith("course.db")] == [
        "erasures.jsonl"
    ]
    assert town.accounts.roster.get(bo.id)
