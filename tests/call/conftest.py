"""A small server with the practice call alone, real clients, and a real browser."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from motesklar.call.handlers import ROUTES
from motesklar.call.manager import Calls
from motesklar.call.messages import ServerMessage
from motesklar.call.room import Ending
from motesklar.config import CallSection, load_settings
from motesklar.course import Course, Module
from motesklar.errors import MotesklarError
from motesklar.i18n import Languages, load_languages
from motesklar.paths import shipped_settings
from motesklar.store.database import Database
from motesklar.store.facts import FactLog
from motesklar.store.models import Evidence, Person
from motesklar.web.addresses import static_address
from motesklar.web.security import HEADERS
from motesklar.web.sessions import SessionStore
from motesklar.web.static_files import FingerprintedFiles
from motesklar.web.visitor import LANGUAGE_COOKIE, SESSION_COOKIE

MODULE = "03-your-first-practice-call"
WAIT_SECONDS = 30


async def until(condition: Callable[[], Any], what: str = "it") -> None:
    """Wait until `condition` holds; a test that waits in vain says for what."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            # the conditions are other parts' states, which tell nobody of their changes
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"waited in vain for {what}") from None


@dataclass
class Notebook:
    """A listener that writes down what it is told."""

    messages: list[ServerMessage] = field(default_factory=list)
    errors: list[MotesklarError] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)

    def tell(self, message: ServerMessage) -> None:
        self.messages.append(message)

    def tell_error(self, error: MotesklarError) -> None:
        self.errors.append(error)

    def room_ended(self, ending: Ending) -> None:
        self.endings.append(ending)

    def of_type(self, kind: type[Any]) -> list[Any]:
        return [message for message in self.messages if isinstance(message, kind)]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'course.db'}")
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def call_settings() -> CallSection:
    return load_settings(shipped_settings()).call


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


@pytest_asyncio.fixture
async def make_calls(
    database: Database, call_settings: CallSection, languages: Languages
) -> AsyncIterator[Callable[..., Calls]]:
    """Makes managers and closes them at the end."""
    made: list[Calls] = []

    def make(**changes: Any) -> Calls:
        parts = {
            "settings": call_settings,
            "database": database,
            "facts": FactLog(database),
            "languages": languages,
            "loopback": True,
        }
        made.append(Calls(**(parts | changes)))
        return made[-1]

    yield make
    for calls in made:
        await calls.close()


def script_safe(value: Any) -> str:
    return json.dumps(value).replace("<", "\\u003c")


class PracticePage(RequestHandler):
    """A module page with nothing but the practice call, under the product's own headers."""

    def get(self) -> None:
        for name, value in HEADERS.items():
            self.set_header(name, value)
        services: Any = self.settings["services"]
        language = self.get_cookie(LANGUAGE_COOKIE) or "sv"
        self.write(
            PAGE.format(
                language=language,
                styles="".join(
                    f'<link rel="stylesheet" href="{static_address(f"css/{name}.css")}">'
                    for name in ("tokens", "components")
                ),
                catalogue=script_safe(services.languages[language].sentences),
                module=MODULE,
                script=static_address("widgets/_practice_page.js"),
            )
        )


PAGE = """<!doctype html>
<html lang="{language}" data-language="{language}" data-base="/" data-live>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Practice</title>{styles}</head>
<body><main data-module="{module}"><h1>Practice</h1><h2>Call</h2>
<div data-step="call"><div id="widget"></div></div></main>
<script type="application/json" id="catalogue">{catalogue}</script>
<script type="module" src="{script}"></script></body></html>
"""

PAGE_SCRIPT = """
import widget from "./practice_call.js";
globalThis.evidence = [];
document.addEventListener("motesklar:evidence", ({ detail }) => globalThis.evidence.push(detail));
widget.render({ el: document.getElementById("widget") });
"""


class PageScript(RequestHandler):
    """What the page's own front end does: import the widget's script and show it."""

    def get(self) -> None:
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.write(PAGE_SCRIPT)


class Nobody(RequestHandler):
    """Answers the page's question who is here."""

    def get(self) -> None:
        self.write({"person": {"id": "p-test", "name": "Test"}, "shared_device": True})


@dataclass
class CallServer:
    """The running server and what tests look into."""

    port: int
    calls: Calls
    sessions: SessionStore

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def cookie(self, person_id: str, language: str = "sv") -> str:
        token = self.sessions.start(person_id)
        return f"{SESSION_COOKIE}={token}; {LANGUAGE_COOKIE}={language}"


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
        [
            *ROUTES,
            (r"/practice", PracticePage),
            (r"/api/me", Nobody),
            (r"/static/[0-9a-f]+/widgets/_practice_page.js", PageScript),
            (r"/static/[0-9a-f]+/(.*)", FingerprintedFiles, {"path": "/"}),
        ],
        services=services,
        base_url="/",
        cookie_secret="secret",
    )
    server = HTTPServer(application)
    server.add_socket(socket)
    try:
        yield CallServer(port, calls, sessions)
    finally:
        server.stop()
        await calls.close()
        await server.close_all_connections()


@pytest_asyncio.fixture
async def call_server(
    make_calls: Callable[..., Calls], database: Database, languages: Languages
) -> AsyncIterator[CallServer]:
    async with serving(make_calls(), database, languages) as server:
        yield server
