"""Writing in a call: seen letter by letter, read aloud by the phrase; and the keys."""

import pytest
from playwright.sync_api import expect

from tests.widgets.call_server import CallServer
from tests.widgets.calls import ANNA, Caller
from tests.widgets.conftest import OpenCall, wait_until

pytestmark = pytest.mark.browser

FIELD = "Write to the others"


@pytest.fixture
def caller(open_call: OpenCall) -> Caller:
    """Somebody who has gone in, with Anna."""
    caller: Caller = open_call()
    caller.go_in()
    caller.meets(ANNA)
    return caller


def anna_writes(server: CallServer, text: str) -> None:
    server.send("line", member="m-anna", name="Anna Berg", text=text)


def read_aloud(caller: Caller) -> list[str]:
    return caller.call.locator("[data-phrases] p").all_inner_texts()


def test_what_i_type_is_sent_before_the_line_is_finished(
    caller: Caller, call_server: CallServer
) -> None:
    caller.call.get_by_label(FIELD).press_sequentially("Hello", delay=20)
    call_server.receives("text", text="Hello")
    # gathered, so that fast typing is no flood
    assert len(call_server.visit.of("text")) <= 3
    caller.page.keyboard.press("Enter")
    call_server.receives("text", text="Hello\n")
    expect(caller.call.get_by_label(FIELD)).to_have_value("")
    caller.sees("You: Hello")


def test_a_line_that_is_taken_back_is_taken_back_for_the_others(
    caller: Caller, call_server: CallServer
) -> None:
    caller.call.get_by_label(FIELD).fill("Oh")
    call_server.receives("text", text="Oh")
    caller.call.get_by_label(FIELD).fill("")
    call_server.receives("text", text="")


def test_my_own_line_stands_there_once(caller: Caller, call_server: CallServer) -> None:
    caller.call.get_by_label(FIELD).fill("Hello")
    caller.page.keyboard.press("Enter")
    call_server.send("line", member="m-you", name="Alma Ek", text="Hello\n")
    anna_writes(call_server, "Hi\n")
    written = caller.call.get_by_role("region", name="What has been written")
    expect(written.get_by_role("listitem")).to_have_text(["You: Hello", "Anna Berg: Hi"])


def test_others_lines_grow_before_my_eyes_and_are_read_by_the_phrase(
    caller: Caller, call_server: CallServer
) -> None:
    line = "Good morning. How are"
    for end in range(1, len(line) + 1):
        anna_writes(call_server, line[:end])
    caller.sees("Anna Berg: Good morning. How are")
    expect(caller.call.locator("[data-phrases] p")).to_have_text(["Anna Berg: Good morning."])
    anna_writes(call_server, "Good morning. How are you?\n")
    expect(caller.call.locator("[data-phrases] p")).to_have_text(
        ["Anna Berg: Good morning.", "Anna Berg: How are you?"]
    )
    visible = caller.call.get_by_role("region", name="What has been written")
    assert visible.get_attribute("aria-live") is None


def test_a_line_left_standing_is_read_after_a_rest(caller: Caller, call_server: CallServer) -> None:
    anna_writes(call_server, "wait a moment")
    expect(caller.call.locator("[data-phrases] p")).to_have_text(["Anna Berg: wait a moment"])


def test_a_writer_who_leaves_takes_the_unfinished_line_along(
    caller: Caller, call_server: CallServer
) -> None:
    anna_writes(call_server, "I must g")
    caller.sees("I must g")
    caller.meets()
    expect(caller.call.get_by_text("I must g", exact=False)).to_have_count(0)
    assert "I must g" not in read_aloud(caller)


def test_new_text_is_told_on_the_button_until_it_is_looked_at(
    caller: Caller, call_server: CallServer
) -> None:
    anna_writes(call_server, "Hi\n")
    caller.press("Write, new text")
    expect(caller.call.get_by_label(FIELD)).to_be_focused()
    expect(caller.button("Write")).to_be_visible()


def test_text_is_never_taken_for_html(caller: Caller, call_server: CallServer) -> None:
    anna_writes(call_server, "<img src=x onerror=alert(1)>\n")
    caller.sees("<img src=x onerror=alert(1)>")


@pytest.mark.parametrize(
    ("key", "fields"),
    [("m", {"microphone": True}), ("c", {"camera": True}), ("h", {"hand": True})],
)
def test_single_keys_do_what_the_buttons_do(
    caller: Caller, call_server: CallServer, key: str, fields: dict[str, bool]
) -> None:
    caller.page.keyboard.press(key)
    call_server.receives("state", **fields)


def test_keys_lead_to_writing_and_to_leaving_but_never_leave(
    caller: Caller, call_server: CallServer
) -> None:
    caller.page.keyboard.press("l")
    expect(caller.button("Leave the call")).to_be_focused()
    caller.page.keyboard.press("w")
    expect(caller.call.get_by_label(FIELD)).to_be_focused()
    assert call_server.visit.of("leave") == []


def test_keys_do_nothing_while_somebody_writes(caller: Caller, call_server: CallServer) -> None:
    caller.call.get_by_label(FIELD).press_sequentially("much")
    call_server.receives("text", text="much")
    assert [state["microphone"] for state in call_server.visit.of("state")][-1] is False
    assert call_server.visit.of("state")[-1]["hand"] is False


def test_keys_leave_the_browsers_own_shortcuts_alone(
    caller: Caller, call_server: CallServer
) -> None:
    for keys in ("Control+m", "Alt+h", "Shift+H"):
        caller.page.keyboard.press(keys)
    caller.page.keyboard.press("c")
    state = call_server.receives("state", camera=True)
    assert (state["microphone"], state["hand"]) == (False, False)


def test_keys_can_be_turned_off_and_stay_off(caller: Caller, call_server: CallServer) -> None:
    caller.call.get_by_text("Sound, picture and keys").click()
    caller.call.get_by_label("Use keys as shortcuts").uncheck()
    caller.call.get_by_text("Sound, picture and keys").click()
    caller.page.keyboard.press("h")
    caller.press("Turn the camera on")
    assert call_server.receives("state", camera=True)["hand"] is False
    caller.press("Leave the call")
    caller.press("Go in again")
    caller.go_in()
    expect(caller.call.get_by_label("Use keys as shortcuts")).not_to_be_checked()


def test_whoever_speaks_with_the_microphone_off_is_told(
    caller: Caller, call_server: CallServer
) -> None:
    # the invented microphone beeps twice a second
    told = "You are speaking, but your microphone is off."
    caller.sees(told)
    expect(caller.page.locator("#announcements")).to_have_text(told)
    caller.call.locator(".call__muted").get_by_role("button").click()
    call_server.receives("state", microphone=True)
    expect(caller.call.locator(".call__muted")).to_be_hidden()


def test_a_browser_that_holds_the_sound_back_gets_a_button(
    open_call: OpenCall, call_server: CallServer
) -> None:
    call_server.script.media = True
    caller = open_call(
        setup="""
        const play = HTMLMediaElement.prototype.play;
        window.held = true;
        HTMLMediaElement.prototype.play = function () {
          if (!window.held || this.localName !== "audio") return play.call(this);
          return Promise.reject(new DOMException("no", "NotAllowedError"));
        };"""
    )
    caller.go_in()
    caller.sees("The browser holds the sound back.")
    caller.page.evaluate("window.held = false")
    caller.press("Turn on the sound")
    expect(caller.button("Turn on the sound")).to_be_hidden()
    playing = "[...document.querySelectorAll('audio')].every((a) => a.currentTime > 0.1)"
    wait_until(caller.page, playing)


def test_a_pulled_headset_is_replaced_and_told(
    open_call: OpenCall, call_server: CallServer
) -> None:
    caller = open_call(
        setup="""
        window.streams = [];
        const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wanted) => {
          const stream = await ask(wanted);
          window.streams.push(stream);
          return stream;
        };"""
    )
    caller.press("Turn the microphone on")
    caller.go_in()
    caller.page.evaluate(
        """() => {
          const [track] = window.streams.at(-1).getTracks();
          track.stop();
          track.dispatchEvent(new Event("ended"));
        }"""
    )
    caller.sees("Your microphone was unplugged. Now we use: Fake")
    expect(caller.button("Turn the microphone off")).to_be_visible()
    assert caller.page.evaluate("streams.at(-1).getTracks()[0].readyState") == "live"


def test_another_microphone_can_be_chosen_during_the_call(
    open_call: OpenCall, call_server: CallServer
) -> None:
    call_server.script.media = True
    caller = open_call()
    caller.press("Turn the microphone on")
    caller.go_in()
    call_server.receives("answer")
    caller.call.get_by_text("Sound, picture and keys").click()
    picker = caller.call.locator(".call__settings").get_by_label("Microphone", exact=True)
    label = picker.locator("option").nth(1).inner_text()
    picker.select_option(label)
    media = call_server.visit.media
    assert media is not None
    before = media.arrived.total()
    call_server.until(lambda: media.arrived.total() > before + 20, "sound of the new one")
    expect(picker.locator("option:checked")).to_have_text(label)
