"""Somebody who takes the whole test of the equipment, in English or in Swedish."""

import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

LONG_MS = 60_000
LONG_SECONDS = LONG_MS / 1000
DEVICES = ["microphone", "camera"]
FAKE_DEVICES = "--use-fake-device-for-media-stream"
#: What a line that was measured may be, on a machine that does much else.
MEASURED = {"works", "poor", "very-poor", "audio-only", "cpu-limited"}

#: All that a screen reader is told by itself, in order.
LISTEN = """addEventListener("DOMContentLoaded", () => {
  globalThis.spoken = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const from = target instanceof Element ? target : target.parentElement;
      const live = from?.closest("[role=status], [role=alert], [aria-live]");
      const words = live?.textContent.trim();
      if (words && words !== globalThis.spoken.at(-1)) globalThis.spoken.push(words);
    }
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
});"""

#: What the page calls things in Swedish; in English they are called what they are here.
SWEDISH = {
    "Begin": "Börja",
    "I wear a headset or headphones": "Jag har hörlurar på mig",
    "The parts of the test": "Testets delar",
    "Hear the others": "Höra de andra",
    "Be heard": "Höras",
    "Network": "Nätet",
    "How it went": "Så gick det",
    "Not for me": "Inget för mig",
    "Go on": "Gå vidare",
    "Test again": "Testa igen",
}


@dataclass(frozen=True)
class Visitor:
    """Somebody new on the page of the test."""

    page: Page
    language: str = "en"

    def words(self, english: str) -> str:
        """What the page calls it."""
        return SWEDISH[english] if self.language == "sv" else english

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click(timeout=LONG_MS)

    def expect_at(self, title: str) -> None:
        heading = self.page.get_by_role("heading", level=2, name=title)
        expect(heading).to_be_visible(timeout=LONG_MS)

    def expect_told(self, words: str) -> None:
        told = self.page.get_by_role("status").filter(has_text=words)
        expect(told.first).to_be_visible(timeout=LONG_MS)

    def begin(self) -> None:
        """To the microphone, with a headset on and without the test of sound."""
        self.begin_at_sound()
        self.press(self.words("Not for me"))
        self.expect_at(self.words("Be heard"))

    def begin_at_sound(self) -> None:
        """To the first check that asks for something, with a headset on."""
        self.page.get_by_label(self.words("I wear a headset or headphones")).check()
        self.press(self.words("Begin"))
        self.expect_at(self.words("Hear the others"))

    def open_part(self, title: str) -> None:
        """Leave what is shown for another part of the test."""
        parts = self.page.get_by_role("navigation", name=self.words("The parts of the test"))
        parts.get_by_role("button", name=title).click()

    def go_on(self) -> None:
        self.press(self.words("Go on"))

    def known(self, *checks: str) -> dict[str, str]:
        """What the server knows of these, as soon as it knows all of them."""
        deadline = time.monotonic() + LONG_SECONDS
        while True:
            found = {check: told["finding"] for check, told in self.verdicts().items()}
            if set(checks) <= set(found):
                return {check: found[check] for check in checks}
            assert time.monotonic() < deadline, f"the server knows only {found}"
            self.page.wait_for_timeout(100)  # between two looks; the request is under way

    def verdicts(self) -> dict[str, dict[str, Any]]:
        answer = self.page.request.get("/api/equipment/state")
        verdicts: dict[str, dict[str, Any]] = answer.json()["verdicts"]
        return verdicts
