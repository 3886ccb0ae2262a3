"""The websockets over a real server and a real worker: who is let in, and what becomes of what."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from motesklar.call import budget, handlers
from motesklar.call.handlers import CallSocket
from motesklar.call.messages import COME_BACK, OVER
from motesklar.call.worker.participant import SHOWN_AWAY_SECONDS
from motesklar.i18n import Languages
from motesklar.store.database import Database
from motesklar.store.models import Evidence, Session
from tests.call.conftest import CLIENT, MODULE, CallServer, Doors, MakeCalls, serving, until

pytestmark = pytest.mark.slow

JOIN = {"type": "join", "client_id": CLIENT}
PRACTICE = f"call/{MODULE}"
AddPerson = Callable[[str], str]


@pytest.fixture
def alma(add_person: AddPerson) -> str:
    return add_person("Alma")


@pytest.fixture
def bo(add_person: AddPerson) -> str:
    return add_person("Bo")


# -- who is let in


@pytest.mark.parametrize("path", [PRACTICE, "rooms/r-1"])
async def test_who_is_not_signed_in_is_refused_before_there_is_a_websocket(
    call_server: CallServer, path: str
) -> None:
    with pytest.raises(HTTPClientError) as refused:
        await websocket_connect(f"ws://localhost:{call_server.port}/api/{path}")
    assert refused.value.code == 401
    assert refused.value.response is not None
    assert json.loads(refused.value.response.body)["error"]["code"] == "not_signed_in"
    assert call_server.calls.people == 0


async def test_a_session_that_was_invented_is_refused(call_server: CallServer) -> None:
    request = HTTPRequest(
        f"ws://localhost:{call_server.port}/api/{PRACTICE}",
        headers={"Cookie": "motesklar_session=invented"},
    )
    with pytest.raises(HTTPClientError, match="401"):
        await websocket_connect(request)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
async def test_another_hosts_page_is_refused(
    call_server: CallServer, alma: str, origin: str
) -> None:
    with pytest.raises(HTTPClientError, match="403"):
        await call_server.open(PRACTICE, alma, Origin=origin)


async def test_our_own_and_our_public_address_are_let_in(
    call_server: CallServer, alma: str
) -> None:
    ours = f"http://localhost:{call_server.port}"
    for origin in (ours, "https://motesklar.exempelstad.example"):
        page = await call_server.open(PRACTICE, alma, Origin=origin)
        await page.send({"type": "ping"})
        assert await page.receive() == {"type": "pong"}


async def test_a_module_that_does_not_exist_is_told(call_server: CallServer, alma: str) -> None:
    page = await call_server.open("call/no-such-module", alma)
    error = await page.receive_type("error")
    assert (error["code"], error["message"]) == ("not_found", "The course has no such module.")
    await page.assert_closed(OVER)


async def test_a_room_that_is_none_of_theirs_is_told_like_one_that_does_not_exist(
    call_server: CallServer, doors: Doors, alma: str, bo: str
) -> None:
    doors.let_in("r-1", alma)
    errors = []
    for room in ("r-1", "r-2"):
        page = await call_server.open(f"rooms/{room}", bo)
        await page.send(JOIN)
        errors.append(await page.receive_type("error"))
        await page.assert_closed(OVER)
    assert errors[0] == errors[1]
    assert errors[0]["code"] == "no_such_room"
    assert call_server.calls.people == 0


# -- practice


async def test_joining_practice_brings_a_room_an_offer_and_what_has_arrived_so_far(
    call_server: CallServer, alma: str
) -> None:
    page = await call_server.open(PRACTICE, alma)
    await page.send(JOIN | {"microphone": True})
    told = {(await page.receive_type(kind))["type"] for kind in ("evidence",)}
    assert told == {"evidence"}
    joined = await page.receive_type("joined")
    assert joined["kind"] == "practice"
    assert joined["title"] == "Kim"
    assert joined["shape"] == {"audio": 1, "video": 1, "screen": True}
    assert joined["ice_servers"] == []
    assert (await page.receive_type("offer"))["sdp"].startswith("v=0")
    me, partner = await page.receive_members("Alma", "Kim")
    assert (me["id"], me["microphone"], partner["partner"]) == (joined["you"], True, True)


async def test_text_is_evidence_and_is_answered(
    call_server: CallServer, alma: str, evidence_of: Callable[[str], Evidence | None]
) -> None:
    page = await call_server.practise(alma)
    await page.send({"type": "text", "text": "Hej Kim"})
    assert (await page.receive_type("partner"))["state"] == "greeting"
    assert (await page.receive_type("evidence"))["text_characters"] == 7
    row = evidence_of(alma)
    assert row is not None
    assert row.text_characters == 7


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_the_partner_and_errors_speak_the_persons_language(
    call_server: CallServer, alma: str, language: str, languages: Languages
) -> None:
    page = await call_server.open(PRACTICE, alma, language)
    await page.join()
    await page.send({"type": "text", "text": "Hej"})
    caption = (await page.receive_type("partner"))["caption"]
    assert caption.startswith("Hej" if language == "sv" else "Hello")
    await page.send({"type": "end"})
    error = await page.receive_type("error")
    wanted = "Only the person who leads the room can do that."
    assert error["message"] == languages[language].gettext(wanted)


async def test_nobody_meets_another_persons_practice(
    call_server: CallServer, alma: str, bo: str
) -> None:
    first, second = await call_server.practise(alma), await call_server.practise(bo)
    await first.send({"type": "text", "text": "secret"})
    assert (await first.receive_type("evidence"))["text_characters"] == 6
    await second.send({"type": "text", "text": "mine\n"})
    line = await second.receive_type("line")
    assert line["text"] == "mine\n"


async def test_a_leader_may_confirm_a_task_whether_or_not_the_person_is_in_a_call(
    call_server: CallServer, alma: str, bo: str, evidence_of: Callable[[str], Evidence | None]
) -> None:
    page = await call_server.practise(alma)
    call_server.calls.confirm(alma, MODULE, "speak")
    assert (await page.receive_type("evidence", tasks={"speak": "leader"}))["sound_seconds"] == 0
    call_server.calls.confirm(bo, MODULE, "mute")
    await until(lambda: evidence_of(bo), "the confirmation")
    row = evidence_of(bo)
    assert row is not None
    assert row.tasks == {"mute": "leader"}


# -- rooms


async def test_people_in_a_room_see_and_read_each_other(
    call_server: CallServer, doors: Doors, alma: str, bo: str
) -> None:
    doors.let_in("r-1", alma, bo)
    first = await call_server.enter("r-1", alma)
    second = await call_server.open("rooms/r-1", bo)
    joined = await second.join(camera=True)
    assert joined["kind"] == "room"
    assert joined["shape"] == {"audio": 3, "video": 5, "screen": True}
    me, other = await first.receive_members("Alma", "Bo")
    assert (other["id"], other["camera"]) == (joined["you"], True)
    for text in ("H", "He", "Hej", "Hej\n"):
        await first.send({"type": "text", "text": text})
        line = await second.receive_type("line")
        assert (line["member"], line["name"], line["text"]) == (me["id"], "Alma", text)


async def test_who_comes_later_reads_what_was_written_before(
    call_server: CallServer, doors: Doors, alma: str, bo: str
) -> None:
    doors.let_in("r-1", alma, bo)
    first = await call_server.enter("r-1", alma)
    await first.send({"type": "text", "text": "First\n"})
    await first.receive_type("line")
    second = await call_server.open("rooms/r-1", bo)
    joined = await second.join()
    assert [line["text"] for line in joined["lines"]] == ["First\n"]


async def test_messages_stay_in_their_room(
    call_server: CallServer, doors: Doors, alma: str, bo: str
) -> None:
    doors.let_in("r-1", alma)
    doors.let_in("r-2", bo)
    first, second = await call_server.enter("r-1", alma), await call_server.enter("r-2", bo)
    await first.send({"type": "text", "text": "only here\n"})
    await first.receive_type("line")
    await second.send({"type": "text", "text": "only there\n"})
    assert (await second.receive_type("line"))["text"] == "only there\n"
    assert {name for _, name, _ in doors.log} == {alma, bo}


async def test_a_leader_mutes_and_ends_and_others_may_not(
    call_server: CallServer, doors: Doors, alma: str, bo: str
) -> None:
    doors.let_in("r-1", alma, leader=True)
    doors.let_in("r-1", bo)
    over: list[str] = []
    call_server.calls.on_room_over(over.append)
    leader = await call_server.enter("r-1", alma)
    learner = await call_server.enter("r-1", bo, microphone=True)
    _, member = await leader.receive_members("Alma", "Bo")
    for forbidden in ({"type": "mute", "member": member["id"]}, {"type": "end"}):
        await learner.send(forbidden)
        assert (await learner.receive_type("error"))["code"] == "not_leader"
    await leader.send({"type": "mute", "member": member["id"]})
    assert await learner.receive_type("muted") == {"type": "muted", "name": "Alma"}
    _, member = await leader.receive_members("Alma", "Bo")
    assert member["microphone"] is False
    await leader.send({"type": "end"})
    for page in (leader, learner):
        assert (await page.receive_type("error"))["code"] == "ended_by_leader"
        await page.assert_closed(OVER)
    assert over == ["r-1"]
    assert call_server.calls.people == 0


async def test_a_leaders_panel_announces_mutes_removes_and_ends(
    call_server: CallServer, doors: Doors, alma: str, bo: str
) -> None:
    calls = call_server.calls
    doors.let_in("r-1", alma, bo)
    first = await call_server.enter("r-1", alma, microphone=True)
    second = await call_server.enter("r-1", bo)
    assert [person.person_id for person in calls.rooms_now()["r-1"]] == [alma, bo]
    calls.announce("r-1", "Cecilia", "Five minutes left")
    for page in (first, second):
        notice = await page.receive_type("notice")
        assert (notice["name"], notice["text"]) == ("Cecilia", "Five minutes left")
    calls.mute("r-1", alma, "Cecilia")
    assert (await first.receive_type("muted"))["name"] == "Cecilia"
    calls.remove("r-1", bo)
    assert (await second.receive_type("error"))["code"] == "removed"
    await second.assert_closed(OVER)
    calls.end_room("r-1")
    assert (await first.receive_type("error"))["code"] == "ended_by_leader"
    await first.assert_closed(OVER)
    assert calls.rooms_now() == {}
    assert [what for what, *_ in doors.log] == ["entered", "entered", "left", "left"]


# -- coming and going


async def test_hanging_up_ends_the_call(call_server: CallServer, alma: str) -> None:
    page = await call_server.practise(alma)
    await page.send({"type": "leave"})
    await page.assert_closed(OVER)
    assert call_server.calls.people == 0


async def test_a_page_that_goes_away_leaves_its_room(
    call_server: CallServer, doors: Doors, alma: str, bo: str
) -> None:
    doors.let_in("r-1", alma, bo)
    first, second = await call_server.enter("r-1", alma), await call_server.enter("r-1", bo)
    await second.send({"type": "text", "text": "half a li"})
    await first.receive_type("line", text="half a li")
    second.connection.close()
    assert (await first.receive_type("line"))["text"] == "", "what nobody finishes disappears"
    await until(lambda: call_server.calls.people == 1, "the end of the visit")


async def test_who_comes_back_keeps_place_and_hand_and_is_still_shown_meanwhile(
    call_server: CallServer, doors: Doors, alma: str, bo: str
) -> None:
    doors.let_in("r-1", alma, bo)
    first, second = await call_server.enter("r-1", alma), await call_server.enter("r-1", bo)
    before, _ = await second.receive_members("Alma", "Bo")
    await first.send(
        {"type": "state", "microphone": True, "camera": True, "screen": False}
        | {"hand": True, "hall": False}
    )
    first.connection.close()
    away = (await second.receive_members("Alma", "Bo"))[0]
    while away["camera"] or not away["hand"]:
        away = (await second.receive_members("Alma", "Bo"))[0]
    assert away["microphone"] is False
    await call_server.enter("r-1", alma, microphone=True)
    back, _ = await second.receive_members("Alma", "Bo")
    assert (back["id"], back["hand"], back["microphone"]) == (before["id"], True, True)


async def test_the_older_window_is_told_that_the_call_goes_on_elsewhere(
    call_server: CallServer, alma: str
) -> None:
    older = await call_server.practise(alma)
    await call_server.practise(alma, client_id="client-2")
    assert (await older.receive_type("error"))["code"] == "replaced"
    await older.assert_closed(OVER)
    assert call_server.calls.people == 1


async def test_one_person_is_in_two_calls_at_most(
    call_server: CallServer, doors: Doors, alma: str
) -> None:
    for room in ("r-1", "r-2", "r-3"):
        doors.let_in(room, alma)
    await call_server.enter("r-1", alma)
    await call_server.enter("r-2", alma)
    third = await call_server.open("rooms/r-3", alma)
    await third.send(JOIN)
    assert (await third.receive_type("error"))["code"] == "too_many_calls"
    await third.assert_closed(OVER)


@pytest.mark.parametrize(
    ("changes", "code"), [({"people_max": 1}, "no_place"), ({"room_people_max": 1}, "room_full")]
)
async def test_when_there_is_no_place_the_page_is_told(
    make_calls: MakeCalls,
    database: Database,
    languages: Languages,
    doors: Doors,
    alma: str,
    bo: str,
    changes: dict[str, Any],
    code: str,
) -> None:
    doors.let_in("r-1", alma, bo)
    calls = make_calls()
    calls.settings = calls._directory._settings = calls.settings.model_copy(update=changes)
    async with serving(calls, database, languages) as server:
        await server.enter("r-1", alma)
        second = await server.open("rooms/r-1", bo)
        await second.send(JOIN)
        error = await second.receive_type("error")
        assert error["code"] == code
        assert error["next_step"]
        await second.assert_closed(OVER)
        await server.enter("r-1", alma)


async def test_a_server_that_stops_says_so_and_asks_to_come_back(
    call_server: CallServer, alma: str, evidence_of: Callable[[str], Evidence | None]
) -> None:
    page = await call_server.practise(alma)
    await page.send({"type": "text", "text": "Hej"})
    await page.receive_type("partner")
    await call_server.calls.close()
    await page.receive_type("restarting")
    await page.assert_closed(COME_BACK)
    row = evidence_of(alma)
    assert row is not None
    assert row.text_characters == 3


# -- bad pages


@pytest.mark.parametrize(
    "frame",
    [
        "nonsense",
        "[]",
        b"\xff\x00",
        {"type": "dance"},
        {"type": "text", "text": "before joining"},
        {"type": "answer", "sdp": "v=0"},
        {"type": "leave"},
        {"type": "join", "client_id": "x" * 999},
    ],
    ids=repr,
)
async def test_a_bad_message_is_told_and_ends_the_call(
    call_server: CallServer, alma: str, frame: Any
) -> None:
    page = await call_server.open(PRACTICE, alma)
    await page.send(frame)
    error = await page.receive_type("error")
    assert error["code"] == "bad_request"
    assert error["next_step"] == "Reload the page and try again."
    await page.assert_closed(OVER)
    assert call_server.calls.people == 0


@pytest.mark.parametrize(
    "frame",
    [JOIN, {"type": "answer", "sdp": "nonsense"}, "nonsense"],
    ids=["join again", "no answer", "nothing"],
)
async def test_a_bad_message_in_a_call_ends_it_and_disturbs_nobody(
    call_server: CallServer, doors: Doors, alma: str, bo: str, frame: Any
) -> None:
    doors.let_in("r-1", alma, bo)
    bad, good = await call_server.enter("r-1", alma), await call_server.enter("r-1", bo)
    await bad.send(frame)
    assert (await bad.receive_type("error"))["code"] == "bad_request"
    await bad.assert_closed(OVER)
    await good.send({"type": "text", "text": "Still here\n"})
    assert (await good.receive_type("line"))["text"] == "Still here\n"
    assert call_server.calls.people == 1


async def test_asking_a_partner_where_there_is_none_ends_the_call(
    call_server: CallServer, doors: Doors, alma: str
) -> None:
    doors.let_in("r-1", alma)
    page = await call_server.enter("r-1", alma)
    await page.send({"type": "ask", "what": "repeat"})
    assert (await page.receive_type("error"))["code"] == "bad_request"
    await page.assert_closed(OVER)


async def test_an_answer_with_ten_thousand_addresses_is_refused_and_costs_nobody_anything(
    call_server: CallServer, alma: str, bo: str
) -> None:
    page, other = await call_server.practise(alma), await call_server.practise(bo)
    candidate = "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n"
    sdp = page.offer["sdp"] + candidate * 10_000
    await page.send({"type": "answer", "sdp": sdp[:39_999]})
    assert (await page.receive_type("error"))["code"] == "bad_request"
    await page.assert_closed(OVER)
    await other.send({"type": "ping"})
    await other.receive_type("pong")


async def test_a_frame_that_is_too_large_closes_the_connection(
    call_server: CallServer, alma: str
) -> None:
    page = await call_server.practise(alma)
    await page.send("x" * (handlers.MAX_FRAME_BYTES + 1))
    await page.assert_closed(1009)
    await until(lambda: call_server.calls.people == 0, "the room's end")


async def test_a_flood_of_messages_is_stopped_over_all_pages_of_a_person(
    call_server: CallServer, alma: str, bo: str
) -> None:
    pages = [await call_server.open(PRACTICE, alma) for _ in range(2)]
    other = await call_server.practise(bo)
    for number in range(round(budget.MESSAGES_AT_ONCE) * 2):
        await pages[number % 2].send({"type": "ping"})
    codes = []
    for page in pages:
        async with asyncio.timeout(60):
            while (message := await page.receive()) is not None:
                codes += [message["code"]] if message["type"] == "error" else []
    assert codes
    assert set(codes) == {"too_many"}
    await other.send({"type": "ping"})
    await other.receive_type("pong")


async def test_a_person_who_opens_connection_after_connection_is_stopped(
    call_server: CallServer, alma: str
) -> None:
    pages = [await call_server.open(PRACTICE, alma) for _ in range(budget.SOCKETS_MAX + 1)]
    assert (await pages[-1].receive_type("error"))["code"] == "too_many"
    await pages[-1].assert_closed(OVER)
    pages[0].connection.close()

    async def opens() -> bool:
        page = await call_server.open(PRACTICE, alma)
        await page.send({"type": "ping"})
        return (await page.receive() or {}).get("type") == "pong"

    async with asyncio.timeout(60):
        while not await opens():
            pass


async def test_a_page_that_never_joins_is_closed(
    call_server: CallServer, alma: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "JOIN_SECONDS", 0.1)
    page = await call_server.open(PRACTICE, alma)
    await page.assert_closed(OVER)


async def test_a_page_that_no_longer_answers_heartbeats_leaves_its_room(
    call_server: CallServer, alma: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CallSocket, "ping_interval", 0.2)
    monkeypatch.setattr(CallSocket, "ping_timeout", 0.2)
    reader, writer = await asyncio.open_connection("localhost", call_server.port)
    writer.write(
        f"GET /api/{PRACTICE} HTTP/1.1\r\nHost: localhost:{call_server.port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Cookie: {call_server.cookie(alma)}\r\n\r\n".encode()
    )
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    join = json.dumps(JOIN).encode()
    # a text frame with a mask of zeros (RFC 6455 5.2), and after it nothing, not even a pong
    writer.write(bytes([0x81, 0x80 | len(join), 0, 0, 0, 0]) + join)
    await until(lambda: call_server.calls.people == 1, "the room")
    await until(lambda: call_server.calls.people == 0, "the room's end")
    writer.close()


async def test_a_page_that_takes_no_messages_is_closed(
    call_server: CallServer, alma: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "UNSENT_MAX", 0)
    page = await call_server.open(PRACTICE, alma)
    await page.send(JOIN)
    await page.assert_closed(COME_BACK)
    await until(lambda: call_server.calls.people == 0, "the room's end")


# -- who is erased


async def test_who_is_erased_leaves_all_calls_and_the_others_go_on(
    call_server: CallServer, doors: Doors, alma: str, bo: str
) -> None:
    doors.let_in("r-1", alma, bo)
    first, second = await call_server.enter("r-1", alma), await call_server.enter("r-1", bo)
    await second.receive_members("Alma", "Bo")
    practice = await call_server.practise(alma)
    call_server.calls.dismiss(alma)
    call_server.calls.dismiss(alma)
    await first.assert_closed(OVER)
    await practice.assert_closed(OVER)
    await second.receive_members("Bo")
    assert doors.log.count(("left", alma, "r-1")) == 1
    await second.send({"type": "ping"})
    await second.receive_type("pong")
    assert call_server.calls.people == 1


async def test_who_is_erased_is_not_shown_as_away(
    call_server: CallServer, doors: Doors, alma: str, bo: str
) -> None:
    doors.let_in("r-1", alma, bo)
    first, second = await call_server.enter("r-1", alma), await call_server.enter("r-1", bo)
    await second.receive_members("Alma", "Bo")
    first.connection.close()
    await until(lambda: call_server.calls.people == 1, "Alma's going")
    call_server.calls.dismiss(alma)
    async with asyncio.timeout(SHOWN_AWAY_SECONDS / 2):
        await second.receive_members("Bo")


async def test_who_was_merged_comes_back_to_the_call_as_the_kept_person(
    call_server: CallServer, alma: str, bo: str, database: Database
) -> None:
    page = await call_server.practise(alma)
    with database.transaction() as session:
        session.execute(update(Session).values(person_id=bo))
    call_server.sessions.sockets.look()
    await page.assert_closed(COME_BACK)
    assert call_server.calls.people == 0
