"""An administrator looks after the installation in a real browser."""

import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from motesklar.store.models import Role
from tests.conftest import RunningCourse
from tests.journeys.conftest import DESKTOP, PHONE, assert_accessible, come_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = ["/administration", "/settings", "/administration/backups"]


def administrator(page: Page, course: RunningCourse) -> None:
    come_in(page, course, course.person("Ada", Role.ADMINISTRATOR))
    page.goto("/")
    menu = page.get_by_role("navigation", name="Huvudmeny")
    folded = menu.get_by_text("Meny", exact=True)
    if folded.is_visible():
        folded.click()
    menu.get_by_role("link", name="Administration").click()
    expect(page.get_by_role("heading", level=1, name="Administration")).to_be_visible()


def test_a_backup_is_made_and_downloaded_by_keyboard(
    person: Callable[..., Page], course: RunningCourse, tmp_path: Path
) -> None:
    page = person()
    administrator(page, course)
    page.get_by_role("link", name="Säkerhetskopior").focus()
    page.keyboard.press("Enter")
    make = page.get_by_role("button", name="Gör en säkerhetskopia nu")
    make.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Klart.")).to_be_visible()
    download = page.get_by_role("link", name=re.compile("^Ladda ner")).first
    download.focus()
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    coming.value.save_as(tmp_path / "backup.tar.gz")
    with tarfile.open(tmp_path / "backup.tar.gz") as tar:
        names = tar.getnames()
    assert {"course.db", "course/gradebook.db", "secret"} <= set(names)
    assert names[-2:] == ["SHA256SUMS", "manifest.json"]


def test_a_backup_that_is_being_made_says_so_and_is_not_asked_for_twice(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    page = person()
    administrator(page, course)
    page.goto("/administration/backups")
    page.evaluate(
        """() => addEventListener("submit", (event) => {
          window.sent = (window.sent ?? 0) + (event.defaultPrevented ? 0 : 1);
          event.preventDefault();  // the page would leave
        })"""
    )
    make = page.get_by_role("button", name="Gör en säkerhetskopia nu")
    make.click()
    expect(page.get_by_role("status").filter(has_text="Säkerhetskopian görs.")).to_be_visible()
    expect(make).to_be_disabled()
    make.dispatch_event("click")
    assert page.evaluate("window.sent") == 1
    assert_accessible(page)


def test_the_long_menu_is_folded_on_a_phone_and_needs_no_script(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    page = person(viewport=PHONE, java_script_enabled=False)
    come_in(page, course, course.person("Ada", Role.ADMINISTRATOR))
    page.goto("/")
    menu = page.get_by_role("navigation", name="Huvudmeny")
    link = menu.get_by_role("link", name="Administration")
    expect(link).to_be_hidden()
    menu.get_by_text("Meny", exact=True).focus()
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    for _ in range(5):  # Start, workshops, review, development, administration
        page.keyboard.press("Tab")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Administration")).to_be_visible()


def test_the_unfolded_menu_is_accessible(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    page = person(viewport=PHONE)
    come_in(page, course, course.person("Ada", Role.ADMINISTRATOR))
    page.goto("/administration")
    menu = page.get_by_role("navigation", name="Huvudmeny")
    menu.get_by_text("Meny", exact=True).click()
    expect(menu.get_by_role("link", name="Administration")).to_have_attribute(
        "aria-current", "page"
    )
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_settings_say_what_follows_and_where_they_come_from(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    page = person()
    administrator(page, course)
    page.get_by_role("link", name="Inställningar").click()
    letters = page.get_by_role("region", name="Mejl")
    expect(page.get_by_text("Inga mejl skickas")).to_be_visible()
    expect(letters.get_by_role("row").filter(has_text="E-postservern").first).to_contain_text(
        "följer med kursen"
    )


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible(
    person: Callable[..., Page], course: RunningCourse, viewport: dict[str, int], scheme: str
) -> None:
    page = person(viewport=viewport, color_scheme=scheme)
    administrator(page, course)
    for path in PAGES:
        page.goto(path)
        assert_accessible(page)
