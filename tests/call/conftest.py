"""A small server with the calls alone, and pages' ends of its websockets."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import pytest_asyncio
from playwright.async_api import Page as BrowserPage
from playwright.async_api import async_playwright
from tornado.httpclient import HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketClientConnection, websocket_connect

from motesklar.call.access import RoomPassLike
from motesklar.call.handlers import ROUTES
from motesklar.call.manager import Calls, Surroundings
from motesklar.call.worker import wire
from motesklar.call.worker.supervisor import Supervisor, WorkerEvents
from motesklar.call.worker.voices import Voices
from motesklar.config import CallSection, load_settings
from motesklar.course import Course, Module
from motesklar.equipment.mirror import ROUTES as MIRROR
from motesklar.i18n import Languages, load_languages
from motesklar.paths import shipped_settings
from motesklar.store.database import Database
from motesklar.store.facts import FactLog
from motesklar.store.models import Evidence, Person
from motesklar.web.sessions import SessionStore
from motesklar.web.visitor import LANGUAGE_COOKIE, SESSION_COOKIE
from tests.call.worker.local import LocalSupervisor
from tests.chromium import SWITCHES, chromium_path

MODULE = "03-your-first-practice-call"
WAIT_SECONDS = 60
CLIENT = "client-1"


async def until(condition: Callable[[], Any], what: str = "it") -> None:
    """Wait until `condition` holds; a test that waits in vain says for what."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            # the conditions are other parts' states, which tell nobody of their changes
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"waited in vain for {what}") from None


@dataclass(frozen=True)
class Pass:
    """Lets somebody into a room."""

    title: str = "Room 1"
    leader: bool = False


@dataclass
class Doors:
    """Who may enter which room, and who came and went (`Access` and `AttendanceLike`)."""

    passes: dict[tuple[str, str], Pass] = field(default_factory=dict)
    log: list[tuple[str, str, str]] = field(default_factory=list)

    def let_in(self, room_id: str, *people: str, leader: bool = False) -> None:
        self.passes |= {(room_id, person): Pass(leader=leader) for person in people}

    def access(
        self, room_id: str, person_id: str, language: str | None = None
    ) -> RoomPassLike | None:
        return self.passes.get((room_id, person_id))

    def entered(self, person_id: str, room_id: str, at: Any = None) -> None:
        self.log.append(("entered", person_id, room_id))

    def left(self, person_id: str, room_id: str, at: Any = None) -> None:
        self.log.append(("left", person_id, room_id))


@pytest.fixture
def doors() -> Doors:
    return Doors()


@pytest.fixture
def call_settings() -> CallSection:
    shipped = load_settings(shipped_settings()).call
    return shipped.model_copy(update={"workers": 1, "load_max": 1.0})


@pytest.fixture(scope="session")
def languages() -> Languages:
    return load_languages()


@pytest.fixture
def add_person(database: Database) -> Callable[[str], str]:
    def add(name: str) -> str:
        with database.transaction() as session:
            person = Person(name=name)
            session.add(person)
            session.flush()
            return person.id

    return add


@pytest.fixture
def evidence_of(database: Database) -> Callable[[str], Evidence | None]:
    def find(person_id: str) -> Evidence | None:
        with database.transaction() as session:
            return session.get(Evidence, (person_id, MODULE))

    return find


MakeCalls = Callable[..., Calls]


@pytest.fixture(scope="session")
def voices(languages: Languages) -> Voices:
    return Voices(languages, "Kim")


@pytest_asyncio.fixture
async def make_calls(
    database: Database,
    call_settings: CallSection,
    languages: Languages,
    voices: Voices,
    doors: Doors,
) -> AsyncIterator[MakeCalls]:
    """Makes managers over workers in this process, and closes them at the end."""
    made: list[Calls] = []

    def supervise(configurations: Sequence[wire.Configure], events: WorkerEvents) -> Supervisor:
        return cast(Supervisor, LocalSupervisor(configurations, events, languages, voices))

    def make(**changes: Any) -> Calls:
        parts: dict[str, Any] = {
            "settings": call_settings,
            "database": database,
            "facts": FactLog(database),
            "languages": languages,
            "surroundings": Surroundings(loopback=True),
            "access": doors,
            "attendance": doors,
            "make_supervisor": supervise,
        }
        made.append(Calls(**(parts | changes)))
        return made[-1]

    yield make
    for calls in made:
        await calls.close()


class Page:
    """The browser's end of a call's websocket."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self.connection = connection

    async def send(self, message: Any) -> None:
        frame = message if isinstance(message, str | bytes) else json.dumps(message)
        await self.connection.write_message(frame, binary=isinstance(frame, bytes))

    async def receive(self) -> dict[str, Any] | None:
        """The next message, None when the server has closed."""
        async with asyncio.timeout(WAIT_SECONDS):
            frame = await self.connection.read_message()
        return None if frame is None else json.loads(frame)

    async def receive_type(self, kind: str, **wanted: Any) -> dict[str, Any]:
        """The next message of this type, with these values."""
        last = None
        while True:
            message = await self.receive()
            assert message is not None, f"closed before {kind} came, with {last}"
            last = message
            if message["type"] == kind and wanted.items() <= message.items():
                return message

    async def receive_members(self, *names: str) -> list[dict[str, Any]]:
        """The members once these are in the room, in this order."""
        while True:
            members: list[dict[str, Any]] = (await self.receive_type("members"))["members"]
            if [each["name"] for each in members] == list(names):
                return members

    async def assert_closed(self, code: int) -> None:
        while await self.receive() is not None:
            pass
        assert self.connection.close_code == code

    async def join(self, client_id: str = CLIENT, **more: Any) -> dict[str, Any]:
        """Join; returns `joined` once the offer has come too."""
        await self.send({"type": "join", "client_id": client_id} | more)
        joined = await self.receive_type("joined")
        self.offer = await self.receive_type("offer")
        return joined


@dataclass
class CallServer:
    """The running server and what tests look into."""

    port: int
    calls: Calls
    sessions: SessionStore
    pages: list[Page] = field(default_factory=list)

    def cookie(self, person_id: str, language: str = "en") -> str:
        token = self.sessions.start(person_id)
        return f"{SESSION_COOKIE}={token}; {LANGUAGE_COOKIE}={language}"

    async def open(self, path: str, person_id: str, language: str = "en", **headers: str) -> Page:
        """Connect a page of a person's to `/api/<path>`."""
        request = HTTPRequest(
            f"ws://localhost:{self.port}/api/{path}",
            headers={"Cookie": self.cookie(person_id, language)} | headers,
        )
        self.pages.append(Page(await websocket_connect(request)))
        return self.pages[-1]

    async def practise(self, person_id: str, **more: Any) -> Page:
        """A page that has joined for practice."""
        page = await self.open(f"call/{MODULE}", person_id)
        await page.join(**more)
        return page

    async def enter(self, room_id: str, person_id: str, **more: Any) -> Page:
        """A page that has joined a room."""
        page = await self.open(f"rooms/{room_id}", person_id)
        await page.join(**more)
        return page


def _module() -> Module:
    return Module(MODULE, Path(), "", "", "", 5, (), ())


@contextlib.asynccontextmanager
async def serving(
    calls: Calls, database: Database, languages: Languages
) -> AsyncIterator[CallServer]:
    settings = load_settings(shipped_settings())
    sessions = SessionStore(database, settings.signin)
    socket, port = bind_unused_port(address="127.0.0.1")
    services = SimpleNamespace(
        settings=settings,
        languages=languages,
        sessions=sessions,
        calls=calls,
        course=Course((_module(),)),
        public_url="https://motesklar.exempelstad.example",
    )
    application = Application(
        [*ROUTES, *MIRROR], services=services, base_url="/", cookie_secret="secret"
    )
    server = HTTPServer(application)
    server.add_socket(socket)
    calls.start()
    made = CallServer(port, calls, sessions)
    try:
        yield made
    finally:
        for page in made.pages:
            page.connection.close()
        server.stop()
        await calls.close()
        await server.close_all_connections()


@pytest_asyncio.fixture
async def call_server(
    make_calls: MakeCalls, database: Database, languages: Languages
) -> AsyncIterator[CallServer]:
    async with serving(make_calls(), database, languages) as server:
        yield server


@pytest_asyncio.fixture
async def page() -> AsyncIterator[BrowserPage]:
    """An empty page of real Chromium with pretended devices."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(),
            args=[
                *SWITCHES,
                "--allow-loopback-in-peer-connection",
                "--autoplay-policy=no-user-gesture-required",
            ],
        )
        page = await browser.new_page()
        # a secure context without a server
        await page.route("**/*", lambda route: route.fulfill(body="<!doctype html>"))
        await page.goto("https://call.example/")
        yield page
        await browser.close()
