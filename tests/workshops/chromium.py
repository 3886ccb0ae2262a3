"""Real Chromium beside a running course, for the rooms of leaders and reviewers."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from motesklar.web.visitor import SESSION_COOKIE
from tests.chromium import SETTLED, chromium_path
from tests.workshops.hall import Attendee

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCREENS = ({"width": 320, "height": 700}, {"width": 1280, "height": 900})
#: Only what never comes waits so long.
PATIENCE_MS = 30_000

Scenario = Callable[[Browser], Awaitable[None]]


def in_chromium(scenario: Scenario) -> None:
    """Play a scenario in a browser of its own; on a loop and thread of its own as well, because
    other rooms keep theirs open between tests.
    """
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(_play(scenario))).result()


async def page_of(browser: Browser, attendee: Attendee, path: str, **options: Any) -> Page:
    """The page as somebody sees it, in a browser window of their own."""
    base = str(attendee.client.base_url)
    context = await browser.new_context(base_url=base, **({"viewport": SCREENS[1]} | options))
    context.set_default_timeout(PATIENCE_MS)
    await context.add_cookies(
        [{"name": SESSION_COOKIE, "value": attendee.client.cookies[SESSION_COOKIE], "url": base}]
    )
    page = await context.new_page()
    await page.goto(path)
    return page


async def assert_accessible(page: Page) -> None:
    """axe-core finds nothing, light or dark, and nothing scrolls sideways on any screen."""
    for screen in SCREENS:
        await page.set_viewport_size(screen)
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            # colours that are still changing can't be measured
            await page.evaluate(SETTLED)
            await page.evaluate(AXE.read_text(encoding="utf-8"))
            found = await page.evaluate("tags => axe.run({runOnly: tags})", AXE_TAGS)
            faults = [
                (one["id"], node["html"], node["failureSummary"])
                for one in found["violations"]
                for node in one["nodes"]
            ]
            assert faults == [], f"{screen} {scheme}: {faults}"
        wide = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{page.url} scrolls sideways at {screen}"


async def _play(scenario: Scenario) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(),
            args=["--no-sandbox", "--disable-quic", "--disable-background-networking"],
        )
        await scenario(browser)
        await browser.close()
