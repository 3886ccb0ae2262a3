"""Websockets that are open when their person goes, in a running course."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from motesklar.accounts.editing import Editing
from motesklar.config import load_settings
from motesklar.pages.messages import CLOSE_OVER
from motesklar.paths import shipped_settings
from motesklar.store.database import Database
from motesklar.store.models import Person, Role, utcnow
from motesklar.web.close_codes import COME_BACK, OVER
from motesklar.web.sessions import SessionStore, hash_token
from motesklar.web.visitor import SESSION_COOKIE
from tests.conftest import RunningCourse
from tests.pages.visitors import dial, open_page
from tests.workshops.hall import Attendee, RunningHall, newcomer, open_hall

#: Far above what it needs; only a page that is never cut waits so long.
PATIENCE = 30
CALL = "/api/call/03-your-first-practice-call"
#: Nobody answers its offer, so it ends by itself after twelve seconds, with another code. That is
#: less than an erasure may take; `tests/call` has the calls of somebody who is erased.
JOIN = '{"type": "join", "client_id": "client-1"}'


@asynccontextmanager
async def opened(
    course: RunningCourse, who: Attendee, *paths: str
) -> AsyncIterator[dict[str, WebSocketClientConnection]]:
    """Somebody's websockets by path, each after its first message."""
    headers = {"Cookie": f"{SESSION_COOKIE}={who.client.cookies[SESSION_COOKIE]}"}
    origin = course.url.replace("http", "ws", 1)
    sockets = {}
    for path in paths:
        sockets[path] = await websocket_connect(HTTPRequest(origin + path, headers=headers))
        if path == CALL:
            await sockets[path].write_message(JOIN)
        async with asyncio.timeout(PATIENCE):
            assert await sockets[path].read_message() is not None, path
    try:
        yield sockets
    finally:
        for socket in sockets.values():
            socket.close()


async def read_on(socket: WebSocketClientConnection, told: asyncio.Event) -> None:
    """Read until it is closed; who reads nothing answers no ping either, and is cut for that."""
    while await socket.read_message() is not None:
        told.set()


async def closed(socket: WebSocketClientConnection, never: str = "nobody at all") -> int | None:
    """The close code once it is closed; until then `never` is told."""
    async with asyncio.timeout(PATIENCE):
        while (text := await socket.read_message()) is not None:
            assert never not in str(text)
    return socket.close_code


def pages_of(hall: RunningHall) -> list[str]:
    """What a leader who takes part in their own workshop may have open."""
    live = ("live", "help/live", "captions/live", "sheet/live", "screen/live", "rooms/live")
    mine = ("/api/my-workshop", "/api/my-room", "/api/equipment/turn")
    workshop = [f"/api/workshops/{hall.id}/{one}" for one in (*live, "equipment/live")]
    return [*workshop, *mine]


def administrator(course: RunningCourse) -> Attendee:
    return newcomer(course, "Ada Admin", Role.ADMINISTRATOR)


async def leaves(course: RunningCourse, who: Attendee) -> None:
    answer = administrator(course).client.post(f"/people/{who.person_id}/leave")
    assert answer.status_code == 303, answer.text


async def is_erased(course: RunningCourse, who: Attendee) -> None:
    answer = await asyncio.to_thread(
        administrator(course).client.post, f"/people/{who.person_id}/erase", data={"sure": "1"}
    )
    assert answer.status_code == 303, answer.text


async def signs_out(_course: RunningCourse, who: Attendee) -> None:
    assert who.client.post("/sign-out").status_code == 303


async def leaves_by_another_process(course: RunningCourse, who: Attendee) -> None:
    Editing(course.database()).leave([who.person_id], actor_id="")


@pytest.mark.slow
@pytest.mark.parametrize("goes", [leaves, is_erased, signs_out, leaves_by_another_process])
async def test_all_that_somebody_has_open_ends_when_they_go(
    course: RunningCourse, goes: Callable[[RunningCourse, Attendee], Awaitable[None]]
) -> None:
    hall = open_hall(course)
    assert hall.leader.client.post(f"/w/{hall.code}").status_code == 303
    other = hall.join("Bo Berg")
    async with (
        opened(course, other, "/api/my-workshop") as others,
        opened(course, hall.leader, *pages_of(hall)) as sockets,
        opened(course, hall.leader, *([] if goes is is_erased else [CALL])) as calls,
    ):
        told = asyncio.Event()
        goes_on = asyncio.create_task(read_on(others["/api/my-workshop"], told))
        ends = {
            path: asyncio.create_task(closed(socket, "Cilla Ek"))
            for path, socket in (sockets | calls).items()
        }
        await goes(course, hall.leader)
        if goes is not leaves_by_another_process:  # at once, and the workshop goes on
            await asyncio.to_thread(hall.join, "Cilla Ek")
        codes = {path: await end for path, end in ends.items()}
        assert codes == dict.fromkeys(codes, OVER)
        for path in codes:
            with pytest.raises(HTTPClientError, match="401"):
                async with opened(course, hall.leader, path):
                    pass
        async with asyncio.timeout(PATIENCE):
            await told.wait()
        assert not goes_on.done()


@pytest.mark.slow
async def test_the_kernel_of_somebody_who_left_is_ended(course: RunningCourse) -> None:
    anna = newcomer(course, "Anna Alm")
    line = await dial(anna.client, open_page(anna.client, "01-why-meet-online"))
    await line.ready()
    await leaves(course, anna)
    assert await line.closed() == CLOSE_OVER


@pytest.mark.slow
async def test_who_was_merged_comes_back_as_the_kept_person(course: RunningCourse) -> None:
    hall = open_hall(course)
    gone, kept = hall.join("Anna, guest"), newcomer(course, "Anna Alm")
    paths = ("/api/my-workshop", "/api/my-room")
    async with opened(course, gone, *paths) as sockets:
        ends = [asyncio.create_task(closed(socket)) for socket in sockets.values()]
        form = {"with": gone.person_id, "keep": kept.person_id, "sure": "1"}
        answer = await asyncio.to_thread(
            administrator(course).client.post, f"/people/{kept.person_id}/merge", data=form
        )
        assert answer.status_code == 303, answer.text
        assert await asyncio.gather(*ends) == [COME_BACK, COME_BACK]
    assert gone.client.get("/api/me").json()["person"]["id"] == kept.person_id
    async with opened(course, gone, *paths):
        pass


# -- the rules, without a server


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, 0)

    def __call__(self) -> datetime:
        return self.time


def test_a_session_that_runs_out_cuts_nothing_but_a_person_who_leaves_then_is_cut(
    database: Database,
) -> None:
    clock = Clock()
    sessions = SessionStore(database, load_settings(shipped_settings()).signin, clock)
    with database.transaction() as session:
        session.add(Person(id="p-anna", name="Anna Alm"))
    token = sessions.start("p-anna", shared_device=True)
    cuts: list[bool] = []
    sessions.sockets.add(hash_token(token), "p-anna", cuts.append)
    sessions.sockets.look()
    clock.time += timedelta(days=30)
    sessions.end_expired()
    sessions.sockets.look()
    assert (sessions.find(token), cuts) == (None, [])
    Editing(database, clock).leave(["p-anna"], actor_id="")
    sessions.sockets.look()
    sessions.sockets.look()
    assert cuts == [False]


async def test_whoever_comes_while_the_database_is_read_stays(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("motesklar.web.open_sockets.LOOK_SECONDS", 0.01)
    sessions = SessionStore(database, load_settings(shipped_settings()).signin)
    with database.transaction() as session:
        session.add_all(Person(id=one, name=one) for one in ("p-anna", "p-bo", "p-cia"))
    tokens = {one: hash_token(sessions.start(one)) for one in ("p-anna", "p-bo", "p-cia")}
    cuts: list[str] = []
    reads: list[str] = []
    is_read, has_looked, goes_on = asyncio.Event(), asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def wait(*_told: object) -> None:
        if threading.current_thread() is not threading.main_thread():
            reads.append("a query")
            loop.call_soon_threadsafe(is_read.set)
            if len(reads) > 6:  # three looks have ended, and two of them knew everybody
                loop.call_soon_threadsafe(has_looked.set)
            assert goes_on.wait(PATIENCE)

    def add(person_id: str) -> Callable[[], None]:
        return sessions.sockets.add(tokens[person_id], person_id, lambda _: cuts.append(person_id))

    add("p-anna")
    forget = add("p-bo")
    event.listen(database.engine, "after_cursor_execute", wait)
    sessions.sockets.start()
    async with asyncio.timeout(PATIENCE):
        await is_read.wait()
        add("p-cia")
        forget()
        Editing(database, utcnow).leave(["p-bo"], actor_id="")
        goes_on.set()
        await has_looked.wait()
    await sessions.sockets.close()
    assert cuts == []


def test_a_socket_that_has_closed_is_forgotten(database: Database) -> None:
    sessions = SessionStore(database, load_settings(shipped_settings()).signin)
    forget = sessions.sockets.add("t", "p-anna", pytest.fail)
    forget()
    forget()
    sessions.sockets.look()
    sessions.sockets.end("t")
