"""Whoever has a workshop's code takes part with a name; nobody finds a code by trying."""

import httpx
import pytest

from motesklar.accounts.handlers import code_in
from tests.conftest import RunningCourse
from tests.workshops.hall import open_hall


def sign_in(client: httpx.Client, code: str, name: str, department: str = "") -> httpx.Response:
    data = {"workshop": code, "guest": name, "department": department}
    return client.post("/sign-in/workshop", data=data)


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("/w/AQ3TPP", "AQ3TPP"),
        ("/kurs/w/AQ3TPP/feedback", "AQ3TPP"),
        ("/join?code=AQ3TPP", "AQ3TPP"),
        ("/join", ""),
        ("/m/01-first", ""),
        ("/", ""),
    ],
)
def test_the_code_is_taken_from_the_page_that_was_wanted(page: str, code: str) -> None:
    assert code_in(page) == code


@pytest.mark.slow
def test_a_guest_joins_with_code_name_and_department(course: RunningCourse) -> None:
    hall = open_hall(course)
    guest = course.client()
    wanted = guest.get(f"/w/{hall.code}")
    assert wanted.status_code == 302
    page = guest.get(wanted.headers["location"]).text
    assert f'value="{hall.code}"' in page

    entered = sign_in(guest, hall.code.lower(), "Gerd Gäst", "Kultur och fritid")
    assert entered.headers["location"] == f"/w/{hall.code}"
    guest.headers["X-XSRFToken"] = guest.cookies.get("_xsrf") or ""
    assert guest.post(f"/w/{hall.code}", data={"where": "remote"}).status_code == 303
    board = hall.leader.client.get(f"/api/workshops/{hall.id}/live").json()
    [row] = board["participants"]
    assert (row["name"], row["department"]) == ("Gerd Gäst", "Kultur och fritid")
    assert guest.get("/workshops").status_code == 403


@pytest.mark.slow
def test_a_wrong_code_or_name_comes_back_with_what_was_typed(course: RunningCourse) -> None:
    hall = open_hall(course)
    guest = course.client()
    wrong = sign_in(guest, "XXXXXX", "Gerd")
    assert wrong.status_code == 404
    assert 'id="workshop-error"' in wrong.text
    assert 'value="Gerd"' in wrong.text
    unnamed = sign_in(guest, hall.code, " ")
    assert unnamed.status_code == 400
    assert 'id="guest-error"' in unnamed.text
    forged = sign_in(guest, hall.code, "Gerd", "En påhittad")
    assert forged.status_code == 303  # a department that there is none of is none


@pytest.mark.slow
def test_codes_are_not_found_by_trying_and_a_halls_mistakes_stop_nobody(
    course: RunningCourse,
) -> None:
    hall = open_hall(course)
    guest = course.client()
    for number in range(20):
        assert sign_in(guest, f"AAAA{number:02}", "Fel").status_code == 404
    assert sign_in(course.client(), hall.code, "Rätt").status_code == 303
    for number in range(60):
        sign_in(guest, f"BBBB{number:02}", "Fel")
    assert sign_in(course.client(), hall.code, "Rätt").status_code == 429
