"""Report and feedback, over HTTP in a running course."""

import csv
import io

import pytest

from motesklar.store.models import Question, Role, RosterEntry, Workshop
from tests.conftest import RunningCourse
from tests.workshops.hall import RunningHall, newcomer, open_hall

pytestmark = pytest.mark.slow


@pytest.fixture
def running_hall(course: RunningCourse) -> RunningHall:
    return open_hall(course, "=Tisdag")


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))


def test_the_report_and_its_tables_tell_the_same(running_hall: RunningHall) -> None:
    leader = running_hall.leader.client
    ada = running_hall.join("=HYPERLINK(1)")
    ada.do("started", running_hall.steps[0])
    ada.do("done", running_hall.steps[0])
    with running_hall.course.database().transaction() as session:
        workshop = session.get_one(Workshop, running_hall.id)
        workshop.sheet = [{"minutes": 5, "title": "-2+3", "notes": "", "kind": "talk"}]
        session.add(RosterEntry(workshop_id=running_hall.id, name="<b>Eva</b>", email="e@b.se"))
        for _ in range(2):
            session.add(
                Question(workshop_id=running_hall.id, person_id=ada.person_id, topic="sound")
            )
    page = leader.get(f"/workshops/{running_hall.id}/report").text
    assert "=HYPERLINK(1)" in page
    assert "&lt;b&gt;Eva" in page
    assert "2 frågor kom vid" in page
    assert f"/w/{running_hall.code}/feedback" in page
    numbers = leader.get(f"/workshops/{running_hall.id}/report.csv")
    assert numbers.headers["content-type"].startswith("text/csv")
    rows = table(numbers.text)
    assert ["Frågor", "Ljud", "2", ""] in rows
    assert ["Minuter", "'-2+3", "", "5"] in rows
    people = table(leader.get(f"/workshops/{running_hall.id}/report-people.csv").text)
    assert people[1][0] == "'=HYPERLINK(1)"
    assert people[1][3:] == ["0", "1", "Nej"]


def test_a_participant_answers_once_also_after_the_end(running_hall: RunningHall) -> None:
    people = [running_hall.join(f"Person {number}") for number in range(3)]
    running_hall.leader.client.post(f"/workshops/{running_hall.id}/end")
    address = f"/w/{running_hall.code}/feedback"
    refused = people[0].client.post(address, data={"useful": "4", "words": "Mer <b>kaffe</b>"})
    assert refused.status_code == 400
    assert 'id="dare-error"' in refused.text
    assert "Mer &lt;b&gt;kaffe" in refused.text
    for person in people:
        assert person.client.post(address, data={"useful": "4"}).status_code == 400
        sent = person.client.post(address, data={"useful": "4", "dare": "3", "words": "Kaffe"})
        assert sent.headers["location"] == address
        assert "Tack!" in person.client.get(address).text
        assert person.client.post(address, data={"useful": "1", "dare": "1"}).status_code == 303
    report = running_hall.leader.client.get(f"/workshops/{running_hall.id}/report").text
    assert "3 personer har svarat." in report
    assert report.count("Kaffe") == 3


def test_who_was_not_there_is_not_asked(running_hall: RunningHall) -> None:
    guest = newcomer(running_hall.course, "Gäst").client
    for answer in (guest.get(f"/w/{running_hall.code}/feedback"), guest.get("/w/AAAAAA/feedback")):
        assert answer.status_code == 404
        assert "=Tisdag" not in answer.text


def test_another_leader_meets_no_report(running_hall: RunningHall) -> None:
    other = newcomer(running_hall.course, "Ola Ledare", Role.LEADER).client
    for path in ("report", "report.csv", "report-people.csv"):
        assert other.get(f"/workshops/{running_hall.id}/{path}").status_code == 404
