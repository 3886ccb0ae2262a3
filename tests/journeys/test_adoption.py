"""The change in the organisation: a list comes in, a trip is told of, a report fits on a page."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from motesklar.store.models import Role
from tests.conftest import RunningCourse
from tests.journeys.conftest import PHONE, assert_accessible, come_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def account_list(accounts: int, used: str) -> dict[str, object]:
    """A file to choose, of people whom the course doesn't know."""
    lines = [f"journey{number}@else.example;{used}" for number in range(accounts)]
    text = "\n".join(["E-post;Senast aktiv", *lines])
    return {"name": "konton.csv", "mimeType": "text/csv", "buffer": text.encode()}


def test_an_administrator_imports_a_list_and_prints_the_report(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    today = datetime.now(UTC).date()
    admin = person()
    come_in(admin, course, course.person("Ada Adoption", Role.ADMINISTRATOR))
    admin.goto("/adoption/import")
    assert_accessible(admin)
    admin.get_by_label("Listan över konton").set_input_files(
        [{"name": "fel.csv", "mimeType": "text/csv", "buffer": b"Namn;Ort\nA;B"}]  # type: ignore[list-item]
    )
    admin.get_by_role("button", name="Se vad listan säger").press("Enter")
    expect(admin.get_by_role("alert")).to_contain_text("kolumnen för e-postadress saknas")
    assert_accessible(admin)

    admin.get_by_label("Listan över konton").set_input_files(
        [account_list(36, today.isoformat())]  # type: ignore[list-item]
    )
    admin.get_by_role("button", name="Se vad listan säger").press("Enter")
    expect(admin.get_by_text("Konton i listan: 36")).to_be_visible()
    assert_accessible(admin)
    admin.get_by_role("button", name="Spara antalen").press("Enter")
    expect(admin.get_by_text("36 av 50 konton")).to_be_visible()
    assert_accessible(admin)
    drawing = admin.get_by_role("img", name="Konton över tid")
    expect(drawing).to_be_visible()
    table = admin.get_by_text("Som tabell: Konton dag för dag")
    table.press("Enter")
    expect(admin.get_by_role("rowheader", name=today.isoformat())).to_be_visible()

    for language in ("sv", "en"):
        come_in(admin, course, course.person(f"Ada {language}", Role.REVIEWER), language)
        admin.goto("/adoption/report")
        assert_accessible(admin)
        admin.emulate_media(media="print")
        pages = re.findall(rb"/Type\s*/Page\b(?!s)", admin.pdf(prefer_css_page_size=True))
        admin.emulate_media(media="screen")
        assert len(pages) == 1, f"the report in {language} has {len(pages)} pages"
    admin.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for path in ("/adoption", "/adoption/report"):
        admin.goto(path)
        assert_accessible(admin)


def test_somebody_tells_of_a_trip_changes_it_and_takes_it_back(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    page = person(viewport=PHONE)
    come_in(page, course, course.person("Resa Sparad"))
    page.goto("/me")
    page.get_by_role("link", name="Berätta om sparade resor").click()
    page.get_by_label("Kilometer, enkel väg").fill("99999")
    page.get_by_label("Hur många sådana möten").fill("2")
    page.get_by_label("Hur många som skulle ha rest").fill("4")
    page.get_by_role("button", name="Spara", exact=True).press("Enter")
    expect(page.locator("#km-error")).to_be_visible()
    expect(page.get_by_label("Kilometer, enkel väg")).to_have_value("99999")
    assert_accessible(page)
    page.get_by_label("Kilometer, enkel väg").fill("35")
    page.get_by_role("button", name="Spara", exact=True).press("Enter")
    told = page.get_by_role("heading", name="35 kilometer")
    expect(told).to_be_visible()
    page.get_by_role("link", name="Ändra:").click()
    page.get_by_label("Kilometer, enkel väg").fill("40")
    page.get_by_role("button", name="Spara", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="40 kilometer")).to_be_visible()
    expect(told).to_have_count(0)
    assert_accessible(page)
    page.get_by_role("button", name="Ta bort:").press("Enter")
    expect(page.get_by_role("status").filter(has_text="borttagen")).to_be_visible()
    expect(page.get_by_role("heading", name="40 kilometer")).to_have_count(0)


def test_nobody_reaches_anothers_trip(person: Callable[..., Page], course: RunningCourse) -> None:
    mine, theirs = (course.client(course.person(name)) for name in ("Egen Resa", "Annan Resa"))
    form = {"id": "t-journeymine", "km": "10", "meetings": "1", "people": "1"}
    form["month"] = datetime.now(UTC).date().replace(day=1).isoformat()
    for _ in range(2):
        assert mine.post("/me/trips", data=form).status_code == 303
    assert mine.get("/me/trips").text.count("change=t-journeymine") == 1
    assert theirs.get("/me/trips?change=t-journeymine").status_code == 404
    assert theirs.post("/me/trips", data=form).status_code == 404
    theirs.post("/me/trips/t-journeymine/remove")
    assert "change=t-journeymine" in mine.get("/me/trips").text
    mine.post("/me/trips/t-journeymine/remove")
