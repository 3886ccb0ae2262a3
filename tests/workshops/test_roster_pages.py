"""The page of those who are expected, over HTTP in a running course."""

import base64
import re

import pytest

from motesklar.store.models import Role
from tests.conftest import RunningCourse
from tests.workshops.hall import RunningHall, newcomer, open_hall

pytestmark = pytest.mark.slow

LIST = "Namn;E-post;Avdelning;Mat\r\nÅsa <b>Öberg</b>;;Vård;x\r\nEva Alm;;;\r\n".encode("cp1252")


@pytest.fixture
def running_hall(course: RunningCourse) -> RunningHall:
    return open_hall(course)


def test_a_list_is_looked_through_saved_and_matched(running_hall: RunningHall) -> None:
    leader = running_hall.leader.client
    base = f"/workshops/{running_hall.id}/people"
    preview = leader.post(f"{base}/preview", files={"file": ("lista.csv", LIST)}).text
    assert "Åsa &lt;b&gt;Öberg" in preview
    assert "sparas: Mat" in preview
    assert "Eva Alm" not in leader.get(base).text
    sent = re.search(r'name="file" value="([^"]+)"', preview)
    assert sent
    assert base64.b64decode(sent[1]) == LIST
    saved = leader.post(f"{base}/import", data={"file": sent[1]})
    assert saved.headers["location"].endswith(f"{base}?saved=yes")
    eva = running_hall.join("Eva A")
    page = leader.get(base).text
    assert "0 av 2 har kommit" in page
    entry = re.search(r'<option value="(e-[a-z0-9]+)">Eva Alm', page)
    assert entry
    matched = leader.post(f"{base}/match", data={"entry": entry[1], "person": eva.person_id})
    assert matched.status_code == 303
    assert "1 av 2 har kommit" in leader.get(base).text
    twice = leader.post(f"{base}/match", data={"entry": entry[1], "person": "p-unknown"})
    assert twice.status_code == 404
    leader.post(f"{base}/match", data={"entry": entry[1]})
    assert "0 av 2 har kommit" in leader.get(base).text
    refused = leader.post(f"{base}/empty")
    assert refused.status_code == 400
    assert "Kryssa i rutan" in refused.text
    leader.post(f"{base}/empty", data={"sure": "1"})
    assert "Eva Alm" not in leader.get(base).text


def test_a_file_that_can_not_be_used_is_told_on_the_page(running_hall: RunningHall) -> None:
    leader = running_hall.leader.client
    base = f"/workshops/{running_hall.id}/people"
    for files in ({"file": ("x.csv", b"Namn\n19121212-1212\n")}, {"file": ("x.xlsx", b"PK\3\4")}):
        answer = leader.post(f"{base}/preview", files=files)
        assert answer.status_code == 400
        assert 'id="file-error"' in answer.text
        assert "1212-1212" not in answer.text
    assert leader.post(f"{base}/preview").status_code == 400
    assert leader.post(f"{base}/import", data={"file": "***"}).status_code == 400
    assert leader.get(f"{base}/preview").status_code == 303


def test_the_empty_list_has_headings_in_the_readers_language(running_hall: RunningHall) -> None:
    answer = running_hall.leader.client.get(f"/workshops/{running_hall.id}/people/template.csv")
    assert answer.text.lstrip("\ufeff").strip() == "Namn;E-postadress;Avdelning"
    assert "attachment" in answer.headers["content-disposition"]


def test_another_leader_meets_no_roster(running_hall: RunningHall) -> None:
    other = newcomer(running_hall.course, "Ola Ledare", Role.LEADER).client
    base = f"/workshops/{running_hall.id}/people"
    assert other.get(base).status_code == 404
    assert other.get(f"{base}/template.csv").status_code == 404
    answers = [
        other.post(f"{base}/preview", files={"file": ("lista.csv", LIST)}),
        other.post(f"{base}/import", data={"file": base64.b64encode(LIST).decode()}),
        other.post(f"{base}/match", data={"entry": "e-x", "person": "p-x"}),
        other.post(f"{base}/empty", data={"sure": "1"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
