"""The whole test of the equipment on a real server: devices that speak, hum, stop or refuse."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests import equipment_media as made
from tests.conftest import RunningCourse
from tests.journeys.conftest import PHONE, assert_accessible
from tests.journeys.equipment_visitor import DEVICES, FAKE_DEVICES, LONG_MS, MEASURED, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "Hörde du tre toner?"
#: How the end greets, by the worst verdict.
GREETING = {
    "pass": "Du är redo.",
    "warn": "Du kan vara med.",
    "fail": "Det här behöver lösas först.",
}
#: A name that leads here, and that browsers don't trust as they trust `localhost`.
UNTRUSTED = "kurs.test"

#: The browser lends out neither, each for its own reason.
REFUSE = """navigator.mediaDevices.getUserMedia = async ({ audio }) => {
  if (audio) throw new DOMException("Could not start audio source", "NotReadableError");
  throw new OverconstrainedError("width");
};"""

#: A browser that can choose no loudspeaker and tells nothing of permissions.
OLDER = """delete HTMLMediaElement.prototype.setSinkId;
Object.defineProperty(Navigator.prototype, "permissions", { value: undefined });"""

FACEBOOK = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/130.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/480.0.0.0;]"
)


# -- everything works


def tab_to(page: Page, target: Locator, key: str) -> None:
    """Press the key until the target has the focus."""
    expect(target).to_be_visible(timeout=LONG_MS)
    for _ in range(20):
        page.keyboard.press(key)
        if target.evaluate("(element) => element === document.activeElement"):
            return
    pytest.fail(f"{key} does not lead to {target}")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def wait_out_the_network(page: Page) -> None:
    """What passes goes on by itself; what is only good enough waits to be read."""
    end = page.get_by_role("heading", level=2, name="Så gick det")
    onward = button(page, "Gå vidare")
    expect(end.or_(onward)).to_be_visible(timeout=LONG_MS)
    if onward.is_visible():
        tab_to(page, onward, "Tab")
        page.keyboard.press("Enter")
    expect(end).to_be_visible(timeout=LONG_MS)


def go_through_by_keyboard(page: Page) -> None:
    """Nothing but the keyboard, from the first question to the end."""
    page.get_by_label("Jag har hörlurar på mig").focus()
    page.keyboard.press("Space")
    tab_to(page, button(page, "Börja"), "Tab")
    page.keyboard.press("Enter")
    tab_to(page, button(page, "Testa ljudet"), "Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#announcements")).to_have_text(QUESTION, timeout=LONG_MS)
    tab_to(page, button(page, "Ja, jag hörde dem"), "Shift+Tab")
    page.keyboard.press("Enter")
    for title in ("Höras", "Synas"):
        expect(page.get_by_role("heading", level=2, name=title)).to_be_visible(timeout=LONG_MS)
        # where it passes the way on has the focus already
        expect(button(page, "Gå vidare")).to_be_focused(timeout=LONG_MS)
        page.keyboard.press("Enter")
    wait_out_the_network(page)


def test_somebody_whose_things_work_is_ready_in_one_go(
    tester: Callable[..., Visitor], good: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    tested = tester(good, language="sv")
    page = tested.page
    started = time.monotonic()
    go_through_by_keyboard(page)
    seconds = time.monotonic() - started
    with capsys.disabled():
        # nobody has to think here, so that all of it is waiting for the machine
        print(f"\nequipment: {seconds:.0f} s from the first press to the end")

    found = tested.known("browser", "speaker", "microphone", "camera", "network")
    assert found.pop("network") in MEASURED
    assert found.pop("speaker") in {"works", "heard-by-microphone"}
    assert found == dict.fromkeys(["browser", "microphone", "camera"], "works")
    greeting = GREETING[tested.verdicts()["network"]["verdict"]]
    expect(page.get_by_text(greeting)).to_be_visible()

    spoken = "\n".join(page.evaluate("globalThis.spoken"))
    for sentence in (QUESTION, "Din mikrofon fungerar.", "Din kamera fungerar."):
        assert sentence in spoken
    assert "dBFS" not in spoken, "the meter is no news"


def test_the_end_of_the_test_is_accessible_on_a_phone_and_opens_for_a_helper(
    tester: Callable[..., Visitor], good: Browser
) -> None:
    tested = tester(good, viewport=PHONE)
    page = tested.page
    assert_accessible(page)
    tested.begin()
    tested.expect_told("Your microphone works.")
    assert_accessible(page)
    tested.go_on()
    tested.expect_told("Your camera works.")
    page.get_by_role("navigation", name="The parts of the test").get_by_role(
        "button", name="Network"
    ).click()
    page.get_by_role("button", name="Not on this device").click()
    tested.expect_at("How it went")
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)

    tested.press("Share with a helper")
    code = page.locator(".equipment__code")
    expect(code).to_be_visible(timeout=LONG_MS)
    page.goto(f"/equipment/report/{code.text_content()}")
    expect(page.get_by_role("region", name="Microphone")).to_contain_text("Your microphone works.")


def test_what_worked_is_not_asked_again_on_the_same_device(
    tester: Callable[..., Visitor], good: Browser
) -> None:
    tested = tester(good, setup=OLDER)
    tested.begin()
    # a browser that tells nothing of permissions is asked by a press
    tested.press("Test the microphone")
    tested.expect_told("Your microphone works.")
    tested.page.reload()
    expect(tested.page.get_by_text("You tested it today.")).to_be_visible(timeout=LONG_MS)
    tested.page.get_by_label("I wear a headset or headphones").check()
    tested.press("Begin")
    tested.expect_at("Hear the others")
    tested.press("Test the sound")
    expect(tested.page.get_by_text("that the device itself has chosen")).to_be_visible()
    tested.press("Yes, I heard them")
    tested.expect_at("Be seen")


# -- devices that give nothing worth having


def test_silence_and_a_black_picture_never_pass(
    tester: Callable[..., Visitor], devices: Callable[[Path, Path], Browser], tmp_path: Path
) -> None:
    sound = made.write_sound(tmp_path / "silence.wav", made.silence())
    picture = made.write_picture(tmp_path / "black.y4m", made.black())
    tested = tester(devices(sound, picture))
    tested.begin()
    tested.expect_told("We hear nothing at all.")
    tested.go_on()
    tested.expect_told("its picture is black.")
    assert tested.known("microphone", "camera") == {"microphone": "silent", "camera": "black"}


def test_a_hum_and_a_standing_picture_never_pass(
    tester: Callable[..., Visitor], devices: Callable[[Path, Path], Browser], tmp_path: Path
) -> None:
    sound = made.write_sound(tmp_path / "hum.wav", made.hum())
    picture = made.write_picture(tmp_path / "standing.y4m", made.standing())
    tested = tester(devices(sound, picture))
    tested.begin()
    # a browser may take the hum away, and then there is nobody who speaks
    told = tested.page.get_by_role("status").filter(has_text="We hear")
    nobody = tested.page.get_by_role("status").filter(has_text="we heard nobody speak")
    expect(told.or_(nobody).first).to_be_visible(timeout=LONG_MS)
    tested.go_on()
    tested.expect_told("The picture stands quite still.")
    found = tested.known("microphone", "camera")
    assert found["microphone"] in {"noisy", "no-voice", "silent"}
    assert found["camera"] == "still"


def test_a_voice_that_cracks_and_a_picture_that_jerks_are_warned_of(
    tester: Callable[..., Visitor], devices: Callable[[Path, Path], Browser], tmp_path: Path
) -> None:
    sound = made.write_sound(tmp_path / "cracking.wav", made.voice(gain=12))
    picture = made.write_picture(tmp_path / "jerking.y4m", made.moving(), frames_a_second=3)
    tested = tester(devices(sound, picture))
    tested.begin()
    tested.expect_told("your voice cracks")
    tested.go_on()
    tested.expect_told("Your picture moves in jerks.")
    assert tested.known("microphone", "camera") == {"microphone": "clipping", "camera": "slow"}


def test_a_voice_that_the_browser_lifts_is_still_told_as_weak(
    tester: Callable[..., Visitor], devices: Callable[[Path, Path], Browser], tmp_path: Path
) -> None:
    sound = made.write_sound(tmp_path / "weak.wav", made.voice(gain=0.01))
    picture = made.write_picture(tmp_path / "moving.y4m", made.moving())
    tested = tester(devices(sound, picture))
    tested.begin()
    tested.expect_told("We hear you only very weakly.")
    tested.expect_told("Come closer to the microphone and talk again")
    tested.go_on()
    tested.expect_told("Your camera works.")
    assert tested.known("microphone") == {"microphone": "weak"}


# -- devices that are not lent out


def test_a_refused_permission_is_told_with_drawn_steps_and_tried_again_when_it_is_given(
    tester: Callable[..., Visitor], launch: Callable[..., Browser]
) -> None:
    tested = tester(launch(FAKE_DEVICES, "--deny-permission-prompts"), allow=False)
    page = tested.page
    tested.begin()
    tested.press("Test the microphone")
    tested.expect_told("The page may not use the microphone.")
    expect(page.locator(".check svg").first).to_be_visible()
    assert_accessible(page)
    tested.go_on()
    tested.press("Test the camera")
    tested.expect_told("The page may not use the camera.")
    assert tested.known("microphone", "camera") == dict.fromkeys(DEVICES, "denied")
    # nobody presses anything, and nothing is loaded again
    page.context.grant_permissions(DEVICES)
    tested.expect_told("Your camera works.")


@pytest.mark.parametrize(
    ("switch", "check", "part", "sentence"),
    [
        ("--disable-audio-input", "microphone", "Be heard", "We find no microphone."),
        (f"{FAKE_DEVICES}=device-count=0", "camera", "Be seen", "We find no camera."),
    ],
    ids=DEVICES,
)
def test_a_device_that_is_missing_is_told_from_one_that_is_refused(
    tester: Callable[..., Visitor],
    launch: Callable[..., Browser],
    switch: str,
    check: str,
    part: str,
    sentence: str,
) -> None:
    tested = tester(launch(switch))
    parts = tested.page.get_by_role("navigation", name="The parts of the test")
    parts.get_by_role("button", name=part).click()
    tested.expect_told(sentence)
    assert tested.known(check) == {check: "missing"}


def test_where_everything_fails_the_flow_still_comes_to_its_end(
    tester: Callable[..., Visitor], good: Browser
) -> None:
    def swallow(page: Page) -> None:
        page.route_web_socket("**/api/equipment/mirror", lambda socket: None)

    tested = tester(good, setup=REFUSE, prepare=swallow)
    tested.begin()
    tested.expect_told("Another program is using the microphone.")
    tested.go_on()
    tested.expect_told("The camera does not suit the browser.")
    tested.go_on()
    tested.expect_at("Network")
    tested.expect_told("stops the line that meetings are steered by")
    tested.go_on()
    tested.expect_at("How it went")
    expect(tested.page.get_by_text("Mend this first.")).to_be_visible()
    assert tested.known("microphone", "camera", "network") == {
        "microphone": "busy",
        "camera": "overconstrained",
        "network": "websocket-blocked",
    }


# -- browsers and pages in which nothing can work


@pytest.mark.parametrize(
    ("options", "finding", "sentence"),
    [
        (
            {"setup": "delete globalThis.RTCPeerConnection;"},
            "add-on-blocks",
            "Something that has been added to your browser stops meetings",
        ),
        ({"user_agent": FACEBOOK}, "in-app", "The page is open inside another app"),
    ],
    ids=["an add-on", "another app"],
)
def test_a_browser_that_can_hold_no_meeting_is_told_at_once(
    tester: Callable[..., Visitor],
    good: Browser,
    options: dict[str, Any],
    finding: str,
    sentence: str,
) -> None:
    tested = tester(good, **options)
    tested.press("Begin")
    tested.expect_told(sentence)
    assert tested.known("browser") == {"browser": finding}


def lend_to_frames(route: Route) -> None:
    """As where a proxy takes our own policy away: with it no other page can show ours."""
    answer = route.fetch()
    ours = {"content-security-policy", "x-frame-options"}
    headers = {name: value for name, value in answer.headers.items() if name not in ours}
    route.fulfill(response=answer, headers=headers)


def test_a_page_inside_another_opens_in_a_tab_of_its_own(
    tester: Callable[..., Visitor], good: Browser
) -> None:
    page = tester(good).page
    outside = '<iframe src="/equipment" title="inside" width="900" height="800"></iframe>'
    page.route("**/outside", lambda route: route.fulfill(body=outside, content_type="text/html"))
    page.route("**/equipment", lend_to_frames)
    page.goto("/outside")
    inside = page.frame_locator("iframe")
    inside.get_by_role("button", name="Begin").click(timeout=LONG_MS)
    told = inside.get_by_role("status").filter(has_text="shown inside another page")
    expect(told.first).to_be_visible(timeout=LONG_MS)
    with page.context.expect_page() as opened:
        inside.get_by_role("link", name="Open this page in a tab of its own").click()
    begin = opened.value.get_by_role("button", name="Begin")
    expect(begin).to_be_visible(timeout=LONG_MS)


def test_a_page_without_https_is_told_to_ask_for_it(
    tester: Callable[..., Visitor], launch: Callable[..., Browser], course: RunningCourse
) -> None:
    browser = launch(f"--host-resolver-rules=MAP {UNTRUSTED} 127.0.0.1")
    tested = tester(browser, allow=False, address=f"http://{UNTRUSTED}:{course.port}")
    tested.press("Begin")
    tested.expect_told("The page is not opened the secure way")
