"""Real Chromium with a pretended microphone and camera, and the words people see in it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.chromium import SETTLED, SWITCHES, chromium_path
from tests.conftest import RunningCourse

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 320, "height": 700}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser(driver: Playwright) -> Iterator[Browser]:
    browser = driver.chromium.launch(executable_path=chromium_path(), args=SWITCHES)
    yield browser
    browser.close()


@pytest.fixture
def person(browser: Browser, course: RunningCourse) -> Iterator[Callable[..., Page]]:
    """Makes people: each call opens a browser of its own that watches for foreign requests."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_browser(**options: Any) -> Page:
        context = browser.new_context(**({"viewport": DESKTOP} | options), base_url=course.url)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script fault: {error}"))
        page.on("request", lambda request: _note_foreign(request.url, course.url, faults))
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert faults == []


def _note_foreign(url: str, ours: str, faults: list[str]) -> None:
    local = (ours, "data:", "blob:", ours.replace("http", "ws", 1))
    if not url.startswith(local):
        faults.append(f"foreign request: {url}")


def sign_in(page: Page, name: str) -> None:
    """Type a name in the demo, as a learner does."""
    page.goto("/")
    page.get_by_label("Vad heter du?").fill(name)
    page.get_by_role("button", name="Börja kursen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name.split()[0])


def sign_in_by_link(page: Page, link: str) -> None:
    """Open a personal link and press its button."""
    page.goto(link)
    page.locator("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def open_module(page: Page, module: str) -> None:
    """Open a module page and wait until its widgets are there."""
    page.goto(f"/m/{module}")
    page.wait_for_selector("html[data-ready]", state="attached")


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing, and nothing scrolls sideways."""
    # words are there before the style sheet, by which targets are measured
    page.wait_for_load_state("load")
    page.evaluate(SETTLED)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run({runOnly: tags})", AXE_TAGS)
    told = [
        (fault["id"], [node["html"][:160] for node in fault["nodes"]])
        for fault in found["violations"]
    ]
    assert told == [], json.dumps(told, ensure_ascii=False, indent=1)
    sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(sideways) <= 0, f"{page.url} scrolls sideways"
