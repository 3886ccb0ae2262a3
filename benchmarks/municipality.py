"""A municipality's people with results of every kind, in both databases."""

import asyncio
import contextlib
import sqlite3
from datetime import datetime

from sqlalchemy import insert

from benchmarks.grading import fill, made
from motesklar.paths import DataFolder
from motesklar.store.database import Database
from motesklar.store.models import Attempt, AttemptState, Person

DEPARTMENTS = 12
#: Half of the people have an answer here that somebody has to read.
READ_MODULE, READ_EXERCISE = "05-meeting-manners", "manners-hand"


def fill_everything(data: DataFolder, learners: int) -> None:
    """People in both databases, one in ten of them done with everything but the reading."""
    with contextlib.closing(Database(data.database_url)) as database:
        with database.transaction() as session:
            session.execute(insert(Person), [_person(number) for number in range(learners)])
        fill(data, learners)
        with contextlib.closing(sqlite3.connect(data.nbgrader_root / "gradebook.db")) as gradebook:
            _vary(gradebook)
            hand_ins = _to_be_read(gradebook)
        with database.transaction() as session:
            session.execute(insert(Attempt), [_attempt(*one) for one in hand_ins])


def _person(number: int) -> dict[str, str]:
    return {
        "id": made(number),
        "name": f"{'ÅBCÖ'[number % 4]}nna {number}son",
        "department": f"D{number % DEPARTMENTS}",
    }


def _vary(gradebook: sqlite3.Connection) -> None:
    """Wrong answers, and hand-ins over four weeks."""
    gradebook.execute(
        "UPDATE grade SET auto_score = 0 WHERE rowid % 7 = 0 AND notebook_id NOT LIKE '%0'"
    )
    gradebook.execute(
        "UPDATE submitted_assignment SET timestamp ="
        " datetime('2026-11-01', '+' || (rowid % 40000) || ' minutes') || '.000000'"
    )
    gradebook.commit()


def _to_be_read(gradebook: sqlite3.Connection) -> list[tuple[str, str]]:
    """(person, when handed in) of everybody in the module whose answers are read."""
    gradebook.execute(
        "UPDATE grade SET needs_manual_grade = 1 WHERE rowid % 2 = 0 AND cell_id ="
        " (SELECT id FROM base_cell WHERE name = ? AND type = 'GradeCell')",
        (READ_EXERCISE,),
    )
    gradebook.commit()
    return gradebook.execute(
        "SELECT student_id, timestamp FROM submitted_assignment JOIN assignment"
        " ON assignment.id = submitted_assignment.assignment_id WHERE assignment.name = ?",
        (READ_MODULE,),
    ).fetchall()


def _attempt(person_id: str, at: str) -> dict[str, object]:
    return {
        "id": f"a-{person_id}",
        "person_id": person_id,
        "module": READ_MODULE,
        "version": "",
        "state": AttemptState.GRADED,
        "answers": {READ_EXERCISE: "raise"},
        "handed_in_at": datetime.fromisoformat(at),
        "promoted": True,
    }


async def caught_up(data: DataFolder) -> None:
    """Wait until the table of completion holds everybody's graded modules."""
    with contextlib.closing(sqlite3.connect(data.nbgrader_root / "gradebook.db")) as gradebook:
        wanted = gradebook.execute(
            "SELECT COUNT(*) FROM (SELECT submitted_assignment.id FROM submitted_assignment"
            " JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id"
            " WHERE EXISTS (SELECT 1 FROM grade WHERE grade.notebook_id = submitted_notebook.id))"
        ).fetchone()[0]
    async with asyncio.timeout(300):
        while True:
            with contextlib.closing(sqlite3.connect(data.root / "course.db")) as course:
                if course.execute("SELECT COUNT(*) FROM completion").fetchone()[0] >= wanted:
                    return
            await asyncio.sleep(0.5)
