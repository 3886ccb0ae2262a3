"""Workshops over HTTP in a running course."""

import re

import pytest

from motesklar.store.models import Role
from tests.conftest import RunningCourse
from tests.workshops.hall import MODULE, RunningHall, newcomer, open_hall

pytestmark = pytest.mark.slow


@pytest.fixture
def running_hall(course: RunningCourse) -> RunningHall:
    return open_hall(course)


def test_the_page_shows_code_address_and_picture(running_hall: RunningHall) -> None:
    page = running_hall.leader.client.get(f"/workshops/{running_hall.id}").text
    assert f"localhost:{running_hall.course.port}/join" in page
    assert 'src="data:image/svg+xml' in page
    assert re.fullmatch(r"[A-Y2-9]{6}", running_hall.code)


def test_another_leader_meets_nothing_there(running_hall: RunningHall) -> None:
    other = newcomer(running_hall.course, "Ola Ledare", Role.LEADER).client
    assert other.get(f"/workshops/{running_hall.id}").status_code == 404
    assert other.get(f"/api/workshops/{running_hall.id}/live").status_code == 404
    assert other.post(f"/workshops/{running_hall.id}/end").status_code == 404
    assert (
        other.post(f"/api/workshops/{running_hall.id}/helped", json={"person": "p-x"}).status_code
        == 404
    )
    assert running_hall.id not in other.get("/workshops").text
    assert running_hall.leader.client.get(f"/w/{running_hall.code}").status_code == 200


def test_a_participant_sees_no_board(running_hall: RunningHall) -> None:
    learner = running_hall.join("Ada Berg").client
    for address in ("/workshops", f"/workshops/{running_hall.id}"):
        assert learner.get(address).status_code == 403
    assert learner.get(f"/api/workshops/{running_hall.id}/live").status_code == 403


def test_a_participant_learns_nothing_of_the_others(running_hall: RunningHall) -> None:
    running_hall.join("Hemliga Hilda").raise_hand()
    ada = running_hall.join("Ada Berg")
    ada.raise_hand()
    seen = [
        ada.client.get(a).text for a in ("/", "/api/me", "/api/hand", f"/w/{running_hall.code}")
    ]
    assert not any("Hilda" in text for text in seen)


def test_a_form_with_mistakes_comes_back_with_what_was_typed(course: RunningCourse) -> None:
    leader = newcomer(course, "Lena Ledare", Role.LEADER).client
    empty = leader.post("/workshops", data={"title": "  ", "what": MODULE})
    assert empty.status_code == 400
    assert 'id="title-error"' in empty.text
    forged = leader.post("/workshops", data={"title": "Tisdag <b>", "what": "99-unknown"})
    assert forged.status_code == 400
    assert 'id="what-error"' in forged.text
    assert 'value="Tisdag &lt;b&gt;"' in forged.text


def test_a_leader_changes_the_name_and_participants_see_it(running_hall: RunningHall) -> None:
    ada = running_hall.join("Ada Alm")
    place = f"/workshops/{running_hall.id}/name"
    wrong = running_hall.leader.client.post(place, data={"title": "x" * 121})
    assert wrong.status_code == 400
    assert "högst 120 tecken" in wrong.text
    assert f'value="{"x" * 121}"' in wrong.text
    assert running_hall.leader.client.post(place, data={"title": "Onsdag"}).status_code == 303
    assert "<h1>Onsdag</h1>" in running_hall.leader.client.get(f"/workshops/{running_hall.id}").text
    assert ada.client.get("/api/hand").json()["hand"]["title"] == "Onsdag"


def test_titles_are_shown_as_text_everywhere(course: RunningCourse) -> None:
    hall = open_hall(course, "<script>alert(1)</script>")
    ada = hall.join("<img src=x onerror=alert(2)>")
    pages = [
        hall.leader.client.get("/workshops"),
        hall.leader.client.get(f"/workshops/{hall.id}"),
        ada.client.get(f"/w/{hall.code}"),
        ada.client.get("/"),
    ]
    assert all("<script>alert" not in page.text for page in pages)
    assert all("&lt;script&gt;" in page.text for page in pages)


def test_typing_the_code_in_any_way_leads_to_the_workshop(running_hall: RunningHall) -> None:
    client = newcomer(running_hall.course, "Bo Ek").client
    typed = f" {running_hall.code[:3].lower()}-{running_hall.code[3:].lower()} "
    answer = client.get("/join", params={"code": typed})
    assert answer.headers["location"] == f"/w/{running_hall.code}"
    assert client.get("/api/me").json()["workshop"] is None, "looking must not join"
    joined = client.post(f"/w/{running_hall.code}")
    assert joined.headers["location"] == f"/m/{MODULE}"
    assert client.get("/api/me").json()["workshop"] == {
        "id": running_hall.id,
        "title": "Tisdag i Folkets hus",
        "module": MODULE,
        "hand_raised": False,
    }


def test_a_wrong_code_is_told_beside_the_field(course: RunningCourse) -> None:
    client = newcomer(course, "Bo Ek").client
    for address in ("/join?code=AAAAAA", "/w/AAAAAA", "/w/%27%22%3Cb%3E"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert 'aria-invalid="true"' in answer.text
        assert "Kontrollera" in answer.text or "kod" in answer.text
    assert client.post("/w/AAAAAA").status_code == 404


def test_who_scans_the_code_without_being_signed_in_comes_back_to_it(
    running_hall: RunningHall,
) -> None:
    answer = running_hall.course.client().get(f"/w/{running_hall.code}")
    assert answer.headers["location"].endswith(f"/sign-in?next=%2Fw%2F{running_hall.code}")


def test_after_the_end_the_code_is_dead_and_the_page_names_nobody(
    running_hall: RunningHall,
) -> None:
    ada = running_hall.join("Ada Berg")
    ada.raise_hand()
    leader = running_hall.leader.client
    answer = leader.post(f"/workshops/{running_hall.id}/end")
    assert answer.headers["location"] == f"/workshops/{running_hall.id}"
    page = leader.get(f"/workshops/{running_hall.id}").text
    assert "1 person var med." in page
    assert "Ada" not in page
    assert running_hall.code not in page.replace(" ", "")
    assert ada.client.get(f"/w/{running_hall.code}").status_code == 404
    assert ada.client.get("/api/me").json()["workshop"] is None
    refused = ada.raise_hand()
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "not_in_workshop"
    assert refused.json()["error"]["next_step"]


def test_the_hand_tells_its_place_and_twice_is_once(running_hall: RunningHall) -> None:
    ada, bo = running_hall.join("Ada Berg"), running_hall.join("Bo Ek")
    ada.raise_hand()
    for _ in range(2):
        hand = bo.raise_hand().json()["hand"]
        assert (hand["raised"], hand["place"]) == (True, 2)
    ada.raise_hand(raised=False)
    assert bo.client.get("/api/hand").json()["hand"]["place"] == 1


def test_forged_ids_lower_nobodys_hand(running_hall: RunningHall) -> None:
    outsider = newcomer(running_hall.course, "Utan Workshop")
    leader = running_hall.leader.client
    address = f"/api/workshops/{running_hall.id}/helped"
    assert leader.post(address, json={"person": outsider.person_id}).status_code == 404
    assert leader.post(address, json={"person": "p-' OR 1=1"}).status_code == 404
    for body in ({"person": "x" * 21}, {"person": 7}, {}, {"person": "p-x", "all": True}):
        assert leader.post(address, json=body).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{}", b'{"raised": "yes"}', b'{"raised": 1}', b"[true]"])
def test_a_hand_that_can_not_be_read_is_refused(running_hall: RunningHall, body: bytes) -> None:
    ada = running_hall.join("Ada Berg")
    answer = ada.client.post("/api/hand", content=body)
    assert answer.status_code == 400
    assert ada.client.get("/api/hand").json()["hand"]["raised"] is False
