"""Alone with the partner: captions, tasks, what breaks on purpose, and a call without media."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.widgets.call_server import CallServer, member
from tests.widgets.calls import KIM, YOU, Caller
from tests.widgets.conftest import OpenCall, wait_until

pytestmark = pytest.mark.browser

GREETING = "Hello, and welcome! Tell me something."
BLOCKED = {
    "code": "media_blocked",
    "message": "Sound and picture don't get through on this network.",
    "next_step": "You can go on by writing.",
}


@pytest.fixture
def caller(open_call: OpenCall, call_server: CallServer) -> Caller:
    """Somebody who has met Kim."""
    call_server.script.title = "Kim"
    caller: Caller = open_call("practice")
    caller.go_in()
    call_server.send("members", members=[member(YOU, "Alma Ek"), KIM])
    return caller


def says(caller: Caller, caption: str = GREETING, line: str = "greeting", **fields: object) -> None:
    caller.partner(state="speaking", caption=caption, line=line, **fields)


def test_what_the_partner_says_is_shown_read_out_and_kept(caller: Caller) -> None:
    says(caller)
    caption = caller.call.locator("[data-caption]")
    expect(caption).to_have_text(GREETING)
    expect(caption).to_have_attribute("aria-live", "polite")
    caller.sees("Kim is speaking.")
    caller.partner(state="listening")
    caller.sees("Kim is listening. Your turn.")
    expect(caption).to_have_text(GREETING)
    written = caller.call.get_by_role("region", name="What has been written")
    expect(written).to_contain_text(f"Kim: {GREETING}")


def test_the_partners_voice_is_heard_and_seen(open_call: OpenCall, call_server: CallServer) -> None:
    call_server.script.media = True
    caller = open_call("practice")
    caller.go_in()
    call_server.send("members", members=[member(YOU, "Alma Ek"), KIM])
    wait_until(caller.page, "document.querySelector('audio[data-slot]').currentTime > 0.3")
    meter = "document.querySelector('meter[aria-label=\"Sound from your partner\"]').value"
    wait_until(caller.page, f"{meter} > 20")


def test_tasks_are_marked_done_and_tell_other_ways(caller: Caller) -> None:
    says(caller, task="chat", ways=["text", "leader"], done={"speak": "speech", "mute": "button"})
    tasks = caller.call.get_by_role("region", name="What you practise")
    rows = tasks.locator("ol > li")
    expect(rows.filter(has_text="Done")).to_have_count(2)
    expect(rows.filter(has_text="Say something")).to_contain_text("Done")
    now = tasks.locator("[aria-current=step]")
    expect(now).to_contain_text("Write a line")
    tasks.get_by_text("Other ways to do this").click()
    expect(tasks).to_contain_text("Ask your leader to confirm it.")


def test_the_button_that_a_task_needs_is_marked(caller: Caller) -> None:
    marked = caller.call.locator(".bar__button--hint")
    says(caller, task="speak", ways=["speech", "text"])
    expect(marked).to_have_accessible_name("Turn the microphone on")
    caller.press("Turn the microphone on")
    expect(marked).to_have_count(0)
    says(caller, task="hand", ways=["button", "text"])
    expect(marked).to_have_accessible_name("Raise your hand")


@pytest.mark.parametrize(
    ("button", "what"),
    [
        ("Say it again", "repeat"),
        ("Skip this", "skip"),
        ("Let something break", "break"),
        ("Start again", "again"),
    ],
)
def test_the_partner_can_be_asked(
    caller: Caller, call_server: CallServer, button: str, what: str
) -> None:
    says(caller, task="mute", ways=["button"], done={"speak": "text"})
    caller.press(button)
    assert call_server.receives("ask") == {"type": "ask", "what": what}


def test_what_came_through_is_told_to_the_page_and_summed_up(
    caller: Caller, call_server: CallServer
) -> None:
    figures = {"sound_seconds": 3.2, "picture_seconds": 0.0, "text_characters": 21}
    call_server.send("evidence", **figures, tasks={"speak": "speech"})
    wait_until(caller.page, "evidence.length === 1")
    assert caller.page.evaluate("evidence[0]") == figures | {"tasks": {"speak": "speech"}}
    caller.press("Leave the call")
    caller.sees("Everything is saved. You can go on, or call again.")
    caller.sees("Kim has heard you for 3 seconds.")
    caller.press("Call again")
    expect(caller.button("Go in")).to_be_visible()


def test_a_muted_microphone_is_repaired_with_the_button(
    caller: Caller, call_server: CallServer
) -> None:
    caller.press("Turn the microphone on")
    call_server.receives("state", microphone=True)
    call_server.send("failure", kind="muted")
    caller.sees("Nobody hears you. Can you find out why?")
    call_server.receives("state", microphone=False)
    caller.press("Turn the microphone on")
    call_server.until(lambda: call_server.visit.of("state")[-1]["microphone"], "the repair")
    call_server.send("repaired")
    caller.sees("It works again. Well repaired!")


def test_a_wrong_microphone_is_repaired_by_choosing_the_right_one(
    open_call: OpenCall, call_server: CallServer
) -> None:
    call_server.script.media = True
    caller = open_call("practice", setup=KEEP_CONNECTIONS)
    caller.press("Turn the microphone on")
    caller.go_in()
    call_server.receives("answer")
    sent = "connections.at(-1).getSenders().find((s) => s.track?.kind === 'audio')?.track.label"
    wait_until(caller.page, f"{sent} === 'Fake Default Audio Input'")
    call_server.send("failure", kind="wrong_device")
    caller.sees("Your microphone is on, but nobody hears you.")
    wait_until(caller.page, f"{sent} === 'MediaStreamAudioDestinationNode'")
    picker = caller.call.locator(".failure").get_by_label("Microphone")
    expect(picker).to_have_value("wrong")
    picker.select_option("Fake Default Audio Input")
    wait_until(caller.page, f"{sent} === 'Fake Default Audio Input'")


def test_a_network_that_drops_comes_back_with_the_button(
    caller: Caller, call_server: CallServer
) -> None:
    call_server.send("failure", kind="network")
    caller.sees("The network is gone.")
    caller.sees("The connection was lost. We are calling again by ourselves …")
    caller.press("Connect again")
    call_server.until(lambda: len(call_server.visits) == 2, "the return")
    call_server.receives("join")
    first, second = (visit.of("join")[0] for visit in call_server.visits)
    assert first["client_id"] == second["client_id"]
    caller.sees("You are in the call.")


@pytest.mark.parametrize("kind", ["muted", "wrong_device", "network"])
def test_there_is_a_way_out_of_what_is_broken(
    caller: Caller, call_server: CallServer, kind: str
) -> None:
    caller.press("Turn the microphone on")
    call_server.receives("state", microphone=True)
    call_server.send("failure", kind=kind)
    broken = caller.call.get_by_role("region", name="Something is broken on purpose")
    broken.get_by_role("button", name="Skip this").click()
    expect(broken).to_be_hidden()
    caller.sees("You are in the call.")
    call_server.receives("ask", what="skip")
    expect(caller.button("Turn the microphone off")).to_be_visible()


def test_without_media_the_partner_is_heard_from_files_and_hears_by_the_page(
    caller: Caller, call_server: CallServer
) -> None:
    says(caller, task="speak", ways=["speech", "text"])
    call_server.send("error", **BLOCKED)
    caller.sees("Sound and picture don't get through on this network.")
    call_server.until(lambda: ("en", "greeting") in call_server.clips, "the sentence")
    wait_until(caller.page, "document.querySelector('audio[data-clips]').currentTime > 0.2")
    assert call_server.visit.of("heard") == []
    caller.press("Turn the microphone on")
    heard = call_server.receives("heard")
    assert 0 < heard["seconds"] <= 5
    says(caller, "Thank you.", "thanks-heard")
    call_server.until(lambda: ("en", "thanks-heard") in call_server.clips, "the answer")
    caller.sees("You are in the call.")


def test_on_a_network_that_lets_media_through_the_files_fall_silent(
    open_call: OpenCall, call_server: CallServer
) -> None:
    caller = open_call("practice")
    caller.go_in()
    call_server.send("error", **BLOCKED)
    says(caller)
    call_server.until(lambda: call_server.clips, "the sentence")
    call_server.script.media = True
    call_server.disconnect()
    call_server.until(lambda: len(call_server.visits) == 2, "the return")
    call_server.receives("answer")
    wait_until(caller.page, "document.querySelector('audio[data-slot]')?.currentTime > 0.2")
    expect(caller.call.get_by_text(BLOCKED["message"])).to_have_count(0)
    says(caller, "Thank you.", "thanks")
    expect(caller.call.locator("[data-caption]")).to_have_text("Thank you.")
    assert caller.page.evaluate("document.querySelector('audio[data-clips]').paused")
    assert call_server.clips == [("en", "greeting")]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_practice_is_accessible_in_every_state(
    open_call: OpenCall,
    call_server: CallServer,
    assert_accessible: Callable[[Page], None],
    width: int,
    scheme: str,
) -> None:
    caller = open_call("practice", viewport={"width": width, "height": 800}, color_scheme=scheme)
    caller.go_in()
    says(caller, task="mute", ways=["button", "text"], done={"speak": "text"})
    # what lies under the bar just now can be scrolled from there, which axe-core can't know
    caller.page.add_style_tag(content=".bar { position: static !important }")
    assert_accessible(caller.page)
    for kind in ("muted", "wrong_device", "network"):
        call_server.send("failure", kind=kind)
        expect(caller.call.locator(".failure")).to_be_visible()
        assert_accessible(caller.page)
    caller.press("Connect again")
    caller.sees("You are in the call.")
    call_server.send("error", **BLOCKED)
    caller.sees("Sound and picture don't get through")
    assert_accessible(caller.page)
    caller.press("Leave the call")
    caller.sees("The call has ended.")
    assert_accessible(caller.page)


KEEP_CONNECTIONS = """
globalThis.connections = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...rest) { super(...rest); globalThis.connections.push(this); }
};
"""
