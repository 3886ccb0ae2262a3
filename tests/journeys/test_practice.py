"""The tasks of the practice call, done in real Chromium and seen by the server."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import open_module, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CALL = "03-your-first-practice-call"
#: What is said before takes some seconds, and both cores may be busy.
SPEAKING_MS = 90_000

#: A computer with neither microphone nor camera.
NO_DEVICES = """
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NotFoundError"); };
"""


def enter_quickly(page: Page, *turned_on: str) -> Locator:
    """Go into the call, quickly, with these turned on before."""
    open_module(page, CALL)
    call = page.locator('[data-step="the-call"]')
    call.get_by_role("button", name="Starta övningssamtalet").click()
    call.get_by_label("Snabbt").check()
    for device in turned_on:
        call.get_by_role("button", name=f"Slå på {device}").click()
    call.get_by_role("button", name="Gå in").click()
    return call


def practise(page: Page) -> Locator:
    """Go into the call, quickly, with the microphone on."""
    return enter_quickly(page, "mikrofonen")


def press(call: Locator, words: str) -> None:
    """One of the buttons at the bottom."""
    call.locator(".bar__button").filter(has_text=words).click()


def expect_task(call: Locator, words: str) -> None:
    now = call.locator(".tasks__row[aria-current=step]")
    expect(now).to_contain_text(words, timeout=SPEAKING_MS)


def expect_done(call: Locator, words: str) -> None:
    row = call.locator(".tasks__row").filter(has_text=words)
    expect(row).to_contain_text("Klart", timeout=SPEAKING_MS)


def expect_said(call: Locator, words: str) -> None:
    """The partner has said this, and it stands in writing."""
    said = call.get_by_role("region", name="Det som har skrivits")
    expect(said).to_contain_text(words, timeout=SPEAKING_MS)


def write(call: Locator, line: str) -> None:
    """Type a line to the partner, and send it."""
    field = call.get_by_label("Skriv till din övningspartner")
    field.press_sequentially(line)
    field.press("Enter")


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


def saved_tasks(page: Page) -> dict[str, str]:
    """What is saved of this person now."""
    answer = page.request.get(f"/api/modules/{CALL}/state")
    tasks: dict[str, str] = answer.json()["evidence"]["tasks"]
    return tasks


def let_break(call: Locator) -> Locator:
    """Ask for something that breaks; returns what the page says of it."""
    call.get_by_role("button", name="Låt något krångla").click()
    expect_task(call, "Laga något som krånglar")
    return call.get_by_role("region", name="Något krånglar med flit")


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
    write(call, "Hej Kim")
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
    let_break(call)
    expect(call.locator(".bar__button[data-name=microphone]")).to_have_attribute(
        "data-on", "false", timeout=SPEAKING_MS
    )
    press(call, "Slå på mikrofonen")
    expect_done(call, "Laga något som krånglar")
    expect_task(call, "Stäng av mikrofonen")
    expect_saved(page, {"failure": "speech"})


def test_everything_can_be_done_in_writing_without_microphone_and_camera(
    person: Callable[..., Page],
) -> None:
    page = person()
    page.add_init_script(NO_DEVICES)
    sign_in(page, "Tyra Text")
    call = enter_quickly(page)
    answers = {
        "Säg något": "Gröt med lingon",
        "Stäng av mikrofonen": "Jag har ingen",
        "Slå på mikrofonen igen": "Jag skriver i stället",
        "Visa dig med kameran": "Jag vill inte synas",
        "Skriv en rad": "Hej Kim",
        "Räck upp handen": "Jag vill säga något",
        "Visa din skärm": "Jag skulle ha visat ett brev",
    }
    for task, line in answers.items():
        expect_task(call, task)
        write(call, line)
        expect_done(call, task)
    expect_said(call, "Det var allt.")
    # what answers writing is said and written, and told once
    chat = call.get_by_role("region", name="Chatt")
    expect(chat.get_by_text("Tack, jag kan läsa det du skriver.")).to_have_count(1)
    expect(
        call.locator("[aria-live] meter, [role=status] meter, [role=alert] meter")
    ).to_have_count(0)
    ways = "speak", "mute", "unmute", "camera", "chat", "hand", "screen"
    expect_saved(page, dict.fromkeys(ways, "text"))
    press(call, "Lämna samtalet")
    expect(call.get_by_text("Samtalet är slut.").first).to_be_visible()
