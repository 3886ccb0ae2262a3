"""Before a call: devices one by one, none of them needed; where one sits; how one is named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.widgets.call_server import CallServer
from tests.widgets.conftest import ALLOW_ALL, FAKE_DEVICES, LOOPBACK, Launch, OpenCall, wait_until

pytestmark = pytest.mark.browser

NOTE_ASKED = """
window.asked = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wanted) => {
  window.asked.push(Object.keys(wanted).join());
  return ask(wanted);
};
"""
# a browser that says no does not say beside it that the page may
REFUSE = """
delete Navigator.prototype.permissions;
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "%s"); };
"""
HALL = "In the hall, together with others who take part"


def test_nothing_of_me_is_sent_by_itself(open_call: OpenCall, call_server: CallServer) -> None:
    caller = open_call()
    caller.sees("The others see you as")
    caller.sees("Alma Ek")
    expect(caller.button("Turn the microphone on")).to_be_visible()
    assert call_server.visits == []
    caller.go_in()
    join = call_server.receives("join")
    assert (join["microphone"], join["camera"], join["hall"]) == (False, False, False)


def test_the_meter_moves_before_anything_is_sent(open_call: OpenCall) -> None:
    caller = open_call()
    caller.sees("Your microphone hears you.")
    meter = "document.querySelector('meter[aria-label=\"Sound from your microphone\"]').value"
    wait_until(caller.page, f"{meter} > 10")


def test_what_was_turned_on_before_is_on_inside(
    open_call: OpenCall, call_server: CallServer
) -> None:
    caller = open_call()
    caller.press("Turn the microphone on")
    caller.press("Turn the camera on")
    expect(caller.button("Turn the camera off")).to_be_visible()
    preview = caller.call.get_by_label("Your own picture")
    expect(preview).to_be_visible()
    assert preview.evaluate("(v) => getComputedStyle(v).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    caller.go_in()
    call_server.receives("join", microphone=True, camera=True)


def test_the_microphone_is_asked_for_alone_and_the_camera_when_it_is_wanted(
    open_call: OpenCall,
) -> None:
    caller = open_call(setup=NOTE_ASKED)
    caller.sees("Your microphone hears you.")
    assert caller.page.evaluate("asked") == ["audio"]
    caller.press("Turn the camera on")
    expect(caller.button("Turn the camera off")).to_be_visible()
    assert caller.page.evaluate("asked") == ["audio", "video"]


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        ("NotAllowedError", "The browser is not allowed to use your microphone."),
        ("NotFoundError", "No microphone was found."),
        ("NotReadableError", "Another program is using your microphone."),
        ("TypeError", "Your microphone could not be started."),
    ],
)
def test_a_device_that_fails_never_stops_the_call(
    open_call: OpenCall, call_server: CallServer, refusal: str, sentence: str
) -> None:
    caller = open_call(setup=REFUSE % refusal)
    caller.sees(sentence)
    caller.go_in()
    caller.press("Turn the microphone on")
    caller.sees(sentence)
    assert call_server.receives("state")["microphone"] is False
    expect(caller.button("Turn the microphone on")).to_be_visible()


def test_a_browser_without_devices_can_still_take_part(open_call: OpenCall) -> None:
    insecure = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined });"
    caller = open_call(setup=insecure)
    caller.go_in()
    expect(caller.call.get_by_label("Write to the others")).to_be_visible()
    expect(caller.button("Show your screen")).to_be_hidden()


def test_a_person_who_does_not_answer_the_browser_can_go_in(open_call: OpenCall) -> None:
    hold = "navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined);"
    open_call(setup=hold).go_in()


def test_in_the_hall_there_is_neither_sound_nor_others_pictures(
    open_call: OpenCall, call_server: CallServer
) -> None:
    call_server.script.media = True
    caller = open_call()
    caller.call.get_by_label(HALL).check()
    caller.sees("In the hall your device is silent")
    expect(caller.button("Turn the microphone on")).to_be_hidden()
    caller.go_in()
    call_server.receives("join", hall=True)
    call_server.receives("view", count=0)
    wait_until(caller.page, "document.querySelectorAll('audio').length === 3")
    silent = "[...document.querySelectorAll('audio')].every((a) => a.muted)"
    assert caller.page.evaluate(silent)
    caller.press("Turn the microphone on")
    caller.sees("You are in the hall, so your microphone stays off.")
    assert call_server.receives("state")["microphone"] is False


def test_a_headset_brings_sound_back_in_the_hall(
    open_call: OpenCall, call_server: CallServer
) -> None:
    call_server.script.media = True
    caller = open_call()
    caller.call.get_by_label(HALL).check()
    caller.go_in()
    caller.press("Turn the microphone on")
    caller.press("I wear a headset")
    call_server.receives("state", hall=False)
    call_server.receives("view", count=5)
    expect(caller.call.get_by_text("so your microphone stays off")).to_have_count(0)
    wait_until(caller.page, "[...document.querySelectorAll('audio')].every((a) => !a.muted)")
    caller.press("Turn the microphone on")
    call_server.receives("state", microphone=True)


def test_place_and_camera_are_remembered_for_the_next_call(
    open_call: OpenCall, call_server: CallServer
) -> None:
    caller = open_call()
    caller.call.get_by_label(HALL).check()
    caller.press("Turn the camera on")
    expect(caller.button("Turn the camera off")).to_be_visible()
    caller.go_in()
    caller.press("Leave the call")
    caller.press("Go in again")
    expect(caller.call.get_by_label(HALL)).to_be_checked()
    expect(caller.button("Turn the camera off")).to_be_visible()


def test_the_device_that_was_tested_is_the_one_that_is_used(open_call: OpenCall) -> None:
    remember = "sessionStorage.setItem('motesklar:device:microphone', 'chosen-before');"
    note = NOTE_ASKED.replace("Object.keys(wanted).join()", "JSON.stringify(wanted.audio)")
    caller = open_call(setup=remember + note)
    caller.sees("Your microphone hears you.")
    # the one chosen then is not plugged in here, so another one is taken
    assert caller.page.evaluate("asked") == ['{"deviceId":{"exact":"chosen-before"}}', "true"]


def test_practice_is_calm_unless_somebody_wants_it_quick(
    open_call: OpenCall, call_server: CallServer
) -> None:
    caller = open_call("practice")
    expect(caller.call.get_by_label("Calmly, one thing at a time")).to_be_checked()
    caller.call.get_by_label("Quickly, I have done this before").check()
    caller.go_in()
    call_server.receives("join", pace="quick")


def test_leaving_the_page_before_the_call_turns_the_microphone_off(open_call: OpenCall) -> None:
    keep = NOTE_ASKED.replace(
        "return ask(wanted);", "return ask(wanted).then((stream) => (window.stream = stream));"
    )
    caller = open_call("practice", setup=keep)
    caller.sees("Your microphone hears you.")
    caller.page.evaluate("closeWidget()")
    wait_until(caller.page, "stream.getTracks().every((t) => t.readyState === 'ended')")


def test_silence_is_not_taken_for_a_voice(
    open_call: OpenCall, launch: Launch, silent_wav: Path
) -> None:
    silence = f"--use-file-for-fake-audio-capture={silent_wav}"
    caller = open_call(browser=launch(FAKE_DEVICES, ALLOW_ALL, LOOPBACK, silence))
    wait_until(caller.page, "document.querySelectorAll('select option').length > 0")
    caller.sees("Say something. The bar moves when you are heard.")


def test_the_keyboard_goes_from_the_look_before_into_the_call_and_out(
    open_call: OpenCall, call_server: CallServer
) -> None:
    caller = open_call()
    caller.button("Go in").focus()
    caller.page.keyboard.press("Enter")
    expect(caller.call.get_by_role("status").first).to_be_focused()
    caller.button("Leave the call").focus()
    caller.page.keyboard.press("Space")
    caller.sees("You have left the call.")
    focused = "document.activeElement.textContent.includes('You have left')"
    wait_until(caller.page, focused)


def test_the_look_before_is_accessible(
    open_call: OpenCall, assert_accessible: Callable[[Page], None]
) -> None:
    caller = open_call("practice", language="sv", viewport={"width": 320, "height": 700})
    caller.call.get_by_label("I salen, tillsammans med andra som är med").check()
    assert_accessible(caller.page)
