"""Real Chromium with a pretended microphone and camera, and the words people see in it."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from motesklar.web.visitor import LANGUAGE_COOKIE, SESSION_COOKIE
from tests import equipment_media as made
from tests.chromium import SETTLED, SWITCHES, chromium_path
from tests.conftest import RunningCourse
from tests.journeys.equipment_visitor import DEVICES, FAKE_DEVICES, LISTEN, LONG_MS, Visitor

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


@pytest.fixture(scope="module")
def launch(driver: Playwright) -> Iterator[Callable[..., Browser]]:
    """Chromium with pretended devices; the same switches give the same browser."""
    browsers: dict[tuple[str, ...], Browser] = {}

    def launch_browser(*switches: str) -> Browser:
        if switches not in browsers:
            # devices are each test's own; the browser asks for them, and the test answers
            quiet = [switch for switch in SWITCHES if "--use-fake-" not in switch]
            browsers[switches] = driver.chromium.launch(
                executable_path=chromium_path(), args=[*quiet, *switches]
            )
        return browsers[switches]

    yield launch_browser
    for browser in browsers.values():
        browser.close()


@pytest.fixture(scope="module")
def devices(launch: Callable[..., Browser]) -> Callable[[Path, Path], Browser]:
    """A browser whose microphone and camera give what these files hold."""

    def plug(sound: Path, picture: Path) -> Browser:
        return launch(
            FAKE_DEVICES,
            f"--use-file-for-fake-audio-capture={sound}",
            f"--use-file-for-fake-video-capture={picture}",
        )

    return plug


@pytest.fixture(scope="module")
def good(
    devices: Callable[[Path, Path], Browser], tmp_path_factory: pytest.TempPathFactory
) -> Browser:
    """Somebody speaks into the microphone and moves before the camera."""
    folder = tmp_path_factory.mktemp("good")
    return devices(
        made.write_sound(folder / "voice.wav", made.voice()),
        made.write_picture(folder / "moving.y4m", made.moving()),
    )


@pytest.fixture
def tester(course: RunningCourse) -> Iterator[Callable[..., Visitor]]:
    """Makes people: each on a device of their own, with the page of the test, which is ready."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(
        browser: Browser,
        *,
        language: str = "en",
        setup: str = "",
        allow: bool = True,
        at: RunningCourse = course,
        address: str = "",
        prepare: Callable[[Page], object] = lambda page: None,
        **options: Any,
    ) -> Visitor:
        address = address or at.url
        context = browser.new_context(**({"viewport": DESKTOP} | options), base_url=address)
        contexts.append(context)
        token = at.session_of(at.person("Alma Andersson"))
        cookies = {SESSION_COOKIE: token, LANGUAGE_COOKIE: language}
        context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies.items()])
        if allow:
            context.grant_permissions(DEVICES)
        context.add_init_script(LISTEN + setup)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        prepare(page)
        page.goto("/equipment")
        tested = Visitor(page, language)
        begin = page.get_by_role("button", name=tested.words("Begin"))
        expect(begin).to_be_visible(timeout=LONG_MS)
        return tested

    yield open_page
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
    page.wait_for_url(re.compile(r"^https?://[^/]+/$"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def come_in(page: Page, course: RunningCourse, person: str, language: str = "sv") -> None:
    """Be signed in as somebody whom a test has made."""
    values = {SESSION_COOKIE: course.session_of(person), LANGUAGE_COOKIE: language}
    page.context.add_cookies(
        [{"name": name, "value": value, "url": course.url} for name, value in values.items()]
    )


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
