"""The leader's paper and calendar file, over HTTP in a running course."""

from datetime import datetime

import pytest

from motesklar.store.models import Role, Workshop
from tests.conftest import RunningCourse
from tests.workshops.hall import MODULE, RunningHall, newcomer, open_hall

pytestmark = pytest.mark.slow


@pytest.fixture
def running_hall(course: RunningCourse) -> RunningHall:
    return open_hall(course)


def planned(hall: RunningHall) -> None:
    with hall.course.database().transaction() as session:
        workshop = session.get(Workshop, hall.id)
        assert workshop
        workshop.starts_at = datetime(2026, 12, 1, 8, 0)
        workshop.place = "Folkets hus"
        workshop.sheet = [
            {"minutes": 10, "title": "<i>Hej</i>", "notes": "Kaffe", "kind": "talk"},
            {"minutes": 20, "title": "Testa", "notes": "", "kind": "try", "module": MODULE},
        ]


def test_the_paper_has_run_sheet_code_and_what_to_do(running_hall: RunningHall) -> None:
    client = running_hall.leader.client
    assert "Det finns inget program än." in client.get(f"/workshops/{running_hall.id}/paper").text
    planned(running_hall)
    page = client.get(f"/workshops/{running_hall.id}/paper").text
    assert f"{running_hall.code[:3]} {running_hall.code[3:]}" in page
    assert "&lt;i&gt;Hej" in page
    assert "Folkets hus" in page
    assert "Nätverket är borta" in page
    assert 'src="data:image/svg+xml' in page


def test_the_calendar_file_needs_a_start(running_hall: RunningHall) -> None:
    address = f"/workshops/{running_hall.id}/workshop.ics"
    assert running_hall.leader.client.get(address).status_code == 409
    planned(running_hall)
    answer = running_hall.leader.client.get(address)
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "DTSTART:20261201T080000Z" in answer.text
    assert "DTEND:20261201T083000Z" in answer.text
    assert f"/w/{running_hall.code}" in answer.text.replace("\r\n ", "")


def test_another_leader_meets_no_paper(running_hall: RunningHall) -> None:
    other = newcomer(running_hall.course, "Ola Ledare", Role.LEADER).client
    for path in ("paper", "workshop.ics"):
        assert other.get(f"/workshops/{running_hall.id}/{path}").status_code == 404
