"""A call whose connection is lost comes back by itself, with all that the person had."""

import pytest
from playwright.sync_api import expect

from motesklar.call.media.shape import Track
from tests.widgets.call_server import OVER, CallServer
from tests.widgets.calls import ANNA, BO, Caller
from tests.widgets.conftest import OpenCall, wait_until

pytestmark = pytest.mark.browser

LOST = "The connection was lost. We are calling again by ourselves …"
#: Times of a test, so that a timer's wait can be told from a return at once.
NOTE_WAITS = """
window.waits = [];
const later = setTimeout;
window.setTimeout = (work, ms, ...rest) => {
  const isReturn = String(work).includes("removeEventListener(\\"online\\"");
  if (isReturn) window.waits.push(ms);
  return later(work, isReturn ? Math.min(ms, 20) : ms, ...rest);
};
"""
NEVER = """
const later = setTimeout;
window.setTimeout = (work, ms, ...rest) => {
  const isReturn = ms > 0 && String(work).includes("removeEventListener(\\"online\\"");
  if (isReturn) window.waiting = true;
  return later(work, isReturn ? 1e9 : ms, ...rest);
};
"""


@pytest.fixture
def caller(open_call: OpenCall) -> Caller:
    """Somebody who has gone in."""
    caller: Caller = open_call()
    caller.go_in()
    return caller


def returned(server: CallServer, visits: int = 2) -> None:
    server.until(lambda: len(server.visits) >= visits, "the return")
    server.receives("view")


def test_everything_survives_a_lost_connection(caller: Caller, call_server: CallServer) -> None:
    caller.meets(ANNA, BO)
    caller.press("Turn the microphone on")
    caller.press("Turn the camera on")
    caller.press("Raise your hand")
    caller.press("Show Anna Berg larger")
    caller.call.get_by_label("Write to the others").fill("I was saying")
    call_server.receives("text", text="I was saying")
    first = call_server.receives("join")
    call_server.disconnect()
    returned(call_server)
    join = call_server.receives("join")
    assert join["client_id"] == first["client_id"]
    assert (join["microphone"], join["camera"]) == (True, True)
    call_server.receives("state", microphone=True, camera=True, hand=True)
    call_server.receives("view", pinned="m-anna")
    call_server.receives("text", text="I was saying")
    caller.sees("You are in the call.")


def test_sound_and_picture_flow_again_after_a_return(
    open_call: OpenCall, call_server: CallServer
) -> None:
    call_server.script.media = True
    caller = open_call()
    caller.press("Turn the camera on")
    caller.go_in()
    caller.meets(ANNA)
    expect(caller.tile("Anna Berg")).to_have_attribute("data-seen", "true")
    call_server.disconnect()
    returned(call_server)
    caller.meets(ANNA)
    call_server.receives("answer")
    wait_until(caller.page, "document.querySelector('audio[data-slot]').currentTime > 0.2")
    expect(caller.tile("Anna Berg")).to_have_attribute("data-seen", "true")
    media = call_server.visit.media
    assert media is not None
    call_server.until(lambda: media.arrived[Track.CAMERA] > 5, "my picture")


def test_a_line_finished_while_the_connection_is_gone_is_sent_after_the_return(
    caller: Caller, call_server: CallServer
) -> None:
    call_server.script.refuse = True
    call_server.disconnect()
    caller.sees(LOST)
    line = caller.call.get_by_label("Write to the others")
    line.fill("Are you there?")
    line.press("Enter")
    expect(line).to_have_value("Are you there?")
    call_server.script.refuse = False
    returned(call_server)
    call_server.receives("text", text="Are you there?")


def test_waits_grow_and_end_with_an_honest_farewell(
    open_call: OpenCall, call_server: CallServer
) -> None:
    caller = open_call(setup=NOTE_WAITS)
    caller.go_in()
    call_server.script.refuse = True
    call_server.disconnect()
    caller.sees("The connection was lost and could not be made again.")
    waits = caller.page.evaluate("waits")
    least = [0, 300, 1200, 2700, 4800, 7000, 7000, 7000, 7000, 7000]
    assert [a <= wait <= a + 1000 for a, wait in zip(least, waits, strict=True)] == [True] * 10
    assert waits[0] == 0
    call_server.script.refuse = False
    caller.press("Go in again")
    caller.go_in()


def test_a_network_that_is_back_is_used_at_once(
    open_call: OpenCall, call_server: CallServer
) -> None:
    caller = open_call(setup=NEVER)
    caller.go_in()
    call_server.script.refuse = True
    call_server.disconnect()
    caller.sees(LOST)
    # this wait would never end by itself
    wait_until(caller.page, "window.waiting === true")
    call_server.script.refuse = False
    caller.page.evaluate("dispatchEvent(new Event('online'))")
    returned(call_server)


def test_a_short_stay_does_not_start_the_waits_anew(
    open_call: OpenCall, call_server: CallServer
) -> None:
    caller = open_call(setup=NOTE_WAITS)
    caller.go_in()
    for visits in (2, 3, 4):
        call_server.disconnect()
        returned(call_server, visits)
        caller.sees("You are in the call.")
    first, second, third = caller.page.evaluate("waits")
    assert first == 0
    assert 300 <= second <= 1300
    assert 1200 <= third <= 2200


def test_a_restart_is_told_calmly_and_people_return_spread_out(
    open_call: OpenCall, call_server: CallServer
) -> None:
    caller = open_call(setup=NOTE_WAITS)
    caller.go_in()
    call_server.send("restarting")
    caller.sees("The server is about to start anew.")
    call_server.disconnect()
    returned(call_server)
    assert caller.page.evaluate("waits[0]") > 0
    expect(caller.call.get_by_text("The server is about to start anew.")).to_have_count(0)


def test_a_call_that_is_over_is_not_called_again(caller: Caller, call_server: CallServer) -> None:
    over = {"message": "The call goes on in another window.", "next_step": "Close this one."}
    call_server.send("error", code="replaced", **over)
    call_server.disconnect(OVER)
    caller.sees("The call goes on in another window.")
    caller.sees("Close this one.")
    expect(caller.button("Go in again")).to_be_visible()
    assert len(call_server.visits) == 1


def test_what_was_written_meanwhile_is_caught_up_with_once(
    caller: Caller, call_server: CallServer
) -> None:
    def line(text: str) -> dict[str, str]:
        return {"type": "line", "member": "m-bo", "name": "Bo Lind", "text": f"{text}\n"}

    call_server.send("line", member="m-bo", name="Bo Lind", text="First\n")
    caller.sees("First")
    call_server.script.lines = [line("First"), line("Second")]
    call_server.disconnect()
    returned(call_server)
    written = caller.call.get_by_role("region", name="What has been written")
    expect(written.get_by_role("listitem")).to_have_text(["Bo Lind: First", "Bo Lind: Second"])


def test_a_silent_server_is_left_for_a_new_connection(
    open_call: OpenCall, call_server: CallServer
) -> None:
    # time runs ten times as fast for what is done at intervals
    fast = "const tick = setInterval; window.setInterval = (w, ms) => tick(w, ms / 10);"
    clock = "const now = performance.now.bind(performance); performance.now = () => now() * 10;"
    caller = open_call(setup=fast + clock)
    caller.go_in()
    call_server.until(lambda: len(call_server.visit.of("ping")) > 5, "pings")
    before = len(call_server.visits)
    call_server.script.deaf = True
    returned(call_server, before + 1)
    call_server.script.deaf = False
