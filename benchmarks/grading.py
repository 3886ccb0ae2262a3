"""Hand-ins: one learner's, a group's at once, and a gradebook as large as a municipality's.

Ours is the real queue with its grading processes, timed from the hand-in until the result is known.
The peer is the command a teacher would run, on the very submissions that ours has put in place.
"""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.figures import median, percentile
from benchmarks.report import Row, TargetOf, report
from motesklar.config import load_settings
from motesklar.exercises.gradebook import GradebookReader
from motesklar.exercises.manager import Exercises
from motesklar.kernels.supervisor import TemplateProcess
from motesklar.paths import DataFolder, shipped_settings
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import Person, new_id

MODULE = "01-why-meet-online"
ANSWERS = {"first-meeting": "online", "same-room": "comfort"}
MOST_SECONDS = 600
ALONE_SECONDS = 0.3
ALONE_RATIO = 0.1
GROUP_RATIO = 0.05
LARGE_RATIO = 1.5
STOCK = "nbgrader autograde"
LOOK_UPS = 20


def main(*, quick: bool) -> dict[str, Any]:
    """Time both; `quick` has fewer people, and a smaller gradebook."""
    alone, group, stock = (6, 8, 2) if quick else (30, 80, 20)
    learners = 1300 if quick else 13_000
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        data = DataFolder(Path(folder) / "data")
        seconds, together, small, large = asyncio.run(_ours(data, alone, group, learners))
        indexed, plain = _look_up(data), _without_indexes(data)
        each = _stock(data, stock) / stock
        one = _stock(data, 1)
    people = f"{group} hand in at once"
    return report(
        "grading",
        [
            _alone("median", median(seconds), one, ALONE_RATIO, TargetOf.RATIO),
            _alone("p95", percentile(seconds, 95), one, ALONE_SECONDS, TargetOf.OURS),
            Row(f"{people}: until all results are known", "s", round(together, 2)),
            Row(
                f"{people}: time for each",
                "s",
                round(together / group, 4),
                round(each, 3),
                STOCK,
                GROUP_RATIO,
                note=f"The peer grades {stock} of them in one command.",
            ),
            Row(
                f"write and look up one hand-in, {learners} learners in all modules",
                "s",
                round(large, 4),
                round(small, 4),
                "the same in an empty gradebook",
                LARGE_RATIO,
            ),
            Row(
                f"look up one person among {learners} learners",
                "s",
                round(indexed, 5),
                round(plain, 5),
                "nbgrader's schema, without our indexes",
            ),
        ],
    )


def _alone(what: str, ours: float, peer: float, target: float, of: TargetOf) -> Row:
    told = f"one learner hands in, until the result is known, {what}"
    return Row(told, "s", round(ours, 3), round(peer, 2), STOCK, target, of)


async def _ours(
    data: DataFolder, alone: int, group: int, learners: int
) -> tuple[list[float], float, float, float]:
    """One after another, a group at once, a write to an empty gradebook, and one to a large one."""
    data.prepare()
    database = Database(data.database_url)
    database.migrate()
    facts = FactLog(database)
    template = TemplateProcess(data.root / "kernels.log")
    await template.start()

    async def kernels() -> str:
        return template.path

    exercises = Exercises(load_settings(shipped_settings()), data, database, facts, kernels)
    exercises.prepare()
    await exercises.start()
    try:
        small = _write_and_look_up(data)
        await _hand_in(exercises, facts, _people(database, 4))  # each process has seen the module
        seconds = [await _hand_in(exercises, facts, _people(database, 1)) for _ in range(alone)]
        together = await _hand_in(exercises, facts, _people(database, group))
        fill(data, learners)
        return seconds, together, small, _write_and_look_up(data)
    finally:
        await exercises.close()
        await template.close()
        database.close()


async def _hand_in(exercises: Exercises, facts: FactLog, people: list[str]) -> float:
    """Seconds until all of them have a result."""
    for person in people:
        for exercise, answer in ANSWERS.items():
            exercises.save_answer(person, MODULE, exercise, answer)
    done, unsubscribe = _when_graded(facts, len(people))
    started = time.perf_counter()
    for person in people:
        await exercises.hand_in(person, MODULE, new_id("a"))
    async with asyncio.timeout(MOST_SECONDS):
        await done.wait()
    unsubscribe()
    return time.perf_counter() - started


def _write_and_look_up(data: DataFolder) -> float:
    """Median seconds of what a hand-in does in the gradebook."""
    from motesklar.exercises.nbgrader_calls import OpenGradebook

    book, reader = OpenGradebook(data.nbgrader_root), GradebookReader(data.nbgrader_root)
    times = []
    for number in range(LOOK_UPS):
        person = new_id("p")
        started = time.perf_counter()
        with book.transaction() as gradebook:
            gradebook.update_or_create_student(person)
            submission = gradebook.update_or_create_submission(MODULE, person)
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    grade.auto_score = number % 2
        reader.completions(person)
        times.append(time.perf_counter() - started)
    reader.close()
    return median(times)


def _look_up(data: DataFolder) -> float:
    """Median seconds for one person's results."""
    reader = GradebookReader(data.nbgrader_root)
    times = []
    for number in range(LOOK_UPS):
        started = time.perf_counter()
        reader.completions(made(number))
        times.append(time.perf_counter() - started)
    reader.close()
    return median(times)


def _without_indexes(data: DataFolder) -> float:
    """The look-up in a copy of the gradebook as nbgrader makes it."""
    plain = DataFolder(data.root / "plain")
    plain.nbgrader_root.mkdir(parents=True)
    shutil.copyfile(data.nbgrader_root / "gradebook.db", plain.nbgrader_root / "gradebook.db")
    with sqlite3.connect(plain.nbgrader_root / "gradebook.db") as gradebook:
        for (name,) in gradebook.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'motesklar%'"
        ).fetchall():
            gradebook.execute(f"DROP INDEX {name}")
    return _look_up(plain)


def made(number: int) -> str:
    """Id of one of the many learners."""
    return f"p-made{number}"


def fill(data: DataFolder, learners: int) -> None:
    """Give each of many learners a full result in every module, as nbgrader's tables have it."""
    with sqlite3.connect(data.nbgrader_root / "gradebook.db") as gradebook:
        ask: Callable[..., sqlite3.Cursor] = gradebook.execute
        people = [made(number) for number in range(learners)]
        gradebook.executemany(
            "INSERT INTO student (id, lms_user_id) VALUES (?, NULL)", [(one,) for one in people]
        )
        for assignment, notebook in ask("SELECT assignment_id, id FROM notebook").fetchall():
            cells = ask(
                "SELECT grade_cells.id, max_score FROM grade_cells JOIN base_cell"
                " ON base_cell.id = grade_cells.id WHERE base_cell.notebook_id = ?",
                (notebook,),
            ).fetchall()
            gradebook.executemany(
                "INSERT INTO submitted_assignment (id, assignment_id, student_id) VALUES (?, ?, ?)",
                [(f"{assignment}{one}", assignment, one) for one in people],
            )
            gradebook.executemany(
                "INSERT INTO submitted_notebook (id, assignment_id, notebook_id) VALUES (?, ?, ?)",
                [(f"{notebook}{one}", f"{assignment}{one}", notebook) for one in people],
            )
            gradebook.executemany(
                "INSERT INTO grade (id, cell_id, notebook_id, auto_score, needs_manual_grade)"
                " VALUES (?, ?, ?, ?, 0)",
                [
                    (f"{cell}{one}", cell, f"{notebook}{one}", most)
                    for one in people
                    for cell, most in cells
                ],
            )


def _people(database: Database, count: int) -> list[str]:
    with database.transaction() as session:
        people = [Person(name=f"Person {number}") for number in range(count)]
        session.add_all(people)
        session.flush()
        return [person.id for person in people]


def _when_graded(facts: FactLog, count: int) -> tuple[asyncio.Event, Callable[[], None]]:
    """Set once so many hand-ins have a result; and what ends the listening."""
    done = asyncio.Event()
    graded: list[str] = []

    def listen(fact: FactRecord) -> None:
        if fact.kind == "graded":
            graded.append(fact.person_id)
        if len(graded) == count:
            done.set()

    return done, facts.subscribe(listen)


def _stock(data: DataFolder, count: int) -> float:
    """Seconds for the command on some of the submissions, in a root of its own."""
    root = data.root / f"stock-{count}"
    shutil.copytree(data.nbgrader_root, root, symlinks=True, ignore=_graded_ones)
    shutil.copyfile(data.root / "grading" / "templates" / f"{MODULE}.db", root / "gradebook.db")
    (root / "autograded").mkdir()
    for person in sorted((root / "submitted").iterdir())[count:]:
        shutil.rmtree(person)
    started = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "nbgrader", "autograde", MODULE],
        cwd=root,
        env=os.environ
        | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"},
        check=True,
        capture_output=True,
        timeout=MOST_SECONDS,
    )
    return time.perf_counter() - started


def _graded_ones(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in ("autograded", "gradebook.db")]
