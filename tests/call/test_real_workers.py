"""Websockets over worker processes: what a killed worker means for the people in it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from motesklar.call.messages import COME_BACK
from motesklar.call.worker.supervisor import Supervisor
from motesklar.config import CallSection
from motesklar.i18n import Languages
from motesklar.store.database import Database
from motesklar.store.models import Evidence
from tests.call.conftest import MODULE, CallServer, Doors, MakeCalls, Page, serving, until

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def real_server(
    make_calls: MakeCalls,
    call_settings: CallSection,
    database: Database,
    languages: Languages,
) -> AsyncIterator[CallServer]:
    settings = call_settings.model_copy(update={"workers": 2})
    calls = make_calls(settings=settings, make_supervisor=Supervisor)
    async with serving(calls, database, languages) as server:
        yield server


def kill_workers(server: CallServer) -> list[int]:
    killed = [keeper.pid for keeper in server.calls._supervisor.keepers if keeper.pid is not None]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    return killed


async def test_pages_of_a_killed_worker_come_back_to_the_same_room_and_see_each_other(
    real_server: CallServer, doors: Doors, add_person: Callable[[str], str]
) -> None:
    alma, bo = add_person("Alma"), add_person("Bo")
    doors.let_in("r-1", alma, bo)
    pages = [await real_server.enter("r-1", alma), await real_server.enter("r-1", bo)]
    before = await pages[1].receive_members("Alma", "Bo")
    assert kill_workers(real_server)
    for page in pages:
        await page.assert_closed(COME_BACK)
    await real_server.enter("r-1", alma)
    back = await real_server.enter("r-1", bo)
    after = await back.receive_members("Alma", "Bo")
    assert [each["id"] for each in after] == [each["id"] for each in before]
    assert real_server.calls.people == 2


async def test_practice_goes_on_where_it_was_in_another_worker_and_no_evidence_is_lost(
    real_server: CallServer,
    add_person: Callable[[str], str],
    evidence_of: Callable[[str], Evidence | None],
) -> None:
    alma = add_person("Alma")
    page = await real_server.practise(alma)
    await page.send({"type": "text", "text": "Hej Kim\n"})
    await page.receive_type("partner", state="greeting")
    await page.receive_type("evidence", text_characters=7)
    kill_workers(real_server)
    await page.assert_closed(COME_BACK)
    again = await real_server.practise(alma)
    await again.send({"type": "text", "text": "Hej"})
    assert (await again.receive_type("partner"))["line"] == "welcome-back"
    await again.receive_type("evidence", text_characters=10)
    row = evidence_of(alma)
    assert row is not None
    assert row.text_characters == 10


async def test_a_class_that_comes_at_once_is_spread_over_all_workers(
    real_server: CallServer, add_person: Callable[[str], str]
) -> None:
    people = [add_person(f"Person {number}") for number in range(8)]
    await asyncio.gather(*map(real_server.practise, people))
    rooms = real_server.calls._directory.rooms.values()
    assert len(rooms) == len(people)
    assert {room.worker for room in rooms} == {0, 1}


async def test_who_asks_while_no_worker_is_ready_waits_and_comes_in(
    real_server: CallServer, add_person: Callable[[str], str]
) -> None:
    real_server.calls._supervisor.needed()
    await until(lambda: len(real_server.calls._supervisor.ready()) == 2, "both workers")
    kill_workers(real_server)
    await until(lambda: not real_server.calls._supervisor.ready(), "their end")
    page: Page = await real_server.open(f"call/{MODULE}", add_person("Alma"))
    async with asyncio.timeout(30):
        joined = await page.join()
    assert joined["kind"] == "practice"
