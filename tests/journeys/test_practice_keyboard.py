"""The whole practice call with the keyboard alone: everything is reached, seen, and left again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import open_module, sign_in
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_practice import CALL, SPEAKING_MS, expect_done, expect_saved, expect_task

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
