"""The mirror's websocket over a real server and a real worker."""

import asyncio
import json
from collections.abc import Callable

import pytest
from tornado.httpclient import HTTPClientError
from tornado.websocket import websocket_connect

from motesklar.call import directory
from motesklar.call.messages import OVER
from motesklar.equipment import mirror
from motesklar.i18n import Languages
from motesklar.store.database import Database
from tests.call.conftest import CLIENT, CallServer, MakeCalls, serving, until

pytestmark = pytest.mark.slow

PATH = "equipment/mirror"
JOIN = {"type": "join", "client_id": CLIENT, "microphone": True, "camera": True}
AddPerson = Callable[[str], str]


@pytest.fixture
def alma(add_person: AddPerson) -> str:
    return add_person("Alma")


async def test_who_is_not_signed_in_is_refused_before_there_is_a_websocket(
    call_server: CallServer,
) -> None:
    with pytest.raises(HTTPClientError) as refused:
        await websocket_connect(f"ws://localhost:{call_server.port}/api/{PATH}")
    assert refused.value.code == 401
    assert refused.value.response is not None
    assert json.loads(refused.value.response.body)["error"]["code"] == "not_signed_in"


async def test_another_hosts_page_is_refused(call_server: CallServer, alma: str) -> None:
    with pytest.raises(HTTPClientError, match="403"):
        await call_server.open(PATH, alma, Origin="https://evil.example")


async def test_the_websocket_is_measured_before_anything_else_happens(
    call_server: CallServer, alma: str
) -> None:
    page = await call_server.open(PATH, alma)
    await page.send({"type": "ping"})
    assert await page.receive() == {"type": "pong"}
    assert call_server.calls.people == 0


async def test_joining_brings_a_mirror_an_offer_and_figures_and_is_no_call(
    call_server: CallServer, alma: str
) -> None:
    page = await call_server.open(PATH, alma)
    joined = await page.join(microphone=True, camera=True)
    assert (joined["kind"], joined["shape"]) == (
        "mirror",
        {"audio": 1, "video": 1, "screen": False},
    )
    quality = await page.receive_type("quality")
    assert set(quality) == {"type", "up_loss", "down_loss", "rtt_ms", "jitter_ms"}
    assert call_server.calls.people == 0


async def test_a_person_has_one_mirror_and_the_newest_goes_on(
    call_server: CallServer, alma: str
) -> None:
    first, second = await call_server.open(PATH, alma), await call_server.open(PATH, alma)
    await first.join()
    await second.join()
    assert (await first.receive_type("error"))["code"] == "replaced"
    await first.assert_closed(OVER)
    await second.send({"type": "ping"})
    await second.receive_type("pong")


async def test_who_finds_no_place_is_told_in_words_and_finds_one_when_another_is_done(
    call_server: CallServer,
    alma: str,
    add_person: AddPerson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(directory, "MIRRORS_PER_WORKER", 1)
    page = await call_server.open(PATH, alma)
    await page.join()
    bo = add_person("Bo")
    late = await call_server.open(PATH, bo)
    await late.send(JOIN)
    error = await late.receive_type("error")
    assert (error["code"], error["next_step"]) == (
        "busy",
        "Wait a minute and press the button again.",
    )
    await late.assert_closed(OVER)
    page.connection.close()
    await until(lambda: not call_server.calls.mirrors, "the first one's end")
    again = await call_server.open(PATH, bo)
    await again.join()


async def test_a_mirror_that_is_kept_too_long_is_closed_and_its_place_is_free(
    make_calls: MakeCalls,
    database: Database,
    languages: Languages,
    alma: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mirror, "MIRROR_SECONDS", 0.5)
    async with serving(make_calls(), database, languages) as server:
        page = await server.open(PATH, alma)
        await page.join()
        await page.assert_closed(OVER)
        assert server.calls.mirrors == 0


async def test_a_page_that_goes_away_leaves_nothing_behind(
    call_server: CallServer, alma: str
) -> None:
    page = await call_server.open(PATH, alma)
    await page.join()
    assert call_server.calls.mirrors == 1
    page.connection.close()
    await until(lambda: not call_server.calls.mirrors, "the end of the mirror")


async def test_a_flood_of_beginnings_is_refused(call_server: CallServer, alma: str) -> None:
    async def begin() -> str:
        page = await call_server.open(PATH, alma)
        await page.send(JOIN)
        while (message := await page.receive()) is not None:
            if message["type"] in ("joined", "error"):
                page.connection.close()
                return str(message.get("code", "joined"))
        return "closed"

    async with asyncio.timeout(20):
        told = [await begin() for _ in range(25)]
    assert "joined" in told
    assert told[-1] == "too_many"
