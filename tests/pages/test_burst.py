"""A whole room opens the same page and touches it in the same moment."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from motesklar.config import load_settings
from motesklar.pages.desk import AWAY_SECONDS
from motesklar.pages.messages import CLOSE_BYE
from motesklar.paths import DataFolder, shipped_settings
from motesklar.store.models import Person, Role
from motesklar.web.sessions import SessionStore
from motesklar.web.visitor import SESSION_COOKIE
from tests.conftest import RunningCourse, free_port
from tests.pages.lessons import write_course
from tests.pages.visitors import (
    PROBE_MODULE,
    PROBE_MODULES,
    KernelLine,
    PageView,
    dial,
    kernel_of,
    open_page,
)

pytestmark = pytest.mark.slow

ROOM = 80
CAP = 3


def sessions_of(course: RunningCourse, number: int) -> list[str]:
    """Session tokens of so many new people."""
    database = course.database()
    with database.transaction() as session:
        people = [Person(name=f"Person {n}", role=Role.LEARNER) for n in range(number)]
        session.add_all(people)
        session.flush()
        ids = [person.id for person in people]
    store = SessionStore(database, load_settings(shipped_settings()).signin)
    return [store.start(person_id) for person_id in ids]


async def open_at_once(course: RunningCourse, sessions: list[str]) -> list[PageView]:
    """Everybody's page, asked for in the same moment."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=course.url, timeout=60, limits=limits) as client:
        cookies = [{"Cookie": f"{SESSION_COOKIE}={session}"} for session in sessions]
        asked = [client.get(f"/m/{PROBE_MODULE}", headers=cookie) for cookie in cookies]
        answers = await asyncio.gather(*asked)
    assert [answer.status_code for answer in answers] == [200] * len(sessions)
    return [PageView.read(PROBE_MODULE, answer.text) for answer in answers]


@contextlib.asynccontextmanager
async def touched_at_once(
    course: RunningCourse, sessions: list[str], views: list[PageView]
) -> AsyncIterator[list[KernelLine]]:
    """Everybody's websocket, opened in the same moment."""
    clients = [
        httpx.Client(base_url=course.url, cookies={SESSION_COOKIE: session}, verify=False)
        for session in sessions
    ]
    lines = await asyncio.gather(
        *(dial(client, view) for client, view in zip(clients, views, strict=True))
    )
    try:
        yield lines
    finally:
        for line in lines:
            line.socket.close(CLOSE_BYE)
        for client in clients:
            client.close()


async def test_a_whole_room_opens_a_page_and_each_has_values_of_their_own(
    probe_course: RunningCourse,
) -> None:
    sessions = sessions_of(probe_course, ROOM)
    views = await open_at_once(probe_course, sessions)
    assert len({(view.version, view.build) for view in views}) == 1
    async with touched_at_once(probe_course, sessions, views) as lines:
        ready = await asyncio.gather(*(line.ready() for line in lines))
        assert len({told["kernel"] for told in ready}) == ROOM
        doubles = await asyncio.gather(*(line.double(n) for n, line in enumerate(lines, 100)))
        assert doubles == [2 * number for number in range(100, 100 + ROOM)]
        states = await asyncio.gather(*(line.states() for line in lines))
    slider = views[0].model("IntSliderModel")
    assert [state[slider]["value"] for state in states] == list(range(100, 100 + ROOM))


# a machine that holds few


@pytest.fixture(scope="module")
def little_course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCourse]:
    """A course in which few may calculate at once."""
    folder: Path = write_course(tmp_path_factory.mktemp("own") / "course", PROBE_MODULES)
    with (folder / "course.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[capacity]\nkernels = {CAP}\n")
    data = DataFolder(tmp_path_factory.mktemp("data"))
    running = RunningCourse(data, free_port(), arguments=("--demo", "--course", str(folder)))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def people(little_course: RunningCourse) -> list[httpx.Client]:
    """More than may calculate at once, when nobody of an earlier test holds or waits for anything.

    A place in line outlives its page by a minute, so that a test that failed would fail the next.
    """
    office = little_course.client(little_course.person("Office", Role.ADMINISTRATOR))

    def is_empty() -> bool:
        figures = office.get("/api/capacity").json()
        return not figures["kernels"] and not figures["waiting"]

    until = time.monotonic() + 2 * AWAY_SECONDS
    while not is_empty():
        assert time.monotonic() < until, "somebody of an earlier test is still there"
        time.sleep(0.1)
    return [
        little_course.client(little_course.person(f"Person {number}")) for number in range(CAP + 3)
    ]


@contextlib.asynccontextmanager
async def all_served(people: list[httpx.Client]) -> AsyncIterator[list[KernelLine]]:
    """As many pages as there are kernels."""
    async with contextlib.AsyncExitStack() as stack:
        lines = []
        for person in people[:CAP]:
            line = await stack.enter_async_context(kernel_of(person, open_page(person)))
            await line.ready()
            lines.append(line)
        yield lines


def leave(line: KernelLine) -> None:
    line.socket.close(CLOSE_BYE)


async def test_who_comes_too_late_is_told_a_place_and_served_in_turn(
    people: list[httpx.Client],
) -> None:
    async with all_served(people) as served, contextlib.AsyncExitStack() as stack:
        waiting = []
        for place, person in enumerate(people[CAP:], start=1):
            view = open_page(person)  # the page itself never waits
            line = await stack.enter_async_context(kernel_of(person, view))
            assert await line.place() == place
            waiting.append(line)
        first, second, third = waiting
        leave(served[0])
        await first.ready()
        assert await first.double(8) == 16
        assert (await second.place(), await third.place()) == (1, 2)
        leave(served[1])
        await second.ready()
        assert await third.place() == 1
        leave(first)
        await third.ready()
        assert await third.double(9) == 18


@pytest.mark.parametrize("bye", [True, False])
async def test_a_page_that_is_loaded_anew_keeps_its_place(
    people: list[httpx.Client], bye: bool
) -> None:
    async with all_served(people) as served, contextlib.AsyncExitStack() as stack:
        first, second = people[CAP : CAP + 2]
        before = await stack.enter_async_context(kernel_of(first, open_page(first)))
        assert await before.place() == 1
        async with kernel_of(second, open_page(second)) as behind:
            assert await behind.place() == 2
            before.socket.close(CLOSE_BYE) if bye else before.lose()
            async with kernel_of(first, open_page(first)) as again:
                assert await again.place() == 1
                leave(served[0])
                await again.ready()
                assert await behind.place() == 1
            await behind.ready()  # as the first leaves
            assert await behind.double(3) == 6


async def test_who_has_a_kernel_leaves_the_next_one_to_who_has_none(
    people: list[httpx.Client],
) -> None:
    async with all_served(people) as served:
        greedy, newcomer = people[0], people[CAP]
        async with (
            kernel_of(greedy, open_page(greedy)) as more,
            kernel_of(newcomer, open_page(newcomer)) as line,
        ):
            assert await more.place() == 1
            assert await line.place() == 1
            assert await more.place() == 2
            leave(served[1])
            await line.ready()
            assert await more.place() == 1


async def test_a_whole_room_is_served_though_few_can_be_at_once(
    little_course: RunningCourse,
) -> None:
    sessions = sessions_of(little_course, 20)
    views = await open_at_once(little_course, sessions)

    async def visit(line: KernelLine, number: int) -> int:
        await line.ready()
        double = await line.double(number)
        leave(line)
        return double

    async with touched_at_once(little_course, sessions, views) as lines:
        doubles = await asyncio.gather(*(visit(line, n) for n, line in enumerate(lines, 10)))
    assert doubles == [2 * number for number in range(10, 30)]
