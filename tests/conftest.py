"""A real course for every test that wants one: the console script, a port of its own, a browser."""

import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from hypothesis import settings
from playwright import async_api, sync_api
from playwright.sync_api import Playwright, sync_playwright

from motesklar.accounts.sight import EVERYBODY
from motesklar.config import load_settings
from motesklar.paths import DataFolder, shipped_settings
from motesklar.store.database import Database
from motesklar.store.models import Person, Role
from motesklar.web.sessions import SessionStore
from motesklar.web.visitor import SESSION_COOKIE
from tests.databases import new_database
from tests.prepared import give_prepared_course

START_SECONDS = 150
STOP_SECONDS = 60
#: How long what is expected of a page may take on a machine that does much else.
PATIENCE_MS = 30_000

# an example that took long says that the machine is busy, not that it is wrong
settings.register_profile("motesklar", deadline=None)
settings.load_profile("motesklar")
async_api.expect.set_options(timeout=PATIENCE_MS)
sync_api.expect.set_options(timeout=PATIENCE_MS)


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_readable(descriptor: int, seconds: float) -> bool:
    """Whether there is something to read, or an end, within so long.

    `select.select` would refuse descriptors above 1023, which a long run of tests reaches.
    """
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        return bool(selector.select(max(0.0, seconds)))


@dataclass
class RunningCourse:
    """`motesklar serve` as a child process."""

    data: DataFolder
    port: int
    arguments: tuple[str, ...] = ("--demo",)
    printed: str = ""
    process: subprocess.Popen[str] | None = None
    _clients: list[httpx.Client] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Start and wait for the line that says how to stop, which means: ready."""
        give_prepared_course(self.data)
        script = Path(sys.executable).parent / "motesklar"
        self.process = subprocess.Popen(
            [script, "serve", *self.arguments],
            env=os.environ | {"PORT": str(self.port), "DATA": str(self.data.root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.printed = self._read_until("Ctrl-C")

    def _read_until(self, word: str) -> str:
        assert self.process
        assert self.process.stdout
        pipe = self.process.stdout.fileno()
        deadline = time.monotonic() + START_SECONDS
        seen = ""
        while word not in seen:
            # read from the pipe itself: nobody outside sees what Python has buffered
            ready = is_readable(pipe, deadline - time.monotonic())
            told = os.read(pipe, 4096).decode() if ready else ""
            assert told, f"the course did not start:\n{seen}"
            seen += told
        return seen

    def stop(self) -> int:
        """Ctrl-C; returns the exit status."""
        for client in self._clients:
            client.close()
        self._clients.clear()
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(STOP_SECONDS)
        finally:
            if self.process.poll() is None:
                self.process.kill()

    def database(self) -> Database:
        return Database(self.data.database_url)

    def link_of(self, role: str) -> str:
        """The sign-in link printed for a role."""
        found = re.search(rf"^\s*{role}\s+(http\S+)$", self.printed, re.MULTILINE)
        assert found, self.printed
        return found[1]

    def person(self, name: str, role: Role = Role.LEARNER, department: str = "") -> str:
        """Add a person; returns the id."""
        with self.database().transaction() as session:
            sees = [EVERYBODY] if role is Role.REVIEWER else []
            person = Person(name=name, role=role, department=department, sees=sees)
            session.add(person)
            session.flush()
            return person.id

    def session_of(self, person_id: str) -> str:
        """A session token for a person, as the cookie holds it."""
        signin = load_settings(shipped_settings()).signin
        return SessionStore(self.database(), signin).start(person_id)

    def client(self, person_id: str | None = None) -> httpx.Client:
        """An HTTP client, signed in as `person_id`, with its XSRF cookie in hand."""
        # the course of a whole run has hundreds of clients: none keeps its connection
        limits = httpx.Limits(max_keepalive_connections=0)
        client = httpx.Client(base_url=self.url, timeout=60, follow_redirects=False, limits=limits)
        if person_id:
            client.cookies.set(SESSION_COOKIE, self.session_of(person_id))
        client.get("/sign-in")
        client.headers["X-XSRFToken"] = client.cookies.get("_xsrf") or ""
        self._clients.append(client)
        return client


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    """What starts browsers.

    There can be only one of it in a process, and no coroutine test beside it: it ends with the
    module, so that modules of both kinds may follow each other.
    """
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty course database."""
    found = new_database(tmp_path / "course.db")
    yield found
    found.close()


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCourse]:
    """One demo course for the whole run; tests make their own people in it."""
    running = RunningCourse(DataFolder(tmp_path_factory.mktemp("data")), free_port())
    running.start()
    yield running
    running.stop()
