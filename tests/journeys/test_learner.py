"""A learner alone: from typing a name to a graded result, with real sound and picture."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from tests import equipment_media as made
from tests.chromium import SWITCHES, chromium_path
from tests.conftest import RunningCourse
from tests.journeys.conftest import (
    DESKTOP,
    PHONE,
    assert_accessible,
    open_module,
    sign_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WHY = "01-why-meet-online"
CALL = "03-your-first-practice-call"
GRADING_MS = 60_000


@pytest.fixture(scope="module")
def browser(driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Somebody speaks: the microphone that Chromium invents beeps at full scale."""
    voice = made.write_sound(tmp_path_factory.mktemp("voice") / "voice.wav", made.voice())
    switches = [*SWITCHES, f"--use-file-for-fake-audio-capture={voice}"]
    browser = driver.chromium.launch(executable_path=chromium_path(), args=switches)
    yield browser
    browser.close()


def step(page: Page, step_id: str) -> Locator:
    return page.locator(f'[data-step="{step_id}"]')


def put_in_order(box: Locator, wanted: list[str]) -> None:
    """Move the items with their own buttons until they stand as `wanted`."""
    for place, text in enumerate(wanted):
        items = box.locator("ol > li").filter(has=box.page.get_by_role("button"))
        texts = items.all_inner_texts()
        at = next(i for i, found in enumerate(texts) if text in found)
        for _ in range(at - place):
            items.filter(has_text=text).get_by_role("button", name="Flytta upp").click()
    expect(box.get_by_text("Sparat", exact=False).first).to_be_visible()


def choose(page: Page, answer: str) -> None:
    page.get_by_label(answer, exact=True).check()


def hand_in(page: Page) -> None:
    step(page, "remember").get_by_role("button", name="Lämna in").click()


def test_from_a_name_to_full_points_and_back(person: Callable[..., Page]) -> None:
    page = person()
    sign_in(page, "Kerstin Ek")
    assert_accessible(page)
    page.get_by_role("link", name="Varför mötas på webben").first.click()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert_accessible(page)
    choose(page, "De möts på webben")
    choose(page, "Ett samtal med en anhörig som är i sorg")
    put_in_order(
        step(page, "how-a-meeting-goes").locator(".widget"),
        [
            "Jag får en inbjudan med en länk",
            "Jag klickar på länken",
            "Jag kontrollerar att ljudet och bilden fungerar",
            "Jag hälsar och pratar med de andra",
            "Jag säger hej då och lämnar mötet",
        ],
    )
    hand_in(page)
    result = step(page, "remember")
    expect(result.get_by_text("3 av 3").first).to_be_visible(timeout=GRADING_MS)
    expect(result.get_by_text("Ett kort möte mellan kolleger")).to_be_visible()
    assert_accessible(page)

    page.reload()
    expect(step(page, "remember").get_by_text("3 av 3").first).to_be_visible()
    expect(page.get_by_label("De möts på webben", exact=True)).to_be_checked()


def test_a_wrong_answer_is_explained_and_can_be_tried_again(person: Callable[..., Page]) -> None:
    page = person()
    sign_in(page, "Birgitta Ny")
    open_module(page, WHY)
    choose(page, "Alla reser till stadshuset")
    hand_in(page)
    page.get_by_role("button", name="Lämna in").last.click()  # yes, with gaps
    result = step(page, "remember")
    expect(result.get_by_text("0 av 3").first).to_be_visible(timeout=GRADING_MS)
    choose(page, "De möts på webben")
    result.get_by_role("button", name="Lämna in").last.click()
    page.get_by_role("button", name="Lämna in").last.click()
    expect(result.get_by_text("1 av 3").first).to_be_visible(timeout=GRADING_MS)


def test_what_really_happened_in_the_call_is_graded(person: Callable[..., Page]) -> None:
    page = person()
    sign_in(page, "Sven Tal")
    open_module(page, CALL)
    ready = step(page, "ready")
    ready.get_by_role("button", name="Testa mikrofonen").click()
    expect(ready.get_by_text("Din mikrofon fungerar", exact=False).first).to_be_visible()

    call = step(page, "the-call")
    call.get_by_role("button", name="Starta övningssamtalet").click()
    call.get_by_role("button", name="Gå in").click()
    expect(call.get_by_text("Hej", exact=False).first).to_be_visible()
    # who speaks while muted is offered the same button in a notice, too
    call.locator("button[data-name=microphone]").click()
    assert _heard_seconds(page) > 0.5, "the partner's voice must really arrive"
    expect(call.get_by_text("Kim har hört dig i 3 sekunder")).to_be_visible(timeout=60_000)
    assert_accessible(page)
    call.get_by_role("button", name="Lämna samtalet").click()

    choose(page, "Jag slår av min mikrofon och fortsätter att lyssna")
    put_in_order(
        step(page, "how-it-went").locator(".widget").last,
        [
            "Jag väntar tills den som talar är klar",
            "Jag slår på mikrofonen",
            "Jag säger det jag vill säga",
            "Jag slår av mikrofonen igen",
        ],
    )
    hand_in(page)
    expect(step(page, "remember").get_by_text("3 av 3").first).to_be_visible(timeout=GRADING_MS)


def _heard_seconds(page: Page) -> float:
    """Seconds of remote sound that the browser has played out."""
    remote = page.locator("audio")
    played = 0.0
    for _ in range(100):
        times: list[float] = remote.evaluate_all(
            "all => all.filter(a => a.srcObject).map(a => a.currentTime)"
        )
        played = max(times, default=0.0)
        if played > 0.5:
            break
        page.wait_for_timeout(100)
    return played


def test_another_browser_goes_on_where_the_first_left(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    first = person()
    sign_in(first, "Maj Flytt")
    open_module(first, WHY)
    choose(first, "De möts på webben")
    expect(step(first, "when-it-fits").get_by_text("Sparat").first).to_be_visible()
    first.goto("/device")
    first.get_by_role("button", name="Visa en kod").click()
    code = first.get_by_role("region", name="Med en annan dator").locator(".case-code").inner_text()

    second = person()
    second.goto("/sign-in")
    second.get_by_role("textbox", name="Kod").fill(code)
    second.get_by_role("textbox", name="Kod").press("Enter")
    expect(second.get_by_role("heading", level=1)).to_contain_text("Maj")
    open_module(second, WHY)
    expect(second.get_by_label("De möts på webben", exact=True)).to_be_checked()


def test_the_trip_calculator_is_answered_by_its_kernel(person: Callable[..., Page]) -> None:
    page = person()
    sign_in(page, "Rolf Resa")
    open_module(page, WHY)
    trip = step(page, "your-trip").locator(".widget")
    before = trip.inner_text()
    trip.get_by_label("Möten i månaden").fill("100")
    trip.get_by_label("Möten i månaden").press("Tab")
    expect(trip).not_to_have_text(before)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_a_learner_is_accessible(
    person: Callable[..., Page], viewport: dict[str, int], scheme: str
) -> None:
    page = person(viewport=viewport, color_scheme=scheme)
    page.goto("/sign-in")
    assert_accessible(page)
    sign_in(page, "Asta Alla")
    for path in ("/", "/me", "/device", "/join", "/help", "/accessibility", "/privacy", "/nowhere"):
        page.goto(path)
        assert_accessible(page)
    for module in (WHY, "02-test-your-equipment", CALL):
        open_module(page, module)
        assert_accessible(page)


def test_english_is_one_click_away_and_remembered(person: Callable[..., Page]) -> None:
    page = person()
    sign_in(page, "Ellen Lang")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    open_module(page, WHY)
    expect(page.get_by_role("heading", level=1)).to_have_text("Why meet online")
    expect(page.get_by_text("Hand in").first).to_be_visible()
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_keyboard_alone_is_enough_to_answer(person: Callable[..., Page]) -> None:
    page = person()
    sign_in(page, "Tage Tangent")
    open_module(page, WHY)
    page.get_by_label("Alla reser till stadshuset", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("De möts på webben", exact=True)).to_be_checked()
    expect(step(page, "when-it-fits").get_by_text("Sparat").first).to_be_visible()
