"""What a page does while its kernel is asked for, away, killed, refused or replaced."""

import json
import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.conftest import is_readable
from tests.pages.conftest import OpenModule

pytestmark = pytest.mark.browser

KERNEL = "**/kernel?*"


class Desk:
    """Stands between a page and the server: says what a test wants, or lets everything through."""

    def __init__(self) -> None:
        self.connections: list[WebSocketRoute] = []
        self.servers: list[WebSocketRoute] = []
        #: What is said to a page that connects, instead of asking the server.
        self.says: list[object] | None = None

    def __call__(self, page: Page) -> None:
        page.route_web_socket(KERNEL, self._connected)

    def _connected(self, socket: WebSocketRoute) -> None:
        self.connections.append(socket)
        if self.says is None:
            self.servers.append(socket.connect_to_server())
            return
        for message in self.says:
            socket.send(json.dumps(message))

    def lose(self) -> None:
        """As if the network had gone."""
        self.connections[-1].close(code=1001)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def count_button(page: Page) -> Locator:
    return page.get_by_role("button", name="count")


def notice(page: Page) -> Locator:
    return page.locator(".calculation-notice")


def kernel_of(page: Page) -> int:
    """The process that calculated last."""
    output = page.locator("output").first
    expect(output).to_have_text(re.compile(r"by [1-9]"))
    found = re.search(r"by (\d+)", output.inner_text())
    assert found
    return int(found[1])


@pytest.mark.parametrize("module", ["10-anywidgets", "12-standard", "13-interact"])
def test_a_page_that_nobody_touches_asks_for_no_kernel(
    open_module: OpenModule, desk: Desk, module: str
) -> None:
    page = open_module(module, setup=desk)
    page.mouse.wheel(0, 2000)
    page.wait_for_load_state("networkidle")
    assert desk.connections == []


def test_what_is_done_while_others_are_before_us_is_not_lost(
    open_module: OpenModule, desk: Desk
) -> None:
    desk.says = [{"type": "waiting", "place": 3}]
    page = open_module("10-anywidgets", setup=desk)
    for _ in range(4):
        count_button(page).click()
    expect(notice(page)).to_contain_text("Du har plats 3 i kön")
    desk.connections[-1].send(json.dumps({"type": "waiting", "place": 1}))
    expect(notice(page)).to_contain_text("Du har plats 1 i kön")
    expect(page.locator("#announcements")).to_contain_text("plats 3")
    desk.says = None
    desk.lose()
    expect(page.get_by_text("double 8")).to_be_visible()
    expect(notice(page)).to_be_hidden()


def test_a_lost_connection_comes_back_to_the_same_kernel(
    open_module: OpenModule, desk: Desk
) -> None:
    page = open_module("10-anywidgets", setup=desk)
    count_button(page).click()
    kernel = kernel_of(page)
    desk.lose()
    count_button(page).click()
    expect(page.get_by_text("double 4")).to_be_visible()
    assert kernel_of(page) == kernel
    assert "kernel=" in desk.connections[-1].url
    assert "kernel=" not in desk.connections[0].url


def test_a_connection_that_stays_away_is_told_and_so_is_its_return(
    open_module: OpenModule, desk: Desk
) -> None:
    page = open_module("10-anywidgets", setup=desk)
    count_button(page).click()
    kernel_of(page)
    desk.says = []
    desk.lose()
    expect(notice(page)).to_contain_text("Kontakten med uträkningarna är borta")
    desk.says = None
    desk.lose()
    expect(notice(page)).to_be_hidden()


def test_another_kernel_takes_over_from_one_that_was_killed(open_module: OpenModule) -> None:
    page = open_module("10-anywidgets")
    count_button(page).click()
    count_button(page).click()
    expect(page.get_by_text("double 4")).to_be_visible()
    kernel = kernel_of(page)
    with page.expect_console_message(lambda message: "ready -> none" in message.text):
        os.kill(kernel, signal.SIGKILL)
    expect(notice(page)).to_be_hidden()
    count_button(page).click()
    expect(page.get_by_text("double 6")).to_be_visible()
    assert kernel_of(page) != kernel
    expect(notice(page)).to_contain_text("har börjat om")
    page.get_by_role("button", name="Stäng").click()
    expect(notice(page)).to_be_hidden()


def test_a_value_that_ends_every_kernel_is_given_up_and_the_page_goes_on(
    open_module: OpenModule,
) -> None:
    page = open_module("10-anywidgets")
    page.get_by_role("button", name="poison").click()
    expect(notice(page)).to_contain_text("Det här gick inte att räkna ut.")
    count_button(page).click()
    expect(page.get_by_text("double 10")).to_be_visible()


def test_a_refusal_is_told_in_the_servers_words_and_can_be_tried_again(
    open_module: OpenModule, desk: Desk
) -> None:
    refusal = {"code": "x", "message": "Det blev för många.", "next_step": "Vänta en stund."}
    desk.says = [{"type": "error", **refusal}]
    page = open_module("10-anywidgets", setup=desk)
    count_button(page).click()
    expect(notice(page)).to_contain_text("Det blev för många.")
    expect(notice(page)).to_contain_text("Vänta en stund.")
    desk.says = None
    page.get_by_role("button", name="Försök igen").click()
    expect(page.get_by_text("double 2")).to_be_visible()


def test_what_was_typed_survives_the_reload_of_a_renewed_page(
    open_module: OpenModule, desk: Desk
) -> None:
    desk.says = [{"type": "renewed"}]
    page = open_module("10-anywidgets", setup=desk)
    count_button(page).click()
    count_button(page).click()
    expect(notice(page)).to_contain_text("Den här sidan har förnyats")
    count_button(page).click()
    desk.says = None
    page.get_by_role("button", name="Ladda om sidan").click()
    expect(count_button(page)).to_have_text("count 3")
    expect(page.get_by_text("double 6")).to_be_visible()
    page.goto(page.url)
    expect(count_button(page)).to_have_text("count 0")


def test_a_sleeping_connection_is_found_out_when_the_page_is_looked_at_again(
    open_module: OpenModule, desk: Desk
) -> None:
    page = open_module("10-anywidgets", setup=desk)
    page.clock.install()
    count_button(page).click()
    kernel = kernel_of(page)
    # the computer slept: nothing arrives any more, and nobody has said so
    desk.servers[-1].on_message(lambda message: None)
    desk.connections[-1].on_message(lambda message: None)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.run_for(3_500)
    page.clock.resume()
    count_button(page).click()
    expect(page.get_by_text("double 4")).to_be_visible()
    assert kernel_of(page) == kernel


def test_a_page_that_is_left_ends_its_kernel(open_module: OpenModule) -> None:
    page = open_module("10-anywidgets")
    count_button(page).click()
    kernel = kernel_of(page)
    page.goto("about:blank")
    assert_gone(kernel)


def assert_gone(pid: int) -> None:
    """Wait until no such process lives."""
    descriptor = os.pidfd_open(pid) if Path(f"/proc/{pid}").exists() else None
    if descriptor is None:
        return
    try:
        assert is_readable(descriptor, 10), f"kernel {pid} lives"
    finally:
        os.close(descriptor)
