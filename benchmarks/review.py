"""Reviewing a municipality: the table of people × modules, its files, and a list of people.

Ours is the running course, asked over HTTP as a reviewer's browser does. The peer is nbgrader's own
formgrader on the very same gradebook: what its page of submissions asks for to be drawn.
"""

import asyncio
import contextlib
import csv
import io
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped]  # ships no types

from benchmarks.figures import percentile
from benchmarks.grading import fill
from benchmarks.report import Row, TargetOf, report
from benchmarks.servers import BIN, HOST, Server, free_port, running
from benchmarks.usage import tree
from motesklar.config import load_settings
from motesklar.paths import DataFolder, shipped_settings
from motesklar.store.database import Database
from motesklar.store.models import Person, Role
from motesklar.web.sessions import SessionStore
from motesklar.web.visitor import SESSION_COOKIE

MODULE = "01-why-meet-online"
FORMGRADER = "formgrader's list of a module's submissions"
PAGE_SECONDS = 0.150
PAGE_RATIO = 0.05
FILE_SECONDS = 5.0
IMPORT_SECONDS = 10.0
_DEPARTMENTS = 12
_TOKEN = "of-the-benchmark"  # noqa: S105 - on loopback, for a minute
_ASKED = (
    "/review",
    "/review?page=20",
    "/review?sort=-name",
    "/review?sort=department",
    "/review?sort=-done",
    f"/review?sort={MODULE}",
    "/review?q=son+1",
    "/review?department=D3",
    f"/review?show={MODULE}:done",
    f"/review?show={MODULE}:handed-in&sort=-done",
    f"/review?show={MODULE}:not-yet&department=D1",
    "/review?show=all:done",
    "/review?show=all:not-done&page=2",
    "/review?show=all:waiting",
    "/review?since=2026-11-02&until=2026-11-20",
)


def main(*, quick: bool) -> dict[str, Any]:
    """Time both on the same gradebook; `quick` has a tenth of the people."""
    learners, rounds = (1300, 3) if quick else (13_000, 20)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return report("review", asyncio.run(_rows(Path(folder), learners, rounds)))


async def _rows(folder: Path, learners: int, rounds: int) -> list[Row]:
    data = DataFolder(folder / "data")
    async with _ours(folder / "first", data):
        pass  # it has made the databases, and stops before they are filled
    _fill(data, learners)
    async with _ours(folder / "ours", data) as server, _reviewer(data, server) as client:
        await _caught_up(data)
        pages = [seconds for _ in range(rounds) for seconds in await _pages(client)]
        started = time.perf_counter()
        with _memory(server) as grown:
            size = await _file(client)
        file_seconds = time.perf_counter() - started
        import_seconds = await _import(client, learners)
    submissions = await _formgrader(folder / "formgrader", data)
    people = f"{learners} people × {_modules()} modules"
    ours = round(percentile(pages, 95), 4)
    return [
        Row(
            f"{people}: a page of the table, whatever is chosen and sorted by, p95",
            "s",
            ours,
            target=PAGE_SECONDS,
            target_of=TargetOf.OURS,
            note=f"{len(_ASKED)} addresses, {rounds} times each.",
        ),
        Row(
            f"{people}: the same beside nbgrader",
            "s",
            ours,
            round(submissions, 3),
            FORMGRADER,
            PAGE_RATIO,
        ),
        Row(
            f"{people}: everybody as CSV",
            "s",
            round(file_seconds, 2),
            target=FILE_SECONDS,
            target_of=TargetOf.OURS,
            note=f"{size / 1e6:.1f} MB.",
        ),
        Row(f"{people}: memory that the file takes at most", "MB", round(max(grown), 1)),
        Row(
            f"a list of {learners} people is looked through",
            "s",
            round(import_seconds, 2),
            target=IMPORT_SECONDS,
            target_of=TargetOf.OURS,
        ),
    ]


def _modules() -> int:
    return len(load_settings(shipped_settings()).course.modules)


@asynccontextmanager
async def _ours(folder: Path, data: DataFolder) -> AsyncIterator[Server]:
    """`motesklar serve` with the shipped course."""
    port = free_port()
    command = [str(BIN / "motesklar"), "serve"]
    environment = {"PORT": str(port), "DATA": str(data.root)}
    async with running(command, folder, f"http://{HOST}:{port}/health", environment) as process:
        yield Server(process, port, f"http://{HOST}:{port}/review")


@asynccontextmanager
async def _reviewer(data: DataFolder, server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of somebody who sees everybody."""
    with contextlib.closing(Database(data.database_url)) as database:
        with database.transaction() as session:
            person = Person(name="Rut Rektor", role=Role.ADMINISTRATOR)
            session.add(person)
            session.flush()
            person_id = person.id
        sessions = SessionStore(database, load_settings(shipped_settings()).signin)
        token = sessions.start(person_id)
    cookies = {SESSION_COOKIE: token}
    async with httpx.AsyncClient(base_url=server.root, cookies=cookies, timeout=120) as client:
        yield client


def _fill(data: DataFolder, learners: int) -> None:
    """People in both databases, with results of all kinds in every module."""
    with (
        contextlib.closing(Database(data.database_url)) as database,
        database.transaction() as session,
    ):
        session.add_all(
            Person(
                id=f"made-{number}",
                name=f"{'ÅBCÖ'[number % 4]}nna {number}son",
                department=f"D{number % _DEPARTMENTS}",
            )
            for number in range(learners)
        )
    fill(data, learners)
    with sqlite3.connect(data.nbgrader_root / "gradebook.db") as gradebook:
        gradebook.execute("UPDATE grade SET auto_score = 0 WHERE rowid % 7 = 0")
        gradebook.execute("UPDATE grade SET needs_manual_grade = 1 WHERE rowid % 97 = 0")
        gradebook.execute(
            "UPDATE submitted_assignment SET timestamp ="
            " datetime('2026-11-01', '+' || (rowid % 40000) || ' minutes') || '.000000'"
        )


async def _caught_up(data: DataFolder) -> None:
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


async def _pages(client: httpx.AsyncClient) -> list[float]:
    seconds = []
    for address in _ASKED:
        started = time.perf_counter()
        answer = await client.get(address)
        seconds.append(time.perf_counter() - started)
        assert answer.status_code == 200, answer.text[:500]
    return seconds


async def _file(client: httpx.AsyncClient) -> int:
    """Bytes of everybody as CSV; read and thrown away."""
    size = 0
    async with client.stream("GET", "/review.csv") as answer:
        assert answer.status_code == 200
        async for part in answer.aiter_bytes():
            size += len(part)
    return size


@contextlib.contextmanager
def _memory(server: Server) -> Iterator[list[float]]:
    """By how many MB the server is larger than at the beginning, seen ten times a second."""
    before, grown = _resident(server.pid), [0.0]

    async def watch() -> None:
        while True:
            grown.append((_resident(server.pid) - before) / 1e6)
            await asyncio.sleep(0.1)

    task = asyncio.get_running_loop().create_task(watch())
    try:
        yield grown
    finally:
        task.cancel()
        grown.append((_resident(server.pid) - before) / 1e6)


def _resident(pid: int) -> int:
    found = 0
    for one in tree(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            found += psutil.Process(one).memory_info().rss
    return found


async def _import(client: httpx.AsyncClient, people: int) -> float:
    """Seconds until a list of so many people has been looked through."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["namn", "e-post", "avdelning"])
    writer.writerows(
        [f"Person {n}", f"person{n}@exempelstad.example", f"D{n % _DEPARTMENTS}"]
        for n in range(people)
    )
    await client.get("/people")
    form = {"_xsrf": client.cookies["_xsrf"]}
    file = {"file": ("people.csv", text.getvalue().encode(), "text/csv")}
    started = time.perf_counter()
    answer = await client.post("/people/preview", data=form, files=file)
    seconds = time.perf_counter() - started
    assert answer.status_code == 200, answer.text[:500]
    return seconds


async def _formgrader(folder: Path, data: DataFolder) -> float:
    """Seconds of what formgrader's page of a module's submissions asks for."""
    port = free_port()
    command = [str(BIN / "motesklar"), "formgrader", "--data", str(data.root)]
    command += ["--port", str(port), "--no-browser"]
    environment = {"JUPYTER_TOKEN": _TOKEN}
    async with (
        running(command, folder, f"http://{HOST}:{port}/api", environment),
        httpx.AsyncClient(timeout=900, headers={"Authorization": f"token {_TOKEN}"}) as client,
    ):
        address = f"http://{HOST}:{port}/formgrader/api/submissions/{MODULE}"
        started = time.perf_counter()
        answer = await client.get(address)
        seconds = time.perf_counter() - started
        assert answer.status_code == 200, answer.text[:500]
        assert answer.json()
        return seconds
