"""First and second visits in Chromium, timed inside the page itself."""

import json
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    async_playwright,
)
from playwright.async_api import Error as PlaywrightError

from benchmarks.clients import Failed
from benchmarks.lesson import BUTTON
from benchmarks.servers import Server
from motesklar.web.visitor import SESSION_COOKIE

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    # what a page asks of other hosts is counted and fails at once, so that no name server is timed
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_WAIT_MS = 60_000

# The first widget is used the moment it can be seen, with no hand of a driver in between. What it
# took is told on the console, because our pages let nobody evaluate anything in them.
_TOLD = "benchmark: "
_WATCH = """
(() => {
  const told = {};
  const look = () => {
    const button = document.querySelector("BUTTON");
    if (told.usable === undefined && button?.checkVisibility()) {
      told.usable = performance.now();
      told.before = button.textContent;
      button.click();
    }
    if (told.usable === undefined || !button || button.textContent === told.before) {
      requestAnimationFrame(look);
      return;
    }
    told.answered = performance.now();
    console.log("TOLD" + JSON.stringify(told));
  };
  requestAnimationFrame(look);
})();
""".replace("BUTTON", BUTTON).replace("TOLD", _TOLD)


@dataclass(frozen=True)
class Visit:
    """One visit, until nothing moves on the network.

    Args:
        usable: milliseconds from the navigation until the first widget was there to be pressed.
        answered: until what its kernel made of the press was shown.
        bytes: as they came over the network, compressed.
        foreign: requests to other hosts.
    """

    usable: float
    answered: float
    bytes: int
    requests: int
    foreign: int


@dataclass
class _Traffic:
    """What the browser's own network tools count."""

    addresses: list[str] = field(default_factory=list)
    bytes: int = 0

    async def watch(self, page: Page) -> None:
        session = await page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._finished)
        await session.send("Network.enable")

    def _sent(self, event: dict[str, Any]) -> None:
        # what is made on the spot (data:, blob:) costs the network nothing
        if event["request"]["url"].startswith("http"):
            self.addresses.append(event["request"]["url"])

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])


def chromium() -> str | None:
    """Path of the browser, if there is one."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """Chromium, without a window.

    Raises:
        Failed: it isn't installed.
    """
    path = chromium()
    if path is None:
        raise Failed("Chromium isn't installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


async def visits_of(
    browser: Browser, server: Server, person: int = 0, count: int = 2
) -> Sequence[Visit]:
    """A first visit with nothing cached, and more by the same browser.

    Raises:
        Failed: the widget never came, or never answered.
    """
    context = await browser.new_context(locale="sv-SE")
    try:
        if server.sessions:
            cookie: Any = {
                "name": SESSION_COOKIE,
                "value": server.sessions[person],
                "url": server.root,
            }
            await context.add_cookies([cookie])
        return [await _visit(context, server) for _ in range(count)]
    except PlaywrightError as error:
        raise Failed(str(error)) from error
    finally:
        await context.close()


async def _visit(context: BrowserContext, server: Server) -> Visit:
    page = await context.new_page()
    traffic = _Traffic()
    await traffic.watch(page)
    await page.add_init_script(_WATCH)
    async with page.expect_console_message(_is_told, timeout=_WAIT_MS) as message:
        await page.goto(server.page, wait_until="commit", timeout=_WAIT_MS)
    told = json.loads((await message.value).text.removeprefix(_TOLD))
    await page.wait_for_load_state("networkidle", timeout=_WAIT_MS)
    await page.close(run_before_unload=False)
    own = urlsplit(server.page).netloc
    return Visit(
        usable=told["usable"],
        answered=told["answered"],
        bytes=traffic.bytes,
        requests=len(traffic.addresses),
        foreign=sum(urlsplit(address).netloc != own for address in traffic.addresses),
    )


def _is_told(message: ConsoleMessage) -> bool:
    return message.text.startswith(_TOLD)
