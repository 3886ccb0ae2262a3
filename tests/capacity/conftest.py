"""The panel alone on a small server, with processes of our own as kernels."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
import pytest_asyncio
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from motesklar.capacity.figures import KernelView, TemplateState, TemplateView
from motesklar.capacity.handlers import ROUTES
from motesklar.capacity.manager import CapacityWatch
from motesklar.config import load_settings
from motesklar.course import Course, Module
from motesklar.i18n import load_languages
from motesklar.paths import shipped_settings
from motesklar.store.models import Person, Role
from motesklar.web.sessions import SessionStore
from motesklar.web.visitor import LANGUAGE_COOKIE, SESSION_COOKIE
from tests.databases import new_database

MIB = 1024**2
BUILT = datetime(2026, 3, 2, 8, 30)
MODULE = Module(
    name="01-first",
    folder=Path("01-first"),
    version="",
    title="Första delen",
    summary="",
    minutes=5,
    steps=(),
    exercises=(),
    texts={"en": {"Första delen": "The first part"}},
)


@dataclass
class Machine:
    """What the module pages tell the panel, as a test wants it; sizes of `free` are MiB."""

    cap: int = 20
    free: int = 1000
    pids: list[int] = field(default_factory=list)
    in_line: list[float] = field(default_factory=list)
    views: list[TemplateView] = field(default_factory=list)

    def kernels(self) -> list[KernelView]:
        return [KernelView(pid, MODULE.name, "sv", BUILT, 1.0) for pid in self.pids]

    def waiting(self) -> list[float]:
        return self.in_line

    def templates(self) -> list[TemplateView]:
        return self.views

    def watch(self) -> CapacityWatch:
        """Reckons with 10 MiB for each kernel."""
        return CapacityWatch(self, 10 * MIB, lambda: self.free * MIB)


def template(
    module: str | None = None,
    state: TemplateState = TemplateState.READY,
    *,
    pid: int | None = None,
    reason: str = "",
) -> TemplateView:
    """The root template, or the one of a module."""
    return TemplateView(
        module=module,
        language="sv" if module else None,
        version="0123456789ab" if module else "",
        build="ab" if module else "",
        state=state,
        reason=reason,
        pid=pid,
        kernels=0,
        built_at=BUILT + timedelta(minutes=1) if module else None,
        restarts=2,
    )


@pytest.fixture
def machine() -> Machine:
    return Machine(views=[template(), template(MODULE.name)])


@pytest.fixture
def idle_process() -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts processes that use some memory and wait; they end with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        code = "import sys; kept = b'x' * 2**22; print('up', flush=True); sys.stdin.read()"
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdout
        assert process.stdout.readline() == b"up\n"
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest_asyncio.fixture
async def administrator(machine: Machine, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """An administrator at a small server that has the panel alone."""
    database = new_database(tmp_path / "course.db")
    settings = load_settings(shipped_settings())
    sessions = SessionStore(database, settings.signin)
    with database.transaction() as session:
        person = Person(name="Ada", role=Role.ADMINISTRATOR, department="")
        session.add(person)
        session.flush()
        person_id = person.id
    services = SimpleNamespace(
        settings=settings,
        languages=load_languages(settings.course.languages),
        sessions=sessions,
        course=Course((MODULE,)),
        capacity=machine.watch(),
        demo=False,
    )
    application = Application(ROUTES, services=services, base_url="/", cookie_secret="of tests")
    listener, port = bind_unused_port()
    server = HTTPServer(application)
    server.add_socket(listener)
    cookies = {SESSION_COOKIE: sessions.start(person_id), LANGUAGE_COOKIE: "en"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", cookies=cookies) as client:
        yield client
    server.stop()
    await server.close_all_connections()
    database.close()
