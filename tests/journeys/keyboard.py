"""People without a mouse: where the keyboard is, and whether that can be seen."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

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

IS_FOCUSED = "(element) => element === document.activeElement"


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
        self._step(lambda at: words in at["words"], words, key)

    def reach(self, target: Locator, key: str = "Tab") -> None:
        """The same, where words alone do not tell which one it is."""
        self._step(lambda at: bool(target.evaluate(IS_FOCUSED)), str(target), key)

    def _step(self, there: Callable[[dict[str, Any]], bool], name: str, key: str) -> None:
        for _ in range(STOPS_MAX):
            self.press(key)
            at = self.focus()
            if at is None:
                continue  # from the page's end by the browser's own buttons to its beginning
            assert at["ring"], f"nobody sees that the focus is on {at['words']!r}"
            if there(at):
                # the page may still be scrolling there
                self._page.wait_for_function(f"() => ({FOCUS})()?.free")
                return
        pytest.fail(f"the keyboard never comes to {name}")

    def assert_kept(self) -> None:
        """What was pressed may be gone, but the focus has a place."""
        assert self.focus() is not None, "the focus is lost"
