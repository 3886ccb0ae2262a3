"""The live board's websocket in a running course."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from motesklar.store.models import Participant, Person, Role, utcnow
from motesklar.web.visitor import SESSION_COOKIE
from motesklar.workshops.live_socket import PUSH_SECONDS
from tests.conftest import RunningCourse
from tests.workshops.hall import Attendee, RunningHall, newcomer, open_hall

pytestmark = pytest.mark.slow

#: Far above what a board needs; only a board that never comes waits so long.
PATIENCE = 20

Board = dict[str, Any]


@pytest.fixture
def running_hall(course: RunningCourse) -> RunningHall:
    return open_hall(course)


def request_of(hall: RunningHall, attendee: Attendee | None, **headers: str) -> HTTPRequest:
    cookie = f"{SESSION_COOKIE}={attendee.client.cookies[SESSION_COOKIE]}" if attendee else ""
    return HTTPRequest(hall.live_address, headers={"Cookie": cookie} | headers)


@asynccontextmanager
async def live(
    hall: RunningHall, attendee: Attendee | None = None, **headers: str
) -> AsyncIterator[WebSocketClientConnection]:
    socket = await websocket_connect(request_of(hall, attendee or hall.leader, **headers))
    try:
        yield socket
    finally:
        socket.close()


async def board_where(socket: WebSocketClientConnection, wanted: Callable[[Board], bool]) -> Board:
    """The first board that is as wanted."""
    async with asyncio.timeout(PATIENCE):
        while True:
            text = await socket.read_message()
            assert isinstance(text, str), "the board ended before it was as wanted"
            board: Board = json.loads(text)
            if wanted(board):
                return board


async def closed(socket: WebSocketClientConnection) -> int | None:
    """The close code, once it is closed."""
    async with asyncio.timeout(PATIENCE):
        while await socket.read_message() is not None:
            pass
    return socket.close_code


def row(board: Board, name: str) -> Board:
    return next(one for one in board["participants"] if one["name"] == name)


def shows(name: str) -> Callable[[Board], bool]:
    return lambda board: any(one["name"] == name for one in board["participants"])


async def test_a_participant_appears_and_moves_without_a_reload(running_hall: RunningHall) -> None:
    async with live(running_hall) as socket:
        empty = await board_where(socket, lambda board: True)
        assert empty["counts"]["people"] == 0
        assert len(empty["steps"]) == len(running_hall.steps) > 2
        ada = await asyncio.to_thread(running_hall.join, "Ada Berg")
        board = await board_where(socket, shows("Ada Berg"))
        assert row(board, "Ada Berg")["progress"] == "not_started"
        assert row(board, "Ada Berg")["department"] == "Kultur och fritid"
        await asyncio.to_thread(ada.do, "started", running_hall.steps[1])
        board = await board_where(socket, lambda b: row(b, "Ada Berg")["step"] == 2)
        assert board["counts"]["working"][1] == 1
        for step in running_hall.steps:
            await asyncio.to_thread(ada.do, "done", step)
        board = await board_where(socket, lambda b: b["counts"]["done"] == 1)
        assert row(board, "Ada Berg")["progress"] == "done_steps"


async def test_hands_come_in_order_and_are_lowered_by_the_leader(running_hall: RunningHall) -> None:
    ada, bo = running_hall.join("Ada Berg"), running_hall.join("Bo Ek")
    async with live(running_hall) as socket:
        await asyncio.to_thread(bo.raise_hand)
        await asyncio.to_thread(ada.raise_hand)
        board = await board_where(socket, lambda b: b["counts"]["hands"] == 2)
        assert (row(board, "Bo Ek")["place"], row(board, "Ada Berg")["place"]) == (1, 2)
        assert row(board, "Bo Ek")["hand_raised_at"].endswith("Z")
        answer = running_hall.leader.client.post(
            f"/api/workshops/{running_hall.id}/helped", json={"person": bo.person_id}
        )
        assert answer.json() == {"helped": True}
        board = await board_where(socket, lambda b: b["counts"]["hands"] == 1)
        assert row(board, "Ada Berg")["place"] == 1
    assert bo.client.get("/api/me").json()["workshop"]["hand_raised"] is False


async def test_headings_are_in_the_leaders_language(running_hall: RunningHall) -> None:
    english = newcomer(running_hall.course, "Adam", Role.ADMINISTRATOR)
    async with live(running_hall) as swedish_socket:
        swedish = await board_where(swedish_socket, lambda board: True)
    cookie = f"{SESSION_COOKIE}={english.client.cookies[SESSION_COOKIE]}; motesklar_language=en"
    async with live(running_hall, Cookie=cookie) as english_socket:
        board = await board_where(english_socket, lambda board: True)
    assert len(board["steps"]) == len(swedish["steps"])
    assert board["steps"] != swedish["steps"]


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://localhost.evil.example", "null", "http://localhost:1"],
)
async def test_pages_of_other_hosts_get_no_board(running_hall: RunningHall, origin: str) -> None:
    with pytest.raises(HTTPClientError) as refused:
        async with live(running_hall, Origin=origin):
            pass
    assert refused.value.code == 403


async def test_our_own_page_gets_it(running_hall: RunningHall) -> None:
    async with live(running_hall, Origin=running_hall.course.url) as socket:
        await board_where(socket, lambda board: True)


async def test_strangers_are_refused_before_there_is_a_websocket(
    running_hall: RunningHall,
) -> None:
    course = running_hall.course
    expected = {
        404: newcomer(course, "Ola Ledare", Role.LEADER),
        403: running_hall.join("Ada Berg"),
    }
    for status, attendee in expected.items():
        with pytest.raises(HTTPClientError) as refused:
            await websocket_connect(request_of(running_hall, attendee))
        assert refused.value.code == status
    with pytest.raises(HTTPClientError) as refused:
        await websocket_connect(request_of(running_hall, None))
    assert refused.value.code == 401


def test_a_page_without_websockets_may_ask_for_the_board(running_hall: RunningHall) -> None:
    running_hall.join("Ada Berg")
    path = f"/api/workshops/{running_hall.id}/live"
    answer = running_hall.leader.client.get(path)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert row(answer.json(), "Ada Berg")["progress"] == "not_started"
    assert newcomer(running_hall.course, "Ola", Role.LEADER).client.get(path).status_code == 404


async def test_ending_the_workshop_empties_the_board_and_closes_it(
    running_hall: RunningHall,
) -> None:
    running_hall.join("Ada Berg")
    async with live(running_hall) as socket:
        await board_where(socket, shows("Ada Berg"))
        running_hall.leader.client.post(f"/workshops/{running_hall.id}/end")
        board = await board_where(socket, lambda b: b["ended"])
        assert board["participants"] == []
        assert await closed(socket) == 4000


async def test_signing_out_elsewhere_ends_the_board(running_hall: RunningHall) -> None:
    async with live(running_hall) as socket:
        await board_where(socket, lambda board: True)
        assert running_hall.leader.client.post("/sign-out").status_code in (302, 303)
        ada = await asyncio.to_thread(running_hall.join, "Ada Berg")
        await asyncio.to_thread(ada.raise_hand)
        async with asyncio.timeout(PATIENCE):
            while (text := await socket.read_message()) is not None:
                assert "Ada Berg" not in text
        assert socket.close_code == 4000


async def test_losing_the_role_ends_the_board(running_hall: RunningHall) -> None:
    async with live(running_hall) as socket:
        await board_where(socket, lambda board: True)
        with running_hall.course.database().transaction() as session:
            session.get_one(Person, running_hall.leader.person_id).role = Role.LEARNER
        running_hall.join("Ada Berg")
        assert await closed(socket) == 4000


async def test_a_page_that_sends_anything_is_closed(running_hall: RunningHall) -> None:
    async with live(running_hall) as socket:
        await board_where(socket, lambda board: True)
        await socket.write_message('{"lower": "everybody"}')
        assert await closed(socket) == 4000


async def test_what_another_process_writes_turns_up_by_itself(running_hall: RunningHall) -> None:
    person_id = running_hall.course.person("Från annat håll")
    async with live(running_hall) as socket:
        await board_where(socket, lambda board: True)
        with running_hall.course.database().transaction() as session:
            session.add(
                Participant(workshop_id=running_hall.id, person_id=person_id, joined_at=utcnow())
            )
        await board_where(socket, shows("Från annat håll"))


async def test_a_hall_that_works_all_at_once_sends_few_boards_and_the_last_is_whole(
    running_hall: RunningHall,
) -> None:
    people = [running_hall.join(f"Person {number}") for number in range(12)]
    async with live(running_hall) as socket:
        await board_where(socket, lambda b: b["counts"]["people"] == len(people))
        begun = time.monotonic()

        def work() -> None:
            for step in running_hall.steps:
                for person in people:
                    person.do("started", step)

        working = asyncio.create_task(asyncio.to_thread(work))
        boards = 0
        last = len(running_hall.steps)
        while True:
            board = await board_where(socket, lambda board: True)
            boards += 1
            if all(one["step"] == last for one in board["participants"]):
                break
        await working
        # at the pace of the board at most, the first at once
        assert boards <= (time.monotonic() - begun) / PUSH_SECONDS + 2
