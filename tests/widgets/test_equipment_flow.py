"""The one flow: what is asked, in which order, what ends it, what is remembered and told."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.widgets.conftest import ALLOW_ALL, FAKE_DEVICES, SAVED_SECONDS, Launch, wait_until
from tests.widgets.server import Harness, Saved

pytestmark = pytest.mark.browser

OpenFlow = Callable[..., Page]
TESTING_MS = 20_000
GOOD = ["browser", "speaker", "microphone", "camera", "network"]


@pytest.fixture
def context(launch: Launch) -> Iterator[BrowserContext]:
    """A device of one person: what it remembers stays between its pages."""
    context = launch(FAKE_DEVICES, ALLOW_ALL).new_context()
    yield context
    context.close()


@pytest.fixture
def open_flow(widget_harness: Harness, saved: Saved, context: BrowserContext) -> Iterator[OpenFlow]:
    """The page with the flow on a fake engine; fails the test if a script of the page failed."""
    errors: list[str] = []

    def open_page(setup: str = "", language: str = "en") -> Page:
        page = context.new_page()
        if setup:
            page.add_init_script(setup)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(widget_harness.equipment(language) + "?fake")
        expect(page.locator("html[data-ready]")).to_be_attached()
        return page

    yield open_page
    assert errors == []


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click(timeout=TESTING_MS)


def expect_at(page: Page, title: str) -> None:
    """The person is at this part, and a screen reader stands at its heading."""
    expect(page.get_by_role("heading", level=2, name=title)).to_be_visible(timeout=TESTING_MS)


def hear(page: Page) -> None:
    expect_at(page, "Hear the others")
    press(page, "Test the sound")
    press(page, "Yes, I heard them")


def go_through(page: Page) -> None:
    """Somebody whose things work, and who wears a headset."""
    page.get_by_label("I wear a headset or headphones").check()
    press(page, "Begin")
    hear(page)
    expect_at(page, "Be heard")
    press(page, "Go on")
    expect_at(page, "Be seen")
    press(page, "Go on")
    expect_at(page, "How it went")


def told(saved: Saved) -> dict[str, str]:
    """The last finding of each check, when all of them have reached the server."""
    deadline = time.monotonic() + SAVED_SECONDS
    while len({verdict["check"] for verdict in saved.equipment}) < len(GOOD):
        assert time.monotonic() < deadline, saved.equipment
        time.sleep(0.02)  # between two looks; the requests are under way
    return {verdict["check"]: verdict["finding"] for verdict in saved.equipment}


def test_somebody_whose_things_work_is_ready_after_a_few_presses(
    open_flow: OpenFlow, saved: Saved
) -> None:
    page = open_flow()
    go_through(page)
    expect(page.get_by_text("You are ready.")).to_be_visible()
    wait_until(page, "harness.flow.verdicts.size === 5")
    assert told(saved) == dict.fromkeys(GOOD, "works")
    verdict = next(v for v in saved.equipment if v["check"] == "microphone")
    assert set(verdict) == {
        "id", "check", "verdict", "finding", "figures", "browser", "system", "hall"
    }  # fmt: skip
    assert "Fake microphone" not in str(saved.equipment)


def test_the_microphone_and_the_camera_are_off_at_the_end(open_flow: OpenFlow) -> None:
    page = open_flow()
    go_through(page)
    assert page.evaluate("harness.fake.streams.holdings.size") == 0


def test_the_network_is_measured_behind_the_others_and_waited_for_at_the_end(
    open_flow: OpenFlow,
) -> None:
    page = open_flow()
    # void: Playwright would wait for a promise that it is given
    page.evaluate("void (harness.network.ready = new Promise((done) => (window.measured = done)))")
    page.get_by_label("I wear a headset or headphones").check()
    press(page, "Begin")
    wait_until(page, "harness.flow.frames.network.running !== null")
    hear(page)
    expect_at(page, "Be heard")
    press(page, "Go on")
    expect_at(page, "Be seen")
    press(page, "Go on")
    expect_at(page, "Network")
    page.evaluate("window.measured()")
    expect_at(page, "How it went")


def test_what_worked_is_not_asked_again_on_this_device_and_can_be(open_flow: OpenFlow) -> None:
    go_through(open_flow())
    page = open_flow()
    expect(page.get_by_text("You tested it today.")).to_be_visible()
    press(page, "Begin")
    expect_at(page, "How it went")
    expect(page.get_by_text("You are ready.")).to_be_visible()
    press(page, "Test again: Be heard")
    expect_at(page, "Be heard")
    press(page, "Go on")
    expect_at(page, "How it went")


def test_everything_can_be_tested_again(open_flow: OpenFlow) -> None:
    go_through(open_flow())
    page = open_flow()
    press(page, "Test everything again")
    expect_at(page, "Hear the others")


def test_a_device_that_many_people_use_remembers_nothing(open_flow: OpenFlow, saved: Saved) -> None:
    saved.shared_device = True
    go_through(open_flow())
    page = open_flow()
    assert page.evaluate("Object.keys(localStorage)") == []
    press(page, "Begin")
    expect_at(page, "Hear the others")


def test_somebody_else_on_the_same_device_is_asked(open_flow: OpenFlow, saved: Saved) -> None:
    go_through(open_flow())
    saved.person = "p-bo"
    page = open_flow()
    press(page, "Begin")
    expect_at(page, "Hear the others")


def test_a_server_that_does_not_answer_stops_nobody(open_flow: OpenFlow, saved: Saved) -> None:
    saved.broken = 503
    page = open_flow()
    go_through(page)
    expect(page.get_by_text("You are ready.")).to_be_visible()


def test_what_fails_stands_first_at_the_end_with_what_to_do(open_flow: OpenFlow) -> None:
    page = open_flow()
    page.evaluate("harness.fake.problems.camera = 'busy'")
    page.get_by_label("I wear a headset or headphones").check()
    press(page, "Begin")
    hear(page)
    press(page, "Go on")
    expect_at(page, "Be seen")
    press(page, "Go on")
    expect_at(page, "How it went")
    expect(page.get_by_text("Mend this first.")).to_be_visible()
    expect(page.get_by_role("heading", level=3).first).to_have_text("Be seen")
    expect(page.get_by_text("Another program is using the camera.")).to_be_visible()


def test_every_part_can_be_left_out_without_a_reason(open_flow: OpenFlow, saved: Saved) -> None:
    page = open_flow()
    press(page, "Begin")
    for title in ("Hear the others", "Be heard", "Be seen"):
        expect_at(page, title)
        press(page, "Not for me")
    expect_at(page, "How it went")
    expect(page.get_by_text("Nothing has been tested on this device.")).to_be_visible()
    assert told(saved)["camera"] == "not-for-me"


def test_any_part_can_be_opened_from_the_list_and_the_one_that_was_left_is_turned_off(
    open_flow: OpenFlow,
) -> None:
    page = open_flow()
    page.get_by_label("I wear a headset or headphones").check()
    press(page, "Begin")
    hear(page)
    expect_at(page, "Be heard")
    wait_until(page, "harness.fake.streams.holdings.has('microphone')")
    page.get_by_role("navigation").get_by_role("button", name="Be seen").click()
    expect_at(page, "Be seen")
    wait_until(page, "!harness.fake.streams.holdings.has('microphone')")


def test_a_code_for_a_helper_is_shown_and_read_out_letter_by_letter(open_flow: OpenFlow) -> None:
    page = open_flow()
    go_through(page)
    press(page, "Share with a helper")
    expect(page.get_by_text("K7RM2XQW", exact=True)).to_be_visible()
    expect(page.locator("#announcements")).to_have_text("The code is K 7 R M 2 X Q W")


def test_the_summary_can_be_copied_without_names_of_devices(
    open_flow: OpenFlow, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = open_flow()
    go_through(page)
    press(page, "Copy")
    expect(page.get_by_text("It is copied.")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert "Be heard: Your microphone works." in text
    assert "Loudest sound, in dBFS" in text
    assert "Fake" not in text


def test_where_the_browser_does_not_copy_the_text_is_there_to_take(open_flow: OpenFlow) -> None:
    page = open_flow("delete Navigator.prototype.clipboard;")
    go_through(page)
    press(page, "Copy")
    expect(page.get_by_label("What the test found")).to_have_value(
        # the whole text is in the field
        page.get_by_label("What the test found").input_value()
    )
    assert "Your microphone works." in page.get_by_label("What the test found").input_value()


def test_the_flow_works_by_keyboard_alone(open_flow: OpenFlow) -> None:
    page = open_flow()
    page.get_by_label("I wear a headset or headphones").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect_at(page, "Hear the others")
    expect(page.get_by_role("heading", level=2)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Did you hear three tones?")).to_be_visible()
    page.get_by_role("button", name="Yes, I heard them").focus()
    page.keyboard.press("Enter")
    for _ in ("microphone", "camera"):
        expect(page.get_by_role("button", name="Go on")).to_be_focused(timeout=TESTING_MS)
        page.keyboard.press("Enter")
    expect_at(page, "How it went")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_part_is_accessible_and_fits_a_narrow_screen(
    open_flow: OpenFlow, assert_accessible: Callable[[Page], None], scheme: str
) -> None:
    page = open_flow(language="sv")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 640})
    assert_accessible(page)
    page.get_by_label("Jag har").check()
    page.get_by_role("button", name="Börja").click()
    for check in ("speaker", "microphone", "camera"):
        page.evaluate("(check) => harness.flow.open(check)", check)
        page.evaluate("(check) => void harness.flow.frames[check].start()", check)
        assert_accessible(page)
    page.evaluate("harness.flow.finish()")
    assert_accessible(page)
    page.get_by_text("Siffror").first.click()
    page.get_by_role("button", name="Visa för någon som hjälper dig").click()
    expect(page.get_by_text("K7RM2XQW", exact=True)).to_be_visible()
    assert_accessible(page)
