"""Somebody without a mouse, who answers exercises of every kind with the right answer in hand."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from motesklar.course import ExerciseKind

#: More presses of Tab than any page needs.
_MOST_TABS = 200
_FOCUSED = "all => all.includes(document.activeElement)"


class KeyboardLearner:
    """A person at a module's page.

    Args:
        page: a module's page, ready.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        told = json.loads(page.locator("#widget-state").text_content() or "{}")
        states = [model["state"] for model in told["models"].values()]
        #: What each exercise asks, in the page's own language.
        self.asked = {state["exercise"]: state for state in states if "exercise" in state}
        self.ways: Mapping[ExerciseKind, Callable[[Locator, Mapping[str, Any], Any], None]] = {
            ExerciseKind.CHOOSE_ONE: self.choose_one,
            ExerciseKind.CLICK_PLACE: self.choose_one,
            ExerciseKind.CHOOSE_SEVERAL: self.choose_several,
            ExerciseKind.MATCH: self.match,
            ExerciseKind.FILL_IN: self.fill_in,
            ExerciseKind.SHORT_TEXT: self.write,
            ExerciseKind.SCENARIO: self.walk,
            ExerciseKind.INVITATION: self.invite,
            ExerciseKind.PUT_IN_ORDER: self.put_in_order,
            ExerciseKind.FIX_PRACTICE: self.repair,
        }

    def answer(self, exercise: str, kind: ExerciseKind, value: Any) -> None:
        """Give the answer that the server is to keep as `value`."""
        self.ways[kind](self.page.locator(f"#exercise-{exercise}"), self.asked[exercise], value)

    def tab_to(self, target: Locator) -> None:
        """Press Tab until the focus is on the target, or on one of several."""
        for _ in range(_MOST_TABS):
            if target.evaluate_all(_FOCUSED):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"no way to {target} with Tab")

    def press(self, target: Locator, *keys: str) -> None:
        self.tab_to(target)
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, target: Locator, text: str) -> None:
        self.tab_to(target)
        self.page.keyboard.type(text)

    def choose_one(self, box: Locator, _asked: Mapping[str, Any], value: str) -> None:
        self._choose_radio(box.locator("input[type=radio]"), value)

    def choose_several(self, box: Locator, _asked: Mapping[str, Any], value: Sequence[str]) -> None:
        for key in value:
            self.press(box.locator(f'input[value="{key}"]'), "Space")

    def match(self, box: Locator, asked: Mapping[str, Any], value: Mapping[str, str]) -> None:
        for at, (key, _words) in enumerate(asked["items"]):
            self._choose_in_list(box.locator("select").nth(at), value[key])

    def fill_in(self, box: Locator, _asked: Mapping[str, Any], value: object) -> None:
        self.type(box.locator("input"), str(value))
        self.page.keyboard.press("Enter")

    def write(self, box: Locator, _asked: Mapping[str, Any], value: str) -> None:
        self.type(box.locator("textarea"), value)

    def walk(self, box: Locator, asked: Mapping[str, Any], value: Sequence[str]) -> None:
        choices = {name: choices for name, _text, choices in asked["scenes"]}
        scene = asked["scenes"][0][0]
        for key in value:
            [(words, scene)] = [(words, to) for known, words, to in choices[scene] if known == key]
            self.press(box.get_by_role("button", name=words, exact=True), "Enter")
            expect(box.locator(".scenario__text")).to_be_focused()

    def invite(self, box: Locator, _asked: Mapping[str, Any], value: Mapping[str, Any]) -> None:
        """Dates are typed as in the browser's own language, which has to be American English."""
        start = datetime.fromisoformat(value["start"])
        self.type(box.locator("input").first, value["title"])
        self.type(box.locator("input[type=date]"), f"{start:%m%d%Y}")
        self.type(box.locator("input[type=time]"), f"{start:%I%M%p}")
        self.type(box.locator("input[inputmode=numeric]"), str(value["minutes"]))
        self.type(box.locator("input[type=url]"), value["place"])
        self.type(box.locator("textarea"), value["text"])
        self.press(box.locator("form .button--primary"), "Enter")

    def put_in_order(self, box: Locator, asked: Mapping[str, Any], value: Sequence[str]) -> None:
        words = dict(asked["items"])
        rows = box.locator("ol > li")
        for place, key in enumerate(value):
            row = rows.filter(has=self.page.get_by_text(words[key], exact=True))
            at = row.evaluate("row => [...row.parentNode.children].indexOf(row)")
            if at > place:
                self.press(row.get_by_role("button").first, *["Enter"] * (at - place))
            expect(rows.nth(place)).to_contain_text(words[key])
        self.press(box.locator(".button--primary"), "Enter")

    def repair(self, box: Locator, _asked: Mapping[str, Any], value: Sequence[str]) -> None:
        for action in value:
            control, _, wanted = action.partition(":")
            self._set(box.locator(f'[data-control="{control}"]'), wanted)

    def _set(self, part: Locator, value: str) -> None:
        """Set one control of the drawn computer."""
        if part.locator("input[type=radio]").count():
            self._choose_radio(part.locator("input[type=radio]"), value)
        elif part.locator("select").count():
            self._choose_in_list(part.locator("select"), value)
        elif part.locator("input[type=checkbox]").count():
            self.press(part.locator("input"), "Space")
        else:
            self.press(part, "Enter")

    def _choose_radio(self, radios: Locator, value: str) -> None:
        wanted = radios.and_(self.page.locator(f'[value="{value}"]'))
        # a group is entered at what is chosen in it, or at its first
        self.tab_to(radios)
        for _ in range(radios.count()):
            if wanted.evaluate_all(_FOCUSED):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        expect(wanted).to_be_checked()

    def _choose_in_list(self, select: Locator, value: str) -> None:
        values = select.locator("option").evaluate_all("all => all.map(({ value }) => value)")
        self.press(select, "Home", *["ArrowDown"] * values.index(value))
        expect(select).to_have_value(value)
