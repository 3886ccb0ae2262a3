"""A call with others in real Chromium: who is heard and seen, and what is told to whom."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from motesklar.call.media.shape import Track
from tests.widgets.call_server import CallServer, member
from tests.widgets.calls import ANNA, BO, CILLA, Caller
from tests.widgets.conftest import OpenCall, wait_until

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 700}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture
def caller(open_call: OpenCall) -> Caller:
    """Somebody who has gone in, with Anna, Bo and Cilla."""
    caller: Caller = open_call()
    caller.go_in()
    caller.meets(ANNA, BO, CILLA)
    return caller


def test_others_are_heard_and_seen_in_fixed_slots(
    open_call: OpenCall, call_server: CallServer
) -> None:
    call_server.script.media = True
    caller = open_call()
    caller.go_in()
    caller.meets(ANNA, BO)
    expect(caller.call.locator("audio[data-slot]")).to_have_count(3)
    playing = "[...document.querySelectorAll('audio')].every((a) => a.currentTime > 0.3)"
    wait_until(caller.page, playing)
    for name in ("Anna Berg", "Bo Lind"):
        expect(caller.tile(name)).to_have_attribute("data-seen", "true")
        video = caller.tile(name).locator("video")
        assert video.evaluate("(v) => [v.videoWidth, v.muted]") == [160, True]
    # the same line shows somebody else as soon as the server says so, without a new offer
    caller.slots(["m-bo"])
    expect(caller.tile("Anna Berg")).to_have_count(0)
    expect(caller.tile("Bo Lind")).to_have_attribute("data-seen", "true")
    assert len(call_server.visit.of("answer")) == 1


def test_microphone_and_camera_are_sent_only_while_they_are_on(
    open_call: OpenCall, call_server: CallServer
) -> None:
    call_server.script.media = True
    caller = open_call()
    caller.go_in()
    call_server.receives("answer")
    arrived = call_server.visit.media.arrived if call_server.visit.media else None
    assert arrived is not None
    caller.press("Turn the camera on")
    call_server.receives("state", camera=True, microphone=False)
    call_server.until(lambda: arrived[Track.CAMERA] > 5, "the picture")
    assert arrived[Track.MICROPHONE] == 0
    caller.press("Turn the microphone on")
    call_server.receives("state", microphone=True)
    call_server.until(lambda: arrived[Track.MICROPHONE] > 10, "the sound")
    caller.press("Turn the microphone off")
    call_server.receives("state", microphone=False, camera=True)
    caller.press("Turn the camera off")
    call_server.receives("state", camera=False)
    expect(caller.tile("You")).to_have_attribute("data-seen", "false")


def test_what_is_sent_keeps_within_the_rooms_limits(
    open_call: OpenCall, call_server: CallServer
) -> None:
    call_server.script.media = True
    caller = open_call(setup=KEEP_CONNECTIONS)
    caller.press("Turn the camera on")
    caller.go_in()
    call_server.receives("answer")
    encoding = (
        "connections.at(-1).getSenders().filter((s) => s.track?.kind === 'video')"
        ".map((s) => s.getParameters().encodings[0])"
        ".map((e) => [e.maxBitrate, e.maxFramerate, e.scaleResolutionDownBy]).join()"
    )
    wait_until(caller.page, f"{encoding} === '200000,12,2'")
    smaller = {"width": 160, "framerate": 8, "bitrate": 50_000}
    larger = {"screen_width": 640, "screen_framerate": 3, "screen_bitrate": 300_000}
    call_server.send("limits", limits=smaller | larger)
    wait_until(caller.page, f"{encoding} === '50000,8,4'")


def test_a_tile_tells_name_hand_and_speech_in_words(
    caller: Caller, call_server: CallServer
) -> None:
    caller.meets(ANNA, BO | {"hand": True}, CILLA)
    call_server.send("speaking", members=["m-anna", "m-cilla"])
    expect(caller.tile("Anna Berg")).to_contain_text("Speaks")
    expect(caller.tile("Bo Lind")).to_contain_text("Hand up")
    expect(caller.tile("Bo Lind")).to_contain_text("Microphone off")
    people = caller.call.get_by_role("region", name="People in the call")
    expect(people.get_by_role("listitem")).to_have_count(1)
    expect(people.get_by_role("listitem")).to_contain_text("Cilla Dahl")
    expect(people.get_by_role("listitem")).to_contain_text("Speaks")
    expect(people).to_contain_text("In the call: 4")


def test_speaking_is_never_read_out_by_itself(caller: Caller, call_server: CallServer) -> None:
    call_server.send("speaking", members=["m-anna"])
    expect(caller.tile("Anna Berg")).to_contain_text("Speaks")
    live = caller.call.locator("[aria-live], [role=status], [role=alert]")
    assert "Speaks" not in "".join(live.all_inner_texts())


def test_who_comes_leaves_and_raises_a_hand_is_read_out_in_one_sentence(caller: Caller) -> None:
    announced = caller.page.locator("#announcements")
    caller.meets(BO | {"hand": True}, CILLA, member("m-d", "David Öst"))
    expect(announced).to_have_text("Came in: David Öst. Left: Anna Berg. Hand up: Bo Lind.")


def test_i_see_that_the_others_hear_me(caller: Caller, call_server: CallServer) -> None:
    call_server.send("speaking", members=["m-you"])
    expect(caller.tile("You")).to_contain_text("You are heard")
    call_server.send("speaking", members=[])
    expect(caller.tile("You")).not_to_contain_text("You are heard")


def test_a_pinned_person_is_asked_for_and_shown_larger(
    caller: Caller, call_server: CallServer
) -> None:
    caller.press("Show Bo Lind larger")
    call_server.receives("view", pinned="m-bo")
    expect(caller.tile("Bo Lind")).to_have_class("tile tile--pinned")
    caller.press("Show Bo Lind as small as the others")
    call_server.receives("view", pinned=None)


@pytest.mark.parametrize(("viewport", "room"), [(PHONE, 2), (DESKTOP, 5)], ids=["phone", "desktop"])
def test_a_screen_asks_for_as_many_pictures_as_it_has_room_for(
    open_call: OpenCall, call_server: CallServer, viewport: dict[str, int], room: int
) -> None:
    caller = open_call(viewport=viewport)
    caller.go_in()
    call_server.receives("view", count=room, videos=[])
    caller.meets(*(member(f"m-{n}", f"Person {n}", camera=True) for n in range(7)))
    caller.press("See others")
    call_server.receives("view", videos=[f"m-{n}" for n in range(room, min(2 * room, 7))])
    caller.press("Back")
    call_server.receives("view", videos=[])


def test_a_page_that_nobody_looks_at_asks_for_no_pictures(
    caller: Caller, call_server: CallServer
) -> None:
    caller.page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { get: () => true });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    call_server.receives("view", count=0)


def test_a_shared_screen_is_shown_large_with_its_owners_name(
    open_call: OpenCall, call_server: CallServer
) -> None:
    call_server.script.media = True
    caller = open_call()
    caller.go_in()
    caller.meets(ANNA | {"screen": True}, BO)
    call_server.receives("answer")
    caller.slots(["m-anna", "m-bo"], screen="m-anna")
    screen = caller.call.get_by_label("Anna Berg shows their screen")
    expect(screen).to_be_visible()
    wait_until(caller.page, "document.querySelector('.stage__screen').videoWidth === 160")
    caller.slots(["m-anna", "m-bo"])
    expect(screen).to_be_hidden()


def test_my_screen_is_shown_and_the_browsers_own_button_ends_it(
    open_call: OpenCall, call_server: CallServer
) -> None:
    caller = open_call(
        setup="""navigator.mediaDevices.getDisplayMedia = async () => {
          window.shared = await navigator.mediaDevices.getUserMedia({ video: true });
          return window.shared;
        };"""
    )
    caller.go_in()
    caller.press("Show your screen")
    call_server.receives("state", screen=True)
    caller.page.evaluate(
        """() => {
          const [track] = window.shared.getTracks();
          track.stop();
          track.dispatchEvent(new Event("ended"));
        }"""
    )
    call_server.receives("state", screen=False)
    expect(caller.button("Show your screen")).to_be_visible()


def test_a_hand_goes_up_and_down(caller: Caller, call_server: CallServer) -> None:
    caller.press("Raise your hand")
    call_server.receives("state", hand=True)
    expect(caller.tile("You")).to_contain_text("Hand up")
    caller.press("Lower your hand")
    assert call_server.receives("state", hand=False)


def test_a_leader_mutes_who_is_told_by_whom_and_never_unmuted(
    caller: Caller, call_server: CallServer
) -> None:
    caller.press("Turn the microphone on")
    call_server.receives("state", microphone=True)
    call_server.send("muted", name="Eva Ny")
    caller.sees("Eva Ny has turned your microphone off.")
    call_server.receives("state", microphone=False)
    expect(caller.button("Turn the microphone on")).to_be_visible()


def test_a_leader_sees_what_only_leaders_may(open_call: OpenCall, call_server: CallServer) -> None:
    call_server.script.leader = True
    caller = open_call()
    caller.go_in()
    caller.meets(ANNA, BO)
    caller.press("Mute Anna Berg")
    assert call_server.receives("mute")["member"] == "m-anna"
    expect(caller.button("Mute Bo Lind")).to_be_hidden()
    caller.press("End the call for everybody")
    expect(caller.button("No, go on")).to_be_focused()
    caller.press("Yes, end it")
    assert call_server.receives("end")


def test_others_have_no_leaders_buttons(caller: Caller) -> None:
    expect(caller.button("Mute Cilla Dahl")).to_be_hidden()
    expect(caller.button("End the call for everybody")).to_be_hidden()


def test_a_leaders_message_stays_until_it_is_read(caller: Caller, call_server: CallServer) -> None:
    call_server.send("notice", name="Eva Ny", text="We meet again in five minutes.")
    caller.sees("Message from Eva Ny:")
    caller.sees("We meet again in five minutes.")
    caller.press("I have read it")
    expect(caller.call.get_by_text("We meet again in five minutes.")).to_have_count(0)


def test_the_network_is_told_in_words_with_figures_behind(
    caller: Caller, call_server: CallServer
) -> None:
    good = {"up_loss": 0.0, "down_loss": 0.0, "rtt_ms": 30.0, "jitter_ms": 2.0}
    call_server.send("quality", **good)
    caller.sees("Good")
    for _ in range(2):
        call_server.send("quality", **good | {"up_loss": 0.12})
    caller.sees("Unstable: the others may hear you in pieces")
    announced = caller.page.locator("#announcements")
    expect(announced).to_have_text("Network: Unstable: the others may hear you in pieces")
    caller.call.get_by_text("Unstable:").click()
    caller.sees("12 percent")


def test_the_keyboard_alone_reaches_everything_in_order(
    caller: Caller, call_server: CallServer
) -> None:
    expect(caller.call.get_by_role("status").first).to_be_focused()
    expect(caller.button("Show Bo Lind larger")).to_be_visible()
    name = "document.activeElement.textContent.trim() || document.activeElement.type"
    reached = []
    for _ in range(14):
        caller.page.keyboard.press("Tab")
        reached.append(caller.page.evaluate(name))
    wanted = [
        "Show Anna Berg larger",
        "Show Bo Lind larger",
        "text",
        "Send",
        "Turn the microphone onMicrophone",
        "Turn the camera onCamera",
        "Show your screenScreen",
        "Raise your handHand",
        "WriteWrite",
        "Leave the callLeave",
        "Sound, picture and keys",
    ]
    assert [each for each in reached if each in wanted] == wanted


def test_leaving_asks_nothing_and_turns_every_device_off(
    open_call: OpenCall, call_server: CallServer
) -> None:
    caller = open_call(setup=KEEP_STREAMS)
    caller.press("Turn the camera on")
    caller.go_in()
    caller.press("Leave the call")
    assert call_server.receives("leave")
    caller.sees("You have left the call.")
    wait_until(caller.page, "streams.flatMap((s) => s.getTracks()).every(isOff)")
    expect(caller.button("Go in again")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_full_room_is_accessible(
    open_call: OpenCall,
    call_server: CallServer,
    assert_accessible: Callable[[Page], None],
    viewport: dict[str, int],
    scheme: str,
) -> None:
    call_server.script.leader = True
    caller = open_call(viewport=viewport, color_scheme=scheme)
    assert_accessible(caller.page)
    caller.go_in()
    caller.meets(ANNA, BO | {"hand": True}, CILLA, member("m-d", "David Öst", hall=True))
    call_server.send("speaking", members=["m-anna", "m-cilla"])
    call_server.send("line", member="m-bo", name="Bo Lind", text="I am writi")
    call_server.send("muted", name="Eva Ny")
    caller.sees("Eva Ny has turned")
    caller.call.get_by_text("Sound, picture and keys").click()
    assert_accessible(caller.page)
    caller.press("Leave the call")
    caller.sees("You have left the call.")
    assert_accessible(caller.page)


KEEP_CONNECTIONS = """
globalThis.connections = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...rest) { super(...rest); globalThis.connections.push(this); }
};
"""

KEEP_STREAMS = """
globalThis.streams = [];
globalThis.isOff = (track) => track.readyState === "ended";
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await ask(wanted);
  globalThis.streams.push(stream);
  return stream;
};
"""
