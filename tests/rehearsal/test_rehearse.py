"""The command against a running course: everybody comes through, and nothing of them is left."""

import sqlite3

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from motesklar.cli import main
from motesklar.config import load_settings
from motesklar.paths import shipped_settings
from motesklar.rehearsal.people import MARK, make_cast
from motesklar.store.models import Attempt, Fact, Person, Session, Workshop
from tests.conftest import RunningCourse

pytestmark = pytest.mark.slow


def rehearse(course: RunningCourse, *options: str) -> Result:
    arguments = ["rehearse", "--data", str(course.data.root), "--url", course.url, *options]
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def left_behind(course: RunningCourse) -> dict[str, object]:
    """All that names people, here and at nbgrader's; other tests may have been there before."""
    tables = (Person.id, Fact.person_id, Attempt.person_id, Session.person_id, Workshop.id)
    with course.database().transaction() as session:
        assert not session.scalars(select(Person.id).where(Person.email.endswith(MARK))).all()
        found: dict[str, object] = {str(key): set(session.scalars(select(key))) for key in tables}
    with sqlite3.connect(course.data.nbgrader_root / "gradebook.db") as gradebook:
        found["students"] = set(gradebook.execute("SELECT id FROM student").fetchall())
    submitted = course.data.nbgrader_root / "submitted"
    found["submitted"] = {one.name for one in submitted.iterdir()} if submitted.exists() else set()
    return found


def test_everybody_comes_through_and_is_wiped_also_who_was_left_before(
    course: RunningCourse,
) -> None:
    course.person("Anna")
    before = left_behind(course)
    signin = load_settings(shipped_settings()).signin
    make_cast(course.database(), signin, 3, "01-why-meet-online")  # one that was broken off
    told = rehearse(course, "--people", "6", "--calls", "1", "--seconds", "5")
    for act in ("open a page", "hear the practice partner", "get the result of a hand-in"):
        assert f"{act}: 95 of 100 within" in told.output
    assert "did not come through" not in told.output, told.output
    assert left_behind(course) == before


def test_where_no_course_runs_it_says_so_and_leaves_nobody(course: RunningCourse) -> None:
    course.person("Anna")
    before = left_behind(course)
    told = rehearse(course, "--people", "2", "--seconds", "5", "--url", "http://127.0.0.1:9")
    assert told.exit_code == 1
    assert "2 of them did not come through" in told.output
    assert left_behind(course) == before
