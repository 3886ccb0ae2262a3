"""A group hands in the same module at once: our warm workers against stock `nbgrader autograde`.

Both grade the same submissions of the shipped first module, with the same kernels on the same
machine. Ours is timed from the first hand-in to the last result in the gradebook; the peer is
the command a teacher would run, on the very submissions that ours has put in place.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.report import Row, report
from motesklar.config import load_settings
from motesklar.exercises.manager import Exercises
from motesklar.kernels.supervisor import TemplateProcess
from motesklar.paths import DataFolder, shipped_settings
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import Person, new_id

MODULE = "01-why-meet-online"
ANSWERS = {"first-meeting": "online", "same-room": "comfort"}
TARGET = 0.5
MOST_SECONDS = 600


def main(*, quick: bool) -> dict[str, Any]:
    """Time both; `quick` has fewer people."""
    people = 6 if quick else 40
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        data = DataFolder(Path(folder) / "data")
        ours = asyncio.run(_ours(data, people))
        peer = _stock(data)
    what = f"{people} hand-ins at once, until the last one is in the gradebook"
    return report(
        "hand_in", [Row(what, "s", round(ours, 2), round(peer, 2), "nbgrader autograde", TARGET)]
    )


async def _ours(data: DataFolder, people: int) -> float:
    data.prepare()
    database = Database(data.database_url)
    database.migrate()
    settings = load_settings(shipped_settings())
    facts = FactLog(database)
    template = TemplateProcess(data.root / "kernels.log")
    await template.start()

    async def kernels() -> str:
        return template.path

    exercises = Exercises(settings, data, database, facts, kernels)
    exercises.prepare()
    await exercises.start()
    try:
        ids = _people(database, people)
        for person in ids:
            for exercise, answer in ANSWERS.items():
                exercises.save_answer(person, MODULE, exercise, answer)
        done = _when_graded(facts, people)
        started = time.perf_counter()
        for person in ids:
            await exercises.hand_in(person, MODULE, new_id("a"))
        async with asyncio.timeout(MOST_SECONDS):
            await done.wait()
        return time.perf_counter() - started
    finally:
        await exercises.close()
        await template.close()
        database.close()


def _people(database: Database, count: int) -> list[str]:
    with database.transaction() as session:
        people = [Person(name=f"Person {number}") for number in range(count)]
        session.add_all(people)
        session.flush()
        return [person.id for person in people]


def _when_graded(facts: FactLog, count: int) -> asyncio.Event:
    """Set once so many hand-ins have a result."""
    done = asyncio.Event()
    graded: list[str] = []

    def listen(fact: FactRecord) -> None:
        if fact.kind == "graded":
            graded.append(fact.person_id)
        if len(graded) == count:
            done.set()

    facts.subscribe(listen)
    return done


def _stock(data: DataFolder) -> float:
    started = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "nbgrader", "autograde", MODULE, "--force"],
        cwd=data.nbgrader_root,
        env=os.environ
        | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"},
        check=True,
        capture_output=True,
        timeout=MOST_SECONDS,
    )
    return time.perf_counter() - started
