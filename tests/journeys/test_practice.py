"""The tasks of the practice call, done in real Chromium and seen by the server."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import open_module, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CALL = "03-your-first-practice-call"
SPEAKING_MS = 60_000


def practise(page: Page) -> Locator:
    """Go into the call, quickly, with the microphone on."""
    open_module(page, CALL)
    call = page.locator('[data-step="the-call"]')
    call.get_by_role("button", name="Starta övningssamtalet").click()
    call.get_by_label("Snabbt").check()
    call.get_by_role("button", name="Slå på mikrofonen").click()
    call.get_by_role("button", name="Gå in").click()
    return call


def press(call: Locator, words: str) -> None:
    """One of the buttons at the bottom."""
    call.locator(".bar__button").filter(has_text=words).click()


def expect_task(call: Locator, words: str) -> None:
    now = call.locator(".tasks__row[aria-current=step]")
    expect(now).to_contain_text(words, timeout=SPEAKING_MS)


def expect_done(call: Locator, words: str) -> None:
    row = call.locator(".tasks__row").filter(has_text=words)
    expect(row).to_contain_text("Klart", timeout=SPEAKING_MS)


def skip_to(call: Locator, words: str) -> None:
    """Skip what comes before a task."""
    now = call.locator(".tasks__row[aria-current=step]")
    expect(now).to_be_visible(timeout=SPEAKING_MS)
    while words not in (asked := now.inner_text()):
        call.get_by_role("button", name="Hoppa över det här").click()
        expect(now).not_to_contain_text(asked.splitlines()[0])


def expect_saved(page: Page, tasks: dict[str, str]) -> None:
    """What the server has seen of this person, in the database."""
    page.wait_for_function(
        f"""async (tasks) => {{
            const answer = await fetch("/api/modules/{CALL}/state");
            const saved = (await answer.json()).evidence.tasks;
            return Object.entries(tasks).every(([task, way]) => saved[task] === way);
        }}""",
        arg=tasks,
    )


def test_speaking_muting_and_being_heard_again(person: Callable[..., Page]) -> None:
    page = person()
    sign_in(page, "Mona Mikrofon")
    call = practise(page)
    expect_task(call, "Stäng av mikrofonen")
    press(call, "Stäng av mikrofonen")
    expect_task(call, "Slå på mikrofonen igen")
    press(call, "Slå på mikrofonen")
    expect_task(call, "Visa dig med kameran")
    expect_saved(page, {"speak": "speech", "mute": "button", "unmute": "speech"})


def test_being_seen_writing_raising_the_hand_and_showing_the_screen(
    person: Callable[..., Page],
) -> None:
    page = person()
    sign_in(page, "Bo Bild")
    call = practise(page)
    skip_to(call, "Visa dig med kameran")
    press(call, "Slå på kameran")
    expect_task(call, "Skriv en rad")
    call.get_by_label("Skriv till din övningspartner").fill("Hej Kim")
    page.keyboard.press("Enter")
    expect_task(call, "Räck upp handen")
    press(call, "Räck upp handen")
    expect_task(call, "Visa din skärm")
    press(call, "Visa din skärm")
    expect_done(call, "Visa din skärm")
    expect_saved(page, {"camera": "button", "chat": "text", "hand": "button", "screen": "button"})


def test_a_microphone_that_goes_off_on_purpose_is_found_and_turned_on(
    person: Callable[..., Page],
) -> None:
    page = person()
    sign_in(page, "Frida Fel")
    call = practise(page)
    expect_task(call, "Stäng av mikrofonen")
    call.get_by_role("button", name="Låt något krångla").click()
    expect_task(call, "Laga något som krånglar")
    expect(call.locator(".bar__button[data-name=microphone]")).to_have_attribute(
        "data-on", "false", timeout=SPEAKING_MS
    )
    press(call, "Slå på mikrofonen")
    expect_done(call, "Laga något som krånglar")
    expect_task(call, "Stäng av mikrofonen")
    expect_saved(page, {"failure": "speech"})
