"""A learner repairs three drawn computers by keyboard and finger, and gets the points for it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PHONE, assert_accessible, open_module, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MODULE = "02-test-your-equipment"
GRADING_MS = 60_000
REPAIRED = "Du har lagat den."


def computer(page: Page, exercise: str) -> Locator:
    return page.locator(f"#exercise-{exercise}").get_by_role("group", name="Ritad dator")


def test_three_repairs_give_three_points(person: Callable[..., Page]) -> None:
    page = person(viewport=PHONE, has_touch=True)
    sign_in(page, "Lage Laga")
    open_module(page, MODULE)
    practise = page.locator('[data-step="practise"]')
    assert_accessible(page)

    first = computer(page, "fix-permission")
    first.get_by_role("button", name="mikrofonen är blockerad").press("Enter")
    may_listen = first.get_by_role("group", name="Får sidan använda mikrofonen?")
    may_listen.get_by_label("Tillåt").press("Space")
    expect(practise.get_by_text(REPAIRED)).to_have_count(1)

    second = computer(page, "fix-silent-microphone")
    second.get_by_role("button", name="Ljud", exact=True).tap()
    expect(second.get_by_text("det är inte det", exact=False)).to_be_visible()
    second.get_by_role("switch", name="Knappen på hörlurarnas sladd: mikrofonen på").tap()
    expect(practise.get_by_text(REPAIRED)).to_have_count(2)

    third = computer(page, "fix-lost-sound")
    third.get_by_role("button", name="Mötets inställningar").tap()
    third.get_by_label("Ljudet kommer ur").select_option("Hörlurarna")
    expect(practise.get_by_text(REPAIRED)).to_have_count(3)
    expect(practise.get_by_text("Ditt svar är sparat.")).to_have_count(3)
    assert_accessible(page)

    remember = page.locator('[data-step="remember"]')
    remember.get_by_role("button", name="Lämna in").click()
    page.get_by_role("button", name="Lämna in").last.click()  # yes, with gaps
    expect(remember.get_by_text("3 av 5").first).to_be_visible(timeout=GRADING_MS)
    expect(remember.get_by_text("Tecknet till vänster om adressen")).to_be_visible()

    page.reload()
    expect(practise.get_by_text(REPAIRED)).to_have_count(3)
    remember.get_by_role("link", name="testa igen").click()
    expect(page).to_have_url(re.compile(r"/equipment$"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
