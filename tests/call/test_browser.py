"""The practice call in real Chromium, with real sound and picture both ways."""

import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from motesklar.i18n import Languages
from motesklar.store.models import Evidence
from tests.call.conftest import CallServer, until

pytestmark = [pytest.mark.browser]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
LONG_MS = 40_000


@pytest_asyncio.fixture
async def chromium(speech: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-quic",
                "--disable-background-networking",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-audio-capture={speech}",
            ],
        )
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person who speaks for two seconds and then is silent for three, over and over."""
    import math, struct, wave

    path = tmp_path_factory.mktemp("speech") / "speech.wav"
    rate = 48_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        for i in range(rate * 5):
            loud = 9000 if i < rate * 2 and (i // 6000) % 4 else 0
            tone = math.sin(2 * math.pi * 180 * i / rate) + 0.5 * math.sin(2 * math.pi * 720 * i / rate)
            file.writeframesraw(struct.pack("<h", int(loud * tone)))
    return path


async def open_page(browser: Browser, server: CallServer, person_id: str, **options: Any) -> Page:
    context = await browser.new_context(viewport={"width": 320, "height": 700}, **options)
    for pair in server.cookie(person_id).split("; "):
        name, value = pair.split("=", 1)
        await context.add_cookies([{"name": name, "value": value, "url": server.url}])
    page = await context.new_page()
    page.on("console", lambda m: print("console:", m.type, m.text))
    page.on("pageerror", lambda e: print("pageerror:", e))
    await page.goto(f"{server.url}/practice")
    return page


async def test_a_learner_hears_is_heard_seen_and_reads_captions(
    chromium: Browser, call_server: CallServer, add_person: Callable[[str], str],
    evidence_of: Callable[[str], Evidence | None], languages: Languages,
) -> None:
    person = add_person("Alma")
    page = await open_page(chromium, call_server, person)
    await page.get_by_role("button", name="Starta övningssamtalet").click()
    widget = page.locator("#widget")
    caption = page.locator("[data-caption]")
    await expect(caption).to_contain_text("Hej och välkommen!", timeout=LONG_MS)
    await expect(widget.get_by_text("Kim har hört dig i")).to_be_visible(timeout=LONG_MS)
    await expect(widget.get_by_text("Kim har sett dig i")).to_be_visible(timeout=LONG_MS)
    await expect(caption).to_contain_text("Tack, jag hör dig!", timeout=LONG_MS)
    print(await page.evaluate("evidence"))
    await page.screenshot(path="/tmp/callscratch/call.png", full_page=True)
