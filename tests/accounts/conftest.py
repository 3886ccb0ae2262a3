"""A real HTTP server with this room's pages over a real database; the other rooms are stubs."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from motesklar.accounts.handlers import ROUTES
from motesklar.accounts.manager import Accounts
from motesklar.accounts.records import merge_hand_ins
from motesklar.config import Settings, load_settings
from motesklar.exercises import worker
from motesklar.exercises.gradebook import Completion, GradebookReader
from motesklar.exercises.jobs import ErasureJob
from motesklar.exercises.nbgrader_settings import GRADEBOOK_FILE
from motesklar.i18n import load_languages
from motesklar.paths import DataFolder, shipped_settings
from motesklar.privacy.ledger import ErasureLedger
from motesklar.store.database import Database
from motesklar.store.facts import FactLog
from motesklar.store.models import Person, Role
from motesklar.web.base import NotFoundHandler
from motesklar.web.services import Services
from motesklar.web.sessions import SessionStore, SessionView
from motesklar.web.static_files import ROUTES as STATIC
from tests.databases import new_database


class Clock:
    """Time that moves only when told."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, 0)

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, **lengths: float) -> None:
        self.time += timedelta(**lengths)


@dataclass
class Town:
    """A course of this room alone, without a server."""

    data: DataFolder
    settings: Settings
    clock: Clock = field(default_factory=Clock)
    public_url: str = "http://127.0.0.1"
    demo: bool = True

    def __post_init__(self) -> None:
        self.database = Database(self.data.database_url)
        self.sessions = SessionStore(self.database, self.settings.signin, self.clock)
        self.facts = FactLog(self.database)
        self.accounts = self.make_accounts()
        self.memberships: dict[str, Any] = {}

    def make_accounts(self) -> Accounts:
        return Accounts(
            settings=self.settings,
            database=self.database,
            sessions=self.sessions,
            languages=load_languages(),
            facts=self.facts,
            ledger=ErasureLedger(self.data.erasures_file),
            public_url=self.public_url,
            demo=self.demo,
            now=self.clock,
        )

    def person(
        self, name: str = "Anna Alm", email: str | None = None, role: Role = Role.LEARNER
    ) -> Person:
        return self.accounts.ensure_person(
            name, email or f"{name.split()[0].lower()}@exempelstad.example", role
        )

    def completions(self, person_id: str) -> dict[str, dict[str, Completion]]:
        """What nbgrader's gradebook has, if there is one."""
        with closing(GradebookReader(self.data.nbgrader_root)) as gradebook:
            return gradebook.completions(person_id) if gradebook.path.exists() else {}

    @asynccontextmanager
    async def erasing(self) -> AsyncIterator[Callable[[str, str], Awaitable[None]]]:
        """As the queue of hand-ins does it, without a process of its own."""

        async def forget(person_id: str, module: str) -> None:
            root = self.data.nbgrader_root
            if (root / GRADEBOOK_FILE).exists():
                await asyncio.to_thread(worker.erase, ErasureJob(root, person_id, module))

        yield forget

    def services(self) -> Services:
        exercises = SimpleNamespace(
            erasing=self.erasing,
            merge=partial(merge_hand_ins, self.data),
            completions=self.completions,
        )
        workshops = SimpleNamespace(membership=self.memberships.get)
        return Services(
            settings=self.settings,
            languages=self.accounts.languages,
            data=self.data,
            database=self.database,
            facts=self.facts,
            sessions=self.sessions,
            accounts=self.accounts,
            letters=SimpleNamespace(),  # type: ignore[arg-type]
            exercises=exercises,  # type: ignore[arg-type]
            workshops=workshops,  # type: ignore[arg-type]
            review=SimpleNamespace(),  # type: ignore[arg-type]
            projection=SimpleNamespace(),  # type: ignore[arg-type]
            deciding=SimpleNamespace(),  # type: ignore[arg-type]
            readers=SimpleNamespace(),  # type: ignore[arg-type]
            previews=SimpleNamespace(),  # type: ignore[arg-type]
            saved_views=SimpleNamespace(),  # type: ignore[arg-type]
            exports=SimpleNamespace(),  # type: ignore[arg-type]
            calls=SimpleNamespace(),  # type: ignore[arg-type]
            room_access=SimpleNamespace(),  # type: ignore[arg-type]
            rooms=SimpleNamespace(),  # type: ignore[arg-type]
            equipment=SimpleNamespace(),  # type: ignore[arg-type]
            pages=SimpleNamespace(),  # type: ignore[arg-type]
            capacity=SimpleNamespace(),  # type: ignore[arg-type]
            profile=SimpleNamespace(),  # type: ignore[arg-type]
            meeting_accounts=SimpleNamespace(),  # type: ignore[arg-type]
            certificates=SimpleNamespace(),  # type: ignore[arg-type]
            rosters=SimpleNamespace(),  # type: ignore[arg-type]
            reports=SimpleNamespace(),  # type: ignore[arg-type]
            feedback=SimpleNamespace(),  # type: ignore[arg-type]
            retention=SimpleNamespace(),  # type: ignore[arg-type]
            backups=SimpleNamespace(),  # type: ignore[arg-type]
            privacy=SimpleNamespace(),  # type: ignore[arg-type]
            adoption=SimpleNamespace(),  # type: ignore[arg-type]
            demo=self.demo,
            public_url=self.public_url,
        )


@dataclass
class Site:
    """The town behind a real HTTP server, and browsers that visit it."""

    town: Town
    services: Services
    origin: str
    base_url: str
    browsers: list["Browser"] = field(default_factory=list)

    def browser(self) -> "Browser":
        browser = Browser(self)
        self.browsers.append(browser)
        return browser

    async def signed_in(self, person: Person, *, shared: bool = False) -> "Browser":
        browser = self.browser()
        form = {"shared": "1"} if shared else {}
        link = self.town.accounts.make_personal_link(person)
        answer = await browser.post(path_of(link), **form)
        assert answer.status_code == 303, answer.text
        return browser


class Browser:
    """Keeps cookies and fills in the XSRF field, as a browser does."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.http = httpx.AsyncClient(base_url=site.origin, timeout=30)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.get(self._path(path), **options)

    async def head(self, path: str) -> httpx.Response:
        return await self.http.head(self._path(path))

    async def post(self, path: str, *, files: Any = None, **fields: str) -> httpx.Response:
        if "_xsrf" not in self.http.cookies:
            await self.get("/sign-in")
        fields["_xsrf"] = self.http.cookies["_xsrf"]
        return await self.http.post(self._path(path), data=fields, files=files)

    @property
    def session(self) -> SessionView | None:
        token = self.http.cookies.get("motesklar_session")
        return self.site.town.sessions.find(token) if token else None

    @property
    def name(self) -> str | None:
        """Who is signed in here."""
        return self.session.name if self.session else None

    def _path(self, path: str) -> str:
        return self.site.base_url.rstrip("/") + path


def path_of(link: str) -> str:
    """A link as a path of the test's own server."""
    return urlsplit(link).path


def set_cookies(answer: httpx.Response) -> dict[str, str]:
    """Each Set-Cookie header by the cookie's name."""
    return {line.partition("=")[0]: line for line in answer.headers.get_list("set-cookie")}


def words(answer: httpx.Response) -> str:
    """What a page says, without its markup."""
    text = re.sub(r"<(script|style|head).*?</\1>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", text)


async def until(true: Callable[[], object]) -> None:
    """Wait for what happens after the answer, such as a mail; fails after ten seconds."""
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.01)


@pytest.fixture
def base_url() -> str:
    return "/"


@pytest.fixture
def mail() -> dict[str, Any]:
    """Settings of the mail server that differ from the shipped ones."""
    return {}


@pytest.fixture
def town(tmp_path: Path, mail: dict[str, Any]) -> Iterator[Town]:
    data = DataFolder(tmp_path / "data")
    data.prepare()
    new_database(data.root / "course.db").close()
    shipped = load_settings(shipped_settings())
    settings = shipped.model_copy(update={"mail": shipped.mail.model_copy(update=mail)})
    town = Town(data, settings)
    yield town
    town.database.close()


@pytest.fixture
def more_routes() -> list[tuple[str, type[RequestHandler]]]:
    """Routes of another room beside those of accounts."""
    return []


@pytest.fixture
async def site(
    town: Town, base_url: str, more_routes: list[tuple[str, type[RequestHandler]]]
) -> AsyncIterator[Site]:
    async for site in serve(town, base_url, more_routes):
        yield site


async def serve(
    town: Town, base_url: str, more: Sequence[tuple[str, type[RequestHandler]]]
) -> AsyncIterator[Site]:
    """The town's pages over HTTP, with the routes of another room."""
    prefix = re.escape(base_url.rstrip("/"))
    services = town.services()
    static = [(prefix + pattern, handler, {"path": ""}) for pattern, handler in STATIC]
    application = Application(
        [*static, *((prefix + pattern, handler) for pattern, handler in [*ROUTES, *more])],
        services=services,
        base_url=base_url,
        cookie_secret="a secret of the test",
        xsrf_cookies=True,
        default_handler_class=NotFoundHandler,
    )
    sockets = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(application)
    server.add_sockets(sockets)
    site = Site(town, services, f"http://127.0.0.1:{sockets[0].getsockname()[1]}", base_url)
    yield site
    for browser in site.browsers:
        await browser.http.aclose()
    server.stop()
    await server.close_all_connections()


@pytest.fixture
async def administrator(site: Site) -> Browser:
    return await site.signed_in(site.town.person("Adam Admin", role=Role.ADMINISTRATOR))
