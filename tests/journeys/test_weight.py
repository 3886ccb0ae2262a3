"""How much a page asks of a slow network: few requests, little weight, nothing twice."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import open_module, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WHY = "01-why-meet-online"
FIRST_REQUESTS, FIRST_BYTES = 15, 1_000_000
AGAIN_BYTES = 30_000


class Traffic:
    """What a page fetches, as the browser's own network tools count it."""

    def __init__(self, page: Page) -> None:
        self.requests: list[str] = []
        self.bytes = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._finished)

    def _sent(self, event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            self.requests.append(event["request"]["url"])

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def hosts(self) -> set[str | None]:
        return {urlsplit(url).hostname for url in self.requests}

    def forget(self) -> None:
        self.requests, self.bytes = [], 0


def settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")


def test_a_page_is_light_at_the_first_visit_and_lighter_at_the_second(
    person: Callable[..., Page],
) -> None:
    page = person()
    sign_in(page, "Lätt Sida")
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    traffic = Traffic(page)
    open_module(page, WHY)
    settle(page)
    assert len(traffic.requests) <= FIRST_REQUESTS, "\n".join(traffic.requests)
    assert traffic.bytes <= FIRST_BYTES
    assert traffic.hosts() == {"localhost"}
    traffic.forget()
    open_module(page, WHY)
    settle(page)
    assert traffic.bytes <= AGAIN_BYTES, f"{traffic.bytes} bytes:\n" + "\n".join(traffic.requests)
