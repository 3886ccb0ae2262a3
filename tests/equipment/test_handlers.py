"""Equipment in a running course: who may ask for what, and what they are told."""

import asyncio
import json
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from motesklar.store.models import Role
from motesklar.web.visitor import SESSION_COOKIE
from tests.conftest import RunningCourse
from tests.equipment.people import join_at, make_ready, make_report, send_verdict
from tests.workshops.hall import Attendee, RunningHall, newcomer, open_hall

pytestmark = pytest.mark.slow

#: Far above what an answer needs; only one that never comes waits so long.
PATIENCE = 20


@pytest.fixture
def hall(course: RunningCourse) -> RunningHall:
    return open_hall(course)


@pytest.fixture
def ada(course: RunningCourse) -> Attendee:
    return newcomer(course, "Ada Berg", department="Vård och omsorg")


async def message_where(who: Attendee, path: str, wanted: Any) -> dict[str, Any]:
    """The first message of a socket that is as wanted."""
    address = str(who.client.base_url).replace("http", "ws", 1).rstrip("/") + path
    cookie = f"{SESSION_COOKIE}={who.client.cookies[SESSION_COOKIE]}"
    socket = await websocket_connect(HTTPRequest(address, headers={"Cookie": cookie}))
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                text = await socket.read_message()
                assert isinstance(text, str), "the socket ended before it told what was wanted"
                message: dict[str, Any] = json.loads(text)
                if wanted(message):
                    return message
    finally:
        socket.close()


def test_a_person_tests_and_the_page_knows_it_next_time(ada: Attendee) -> None:
    make_ready(ada)
    state = ada.client.get("/api/equipment/state").json()
    assert {one["finding"] for one in state["verdicts"].values()} == {"works"}
    assert len(state["verdicts"]) == 5
    assert state["hall"] is None
    page = ada.client.get("/equipment").text
    assert "data-equipment" in page
    assert 'data-next="/m/03-your-first-practice-call"' in page


def test_a_verdict_of_another_shape_is_refused_in_words(ada: Attendee) -> None:
    answer = send_verdict(ada, "camera", browser="netscape")
    assert answer.status_code == 400
    assert answer.json()["error"]["next_step"]
    assert send_verdict(ada, "camera", figures={"a": "x" * 70_000}).status_code in (400, 413)


def test_a_report_opens_for_a_helper_without_an_account(
    course: RunningCourse, ada: Attendee
) -> None:
    make_ready(ada)
    send_verdict(ada, "microphone", "fail", "muted", figures={"peak_dbfs": -71.5})
    code = make_report(ada)
    helper = course.client()
    # a helper types it small and without the dash
    answer = helper.get("/equipment/report", params={"code": code.replace("-", "").lower()})
    assert answer.headers["location"] == f"/equipment/report/{code}"
    page = helper.get(f"/equipment/report/{code}")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex"
    assert 'data-finding="muted"' in page.text
    assert "-71.5" in page.text
    for personal in ("Ada", "Vård och omsorg", ada.person_id, "/remove"):
        assert personal not in page.text


def test_a_wrong_code_asks_for_another(course: RunningCourse) -> None:
    helper = course.client()
    answer = helper.get("/equipment/report/AAAAAAAA")
    assert answer.status_code == 404
    assert "Koden eller länken fungerar inte" in answer.text
    assert 'name="code"' in answer.text


def test_its_owner_removes_a_report_and_nobody_else_can(
    course: RunningCourse, ada: Attendee
) -> None:
    make_ready(ada)
    code = make_report(ada)
    path = f"/equipment/report/{code}/remove"
    assert newcomer(course, "Bo Ek").client.post(path).status_code == 404
    assert code in ada.client.get("/equipment/report").text
    assert "/remove" in ada.client.get(f"/equipment/report/{code}").text
    assert ada.client.post(path).status_code == 303
    assert course.client().get(f"/equipment/report/{code}").status_code == 404
    assert code not in ada.client.get("/equipment/report").text


def test_nothing_tested_is_told_in_words(ada: Attendee) -> None:
    answer = ada.client.post("/api/equipment/report", json={})
    assert answer.status_code == 409
    assert "Du har inte testat något än" in answer.json()["error"]["message"]


async def test_a_leader_follows_live_what_fails(hall: RunningHall) -> None:
    ada = join_at(hall, "Ada Berg", "4")
    path = f"/api/workshops/{hall.id}/equipment/live"
    message = await message_where(hall.leader, path, lambda one: True)
    assert message["counts"]["untested"] == 1
    following = asyncio.create_task(
        message_where(hall.leader, path, lambda one: one["troubles"] != [])
    )
    await asyncio.to_thread(send_verdict, ada, "microphone", "fail", "muted")
    (trouble,) = (await following)["troubles"]
    assert trouble == {
        "check": "microphone",
        "finding": "muted",
        "verdict": "fail",
        "people": [ada.person_id],
    }


async def test_another_leader_sees_and_decides_nothing(hall: RunningHall) -> None:
    other = newcomer(hall.course, "Olle Annan", Role.LEADER)
    with pytest.raises(HTTPClientError) as refused:
        await message_where(other, f"/api/workshops/{hall.id}/equipment/live", lambda one: True)
    assert refused.value.code == 404
    assert other.client.get(f"/workshops/{hall.id}/equipment").status_code == 404
    path = f"/api/workshops/{hall.id}/equipment/turn"
    assert other.client.post(path, json={"table": None}).status_code == 404


async def test_a_participants_page_follows_the_turn(hall: RunningHall) -> None:
    ada = join_at(hall, "Ada Berg", "4")
    join_at(hall, "Bo Ek", "5")
    path = f"/api/workshops/{hall.id}/equipment/turn"
    assert (await message_where(ada, "/api/equipment/turn", lambda one: True))["turn"] is None
    following = asyncio.create_task(
        message_where(ada, "/api/equipment/turn", lambda one: one["turn"] is not None)
    )
    answer = await asyncio.to_thread(hall.leader.client.post, path, json={"table": "4"})
    assert answer.status_code == 200
    expected = {"table": "4", "mine": True, "number": 1, "total": 2}
    assert (await following)["turn"] == expected
    assert hall.leader.client.post(path, json={"table": "7"}).status_code == 404
    assert hall.leader.client.post(path, json={"table": 4}).status_code == 400


def test_the_list_before_the_day_has_a_reminder_that_leads_to_the_test(hall: RunningHall) -> None:
    page = hall.leader.client.get(f"/workshops/{hall.id}/equipment").text
    assert "Tisdag i Folkets hus" in page
    assert "/equipment\n" in page
    hall.leader.client.post(f"/workshops/{hall.id}/end")
    assert (
        "Workshoppen är avslutad" in hall.leader.client.get(f"/workshops/{hall.id}/equipment").text
    )


def test_it_gets_policies_with_this_courses_address_and_totals_of_five_and_more(
    course: RunningCourse,
) -> None:
    admin = newcomer(course, "Anna Admin", Role.ADMINISTRATOR)
    finding = "overconstrained"  # nothing else in this course meets it
    people = [newcomer(course, f"Person {one}", department="Skola") for one in range(5)]
    for person in people[:4]:
        send_verdict(person, "microphone", "fail", finding)
    page = admin.client.get("/equipment/it").text
    assert f'data-finding="{finding}"' not in page
    assert f"AudioCaptureAllowedUrls]\r\n&#34;1&#34;=&#34;{course.url}&#34;" in page
    send_verdict(people[4], "microphone", "fail", finding)
    assert f'data-finding="{finding}"' in admin.client.get("/equipment/it").text
    answer = admin.client.get("/equipment/it/causes.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = [line.split(";") for line in answer.text.splitlines() if finding in line]
    assert [row[3:] for row in rows] == [
        ["Alla", "", "5"],
        ["Per webbläsare", "Edge", "5"],
        ["Per system", "Windows", "5"],
        ["Per avdelning", "Skola", "5"],
    ]


def test_everybody_finds_the_test_on_the_start_page_and_it_its_page(course: RunningCourse) -> None:
    learner = newcomer(course, "Ada Berg").client.get("/").text
    assert 'href="/equipment"' in learner
    assert 'href="/equipment/it"' not in learner
    admin = newcomer(course, "Anna Admin", Role.ADMINISTRATOR).client.get("/").text
    assert 'href="/equipment/it"' in admin
