"""The websocket over a real server: who is let in, and what becomes of bad messages."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from motesklar.call import handlers
from motesklar.call.handlers import COME_BACK, MESSAGES_AT_ONCE, OVER, CallSocket
from motesklar.call.manager import Calls
from motesklar.config import CallSection
from motesklar.i18n import Languages
from motesklar.store.database import Database
from motesklar.store.models import Evidence
from tests.call.conftest import MODULE, CallServer, serving, until

pytestmark = pytest.mark.slow

JOIN = {"type": "join", "client_id": "client-1"}


class Page:
    """The browser's end of the websocket."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self.connection = connection

    async def send(self, message: Any) -> None:
        frame = message if isinstance(message, str | bytes) else json.dumps(message)
        await self.connection.write_message(frame, binary=isinstance(frame, bytes))

    async def receive(self) -> dict[str, Any] | None:
        """The next message, None when the server has closed."""
        async with asyncio.timeout(10):
            frame = await self.connection.read_message()
        return None if frame is None else json.loads(frame)

    async def receive_type(self, kind: str) -> dict[str, Any]:
        while True:
            message = await self.receive()
            assert message is not None, f"closed before {kind} came"
            if message["type"] == kind:
                return message

    async def assert_closed(self, code: int) -> None:
        while await self.receive() is not None:
            pass
        assert self.connection.close_code == code

    async def join(self) -> dict[str, Any]:
        """Join; returns the offer."""
        await self.send(JOIN)
        return await self.receive_type("offer")


Open = Callable[..., Any]


@pytest_asyncio.fixture
async def open_page(
    call_server: CallServer, add_person: Callable[[str], str]
) -> AsyncIterator[Open]:
    pages: list[Page] = []

    async def open_page(
        person: str = "",
        module: str = MODULE,
        language: str = "sv",
        server: CallServer = call_server,
        **headers: str,
    ) -> Page:
        cookie = server.cookie(person or add_person("Alma"), language)
        request = HTTPRequest(
            f"ws://localhost:{server.port}/api/call/{module}",
            headers={"Cookie": cookie}
            | {name.replace("_", "-"): headers[name] for name in headers},
        )
        pages.append(Page(await websocket_connect(request)))
        return pages[-1]

    yield open_page
    for page in pages:
        page.connection.close()


async def test_who_is_not_signed_in_is_refused_before_there_is_a_websocket(
    call_server: CallServer,
) -> None:
    with pytest.raises(HTTPClientError) as refused:
        await websocket_connect(f"ws://localhost:{call_server.port}/api/call/{MODULE}")
    assert refused.value.code == 401
    assert refused.value.response is not None
    error = json.loads(refused.value.response.body)["error"]
    assert error["code"] == "not_signed_in"
    assert call_server.calls.people == 0


async def test_a_session_that_was_invented_is_refused(call_server: CallServer) -> None:
    request = HTTPRequest(
        f"ws://localhost:{call_server.port}/api/call/{MODULE}",
        headers={"Cookie": "motesklar_session=invented"},
    )
    with pytest.raises(HTTPClientError, match="401"):
        await websocket_connect(request)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
async def test_another_hosts_page_is_refused(open_page: Open, origin: str) -> None:
    with pytest.raises(HTTPClientError, match="403"):
        await open_page(Origin=origin)


async def test_our_own_and_our_public_address_are_let_in(
    open_page: Open, call_server: CallServer
) -> None:
    for origin in (call_server.url, "https://motesklar.exempelstad.example"):
        page = await open_page(Origin=origin)
        await page.send({"type": "ping"})
        assert await page.receive() == {"type": "pong"}


async def test_joining_brings_a_room_an_offer_and_what_has_arrived_so_far(open_page: Open) -> None:
    page = await open_page()
    await page.send(JOIN)
    joined = await page.receive()
    assert joined is not None
    assert joined == {"type": "joined", "room": joined["room"], "partner": "Kim"}
    assert await page.receive() == {
        "type": "evidence",
        "sound_seconds": 0.0,
        "picture_seconds": 0.0,
        "text_characters": 0,
    }
    offer = await page.receive()
    assert offer is not None
    assert offer["sdp"].startswith("v=0")


async def test_no_connection_is_made_before_somebody_joins(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    monkeypatch.setattr("motesklar.call.rtc.RTCPeerConnection", lambda *_: made.append(1))
    page = await open_page()
    await page.send({"type": "answer", "sdp": "v=0"})
    await page.assert_closed(OVER)
    assert made == []


async def test_a_module_that_does_not_exist_is_told(open_page: Open) -> None:
    page = await open_page(module="no-such-module", language="en")
    error = await page.receive_type("error")
    assert (error["code"], error["message"]) == ("not_found", "The course has no such module.")
    await page.assert_closed(OVER)


@pytest.mark.parametrize(
    "frame",
    [
        "nonsense",
        "[]",
        b"\xff\x00",
        {"type": "dance"},
        {"type": "text", "text": "before joining"},
        {"type": "leave"},
        {"type": "join", "client_id": "x" * 999},
    ],
    ids=repr,
)
async def test_a_bad_message_is_told_and_ends_the_call(
    open_page: Open, call_server: CallServer, frame: Any
) -> None:
    page = await open_page(language="en")
    await page.send(frame)
    error = await page.receive_type("error")
    assert error["code"] == "bad_request"
    assert error["next_step"] == "Reload the page and try again."
    await page.assert_closed(OVER)
    assert call_server.calls.people == 0


async def test_joining_twice_is_refused_and_leaves_no_room(
    open_page: Open, call_server: CallServer
) -> None:
    page = await open_page()
    await page.join()
    await page.send(JOIN)
    assert (await page.receive_type("error"))["code"] == "bad_request"
    await page.assert_closed(OVER)
    await until(lambda: call_server.calls.people == 0, "the room's end")


async def test_an_answer_that_is_none_is_told(open_page: Open) -> None:
    page = await open_page(language="en")
    await page.join()
    await page.send({"type": "answer", "sdp": "nonsense"})
    error = await page.receive_type("error")
    assert error["message"] == "The call could not be set up."
    await page.assert_closed(OVER)


async def test_a_frame_that_is_too_large_closes_the_connection(
    open_page: Open, call_server: CallServer
) -> None:
    page = await open_page()
    await page.join()
    await page.send("x" * (handlers.MAX_FRAME_BYTES + 1))
    await page.assert_closed(1009)
    await until(lambda: call_server.calls.people == 0, "the room's end")


async def test_a_flood_of_messages_is_stopped(open_page: Open, call_server: CallServer) -> None:
    page = await open_page()
    await page.join()
    for number in range(round(MESSAGES_AT_ONCE) * 4):
        await page.send({"type": "text", "text": str(number)})
    assert (await page.receive_type("error"))["code"] == "too_many"
    await page.assert_closed(OVER)
    await until(lambda: call_server.calls.people == 0, "the room's end")


async def test_text_is_evidence_and_is_answered(
    open_page: Open,
    add_person: Callable[[str], str],
    evidence_of: Callable[[str], Evidence | None],
) -> None:
    bo = add_person("Bo")
    page = await open_page(bo)
    await page.join()
    await page.send({"type": "text", "text": "Hej Kim"})
    assert (await page.receive_type("partner"))["state"] == "greeting"
    assert (await page.receive_type("evidence"))["text_characters"] == 7
    row = evidence_of(bo)
    assert row is not None
    assert row.text_characters == 7


async def test_hanging_up_ends_the_call(open_page: Open, call_server: CallServer) -> None:
    page = await open_page()
    await page.join()
    await page.send({"type": "leave"})
    await page.assert_closed(OVER)
    assert call_server.calls.people == 0


async def test_a_page_that_goes_away_ends_its_room(
    open_page: Open, call_server: CallServer
) -> None:
    page = await open_page()
    await page.join()
    page.connection.close()
    await until(lambda: call_server.calls.people == 0, "the room's end")


async def test_a_page_that_never_joins_is_closed(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "JOIN_SECONDS", 0.1)
    page = await open_page()
    await page.assert_closed(OVER)


async def test_a_page_that_no_longer_answers_heartbeats_loses_its_room(
    call_server: CallServer, add_person: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CallSocket, "ping_interval", 0.2)
    monkeypatch.setattr(CallSocket, "ping_timeout", 0.2)
    reader, writer = await asyncio.open_connection("localhost", call_server.port)
    writer.write(
        f"GET /api/call/{MODULE} HTTP/1.1\r\nHost: localhost:{call_server.port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Cookie: {call_server.cookie(add_person('Alma'))}\r\n\r\n".encode()
    )
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    join = json.dumps(JOIN).encode()
    # a text frame with a mask of zeros (RFC 6455 5.2), and after it nothing, not even a pong
    writer.write(bytes([0x81, 0x80 | len(join), 0, 0, 0, 0]) + join)
    await until(lambda: call_server.calls.people == 1, "the room")
    await until(lambda: call_server.calls.people == 0, "the room's end")
    writer.close()


async def test_the_older_window_is_told_that_the_call_goes_on_elsewhere(
    open_page: Open, add_person: Callable[[str], str], call_server: CallServer
) -> None:
    bo = add_person("Bo")
    older, newer = await open_page(bo), await open_page(bo)
    await older.join()
    await newer.join()
    assert (await older.receive_type("error"))["code"] == "replaced"
    await older.assert_closed(OVER)
    assert call_server.calls.people == 1


async def test_nobody_meets_another_persons_room(
    open_page: Open, add_person: Callable[[str], str], call_server: CallServer
) -> None:
    first, second = await open_page(add_person("Alma")), await open_page(add_person("Bo"))
    await first.join()
    await second.join()
    await first.send({"type": "text", "text": "secret"})
    assert (await first.receive_type("evidence"))["text_characters"] == 6
    await second.send({"type": "ping"})
    assert await second.receive() == {"type": "pong"}
    assert call_server.calls.people == 2


async def test_when_all_places_are_taken_the_page_is_told(
    open_page: Open,
    make_calls: Callable[..., Calls],
    database: Database,
    languages: Languages,
) -> None:
    settings = CallSection(partner_name="Kim", minutes_max=15, people_max=1, addresses=[])
    async with serving(make_calls(settings=settings), database, languages) as server:
        first = await open_page(server=server)
        await first.join()
        second = await open_page(server=server, language="sv")
        await second.send(JOIN)
        error = await second.receive_type("error")
        assert error["code"] == "unavailable"
        assert error["message"].startswith("Många övar just nu")
        await second.assert_closed(OVER)


async def test_a_server_that_stops_asks_the_page_to_come_back(
    open_page: Open, call_server: CallServer
) -> None:
    page = await open_page()
    await page.join()
    await call_server.calls.close()
    await page.assert_closed(COME_BACK)


async def test_a_page_that_takes_no_messages_is_closed(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, call_server: CallServer
) -> None:
    monkeypatch.setattr(handlers, "UNSENT_MAX", 0)
    page = await open_page()
    await page.send(JOIN)
    await page.assert_closed(COME_BACK)
    await until(lambda: call_server.calls.people == 0, "the room's end")


async def test_sound_flows_over_the_whole_way(open_page: Open) -> None:
    page = await open_page()
    offer = await page.join()
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    await connection.setRemoteDescription(RTCSessionDescription(sdp=offer["sdp"], type="offer"))
    await connection.setLocalDescription(await connection.createAnswer())
    await page.send({"type": "answer", "sdp": connection.localDescription.sdp})
    greeting = await page.receive_type("partner")
    assert greeting["caption"].startswith("Hej och välkommen!")
    frame = await connection.getReceivers()[0].track.recv()
    assert frame.sample_rate == 48_000
    await connection.close()
