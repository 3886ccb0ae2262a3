"""Real Chromium with invented devices, on pages of the harness."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from motesklar_widgets import CourseWidget
from tests import equipment_media as made
from tests.chromium import SETTLED, chromium_path
from tests.equipment_media import RATE, write_sound
from tests.widgets.call_server import CallServer, Kind
from tests.widgets.calls import Caller
from tests.widgets.server import Harness, Saved

CHROMIUM_ARGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
FAKE_DEVICES = "--use-fake-device-for-media-stream"
ALLOW_ALL = "--use-fake-ui-for-media-stream"
LOOPBACK = "--allow-loopback-in-peer-connection"
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

SAVED_SECONDS = 60

Launch = Callable[..., Browser]
Open = Callable[..., Page]
OpenCall = Callable[..., Caller]


def assert_verdicts(saved: Saved, step: str, expected: list[str]) -> None:
    """The server has these, as soon as the page's requests have reached it."""
    deadline = time.monotonic() + SAVED_SECONDS
    while saved.verdicts_of(step) != expected and time.monotonic() < deadline:
        time.sleep(0.02)  # between two looks; the request is under way
    assert saved.verdicts_of(step) == expected


@pytest.fixture(scope="session")
def widget_harness() -> Iterator[Harness]:
    harness = Harness()
    harness.start()
    yield harness
    harness.close()


@pytest.fixture
def saved(widget_harness: Harness) -> Saved:
    """What the server keeps, empty for each test."""
    widget_harness.saved = Saved()
    return widget_harness.saved


@pytest.fixture(scope="module")
def launch(driver: Playwright) -> Iterator[Launch]:
    """Chromium with these switches; the same switches give the same browser."""
    browsers: dict[tuple[str, ...], Browser] = {}

    def launch_browser(*switches: str) -> Browser:
        if switches not in browsers:
            browsers[switches] = driver.chromium.launch(
                executable_path=chromium_path(), args=[*CHROMIUM_ARGS, *switches]
            )
        return browsers[switches]

    yield launch_browser
    for browser in browsers.values():
        browser.close()


@pytest.fixture
def open_page(widget_harness: Harness, saved: Saved, launch: Launch) -> Iterator[Open]:
    """A page with widgets by step; fails the test if a script of the page failed."""
    contexts = []
    errors: list[str] = []

    def open_widgets(
        widgets: dict[str, CourseWidget],
        *,
        browser: Browser | None = None,
        query: str = "",
        setup: str = "",
        language: str = "en",
        live: bool = True,
        **context_options: Any,
    ) -> Page:
        browser = browser or launch(FAKE_DEVICES, ALLOW_ALL)
        context = browser.new_context(**context_options)
        contexts.append(context)
        if setup:
            context.add_init_script(setup)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(widget_harness.show(widgets, language=language, live=live) + query)
        expect(page.locator("html[data-ready]")).to_be_attached()
        return page

    yield open_widgets
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="session")
def silent_wav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds in which nothing is heard."""
    path = tmp_path_factory.mktemp("sound") / "silence.wav"
    return write_sound(path, [0.0] * (2 * RATE))


@pytest.fixture(scope="session")
def voice_switch(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The microphone hears words: the one that Chromium invents beeps at full scale."""
    path = made.write_sound(tmp_path_factory.mktemp("voice") / "words.wav", made.words())
    return f"--use-file-for-fake-audio-capture={path}"


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """No finding of axe-core, rules of WCAG 2.2 AA, and nothing sticks out sideways."""
    source = AXE.read_text(encoding="utf-8")

    def check(page: Page) -> None:
        page.evaluate(SETTLED)
        page.evaluate(source)
        found = page.evaluate(
            """async () => {
              const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
              const { violations } = await axe.run(document.querySelector("main"), {
                runOnly: { type: "tag", values: [...wcag, "best-practice"] },
              });
              return violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
            }"""
        )
        assert found == []
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(sideways) <= 0

    return check


def wait_until(page: Page, expression: str) -> None:
    """Wait for a condition in the page; Playwright's own way needs `eval`, and our CSP has none."""
    deadline = time.monotonic() + SAVED_SECONDS
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"never true: {expression}"
        page.wait_for_timeout(50)


def events_of(page: Page, name: str) -> list[dict[str, Any]]:
    """The details of the `motesklar:<name>` events so far."""
    events = page.evaluate("() => window.harness.events")
    return [detail for event, detail in events if event == name]


@pytest.fixture(scope="session")
def running_call_server() -> Iterator[CallServer]:
    server = CallServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
def call_server(running_call_server: CallServer) -> CallServer:
    """The other end of a call; it remembers nothing of earlier tests."""
    running_call_server.reset()
    return running_call_server


@pytest.fixture
def open_call(call_server: CallServer, launch: Launch) -> Iterator[OpenCall]:
    """A page before its call; fails the test if a script of the page failed."""
    contexts = []
    errors: list[str] = []

    def open_page(
        kind: Kind = "room",
        *,
        language: str = "en",
        setup: str = "",
        browser: Browser | None = None,
        **context_options: Any,
    ) -> Caller:
        browser = browser or launch(FAKE_DEVICES, ALLOW_ALL, LOOPBACK)
        context = browser.new_context(**context_options)
        contexts.append(context)
        context.add_init_script(setup)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        caller = Caller(page, call_server, kind)
        caller.open(language)
        expect(caller.call.get_by_role("button").last).to_be_visible()
        return caller

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
