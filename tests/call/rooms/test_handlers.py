"""Small rooms over HTTP and websockets in a running course."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from motesklar.store.models import AuditEntry, CallStay, Role, utcnow
from motesklar.web.visitor import SESSION_COOKIE
from tests.conftest import RunningCourse
from tests.workshops.hall import Attendee, RunningHall, newcomer, open_hall

pytestmark = pytest.mark.slow

#: Only what never comes waits so long.
PATIENCE = 20

Told = dict[str, Any]


@pytest.fixture
def running_hall(course: RunningCourse) -> RunningHall:
    return open_hall(course)


def rooms_path(hall: RunningHall, what: str) -> str:
    return f"/api/workshops/{hall.id}/rooms/{what}"


def act(hall: RunningHall, what: str, **body: Any) -> httpx.Response:
    """What the leader does."""
    return hall.leader.client.post(rooms_path(hall, what), json=body)


def open_rooms(hall: RunningHall, *groups: list[Attendee]) -> None:
    told = [{"people": [one.person_id for one in group]} for group in groups]
    answer = act(hall, "open", groups=told)
    assert answer.status_code == 200, answer.text


@asynccontextmanager
async def following(
    who: Attendee, path: str, **headers: str
) -> AsyncIterator[WebSocketClientConnection]:
    address = str(who.client.base_url).replace("http", "ws", 1).rstrip("/") + path
    cookie = f"{SESSION_COOKIE}={who.client.cookies[SESSION_COOKIE]}"
    request = HTTPRequest(address, headers={"Cookie": cookie} | headers)
    socket = await websocket_connect(request)
    try:
        yield socket
    finally:
        socket.close()


async def told_where(socket: WebSocketClientConnection, wanted: Callable[[Told], bool]) -> Told:
    """The first message that is as wanted."""
    async with asyncio.timeout(PATIENCE):
        while True:
            text = await socket.read_message()
            assert isinstance(text, str), "it ended before it was as wanted"
            told: Told = json.loads(text)
            if wanted(told):
                return told


async def my_room(who: Attendee) -> Told | None:
    """What a participant's page is told first."""
    async with following(who, "/api/my-room") as socket:
        told = await told_where(socket, lambda told: True)
    room: Told | None = told["room"]
    return room


def test_a_proposal_shows_names_of_rooms_in_the_leaders_language(running_hall: RunningHall) -> None:
    people = {running_hall.join(f"Person {number}").person_id for number in range(5)}
    query = {"way": "mixed", "size": "2"}
    client = running_hall.leader.client
    groups = client.get(rooms_path(running_hall, "division"), params=query).json()["groups"]
    assert [group["title"] for group in groups] == ["Rum 1", "Rum 2"]
    assert {person for group in groups for person in group["people"]} == people


@pytest.mark.parametrize(
    "query", [{}, {"way": "mixed"}, {"way": "best", "size": "2"}, {"way": "mixed", "size": "1"}]
)
def test_a_division_that_can_not_be_asked_for_is_refused(
    running_hall: RunningHall, query: dict[str, str]
) -> None:
    running_hall.join("Ada Berg")
    answer = running_hall.leader.client.get(rooms_path(running_hall, "division"), params=query)
    assert answer.status_code == 400


async def test_everybody_is_told_at_once_where_to_go_and_with_whom(
    running_hall: RunningHall,
) -> None:
    ada, bo, cia = (running_hall.join(name) for name in ("Ada Berg", "Bo Ek", "Cia Ek"))
    async with following(ada, "/api/my-room") as socket:
        await told_where(socket, lambda told: told["room"] is None)
        await asyncio.to_thread(open_rooms, running_hall, [ada, bo], [cia])
        room = (await told_where(socket, lambda told: told["room"] is not None))["room"]
        assert (room["title"], room["others"]) == ("Rum 1", ["Bo Ek"])
        page = await asyncio.to_thread(ada.client.get, f"/rooms/{room['id']}")
        assert (page.status_code, "Rum 1" in page.text) == (200, True)
        await asyncio.to_thread(act, running_hall, "end", room=room["id"])
        await told_where(socket, lambda told: told["room"] is None)
        assert (await asyncio.to_thread(ada.client.get, f"/rooms/{room['id']}")).status_code == 404
        await asyncio.to_thread(
            running_hall.leader.client.post, f"/workshops/{running_hall.id}/end"
        )
        async with asyncio.timeout(PATIENCE):
            while await socket.read_message() is not None:
                pass
    assert socket.close_code == 4000


async def test_others_meet_nothing_where_a_room_is(running_hall: RunningHall) -> None:
    ada, bo = running_hall.join("Ada Berg"), running_hall.join("Bo Ek")
    open_rooms(running_hall, [ada], [bo])
    room = await my_room(ada)
    assert room
    address = f"/rooms/{room['id']}"
    other = newcomer(running_hall.course, "Ola Ledare", Role.LEADER)
    outside = newcomer(running_hall.course, "Utanför")
    assert [who.client.get(address).status_code for who in (bo, other, outside)] == [404] * 3
    assert running_hall.leader.client.get(address).status_code == 200
    assert "Ada" not in bo.client.get(address).text


async def test_who_is_in_no_workshop_has_nothing_to_follow(course: RunningCourse) -> None:
    outside = newcomer(course, "Utanför")
    with pytest.raises(HTTPClientError) as refused:
        async with following(outside, "/api/my-room"):
            pass
    assert refused.value.code == 404


async def test_the_leader_follows_people_and_rooms(running_hall: RunningHall) -> None:
    leader = running_hall.leader
    async with following(leader, rooms_path(running_hall, "live")) as socket:
        empty = await told_where(socket, lambda told: True)
        assert (empty["ended"], empty["rooms"], empty["people"]) == (False, [], [])
        ada = await asyncio.to_thread(running_hall.join, "Ada Berg")
        told = await told_where(socket, lambda told: len(told["people"]) == 1)
        assert told["people"][0] == {
            "id": ada.person_id,
            "name": "Ada Berg",
            "department": "Kultur och fritid",
            "table": "",
            "room": None,
            "here": None,
            "minutes": 0,
        }
        await asyncio.to_thread(act, running_hall, "table", person=ada.person_id, table="bord 7")
        await asyncio.to_thread(act, running_hall, "place", person=ada.person_id, room="new")
        told = await told_where(socket, lambda told: len(told["rooms"]) == 1)
        assert told["people"][0]["table"] == "7"
        assert told["people"][0]["room"] == told["rooms"][0]["id"]
        await asyncio.to_thread(leader.client.post, f"/workshops/{running_hall.id}/end")
        ended = await told_where(socket, lambda told: told["ended"])
        assert (ended["rooms"], ended["people"]) == ([], [])


def test_the_table_is_said_when_one_joins(running_hall: RunningHall) -> None:
    people = [newcomer(running_hall.course, f"Person {number}") for number in range(4)]
    for number, person in enumerate(people):
        person.client.post(f"/w/{running_hall.code}", data={"table": f"Bord {number % 2 + 1}"})
    query = {"way": "table", "size": "2"}
    client = running_hall.leader.client
    groups = client.get(rooms_path(running_hall, "division"), params=query).json()["groups"]
    assert [(group["title"], len(group["people"])) for group in groups] == [
        ("Bord 1", 2),
        ("Bord 2", 2),
    ]


BODIES: dict[str, Told] = {
    "open": {"groups": []},
    "place": {"person": "p-x", "room": None},
    "table": {"person": "p-x", "table": "1"},
    "end": {"room": None},
    "notice": {"text": "Hej", "room": None},
    "mute": {"person": "p-x"},
    "confirm": {"person": "p-x", "task": "speak"},
}


@pytest.mark.parametrize(("what", "body"), BODIES.items())
async def test_another_leader_and_participants_can_do_nothing(
    running_hall: RunningHall, what: str, body: Told
) -> None:
    ada = running_hall.join("Ada Berg")
    if "person" in body:
        body = body | {"person": ada.person_id}
    if what == "open":
        body = {"groups": [{"people": [ada.person_id]}]}
    other = newcomer(running_hall.course, "Ola Ledare", Role.LEADER)
    path = rooms_path(running_hall, what)
    assert other.client.post(path, json=body).status_code == 404
    assert ada.client.post(path, json=body).status_code == 403
    assert await my_room(ada) is None


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("open", {"groups": [{"people": ["' OR 1=1"]}]}),
        ("open", {"groups": [{"people": [], "title": "x"}]}),
        ("place", {"person": "p-x", "room": "elsewhere"}),
        ("place", {"person": "p-x"}),
        ("table", {"person": "p-x", "table": "x" * 21}),
        ("end", {"room": 7}),
        ("notice", {"text": "", "room": None}),
        ("notice", {"text": "x" * 501, "room": None}),
        ("mute", {"person": "everybody"}),
        ("confirm", {"person": "p-x", "task": "<script>"}),
    ],
)
def test_what_can_not_be_read_is_refused(running_hall: RunningHall, what: str, body: Told) -> None:
    assert act(running_hall, what, **body).status_code == 400


def test_a_mistake_is_told_with_what_to_do_now(running_hall: RunningHall) -> None:
    ada = running_hall.join("Ada Berg")
    answer = act(running_hall, "place", person=ada.person_id, room="r-unknown")
    assert answer.status_code == 404
    assert answer.json()["error"] == {
        "code": "room_not_open",
        "message": "Det rummet finns inte, eller så har det stängts.",
        "next_step": "Titta i listan med rum och välj igen.",
    }


def test_attendance_is_a_table_that_names_its_reader_in_the_log(
    running_hall: RunningHall,
) -> None:
    ada = running_hall.join("=Ada Berg")
    running_hall.join("Bo Ek")
    now = utcnow()
    with running_hall.course.database().transaction() as session:
        session.add(
            CallStay(
                workshop_id=running_hall.id, person_id=ada.person_id, entered_at=now, until=now
            )
        )
    address = f"/workshops/{running_hall.id}/attendance.csv"
    other = newcomer(running_hall.course, "Ola Ledare", Role.LEADER)
    assert other.client.get(address).status_code == 404
    leader = running_hall.leader
    leader.client.post(f"/workshops/{running_hall.id}/end")
    answer = leader.client.get(address)
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0][2] == "Minuter i samtal"
    assert [(row[0], row[2], bool(row[3])) for row in rows[1:]] == [
        ("'=Ada Berg", "1", True),
        ("Bo Ek", "0", False),
    ]
    with running_hall.course.database().transaction() as session:
        noted = session.query(AuditEntry).filter_by(actor_id=leader.person_id).all()
        assert [(one.action, one.subject) for one in noted] == [
            ("attendance exported", running_hall.id)
        ]
