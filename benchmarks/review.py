"""Reviewing a municipality: the table of people × modules, its files, answers, a list of people.

Ours is the running course, asked over HTTP as a reviewer's browser does. The peer is nbgrader's own
formgrader on the very same gradebook: what its page of submissions asks for to be drawn.
"""

import asyncio
import contextlib
import csv
import io
import re
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped]  # ships no types

from benchmarks.figures import median, percentile
from benchmarks.municipality import (
    DEPARTMENTS,
    READ_EXERCISE,
    READ_MODULE,
    caught_up,
    fill_everything,
)
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
READ_SECONDS = 0.100
FILE_SECONDS = 5.0
IMPORT_SECONDS = 10.0
#: Times that each address is asked for.
ROUNDS = 20
#: A server that takes less of a core than this, for so long, has started.
_REST_SHARE, _REST_SECONDS = 0.1, 3.0
#: Times that formgrader draws its page once it is warm.
_PEER_ROUNDS = 3
_TOKEN = "of-the-benchmark"  # noqa: S105 - on loopback, for a minute
_ASKED = (
    "/review",
    "/review?page=20",
    "/review?sort=-name",
    "/review?sort=department",
    "/review?sort=-done",
    f"/review?sort={MODULE}",
    "/review?q=1son",
    "/review?department=D3",
    f"/review?show={MODULE}:done",
    f"/review?show={MODULE}:handed-in&sort=-done",
    f"/review?show={READ_MODULE}:handed-in&department=D1",
    "/review?show=all:done",
    "/review?show=all:not-done&page=2",
    "/review?show=all:waiting",
    "/review?since=2026-11-02&until=2026-11-20",
)


def main(*, quick: bool) -> dict[str, Any]:
    """Time both on the same gradebook; `quick` has a tenth of the people."""
    learners = 1300 if quick else 13_000
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return report("review", asyncio.run(_rows(Path(folder), learners)))


async def _rows(folder: Path, learners: int) -> list[Row]:
    data = DataFolder(folder / "data")
    async with _ours(folder / "first", data):
        pass  # it has made the databases, and stops before they are filled
    fill_everything(data, learners)
    people = f"{learners} people × {_modules()} modules"
    async with _ours(folder / "ours", data) as server, _reviewer(data, server) as client:
        await caught_up(data)
        await _at_rest(server)
        rows = [await _page_row(client, people), await _reading_row(client, people)]
        rows += await _file_rows(client, server, people)
        rows += await _import_rows(client, learners)
    peer = await _formgrader(folder / "formgrader", data)
    page = f"{people}: the same beside nbgrader"
    return [Row(page, "s", rows[0].ours, round(peer, 3), FORMGRADER, PAGE_RATIO), *rows]


def _modules() -> int:
    return len(load_settings(shipped_settings()).course.modules)


async def _page_row(client: httpx.AsyncClient, people: str) -> Row:
    """Every address by itself: the slowest is what somebody waits for."""
    taken = {address: [await _get(client, address) for _ in range(ROUNDS)] for address in _ASKED}
    by_address = {address: percentile(seconds, 95) for address, seconds in taken.items()}
    slowest = max(by_address, key=by_address.__getitem__)
    return Row(
        f"{people}: a page of the table, p95 of the slowest choice and order",
        "s",
        round(by_address[slowest], 4),
        target=PAGE_SECONDS,
        target_of=TargetOf.OURS,
        note=f"{len(_ASKED)} addresses, {ROUNDS} times each; the slowest is {slowest},"
        f" the middle one takes {median(list(by_address.values())):.3f} s.",
    )


async def _reading_row(client: httpx.AsyncClient, people: str) -> Row:
    """From one answer to the next, as the key for it does."""
    place = f"/review/grading/{READ_MODULE}/{READ_EXERCISE}"
    answer = await client.get(place, follow_redirects=True)
    seconds, seen = [], set()
    for _ in range(ROUNDS * 5):
        started = time.perf_counter()
        answer = await client.get(f"{answer.url.path}/next", follow_redirects=True)
        seconds.append(time.perf_counter() - started)
        assert answer.status_code == 200, answer.text[:500]
        seen.add(answer.url.path)
    assert len(seen) == len(seconds), "the way through the answers went in a circle"
    return Row(
        f"{people}: on to the next answer that a person reads, p95",
        "s",
        round(percentile(seconds, 95), 4),
        target=READ_SECONDS,
        target_of=TargetOf.OURS,
        note=f"Half of the people wait for it; {len(seconds)} steps, each with its redirection.",
    )


async def _file_rows(client: httpx.AsyncClient, server: Server, people: str) -> list[Row]:
    started = time.perf_counter()
    with _memory(server) as grown:
        size = await _file(client)
    seconds = time.perf_counter() - started
    return [
        Row(
            f"{people}: everybody as CSV",
            "s",
            round(seconds, 2),
            target=FILE_SECONDS,
            target_of=TargetOf.OURS,
            note=f"{size / 1e6:.1f} MB.",
        ),
        Row(f"{people}: memory that the file takes at most", "MB", round(max(grown), 1)),
    ]


async def _import_rows(client: httpx.AsyncClient, learners: int) -> list[Row]:
    preview, saved = await _import(client, learners)
    people = f"a list of {learners} people"
    return [
        Row(
            f"{people} is looked through and saved",
            "s",
            round(preview + saved, 2),
            target=IMPORT_SECONDS,
            target_of=TargetOf.OURS,
            note=f"Looked through {preview:.2f} s, saved {saved:.2f} s.",
        )
    ]


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


async def _at_rest(server: Server) -> None:
    """Wait until the server has made ready what it makes ready after its start."""
    async with asyncio.timeout(300):
        while await asyncio.to_thread(_busy, server.pid) > _REST_SHARE:
            pass


def _busy(pid: int) -> float:
    """How much of a core the server takes, over some seconds."""
    before = _processor_seconds(pid)
    time.sleep(_REST_SECONDS)
    return (_processor_seconds(pid) - before) / _REST_SECONDS


def _processor_seconds(pid: int) -> float:
    found = 0.0
    for one in tree(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            used = psutil.Process(one).cpu_times()
            found += used.user + used.system
    return found


async def _get(client: httpx.AsyncClient, address: str) -> float:
    """Seconds of a page that shows somebody."""
    started = time.perf_counter()
    answer = await client.get(address)
    seconds = time.perf_counter() - started
    assert answer.status_code == 200, answer.text[:500]
    assert 'data-state="' in answer.text, f"{address} shows nobody"
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


async def _import(client: httpx.AsyncClient, people: int) -> tuple[float, float]:
    """Seconds until a list of so many people has been looked through, and until it is saved."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["namn", "e-post", "avdelning"])
    writer.writerows(
        [f"Person {n}", f"person{n}@exempelstad.example", f"D{n % DEPARTMENTS}"]
        for n in range(people)
    )
    await client.get("/people")
    form = {"_xsrf": client.cookies["_xsrf"]}
    file = {"file": ("people.csv", text.getvalue().encode(), "text/csv")}
    started = time.perf_counter()
    shown = await client.post("/people/preview", data=form, files=file)
    looked_through = time.perf_counter()
    assert shown.status_code == 200, shown.text[:500]
    fields = re.findall(r'name="(file|mark)" value="([^"]*)"', shown.text)
    saving = time.perf_counter()
    saved = await client.post("/people/import", data=form | dict(fields))
    ended = time.perf_counter()
    assert saved.status_code == 200, saved.text[:500]
    assert str(people) in saved.text, "not everybody was taken in"
    return looked_through - started, ended - saving


async def _formgrader(folder: Path, data: DataFolder) -> float:
    """Seconds of what formgrader's page of a module's submissions asks for, once it is warm."""
    port = free_port()
    command = [str(BIN / "motesklar"), "formgrader", "--data", str(data.root)]
    command += ["--port", str(port), "--no-browser"]
    environment = {"JUPYTER_TOKEN": _TOKEN}
    address = f"http://{HOST}:{port}/formgrader/api/submissions/{MODULE}"
    async with (
        running(command, folder, f"http://{HOST}:{port}/api", environment),
        httpx.AsyncClient(timeout=900, headers={"Authorization": f"token {_TOKEN}"}) as client,
    ):
        seconds = []
        for _ in range(1 + _PEER_ROUNDS):
            started = time.perf_counter()
            answer = await client.get(address)
            seconds.append(time.perf_counter() - started)
            assert answer.status_code == 200, answer.text[:500]
            assert answer.json()
        return median(seconds[1:])
