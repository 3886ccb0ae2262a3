"""Starts what is measured, each in a process of its own on loopback, and ends it by its id."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
from tornado.httpclient import AsyncHTTPClient

from benchmarks.lesson import MODULE, write_course, write_lesson
from benchmarks.usage import cpu_seconds, tree
from motesklar.config import load_settings
from motesklar.paths import DataFolder, shipped_settings
from motesklar.store.database import Database
from motesklar.store.models import Person
from motesklar.web.sessions import SessionStore

HOST = "127.0.0.1"
START_SECONDS = 90
STOP_SECONDS = 20
#: A server that has used less than this of a core since the last look is at rest.
_REST_SHARE = 0.1
_LOOK_SECONDS = 0.15
_REST_SECONDS = 60
_REFILL_SECONDS = 1.5

BIN = Path(sys.executable).parent
#: Peers that our own environment has no room for; see `requirements.in`.
_PEERS_BIN = Path(__file__).parent / ".venv" / "bin"
_STILL_PAGE = Path(__file__).parent / "still"


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A server that runs.

    Args:
        page: the lesson's address.
        sessions: tokens of people who are signed in, where the server knows people.
        pause: seconds that it may wait before it goes on with its own work.
    """

    process: subprocess.Popen[bytes]
    port: int
    page: str
    sessions: list[str] = field(default_factory=list)
    pause: float = _LOOK_SECONDS

    @property
    def pid(self) -> int:
        """Of the process at the root."""
        return self.process.pid

    @property
    def root(self) -> str:
        """Its start page."""
        return f"http://{HOST}:{self.port}/"

    async def rest(self) -> None:
        """Wait until it has nothing to do.

        Raises:
            TimeoutError: it always has.
        """
        async with asyncio.timeout(_REST_SECONDS):
            spent = cpu_seconds(self.pid)
            while True:
                await asyncio.sleep(self.pause)
                now = cpu_seconds(self.pid)
                # what a process that has ended had used is counted no more
                if abs(now - spent) <= _REST_SHARE * self.pause:
                    return
                spent = now


@asynccontextmanager
async def our_course(folder: Path, *, people: int, kernels: int) -> AsyncIterator[Server]:
    """`motesklar serve` with the lesson, and people who are signed in."""
    data = DataFolder(folder / "data")
    course = write_course(folder / "course", kernels)
    port = free_port()
    command = [str(BIN / "motesklar"), "serve", "--course", str(course)]
    environment = {"PORT": str(port), "DATA": str(data.root)}
    async with running(command, folder, f"http://{HOST}:{port}/health", environment) as process:
        sessions = list(sign_in(data, people).values())
        yield Server(process, port, f"http://{HOST}:{port}/m/{MODULE}", sessions)


def sign_in(data: DataFolder, count: int) -> dict[str, str]:
    """So many new people's ids, in order, and a session's token for each."""
    database = Database(data.database_url)
    try:
        with database.transaction() as session:
            people = [Person(name=f"Person {number}") for number in range(count)]
            session.add_all(people)
            session.flush()
            ids = [person.id for person in people]
        sessions = SessionStore(database, load_settings(shipped_settings()).signin)
        return {person_id: sessions.start(person_id) for person_id in ids}
    finally:
        database.close()


@asynccontextmanager
async def stock_voila(folder: Path, *, pool: int = 0) -> AsyncIterator[Server]:
    """The `voila` command with the lesson; with a pool of preheated kernels if `pool` is given."""
    port = free_port()
    lesson = write_lesson(folder / "lesson.ipynb")
    command = [str(BIN / "voila"), str(lesson), "--no-browser", f"--port={port}"]
    command += [f"--Voila.ip={HOST}"]
    if pool:
        command += ["--preheat_kernel=True", f"--pool_size={pool}"]
    answers = f"http://{HOST}:{port}/voila/static/"
    async with running(command, folder, answers) as process:
        # a pool waits a second before it fills up again (Voilà's `fill_delay`)
        pause = _REFILL_SECONDS if pool else _LOOK_SECONDS
        yield Server(process, port, f"http://{HOST}:{port}/", pause=pause)


@asynccontextmanager
async def still_page(folder: Path) -> AsyncIterator[Server]:
    """Python's own file server with a page of one button, which needs no server to answer."""
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", HOST]
    command += ["--directory", str(_STILL_PAGE)]
    page = f"http://{HOST}:{port}/"
    async with running(command, folder, page) as process:
        yield Server(process, port, page)


def solara_installed() -> bool:
    """Whether the peers' environment has been made."""
    return (_PEERS_BIN / "solara").is_file()


@asynccontextmanager
async def solara(folder: Path) -> AsyncIterator[Server]:
    """The `solara` command with the lesson, its scripts from its own assets package."""
    port = free_port()
    lesson = write_lesson(folder / "lesson.ipynb", all_in_one=True)
    command = [str(_PEERS_BIN / "solara"), "run", str(lesson), "--no-open", "--production"]
    command += [f"--port={port}", f"--host={HOST}"]
    page = f"http://{HOST}:{port}/"
    environment = {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false"}
    async with running(command, folder, page, environment) as process:
        yield Server(process, port, page)


@asynccontextmanager
async def running(
    command: Sequence[str], folder: Path, answers: str, more: Mapping[str, str] | None = None
) -> AsyncIterator[subprocess.Popen[bytes]]:
    """A command, from when the address `answers` does, whatever it answers."""
    os.makedirs(folder, exist_ok=True)
    path = folder / "log.txt"
    with path.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own commands; Popen returns at once
            command,
            env=os.environ | {"HOME": str(folder)} | dict(more or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        await _answering(process, answers, path)
        yield process
    finally:
        await asyncio.to_thread(_end, process)


async def _answering(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    client = AsyncHTTPClient(force_instance=True)
    try:
        async with asyncio.timeout(START_SECONDS):
            while True:
                with contextlib.suppress(OSError):
                    await client.fetch(url, raise_error=False)
                    return
                if process.poll() is not None:
                    said = log.read_text(errors="replace")  # noqa: ASYNC240 - a few lines, at the end
                    raise RuntimeError(f"did not start:\n{said}")
                await asyncio.sleep(0.05)
    finally:
        client.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop it, and what is left of its processes then."""
    below = list(_known(tree(process.pid) - {process.pid}))
    # some peers ask back when they hear Ctrl-C
    process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    if process.poll() is None:
        process.kill()
        process.wait()
    _, alive = psutil.wait_procs(below, timeout=2)
    for left in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            left.kill()


def _known(pids: Iterable[int]) -> Iterator[psutil.Process]:
    """Processes by their ids; those that have ended meanwhile are left out."""
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            yield psutil.Process(pid)
