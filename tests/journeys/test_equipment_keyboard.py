"""The whole module of the equipment with the keyboard alone, to full points and handed in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import open_module
from tests.journeys.equipment_visitor import DEVICES, LISTEN, LONG_MS
from tests.journeys.keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MODULE = "02-test-your-equipment"
REPAIRED = "Du har lagat den."
SAVED = "Ditt svar är sparat."
FULL = "Du fick 5 av 5 poäng."
ORDER = (
    "Jag sätter i hörlurarna",
    "Jag klickar på länken i inbjudan",
    "Jag svarar Tillåt när webbläsaren frågar",
    "Jag kontrollerar att jag hörs och syns",
    "Jag går in i mötet",
)


@pytest.fixture(scope="module")
def browser(good: Browser) -> Browser:
    """Somebody speaks into the microphone and moves before the camera."""
    return good


@pytest.fixture
def page(person: Callable[..., Page]) -> Page:
    """Somebody who has come to the module without a mouse."""
    page = person()
    page.context.grant_permissions(DEVICES)
    page.add_init_script(LISTEN)
    page.goto("/")
    expect(page.get_by_label("Vad heter du?")).to_be_focused()
    page.keyboard.type("Tyra Tangent")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tyra")
    open_module(page, MODULE)
    return page


def step(page: Page, name: str) -> Locator:
    return page.locator(f'[data-step="{name}"]')


def expect_spoken(page: Page, words: str) -> None:
    """A screen reader is told this by itself."""
    told = "(words) => globalThis.spoken.some((each) => each.includes(words))"
    page.wait_for_function(told, arg=words, timeout=LONG_MS)


def hear(page: Page, keyboard: Keyboard) -> None:
    keyboard.go_to("Testa ljudet")
    keyboard.press("Enter")
    expect_spoken(page, "Hörde du tre toner?")
    keyboard.go_to("Ja, jag hörde dem", "Shift+Tab")
    keyboard.press("Enter")
    expect_spoken(page, "Ditt ljud fungerar.")
    keyboard.assert_kept()


def be_heard_and_seen(page: Page, keyboard: Keyboard) -> None:
    keyboard.go_to("Jag har hörlurar på mig")
    keyboard.press("Space")
    for start, told in (
        ("Testa mikrofonen", "Din mikrofon fungerar."),
        ("Testa kameran", "Din kamera fungerar."),
    ):
        keyboard.go_to(start)
        keyboard.press("Enter")
        expect_spoken(page, told)
        # the same button ends it, and nothing stays on
        keyboard.press("Enter")
        keyboard.assert_kept()


def measure(page: Page, keyboard: Keyboard) -> None:
    keyboard.go_to("Testa nätverket")
    keyboard.press("Enter")
    check = step(page, "network")
    expect(check.get_by_role("button", name="Testa igen")).to_be_focused(timeout=LONG_MS)
    verdict = check.locator("[role=status] .notice").first
    expect_spoken(page, verdict.locator("p").first.inner_text())


def repair(page: Page, keyboard: Keyboard) -> None:
    def computer(exercise: str) -> Locator:
        return page.locator(f"#exercise-{exercise}").get_by_role("group", name="Ritad dator")

    keyboard.go_to("mikrofonen är blockerad")
    keyboard.press("Enter")
    may_listen = computer("fix-permission").get_by_role(
        "group", name="Får sidan använda mikrofonen?"
    )
    keyboard.reach(may_listen.get_by_role("radio", checked=True))
    keyboard.press("ArrowUp")
    expect_repaired(page, 1)
    keyboard.go_to("Knappen på hörlurarnas sladd")
    keyboard.press("Space")
    expect_repaired(page, 2)
    keyboard.reach(computer("fix-lost-sound").get_by_role("button", name="Mötets inställningar"))
    keyboard.press("Enter")
    keyboard.reach(computer("fix-lost-sound").get_by_label("Ljudet kommer ur"))
    keyboard.type("Hörlurarna")
    expect_repaired(page, 3)


def expect_repaired(page: Page, count: int) -> None:
    """The focus goes to what is told, because what was pressed can be pressed no more."""
    expect(step(page, "practise").get_by_text(REPAIRED)).to_have_count(count)
    expect(page.locator(":focus")).to_contain_text(REPAIRED)
    expect(step(page, "practise").get_by_text(SAVED)).to_have_count(count)
    expect_spoken(page, SAVED)


def choose_by_arrow(keyboard: Keyboard, choice: Locator, key: str) -> None:
    """One step at a time, until that one is chosen."""
    for _ in range(3):
        if choice.is_checked():
            break
        keyboard.press(key)
    expect(choice).to_be_checked()
    keyboard.assert_kept()


def answer(page: Page, keyboard: Keyboard) -> None:
    question = page.locator("#exercise-no-sound")
    keyboard.reach(question.get_by_role("radio").first)
    choose_by_arrow(
        keyboard,
        question.get_by_label("Jag ser efter att hörlurarna sitter i och att ljudet är på"),
        "ArrowDown",
    )
    expect_spoken(page, SAVED)


def put_in_order(page: Page, keyboard: Keyboard) -> None:
    items = page.locator("#exercise-before-the-meeting ol > li")
    for place, text in enumerate(ORDER):
        at = next(i for i, found in enumerate(items.all_inner_texts()) if text in found)
        if at == place:
            continue
        # the focus is on the item before this one, or above them all
        keyboard.reach(items.filter(has_text=text).get_by_role("button", name="Flytta upp"))
        for _ in range(at - place):
            keyboard.press("Enter")
        expect_spoken(page, f"{text} är nu nummer {place + 1} av {len(ORDER)}.")
        keyboard.assert_kept()


def hand_in(page: Page, keyboard: Keyboard) -> None:
    remember = step(page, "remember")
    keyboard.reach(remember.get_by_role("button", name="Lämna in"))
    keyboard.press("Enter")
    expect(page.locator(":focus")).to_contain_text(FULL, timeout=LONG_MS)

    # who goes on while it is looked at keeps the place, and is told all the same
    keyboard.reach(remember.get_by_role("button", name="Lämna in igen"), "Shift+Tab")
    keyboard.press("Enter")
    expect(remember.get_by_role("progressbar")).to_be_visible()
    keyboard.press("Tab")
    keyboard.assert_kept()
    expect_spoken(page, FULL)


def test_the_module_of_the_equipment_is_done_with_the_keyboard_to_full_points(page: Page) -> None:
    keyboard = Keyboard(page)
    hear(page, keyboard)
    be_heard_and_seen(page, keyboard)
    measure(page, keyboard)
    repair(page, keyboard)
    answer(page, keyboard)
    put_in_order(page, keyboard)
    hand_in(page, keyboard)
