"""A small server with our pages alone: real handlers, templates, static files and sessions.

Grading, mail and calls are not here; `states` says what the learner has done.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from tornado.escape import json_decode
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from motesklar.config import load_settings
from motesklar.course import Course, Module
from motesklar.glossary.handlers import ROUTES as GLOSSARY
from motesklar.i18n import load_languages
from motesklar.paths import shipped_settings
from motesklar.store.database import Database
from motesklar.store.models import Person, Role
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler, NotFoundHandler
from motesklar.web.catalogue import ROUTES as CATALOGUE
from motesklar.web.home import ROUTES as HOME
from motesklar.web.log import log_request
from motesklar.web.sessions import SessionStore
from motesklar.web.static_files import ROUTES as STATIC
from motesklar.web.templates import TEMPLATES, _localised, page_context
from motesklar.web.visitor import SESSION_COOKIE
from tests.chromium import chromium_path
from tests.databases import new_database
from tests.web.samples import MODULES, state

HERE = Path(__file__).parent
GALLERY = (HERE / "gallery.html").read_text(encoding="utf-8")
SAMPLE_STEPS = (HERE / "sample_steps.html").read_text(encoding="utf-8")


@dataclass
class PagesCourse:
    """The running small server.

    Args:
        address: where it listens, without a trailing slash.
        states: module name to what everybody has done in it.
        facts: what pages recorded, in order.
        workshop: the one everybody is in, as the workshops' manager tells it.
        short_way: what everybody has chosen.
    """

    address: str
    database: Database
    sessions: SessionStore
    states: dict[str, Any] = field(default_factory=dict)
    facts: list[dict[str, Any]] = field(default_factory=list)
    workshop: dict[str, Any] | None = None
    short_way: bool = False

    def reset(self) -> None:
        """As if nobody had done anything."""
        self.states.update({module.name: state() for module in MODULES})
        self.facts.clear()
        self.workshop = None
        self.short_way = False

    def cookie(self, role: Role) -> Any:
        """The cookie of a newly signed-in person, as Playwright takes it."""
        with self.database.transaction() as session:
            person = Person(name="Lena Lärande", role=role, department="Vård och omsorg")
            session.add(person)
            session.flush()
            person_id = person.id
        return {
            "name": SESSION_COOKIE,
            "value": self.sessions.start(person_id),
            "url": self.address,
        }


class GalleryPage(CourseHandler):
    """Every component at once."""

    access = Access.PUBLIC

    def get(self) -> None:
        template = _localised(self.translation).from_string(GALLERY)
        self.finish(template.render(**page_context(self)))


class SampleModulePage(CourseHandler):
    """A module page as Voilà's template lays it out, without a kernel."""

    def get(self, name: str) -> None:
        module = self.services.course.module(name)
        self.render_page(
            "module/page.html",
            module=module,
            title=module.title,
            summary=module.summary,
            returned=None,
            step_titles={step.id: step.title for step in module.steps},
            body=Markup(self._body(module)),
            kernel_id="",
            states=Markup("{}"),
        )

    def _body(self, module: Module) -> str:
        # as nbconvert's environment: no autoescape, and `_` takes the msgid alone
        environment = Environment(loader=FileSystemLoader(TEMPLATES))
        environment.globals["_"] = self.translation.gettext
        template = environment.from_string(SAMPLE_STEPS)
        return template.render(steps=module.steps)


class SampleState(CourseHandler):
    """`GET /api/modules/<module>/state` of the small server."""

    def get(self, name: str) -> None:
        evidence = {"sound_seconds": 0, "picture_seconds": 0, "text_characters": 0}
        states = self.settings["pages_course"].states
        told = {"answers": {}, "verdicts": {}, "evidence": evidence, "attempt": None}
        self.write_json({**told, "steps": states[name]["steps"]})


class SampleFacts(CourseHandler):
    """`POST /api/facts` of the small server."""

    def post(self) -> None:
        self.settings["pages_course"].facts.append(json_decode(self.request.body))
        self.write_json({"recorded": True})


class SampleMe(CourseHandler):
    """`GET /api/me` of the small server."""

    def get(self) -> None:
        person = {"id": self.person.person_id, "name": self.person.name}
        workshop = self.settings["pages_course"].workshop
        self.write_json({"person": person, "shared_device": False, "workshop": workshop})


class BrokenPage(CourseHandler):
    """A page with a fault of ours."""

    access = Access.PUBLIC

    def get(self) -> None:
        raise ZeroDivisionError


def _application(database: Database, sessions: SessionStore) -> Application:
    settings = load_settings(shipped_settings())
    languages = load_languages(settings.course.languages)
    routes: list[Any] = [
        *HOME,
        *GLOSSARY,
        *[(pattern, handler, {"path": ""}) for pattern, handler in STATIC],
        *CATALOGUE,
        (r"/gallery", GalleryPage),
        (r"/broken", BrokenPage),
        (r"/m/([a-z0-9-]+)", SampleModulePage),
        (r"/api/modules/([a-z0-9-]+)/state", SampleState),
        (r"/api/facts", SampleFacts),
        (r"/api/me", SampleMe),
    ]
    return Application(
        routes,
        services=SimpleNamespace(
            settings=settings,
            languages=languages,
            sessions=sessions,
            course=Course(MODULES),
            demo=True,
            overlay=None,
        ),
        base_url="/",
        cookie_secret="a secret of the tests",
        xsrf_cookies=True,
        log_function=log_request,
        default_handler_class=NotFoundHandler,
    )


@pytest.fixture(scope="session")
def pages_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesCourse]:
    """The small server in a thread of its own."""
    folder = tmp_path_factory.mktemp("pages")
    database = new_database(folder / "course.db")
    settings = load_settings(shipped_settings())
    sessions = SessionStore(database, settings.signin)
    application = _application(database, sessions)
    sockets = bind_sockets(0, "127.0.0.1")
    course = PagesCourse(f"http://127.0.0.1:{sockets[0].getsockname()[1]}", database, sessions)
    course.reset()
    application.settings["pages_course"] = course
    application.settings["services"].workshops = SimpleNamespace(
        membership=lambda _person: course.workshop, helping=lambda _person: []
    )
    application.settings["services"].privacy = SimpleNamespace(
        informing=SimpleNamespace(
            is_due=lambda _person: False, was_told_before=lambda _person: False
        )
    )
    application.settings["services"].deciding = SimpleNamespace(returned=lambda _person: [])
    application.settings["services"].feedback = SimpleNamespace(waiting=lambda _person: [])
    application.settings["services"].certificates = SimpleNamespace(standings=lambda _person: [])
    application.settings["services"].accounts = SimpleNamespace(
        wants_short_way=lambda _person: course.short_way
    )
    application.settings["services"].exercises = SimpleNamespace(
        state=lambda _person, module: course.states[module]
    )
    loop = asyncio.new_event_loop()

    async def serve(stop: asyncio.Event) -> None:
        server = HTTPServer(application)
        server.add_sockets(sockets)
        await stop.wait()
        server.stop()
        await server.close_all_connections()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve(stop)), daemon=True)
    thread.start()
    yield course
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()
    database.close()


@pytest.fixture(scope="module")
def pages_browser(driver: Playwright) -> Iterator[Browser]:
    """The system's Chromium."""
    browser = driver.chromium.launch(
        executable_path=chromium_path(),
        args=["--no-sandbox", "--disable-quic", "--disable-background-networking"],
    )
    yield browser
    browser.close()


@pytest.fixture
def open_page(pages_browser: Browser, pages_course: PagesCourse) -> Iterator[Callable[..., Page]]:
    """Opens an address of the small server in a browser of its own; script faults fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(path: str, role: Role | None = None, width: int = 1280, **options: Any) -> Page:
        context = pages_browser.new_context(
            viewport={"width": width, "height": 800}, base_url=pages_course.address, **options
        )
        contexts.append(context)
        if role:
            context.add_cookies([pages_course.cookie(role)])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def pages_course(pages_server: PagesCourse) -> PagesCourse:
    """The small server, where nobody has done anything yet."""
    pages_server.reset()
    return pages_server
