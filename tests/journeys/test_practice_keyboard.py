"""The whole practice call with the keyboard alone: everything is reached, seen, and left again."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import open_module, sign_in
from tests.journeys.test_practice import CALL, SPEAKING_MS, expect_done, expect_saved, expect_task

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: More stops than a page of the course has.
STOPS_MAX = 120

#: Where the keyboard is: its words, whether that can be seen, and whether something lies over it.
FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const shown = at.closest("label") ?? at;
  const box = shown.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const styles = [at, shown].map((each) => getComputedStyle(each));
  return {
    words: (at.labels?.[0] ?? at).innerText || at.getAttribute("aria-label") || "",
    ring: styles.some((each) => each.outlineStyle !== "none" && each.outlineWidth !== "0px"),
    free: shown.contains(top) || Boolean(top?.contains(shown)),
  };
}"""


class Keyboard:
    """A person who has no mouse.

    Args:
        page: what they use it on.
    """

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)

    def type(self, text: str) -> None:
        self._page.keyboard.type(text)

    def focus(self) -> dict[str, Any] | None:
        """Where it is now; None: nowhere."""
        at: dict[str, Any] | None = self._page.evaluate(FOCUS)
        return at

    def go_to(self, words: str, key: str = "Tab") -> None:
        """Step on until there; each stop on the way is seen, and nothing lies over the last."""
        for _ in range(STOPS_MAX):
            self.press(key)
            at = self.focus()
            if at is None:
                continue  # from the page's end by the browser's own buttons to its beginning
            assert at["ring"], f"nobody sees that the focus is on {at['words']!r}"
            if words in at["words"]:
                # the page may still be scrolling there
                self._page.wait_for_function(f"() => ({FOCUS})()?.free")
                return
        pytest.fail(f"the keyboard never comes to {words!r}")

    def assert_kept(self) -> None:
        """What was pressed may be gone, but the focus has a place."""
        assert self.focus() is not None, "the focus is lost"


def test_the_whole_practice_call_is_done_with_the_keyboard(person: Callable[..., Page]) -> None:
    page = person()
    sign_in(page, "Tilda Tangent")
    open_module(page, CALL)
    call = page.locator('[data-step="the-call"]')
    keyboard = Keyboard(page)
    keyboard.go_to("Starta övningssamtalet")
    keyboard.press("Enter")
    expect(call.locator(".pre-join")).to_be_focused()
    keyboard.go_to("Slå på mikrofonen")
    keyboard.press("Enter")
    keyboard.go_to("Lugnt, en sak i taget")
    keyboard.press("ArrowDown")
    expect(call.get_by_label("Snabbt")).to_be_checked()
    keyboard.go_to("Gå in")
    keyboard.press("Enter")
    expect(call.locator(".call__status")).to_be_focused()

    expect_task(call, "Stäng av mikrofonen")
    keyboard.go_to("Stäng av mikrofonen")
    keyboard.press("Enter")
    expect_task(call, "Slå på mikrofonen igen")
    keyboard.press("Space")
    expect_task(call, "Visa dig med kameran")
    keyboard.go_to("Slå på kameran")
    keyboard.press("Space")
    expect_task(call, "Skriv en rad")
    keyboard.go_to("Skriv")
    keyboard.press("Enter")
    expect(call.get_by_label("Skriv till din övningspartner")).to_be_focused()
    keyboard.type("Hej Kim")
    keyboard.press("Enter")
    expect_task(call, "Räck upp handen")
    keyboard.go_to("Räck upp handen")
    keyboard.press("Enter")
    expect_task(call, "Visa din skärm")

    # something breaks, and is repaired by the button that disappears then
    keyboard.go_to("Låt något krångla", "Shift+Tab")
    keyboard.press("Enter")
    repair = call.get_by_role("button", name="Gör det åt mig")
    expect(repair).to_be_visible(timeout=SPEAKING_MS)
    keyboard.go_to("Gör det åt mig", "Shift+Tab")
    keyboard.press("Enter")
    expect_done(call, "Laga något som krånglar")
    keyboard.assert_kept()

    # one key goes to the button that leaves, and a second one is needed to do it
    keyboard.press("l")
    expect(call.get_by_role("button", name="Lämna samtalet")).to_be_focused()
    keyboard.press("Enter")
    expect(call.get_by_text("Samtalet är slut.").first).to_be_visible()
    keyboard.assert_kept()
    keyboard.go_to("Ring igen")
    keyboard.go_to("Klart, gå vidare")
    ways = {"mute": "button", "unmute": "speech", "camera": "button", "chat": "text"}
    expect_saved(page, ways | {"hand": "button", "failure": "speech"})
