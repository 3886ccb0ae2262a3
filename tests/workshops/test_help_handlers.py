"""Help and words in a running course: what each is told, and what nobody else gets."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from motesklar.store.models import Role
from motesklar.web.visitor import SESSION_COOKIE
from tests.conftest import RunningCourse
from tests.workshops.hall import Attendee, RunningHall, newcomer, open_hall
from tests.workshops.helpers import address_of, ask, colleague, do, give_part, line_of, write

pytestmark = pytest.mark.slow

PATIENCE = 20


@pytest.fixture
def running_hall(course: RunningCourse) -> RunningHall:
    return open_hall(course)


@asynccontextmanager
async def live(
    hall: RunningHall, who: Attendee, path: str
) -> AsyncIterator[WebSocketClientConnection]:
    address = hall.course.url.replace("http", "ws", 1) + path
    cookie = f"{SESSION_COOKIE}={who.client.cookies[SESSION_COOKIE]}"
    socket = await websocket_connect(HTTPRequest(address, headers={"Cookie": cookie}))
    try:
        yield socket
    finally:
        socket.close()


async def told_where(
    socket: WebSocketClientConnection, wanted: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """The first message that is as wanted."""
    async with asyncio.timeout(PATIENCE):
        while True:
            text = await socket.read_message()
            assert isinstance(text, str), "it ended before it was as wanted"
            message: dict[str, Any] = json.loads(text)
            if wanted(message):
                return message


def test_a_helper_sees_the_line_by_topic_and_takes_people_out_of_it(
    running_hall: RunningHall,
) -> None:
    kim = colleague(running_hall, "Kim Hjälpare", "helper")
    ada, bo = running_hall.join("Ada Berg"), running_hall.join("Bo Ek")
    bo.raise_hand()
    ask(ada, "sound", "Jag hör inget <b>alls</b>")
    line = line_of(running_hall, kim)
    assert [(one["name"], one["topic"], one["place"]) for one in line] == [
        ("Ada Berg", "sound", 2),
        ("Bo Ek", "other", 1),
    ]
    assert line[0]["words"] == "Jag hör inget <b>alls</b>"
    assert do(running_hall, kim, "claim", question=line[0]["id"]).json() == {"done": True}
    mine = ada.client.get("/api/my-workshop/now").json()["question"]
    assert (mine["helper"], mine["title"]) == ("Kim Hjälpare", "Ljudet")
    assert line_of(running_hall, kim)[0]["mine"]
    assert not line_of(running_hall, running_hall.leader)[0]["mine"]
    do(running_hall, kim, "close", question=line[0]["id"])
    assert ada.client.get("/api/hand").json()["hand"]["raised"] is False
    refused = do(running_hall, kim, "claim", question=line[0]["id"])
    assert refused.status_code == 404
    assert refused.json()["error"]["next_step"] == "Ta nästa i kön."


def test_a_second_helper_is_told_who_is_on_the_way(running_hall: RunningHall) -> None:
    kim, lo = (colleague(running_hall, name, "helper") for name in ("Kim", "Lo"))
    running_hall.join("Ada Berg").raise_hand()
    question = line_of(running_hall, kim)[0]["id"]
    do(running_hall, kim, "claim", question=question)
    refused = do(running_hall, lo, "claim", question=question)
    assert refused.status_code == 409
    assert refused.json()["error"]["message"] == "Kim är redan på väg dit."


def test_an_answer_to_a_topic_reaches_each_asker(running_hall: RunningHall) -> None:
    kim = colleague(running_hall, "Kim", "helper")
    ada, bo, cia = (running_hall.join(name) for name in ("Ada", "Bo", "Cia"))
    ask(ada, "network")
    ask(bo, "network")
    ask(cia, "account")
    answer = do(running_hall, kim, "answer", topic="network", words="Byt till gästnätet.")
    assert answer.json() == {"answered": 2}
    for who in (ada, bo):
        told = who.client.get("/api/my-workshop/now").json()
        assert told["question"] is None
        assert told["answer"]["words"] == "Byt till gästnätet."
    assert cia.client.get("/api/my-workshop/now").json()["answer"] is None


def test_nobody_sees_another_s_question(running_hall: RunningHall) -> None:
    ask(running_hall.join("Hemliga Hilda"), "account", "Jag har glömt lösenordet")
    ada = running_hall.join("Ada Berg")
    captioner = colleague(running_hall, "Tove", "captioner")
    elsewhere = open_hall(running_hall.course)
    outsiders = (
        ada,
        captioner,
        elsewhere.leader,
        elsewhere.join("Ola"),
        colleague(elsewhere, "Kim", "helper"),
    )
    write(running_hall, running_hall.leader, "leaders", "Hilda sitter långt bak")
    for who in outsiders:
        for path in (
            f"/workshops/{running_hall.id}/help",
            f"/api/workshops/{running_hall.id}/help",
        ):
            answer = who.client.get(path)
            assert answer.status_code == 404
            assert "Hilda" not in answer.text
        assert do(running_hall, who, "claim", question="q-x").status_code == 404
        assert do(running_hall, who, "answer", topic="account", words="Hej").status_code == 404
        assert write(running_hall, who, "leaders", "Hej").status_code == 404
        assert write(running_hall, who, "all", "Hej").status_code == 404
    seen = [ada.client.get(path).text for path in ("/", "/api/my-workshop/now", "/api/hand")]
    assert not any("Hilda" in text or "lösenordet" in text for text in seen)
    stranger = newcomer(running_hall.course, "Ingen Workshop")
    assert stranger.client.get("/api/my-workshop/now").status_code == 404


async def test_strangers_get_no_websocket(running_hall: RunningHall) -> None:
    ada = running_hall.join("Ada Berg")
    stranger = newcomer(running_hall.course, "Ingen Workshop", Role.LEADER)
    helper = colleague(running_hall, "Kim", "helper")
    refused = [
        (ada, f"/api/workshops/{running_hall.id}/help/live"),
        (stranger, f"/api/workshops/{running_hall.id}/help/live"),
        (ada, f"/api/workshops/{running_hall.id}/captions/live"),
        (helper, f"/api/workshops/{running_hall.id}/captions/live"),
        (stranger, "/api/my-workshop"),
    ]
    for who, path in refused:
        with pytest.raises(HTTPClientError) as error:
            async with live(running_hall, who, path):
                pass
        assert error.value.code == 404


async def test_the_line_and_the_asker_follow_each_other_live(running_hall: RunningHall) -> None:
    kim = await asyncio.to_thread(colleague, running_hall, "Kim", "helper")
    ada = await asyncio.to_thread(running_hall.join, "Ada Berg")
    path = f"/api/workshops/{running_hall.id}/help/live"
    async with (
        live(running_hall, kim, path) as helping,
        live(running_hall, ada, "/api/my-workshop") as asking,
    ):
        assert (await told_where(asking, lambda told: True))["question"] is None
        await asyncio.to_thread(ask, ada, "picture", "Svart")
        told = await told_where(helping, lambda told: told["waiting"] == 1)
        question = told["groups"][0]["asked"][0]
        assert question["words"] == "Svart"
        await asyncio.to_thread(do, running_hall, kim, "claim", question=question["id"])
        await told_where(asking, lambda told: (told["question"] or {}).get("helper") == "Kim")
        await asyncio.to_thread(ada.raise_hand, raised=False)
        await told_where(helping, lambda told: told["groups"] == [])
        await asyncio.to_thread(write, running_hall, running_hall.leader, "all", "Paus nu")
        told = await told_where(asking, lambda told: told["said"] != [])
        assert told["said"][0]["words"] == "Paus nu"
        await asyncio.to_thread(write, running_hall, running_hall.leader, "caption", "Välkomna")
        told = await told_where(asking, lambda told: told["captions"] != [])
        assert told["captions"][0]["words"] == "Välkomna"
        await asyncio.to_thread(write, running_hall, kim, "leaders", "Bord 3 behöver en sladd")
        told = await told_where(helping, lambda told: told["leaders"] != [])
        assert (told["leaders"][0]["name"], told["leads"]) == ("Kim", False)
        # the end empties both and closes them
        await asyncio.to_thread(
            running_hall.leader.client.post, f"/workshops/{running_hall.id}/end"
        )
        told = await told_where(helping, lambda told: told["ended"])
        assert (told["groups"], told["leaders"], told["said"]) == ([], [], [])
        for socket in (helping, asking):
            async with asyncio.timeout(PATIENCE):
                while await socket.read_message() is not None:
                    pass
            assert socket.close_code == 4000


async def test_who_goes_to_another_workshop_hears_of_that_one_alone(
    running_hall: RunningHall,
) -> None:
    ada = await asyncio.to_thread(running_hall.join, "Ada Berg")
    other = await asyncio.to_thread(open_hall, running_hall.course, "Onsdag")
    await asyncio.to_thread(write, other, other.leader, "all", "Välkommen till onsdag")
    async with live(running_hall, ada, "/api/my-workshop") as socket:
        await told_where(socket, lambda told: told["said"] == [])
        await asyncio.to_thread(ada.client.post, f"/w/{other.code}")
        told = await told_where(socket, lambda told: told["said"] != [])
        assert told["said"][0]["words"] == "Välkommen till onsdag"
        await asyncio.to_thread(write, running_hall, running_hall.leader, "all", "Hemligt")
        await asyncio.to_thread(write, other, other.leader, "caption", "Nu börjar vi")
        told = await told_where(socket, lambda told: told["captions"] != [])
        assert "Hemligt" not in json.dumps(told)


async def test_who_helps_no_more_is_told_nothing_more(running_hall: RunningHall) -> None:
    kim = await asyncio.to_thread(colleague, running_hall, "Kim", "helper")
    async with live(running_hall, kim, f"/api/workshops/{running_hall.id}/help/live") as socket:
        await told_where(socket, lambda told: True)
        taken = await asyncio.to_thread(
            running_hall.leader.client.post,
            f"/workshops/{running_hall.id}/parts/take",
            data={"person": kim.person_id},
        )
        assert taken.status_code == 303
        async with asyncio.timeout(PATIENCE):
            while await socket.read_message() is not None:
                pass
        assert socket.close_code == 4000
    assert kim.client.get(f"/workshops/{running_hall.id}/help").status_code == 404


def test_parts_are_given_by_address_and_what_is_wrong_is_told_beside_it(
    running_hall: RunningHall,
) -> None:
    unknown = give_part(running_hall, "ingen@<b>exempelstad</b>", "helper")
    assert unknown.status_code == 400
    assert 'id="parts-error"' in unknown.text
    assert "ingen@&lt;b&gt;" in unknown.text
    learner = newcomer(running_hall.course, "Lärling")
    address = address_of(running_hall, learner)
    refused = give_part(running_hall, address, "leader")
    assert refused.status_code == 400
    assert "Bara den som leder workshoppar" in refused.text
    assert give_part(running_hall, address, "king").status_code == 400
    assert give_part(running_hall, address.upper(), "captioner").status_code == 303
    page = running_hall.leader.client.get(f"/workshops/{running_hall.id}").text
    assert "Lärling" in page
    # the way there stands on their start page
    assert f"/workshops/{running_hall.id}/captions" in learner.client.get("/").text
    assert learner.client.get(f"/workshops/{running_hall.id}/captions").status_code == 200
    other = newcomer(running_hall.course, "Ola", Role.LEADER)
    fields = {"email": address, "part": "leader"}
    assert other.client.post(f"/workshops/{running_hall.id}/parts", data=fields).status_code == 404


def test_a_co_leader_leads(running_hall: RunningHall) -> None:
    second = colleague(running_hall, "Stina", "leader", Role.LEADER)
    assert second.client.get(f"/workshops/{running_hall.id}").status_code == 200
    assert write(running_hall, second, "all", "Hej alla").json() == {"done": True}


def test_pages_after_the_end_name_nobody(running_hall: RunningHall) -> None:
    kim = colleague(running_hall, "Kim", "helper")
    ask(running_hall.join("Ada Berg"), "sound", "Hjälp")
    running_hall.leader.client.post(f"/workshops/{running_hall.id}/end")
    page = kim.client.get(f"/workshops/{running_hall.id}/help")
    assert "Tack för hjälpen" in page.text
    assert not re.search("data-help|Ada", page.text)
    assert kim.client.get(f"/api/workshops/{running_hall.id}/help").json()["groups"] == []
    refused = write(running_hall, kim, "leaders", "Sent")
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "workshop_has_ended"


@pytest.mark.parametrize(
    "body",
    [
        {"raised": True, "topic": "weather"},
        {"raised": True, "words": "x" * 501},
        {"raised": True, "words": 7},
        {"raised": True, "person": "p-x"},
    ],
)
def test_forged_questions_are_refused(running_hall: RunningHall, body: dict[str, Any]) -> None:
    ada = running_hall.join("Ada Berg")
    answer = ada.client.post("/api/hand", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["next_step"]
    assert ada.client.get("/api/hand").json()["hand"]["raised"] is False
