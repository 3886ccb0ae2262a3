"""A running course whose modules try every kind of widget, and Chromium on its pages."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from motesklar.paths import DataFolder
from motesklar.web.visitor import SESSION_COOKIE
from tests.chromium import chromium_path
from tests.conftest import RunningCourse, free_port
from tests.pages.lessons import Modules, write_course
from tests.pages.visitors import PROBE_MODULES
from tests.pages.widget_modules import MODULES

CHROMIUM_ARGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]

OpenModule = Callable[..., Page]


@pytest.fixture(scope="session")
def widget_course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCourse]:
    """A course of the modules in `widget_modules.py`."""
    yield from _serve(tmp_path_factory, MODULES)


@pytest.fixture(scope="module")
def front_end_browser(driver: Playwright) -> Iterator[Browser]:
    browser = driver.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
    yield browser
    browser.close()


@pytest.fixture
def open_module(widget_course: RunningCourse, front_end_browser: Browser) -> Iterator[OpenModule]:
    """A module's page, by a person of its own; fails the test if a script failed or a request
    left the course."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(module: str, *, setup: Callable[[Page], None] = lambda page: None) -> Page:
        person = widget_course.person("Lena Lärande")
        context = front_end_browser.new_context(locale="sv-SE")
        contexts.append(context)
        cookie: Any = {
            "name": SESSION_COOKIE,
            "value": widget_course.session_of(person),
            "url": widget_course.url,
        }
        context.add_cookies([cookie])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: _note_violation(message.text, faults))
        page.on("request", lambda request: _note_foreign(request.url, faults))
        setup(page)
        page.goto(f"{widget_course.url}/m/{module}")
        expect(page.locator("html[data-ready]")).to_be_attached()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def _note_violation(text: str, faults: list[str]) -> None:
    # handlers in an author's HTML are refused by the browser before we take them out
    if "Content Security Policy" in text and "inline event handler" not in text:
        faults.append(text)


def _note_foreign(url: str, faults: list[str]) -> None:
    if urlsplit(url).hostname not in ("localhost", None, ""):
        faults.append(f"a request to {url}")


@pytest.fixture(scope="session")
def probe_course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCourse]:
    """A course whose widgets tell what is inside a kernel: `visitors.PROBE_MODULES`."""
    yield from _serve(tmp_path_factory, PROBE_MODULES)


def _serve(tmp_path_factory: pytest.TempPathFactory, modules: Modules) -> Iterator[RunningCourse]:
    folder = write_course(tmp_path_factory.mktemp("own") / "course", modules)
    data = DataFolder(tmp_path_factory.mktemp("data"))
    running = RunningCourse(data, free_port(), arguments=("--demo", "--course", str(folder)))
    running.start()
    yield running
    running.stop()
