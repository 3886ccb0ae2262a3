"""Eighty people of a half-day: most over HTTP alone, and what is known of what they have done."""

import asyncio
import csv
import io
import json
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from playwright.sync_api import Page, expect
from sqlalchemy import update
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from motesklar.config import load_settings
from motesklar.paths import shipped_settings, shipped_workshops
from motesklar.rehearsal.participant import Part, Participant
from motesklar.rehearsal.people import Invented
from motesklar.store.models import Person, Role
from motesklar.web.close_codes import OVER
from motesklar.web.sessions import SessionStore
from motesklar.workshops.sheet.sheet import SheetItem, SheetModel
from tests.conftest import RunningCourse
from tests.journeys.conftest import come_in
from tests.journeys.right_answers import lesson_of
from tests.journeys.test_run_sheet import go_on
from tests.workshops.hall import RunningHall

DEPARTMENTS = ("Vård", "Skola", "Teknik", "Kultur")
#: How long eighty people may take for one thing on a machine that does much else.
CROWD_SECONDS = 120
#: A page waits a moment, too, before it comes back.
RETRY_SECONDS = 0.3

Result = TypeVar("Result")


def shipped_sheet() -> tuple[SheetItem, ...]:
    """The run sheet of the half-day, in Swedish."""
    model = tomllib.loads((shipped_workshops() / "half-day.toml").read_text(encoding="utf-8"))
    return SheetModel.model_validate(model).sheet("sv")


def part_of(name: str) -> Part:
    """A module with right answers."""
    lesson = lesson_of(name)
    return Part(name, tuple(step.id for step in lesson.module.steps), lesson.solutions, "")


def step_title(module: str, step: str) -> str:
    """As the report names a step, in Swedish."""
    found = lesson_of(module).module
    [title] = [one.title for one in found.steps if one.id == step]
    return f"{found.title}: {title}"


SHEET = shipped_sheet()
TITLES = [item.title for item in SHEET]
FOLLOW = "Följ med"


@dataclass(frozen=True)
class Guest:
    """Somebody who comes."""

    name: str
    department: str
    who: Invented


def invite(course: RunningCourse, names: Sequence[str]) -> list[Guest]:
    """People of four departments in turn, signed in."""
    database = course.database()
    shared = [DEPARTMENTS[number % len(DEPARTMENTS)] for number in range(len(names))]
    with database.transaction() as session:
        people = [
            Person(name=name, department=department)
            for name, department in zip(names, shared, strict=True)
        ]
        session.add_all(people)
        session.flush()
        ids = [person.id for person in people]
    sessions = SessionStore(database, load_settings(shipped_settings()).signin)
    guests = [
        Guest(name, department, Invented(person, sessions.start(person)))
        for name, department, person in zip(names, shared, ids, strict=True)
    ]
    database.close()
    return guests


class Client(Participant):
    """A participant without a browser, with the two websockets that a page keeps open.

    Args:
        on_told: called when something has been told.
    """

    def __init__(
        self, url: str, guest: Guest, http: AsyncHTTPClient, on_told: Callable[[], None]
    ) -> None:
        super().__init__(url, guest.who, http)
        self.guest = guest
        self.on_told = on_told
        #: What was told last, by address.
        self.told: dict[str, dict[str, Any]] = {}
        #: How often a connection has been there, and which of them are over for good.
        self.opened: Counter[str] = Counter()
        self.over: set[str] = set()

    async def come(self, code: str, *, remote: bool, table: str) -> None:
        """Join in the hall, or from somewhere else."""
        fields = {
            "_xsrf": self._headers()["X-XSRFToken"],
            "where": "remote" if remote else "hall",
            "table": table,
        }
        await self._send(f"/w/{code}", "POST", urlencode(fields), form=True)

    async def hand(self, **wanted: object) -> None:
        """Raise it with a topic, or lower it."""
        await self._json("/api/hand", "POST", wanted)

    async def account(self, state: str) -> None:
        """Tell how it is with the account."""
        await self._json("/api/account", "PUT", {"state": state})

    async def caption(self, workshop: str, words: str) -> None:
        """Write what is said, as somebody who has been given that part."""
        body = {"kind": "caption", "words": words}
        await self._json(f"/api/workshops/{workshop}/words", "POST", body)

    async def state(self, module: str) -> Any:
        """What the course knows about this person in a module."""
        return json.loads((await self._get(f"/api/modules/{module}/state")).body)

    async def follow(self, path: str) -> None:
        """Keep what is told there; comes back by itself, as a page does."""
        address = self.url.replace("http", "ws", 1) + path
        while path not in self.over:
            try:
                socket = await websocket_connect(HTTPRequest(address, headers=self._headers()))
                self.opened[path] += 1
                while (raw := await socket.read_message()) is not None:
                    self.told[path] = json.loads(raw)
                    self.on_told()
                if socket.close_code == OVER:
                    self.over.add(path)
                    self.on_told()
            except (OSError, HTTPClientError):
                pass  # the server is away
            await asyncio.sleep(RETRY_SECONDS)

    @property
    def mine(self) -> dict[str, Any]:
        """One's own question, the answer to it, captions, and what is said to all."""
        return self.told.get(MINE, {})

    @property
    def room(self) -> dict[str, Any]:
        """One's own room."""
        return self.told.get(ROOM, {}).get("room") or {}

    @property
    def led(self) -> dict[str, Any]:
        """Where everybody is asked to go."""
        return self.told.get(ROOM, {}).get("follow") or {}

    @property
    def place(self) -> str:
        return str((self.led.get("place") or {}).get("path", ""))


MINE, ROOM = "/api/my-workshop", "/api/my-room"


class Crowd:
    """Clients in a thread of their own: the browsers' own loop has the test's."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self._following: list[asyncio.Task[None]] = []
        self.http = self.run(self._make_http())
        self.told = asyncio.Event()

    async def _make_http(self) -> AsyncHTTPClient:
        return AsyncHTTPClient(force_instance=True, max_clients=400)

    def client(self, guest: Guest) -> Client:
        return Client(self.url, guest, self.http, lambda: self.told.set())

    def begin(self, doing: Coroutine[Any, Any, Result]) -> "Future[Result]":
        """Let it be done meanwhile."""
        return asyncio.run_coroutine_threadsafe(doing, self.loop)

    def run(self, doing: Coroutine[Any, Any, Result]) -> Result:
        return self.begin(doing).result(CROWD_SECONDS)

    def each(
        self, clients: Iterable[Client], act: Callable[[Client], Awaitable[Result]]
    ) -> list[Result]:
        """All at the same time."""
        return self.run(together(clients, act))

    def follow(self, clients: Iterable[Client]) -> None:
        """Open their websockets."""

        async def open_all() -> None:
            for client in clients:
                for path in (MINE, ROOM):
                    self._following.append(asyncio.ensure_future(client.follow(path)))

        self.run(open_all())

    def until(self, clients: Sequence[Client], know: Callable[[Client], bool]) -> None:
        """Wait until each of them has been told."""
        waiting = self.run(self._until(clients, know))
        told = [(one.guest.name, one.told, dict(one.opened)) for one in waiting[:2]]
        assert not waiting, f"{len(waiting)} were not told: {told}"

    async def _until(
        self, clients: Sequence[Client], know: Callable[[Client], bool]
    ) -> list[Client]:
        """Those who still don't know."""
        waiting = list(clients)
        try:
            async with asyncio.timeout(CROWD_SECONDS / 2):
                while waiting := [one for one in waiting if not know(one)]:
                    self.told.clear()
                    await self.told.wait()
        except TimeoutError:
            pass
        return waiting

    def close(self) -> None:
        async def stop() -> None:
            for task in self._following:
                task.cancel()
            await asyncio.gather(*self._following, return_exceptions=True)
            self.http.close()

        self.run(stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


async def together(
    clients: Iterable[Client], act: Callable[[Client], Awaitable[Result]]
) -> list[Result]:
    return list(await asyncio.gather(*(act(client) for client in clients)))


@dataclass
class Ledger:
    """What really happened, noted by the test itself.

    Args:
        topics: of the questions that were asked.
        steps: `(module, step)` to how many have done it.
        pressed: when an item was asked for, and when it was seen to go on.
    """

    topics: Counter[str] = field(default_factory=Counter)
    steps: Counter[tuple[str, str]] = field(default_factory=Counter)
    accounts: int = 0
    pressed: list[tuple[float, float]] = field(default_factory=list)

    def timed(self, act: Callable[[], object]) -> None:
        """Do it, and note when."""
        before = time.monotonic()
        act()
        self.pressed.append((before, time.monotonic()))

    def did(self, states: Iterable[Any], module: str) -> None:
        """Count what participants see about themselves on the module's page."""
        for state in states:
            self.steps.update(
                (module, step) for step, how in state["steps"].items() if how == "done"
            )

    def could_take(self, item: int) -> tuple[float, float]:
        """Minutes that an item has taken at least and at most."""
        (asked, seen), (next_asked, next_seen) = self.pressed[item : item + 2]
        return (next_asked - seen) / 60, (next_seen - asked) / 60


def rows_of(text: str) -> list[list[str]]:
    """A table that was downloaded, without its heading."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))[1:]


def somebody(
    person: Callable[..., Page], course: RunningCourse, name: str, role: Role, **options: Any
) -> Page:
    """The browser of somebody who leads or helps."""
    page = person(**options)
    person_id = course.person(name, role)
    give_address(course, person_id, name)
    come_in(page, course, person_id)
    return page


def address_of(name: str) -> str:
    return f"{name.split()[0].lower()}@exempelstad.example"


def give_address(course: RunningCourse, person_id: str, name: str) -> None:
    """Give a person the address of their name; whoever had it in an earlier try loses it."""
    address = address_of(name)
    with course.database().transaction() as session:
        session.execute(update(Person).where(Person.email == address).values(email=None))
        session.get_one(Person, person_id).email = address


def stop_without_a_fault(course: RunningCourse) -> None:
    """Stop it; nothing has gone wrong in it, not even something that nobody has seen."""
    assert course.stop() == 0
    log = (course.data.root / "motesklar.log").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in log.splitlines()]
    assert list(_faults(lines)) == []


def _faults(lines: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What is no fault: a page that asks a course that is stopping is told to try again later."""
    stopping = False
    for line in lines:
        if line["message"].startswith("stopping"):
            stopping = True
        elif line["from"] == "motesklar.pages":
            stopping = False  # it has been started again, and makes its pages
        if not stopping and (line["level"] in ("error", "critical") or "traceback" in line):
            yield line


@dataclass
class HalfDay:
    """Everybody's pages.

    Args:
        leader: on a computer; `second` leads with them, `helper` is on a phone.
        screen: the projector's.
        people: participants who have come, by name.
        clients: those without a page.
        small: another workshop at the same time, and the two who are in it.
    """

    course: RunningCourse
    open_browser: Callable[..., Page]
    crowd: Crowd
    clients: list[Client]
    guests: dict[str, Guest]
    leader: Page
    second: Page
    helper: Page
    captioner: Client
    small: RunningHall
    beside: list[Client]
    id: str = ""
    code: str = ""
    screen: Page = field(init=False)
    people: dict[str, Page] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)

    def next(self, number: int, leader: Page | None = None) -> None:
        """Go to an item of the run sheet."""
        self.ledger.timed(lambda: go_on(leader or self.leader, TITLES[number]))
        expect(self.screen.locator("[data-screen-item]")).to_have_text(TITLES[number])

    def enter(self, name: str, **options: Any) -> Page:
        """A participant's browser, with the page of the workshop's code."""
        page = self.open_browser(**options)
        come_in(page, self.course, self.guests[name].who.person_id)
        page.goto(f"/w/{self.code}")
        return page

    def call_along(self, module: str, step_id: str = "") -> None:
        """Everybody is asked to a place, and whoever has a page goes there."""
        path = f"/m/{module}#step-{step_id}" if step_id else f"/m/{module}"
        self.crowd.until(self.clients, lambda one: one.place == path)
        for page in self.people.values():
            link = page.get_by_role("link", name=FOLLOW).and_(page.locator(f'[href$="{path}"]'))
            link.click(no_wait_after=True)
        for page in self.people.values():
            page.wait_for_url(f"**{path}")
            page.wait_for_selector("html[data-ready]", state="attached")
            expect(page.get_by_role("link", name=FOLLOW)).to_have_count(0)
