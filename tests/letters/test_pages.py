"""The pages of letters in a running course without a mail server."""

import csv
import io

import pytest

from motesklar.letters.stopping import StopLinks
from motesklar.store.models import AuditEntry, Person, Role, new_id
from tests.conftest import RunningCourse

pytestmark = pytest.mark.slow


def add(course: RunningCourse, name: str, department: str = "", role: Role = Role.LEARNER) -> str:
    """A person with an address; a reviewer sees the own department alone."""
    id_ = new_id("p")
    with course.database().transaction() as session:
        session.add(
            Person(id=id_, name=name, email=f"{id_}@x.example", department=department, role=role)
        )
    return id_


def wants_reminders(course: RunningCourse, person: str) -> bool:
    with course.database().transaction() as session:
        return session.get_one(Person, person).reminders


def stop_address(course: RunningCourse, person: str) -> str:
    return StopLinks(course.data.secret_file, "").address(person)


def audited(course: RunningCourse, actor: str) -> list[str]:
    with course.database().transaction() as session:
        return [one.action for one in session.query(AuditEntry).filter_by(actor_id=actor)]


def test_reminders_stop_by_one_click_without_signing_in_and_not_by_looking(
    course: RunningCourse,
) -> None:
    anna = add(course, "Anna Alm")
    address = stop_address(course, anna)
    client = course.client()
    del client.headers["X-XSRFToken"]
    client.cookies.clear()

    assert client.head(address).status_code == 200
    page = client.get(address)
    assert page.status_code == 200
    assert "Anna" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert wants_reminders(course, anna)
    answer = client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not wants_reminders(course, anna)
    assert "reminders stopped" in audited(course, anna)
    client.post(address, data={"wanted": "yes"})
    assert wants_reminders(course, anna)


def test_somebody_elses_or_an_erased_persons_address_says_the_same(course: RunningCourse) -> None:
    anna, bo = add(course, "Anna"), add(course, "Bo")
    signature = stop_address(course, bo).rsplit("/", 1)[1]
    client = course.client()
    forged = client.post(f"/reminders/{anna}/{signature}")
    gone = client.post(stop_address(course, "p-gone"))
    assert forged.status_code == gone.status_code == 404
    assert wants_reminders(course, anna)


def test_my_page_has_the_switch(course: RunningCourse) -> None:
    anna = add(course, "Anna")
    client = course.client(anna)
    assert "Stoppa påminnelserna" in client.get("/me").text
    assert client.post("/me/reminders", data={"wanted": "no"}).status_code == 303
    assert not wants_reminders(course, anna)
    assert "Jag vill ha påminnelser igen" in client.get("/me").text


def test_a_reviewer_reminds_those_in_sight_alone(course: RunningCourse) -> None:
    reviewer = add(course, "Rut", "Vård", Role.REVIEWER)
    mine, other = add(course, "Mia Min", "Vård"), add(course, "Olle Annan", "Skola")
    client = course.client(reviewer)

    assert client.post("/review/remind", data={"person": other}).status_code == 404
    assert client.post("/review/remind").status_code == 400
    page = client.post("/review/remind", data={"person": [mine, other]})
    assert page.status_code == 200
    assert mine in page.text
    assert other not in page.text
    assert "1 person får mejlet" in page.text

    table = client.post("/review/remind", data={"person": [mine, other], "as": "csv"})
    [_, row] = csv.reader(io.StringIO(table.text.removeprefix("\ufeff")), delimiter=";")
    assert row[0] == "Mia Min"
    # a reviewer must not get a link that signs in as somebody else
    assert "/link/" not in table.text
    assert "letters handed out" in audited(course, reviewer)
    answer = client.post("/review/remind", data={"person": mine, "sure": "1"})
    assert answer.headers["location"].endswith("/review/reminded?queued=1&chosen=1")
    assert client.get(answer.headers["location"]).status_code == 200


def test_without_a_mail_server_the_administrator_gets_letters_with_links(
    course: RunningCourse,
) -> None:
    admin = add(course, "Ada", role=Role.ADMINISTRATOR)
    anna = add(course, "Anna Alm")
    client = course.client(admin)
    page = client.get(f"/letters/invite?whom=person:{anna}")
    assert "1 person får mejlet" in page.text
    assert "Ingen e-postserver är inställd" in page.text
    table = client.post("/letters/invite", data={"whom": f"person:{anna}", "as": "csv"})
    [header, row] = csv.reader(io.StringIO(table.text.removeprefix("\ufeff")), delimiter=";")
    assert header[:3] == ["Namn", "E-postadress", "Länk"]
    assert row[2] in row[4]
    assert client.get(row[2].replace(course.url, "")).status_code == 200
    assert client.get("/letters/invite?whom=person:p-nobody").status_code == 404
    assert client.get("/letters/invite?whom=nonsense").status_code == 404


def test_all_that_wait_are_stopped_only_with_the_tick(course: RunningCourse) -> None:
    admin = add(course, "Ada", role=Role.ADMINISTRATOR)
    anna = add(course, "Anna Alm")
    client = course.client(admin)
    client.post("/letters/invite", data={"whom": f"person:{anna}"})
    refused = client.post("/letters/stop")
    assert refused.status_code == 400
    assert "Kryssa i rutan" in refused.text
    page = client.get("/letters?state=waiting")
    assert "Anna Alm" in page.text
    assert "Nothing" not in page.text
    stopped = client.post("/letters/stop", data={"sure": "1"})
    assert "done=stopped" in stopped.headers["location"]
    assert "Anna Alm" in client.get("/letters?state=stopped").text
    assert client.get("/letters?state=nonsense").status_code == 400
    assert {"letters viewed", "letters queued", "letters stopped"} <= set(audited(course, admin))
