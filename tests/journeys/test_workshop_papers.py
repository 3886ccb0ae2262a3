"""From the list of those who are expected to the report of how it went."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from motesklar.store.models import Person, Role, Workshop
from motesklar.web.visitor import SESSION_COOKIE
from tests.conftest import RunningCourse
from tests.journeys.conftest import PHONE, assert_accessible
from tests.journeys.test_leader_and_reviewer import start_workshop

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def sign_in_as(page: Page, course: RunningCourse, person: str) -> None:
    token = course.session_of(person)
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": course.url}])


def with_email(course: RunningCourse, name: str, email: str) -> str:
    person = course.person(name)
    with course.database().transaction() as session:
        session.get_one(Person, person).email = email
    return person


def write_list(path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        ("Namn", "E-post", "Avdelning", "Mat"),
        ("Papper Anna", "papper.anna@exempelstad.example", "Vård", "Fisk"),
        ("Papper Eva", "", "Skola", ""),
    ):
        sheet.append(row)
    book.save(path)


def plan(course: RunningCourse, code: str) -> None:
    with course.database().transaction() as session:
        workshop = session.query(Workshop).filter_by(join_code=code).one()
        workshop.starts_at = datetime(2026, 12, 1, 8, 0)
        workshop.place = "Folkets hus"
        workshop.sheet = [
            {"minutes": 10, "title": "Välkomna", "notes": "Kaffe", "kind": "talk"},
            {"minutes": 30, "title": "Testa", "notes": "", "kind": "try"},
        ]


def end(course: RunningCourse, code: str) -> None:
    """The run sheet is at its last item."""
    with course.database().transaction() as session:
        workshop = session.query(Workshop).filter_by(join_code=code).one()
        workshop.sheet = [*workshop.sheet, {"minutes": 5, "title": "Tack", "kind": "end"}]
        workshop.item = 2


def test_a_leader_goes_from_the_list_to_the_report(
    person: Callable[..., Page], course: RunningCourse, tmp_path: Path
) -> None:
    leader, anna = person(), person(viewport=PHONE)
    sign_in_as(leader, course, course.person("Lena Ledare", Role.LEADER))
    sign_in_as(anna, course, with_email(course, "Anna P", "papper.anna@exempelstad.example"))
    code = start_workshop(leader, "Papper på tisdag")
    plan(course, code)

    leader.get_by_role("link", name="Vilka som väntas").click()
    write_list(tmp_path / "lista.xlsx")
    leader.get_by_label("Fil med personer").set_input_files(tmp_path / "lista.xlsx")
    leader.get_by_role("button", name="Se vad filen skulle göra").click()
    expect(leader.get_by_text("inget av dem sparas: Mat")).to_be_visible()
    assert_accessible(leader)
    leader.get_by_role("button", name="Spara personerna").click()
    expect(leader.get_by_role("heading", name="0 av 2 har kommit")).to_be_visible()

    # Anna is recognised by her address when she joins; a neighbour isn't
    guest = person()
    sign_in_as(guest, course, course.person("Eva"))
    for page in (anna, guest):
        page.goto(f"/w/{code}")
        page.get_by_role("button", name="Gå med i").click()
        page.wait_for_url("**/m/*")
    leader.reload()
    row = leader.get_by_role("row", name="Papper Anna")
    expect(row).to_contain_text("som Anna P")
    leader.get_by_label("Eva finns i listan som").select_option(label="Papper Eva, Skola")
    assert_accessible(leader)
    leader.get_by_role("button", name="Det här är Eva").click()
    expect(leader.get_by_role("heading", name="2 av 2 har kommit")).to_be_visible()

    leader.get_by_role("link", name="På papper, och inbjudan").click()
    expect(leader.get_by_role("row", name="Testa")).to_contain_text("30")
    assert_accessible(leader)
    with leader.expect_download() as downloading:
        leader.get_by_role("link", name="Kalenderfil att skicka").click()
    downloading.value.save_as(tmp_path / "workshop.ics")
    assert b"DTSTART:20261201T080000Z" in (tmp_path / "workshop.ics").read_bytes()
    leader.emulate_media(media="print")
    expect(leader.get_by_role("heading", name="Inbjudan")).to_be_hidden()
    expect(leader.get_by_text("Nätverket är borta")).to_be_visible()
    leader.emulate_media(media="screen")

    end(course, code)
    anna.goto("/")
    assert_accessible(anna)
    anna.get_by_role("link", name="Svara: Papper på tisdag").click()
    assert_accessible(anna)
    anna.get_by_role("group", name="Hur stor nytta").get_by_label("Mycket").check()
    anna.get_by_role("group", name="Vågar du").get_by_label("Ja", exact=True).check()
    anna.get_by_role("button", name="Skicka").click()
    expect(anna.get_by_text("Ditt svar är sparat, utan ditt namn.")).to_be_visible()
    assert_accessible(anna)

    leader.get_by_role("link", name="Rapport").click()
    expect(leader.get_by_role("heading", name="Rapport: Papper på tisdag")).to_be_visible()
    expect(leader.get_by_role("row", name="Anna P")).to_be_visible()
    assert_accessible(leader)
    leader.set_viewport_size(PHONE)
    for name in ("Rapport", "På papper, och inbjudan", "Vilka som väntas"):
        leader.get_by_role("link", name=name).click()
        leader.wait_for_load_state("load")
        assert_accessible(leader)
