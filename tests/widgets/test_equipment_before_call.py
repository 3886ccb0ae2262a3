"""Before a call: the whole test on the same page, with the stream that the call then has."""

import pytest
from playwright.sync_api import expect

from tests.widgets.conftest import OpenCall, wait_until

pytestmark = pytest.mark.browser

NOTE_STREAMS = """
window.streams = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await ask(wanted);
  window.streams.push([Object.keys(wanted).join(), stream]);
  return stream;
};
"""


def test_the_test_before_a_call_shares_its_microphone_with_it(open_call: OpenCall) -> None:
    caller = open_call(setup=NOTE_STREAMS)
    caller.sees("Your microphone hears you.")
    caller.press("Test your equipment first")
    caller.sees("Hear the others")
    expect(caller.button("Go in")).to_be_hidden()
    caller.press("Not for me")
    caller.sees("Your microphone works.")
    # one question, one stream: iOS takes the first away when a second is opened
    assert caller.page.evaluate("streams.map(([kind]) => kind)") == ["audio"]

    caller.press("Go back to the call")
    expect(caller.button("Go in")).to_be_visible()
    live = "streams[0][1].getTracks().every((track) => track.readyState === 'live')"
    wait_until(caller.page, live)


def test_whoever_goes_in_meanwhile_leaves_no_test_behind(open_call: OpenCall) -> None:
    caller = open_call()
    caller.sees("Test your equipment first")
    caller.go_in()
    expect(caller.call.locator(".equipment")).to_have_count(0)
