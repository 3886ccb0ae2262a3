"""A reviewer finds who is late, saves that as a view and takes it along; by keyboard alone."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from motesklar.store.models import Role, utcnow
from motesklar.store.review_tables import CompletionRow, Decision
from tests.conftest import RunningCourse
from tests.journeys.conftest import PHONE, assert_accessible, come_in
from tests.journeys.keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WELCOME = "Välkommen"


@pytest.fixture
def department(course: RunningCourse) -> str:
    """Sixty people of a department of their own, who have done nothing."""
    name = f"Östra {uuid4().hex[:6]}"
    for number in range(60):
        course.person(f"Person {number:02}", department=name)
    return name


def test_a_reviewer_plans_finds_who_is_late_saves_the_view_and_takes_it_along(
    person: Callable[..., Page], course: RunningCourse, department: str, tmp_path: Path
) -> None:
    page = person()
    come_in(page, course, course.person("Rut Rektor", Role.REVIEWER))
    title = f"Alla i {department}"

    page.goto("/review/plans")
    assert_accessible(page)
    keys = Keyboard(page)
    keys.reach(page.get_by_label("Planens namn"))
    keys.type(title)
    page.get_by_role("button", name="Skapa planen").focus()
    keys.press("Enter")
    expect(page.get_by_text("Du har inte valt vilka planen gäller.")).to_be_visible()
    expect(page.get_by_label("Planens namn")).to_have_value(title)
    assert_accessible(page)
    page.get_by_role("radio", name="Alla på de här avdelningarna").check()
    page.get_by_role("checkbox", name=department).check()
    page.get_by_role("checkbox", name=WELCOME).check()
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    page.get_by_label("Sista dag").fill(yesterday)
    page.get_by_role("button", name="Skapa planen").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    assert_accessible(page)

    page.get_by_role("navigation", name="Granskningens sidor").get_by_role(
        "link", name="Alla"
    ).click()
    needs = page.get_by_role("region", name="Att göra i dag")
    late = needs.get_by_role("link", name=f"Försenade enligt planen {title}")
    late.focus()
    keys.press("Enter")
    expect(page.get_by_role("heading", name="60 personer")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(51)
    assert_accessible(page)

    page.get_by_text("Sparade vyer").click()
    page.get_by_label("Spara det du har valt ovan").fill(f"Sena {department}")
    keys.press("Enter")
    page.get_by_text("Sparade vyer").click()
    page.get_by_role("link", name=f"Sena {department}").click()
    expect(page.get_by_role("heading", name="60 personer")).to_be_visible()

    files = {}
    for link in ("Ladda ner som tabell, 60 rader", "Ladda ner till Excel", "Ladda ner som JSON"):
        with page.expect_download() as downloading:
            page.get_by_role("link", name=link).click()
        path = tmp_path / downloading.value.suggested_filename
        downloading.value.save_as(path)
        files[path.suffix] = path
    text = files[".csv"].read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]
    names = [f"Person {number:02}" for number in range(60)]
    assert [row[0] for row in rows] == names
    sheet = load_workbook(files[".xlsx"]).active
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == names
    told = json.loads(files[".json"].read_text(encoding="utf-8"))
    assert [one["name"] for one in told] == names

    page.get_by_text("Sparade vyer").click()
    page.get_by_role("button", name=f"Ta bort vyn Sena {department}").click()
    expect(page.get_by_role("link", name=f"Sena {department}")).to_have_count(0)
    page.goto("/review/plans")
    page.get_by_role("button", name=f"Avsluta planen: {title}").click()
    expect(page.get_by_role("heading", name=title)).to_have_count(0)


def test_the_table_works_on_a_phone_and_shows_what_a_reviewer_has_set(
    person: Callable[..., Page], course: RunningCourse, department: str
) -> None:
    reviewer = course.person("Rut Rektor", Role.REVIEWER)
    ada = course.person("Ada Alm", department=department)
    with course.database().transaction() as session:
        session.add(
            Decision(
                person_id=ada,
                module="00-welcome",
                number=1,
                kind="set",
                before="not-yet",
                after="done",
                actor_id=reviewer,
            )
        )
        session.add(
            CompletionRow(
                person_id=ada,
                module="00-welcome",
                state="done",
                earned="not-yet",
                at=utcnow(),
                decided_by=reviewer,
            )
        )
    page = person(viewport=PHONE)
    come_in(page, course, reviewer)
    page.goto("/review")
    page.get_by_label("Del av namnet").fill("ada")
    page.get_by_label("Avdelning").select_option(department)
    page.get_by_role("button", name="Visa", exact=True).click()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Ada Alm"))
    expect(row.get_by_text("beslutat av Rut Rektor")).to_be_visible()
    page.get_by_role("link", name="Klara delar").click()
    expect(page.get_by_role("columnheader", name="Klara delar")).to_have_attribute(
        "aria-sort", "ascending"
    )
    page.get_by_role("checkbox", name="Markera Ada Alm").check()
    expect(page.get_by_role("radio", name="De som jag har markerat i tabellen")).to_be_checked()
    assert_accessible(page)


def test_a_large_file_is_written_while_the_page_tells_how_far_it_has_come(
    person: Callable[..., Page], course: RunningCourse, department: str
) -> None:
    page = person()
    come_in(page, course, course.person("Rut Rektor", Role.REVIEWER))
    # as the button for more than two thousand people does it
    page.goto(f"/review?department={department}")
    page.evaluate(
        """() => {
          const form = document.querySelector('form[action$="/review/approve"]');
          form.action = "/review/exports";
          const kind = document.createElement("input");
          kind.name = "kind"; kind.value = "csv"; kind.type = "hidden";
          form.append(kind); form.submit();
        }"""
    )
    expect(page.get_by_role("link", name="Hämta filen")).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Hämta filen").click()
    assert downloading.value.suggested_filename == "motesklar-review.csv"
