"""What goes wrong in the practice call, on purpose or not, is repaired before it counts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.test_practice import (
    SPEAKING_MS,
    enter_quickly,
    expect_done,
    expect_said,
    expect_saved,
    expect_task,
    let_break,
    practise,
    press,
    saved_tasks,
    skip_to,
    write,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: A camera with a cover before it: all of its pictures are black, and still it sends them.
COVERED_CAMERA = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await open(wanted);
  for (const track of stream.getVideoTracks()) {
    track.stop();
    stream.removeTrack(track);
    const canvas = document.createElement("canvas");
    canvas.width = 320; canvas.height = 240;
    const pen = canvas.getContext("2d");
    setInterval(() => pen.fillRect(0, 0, 320, 240), 50);
    stream.addTrack(canvas.captureStream(20).getVideoTracks()[0]);
  }
  return stream;
};
"""


def test_the_wrong_microphone_is_found_in_the_list_and_the_right_one_is_heard(
    person: Callable[..., Page],
) -> None:
    page = person()
    sign_in(page, "Vera Väljare")
    call = practise(page)
    expect_task(call, "Stäng av mikrofonen")
    let_break(call)
    call.get_by_role("button", name="Hoppa över det här").first.click()
    expect_task(call, "Stäng av mikrofonen")
    failure = let_break(call)
    devices = failure.get_by_label("Mikrofon")
    expect(devices).to_be_visible(timeout=SPEAKING_MS)
    # to every look the microphone is on, and so it is: only the wrong one
    expect(call.locator(".bar__button[data-name=microphone]")).to_have_attribute("data-on", "true")
    expect_said(call, "Jag hör ingenting.")
    assert "failure" not in saved_tasks(page), "only what is repaired counts"
    devices.select_option("right")
    expect_done(call, "Laga något som krånglar")
    expect(call.get_by_text("Nu fungerar det igen.").first).to_be_visible()
    expect_saved(page, {"failure": "speech"})


def test_a_broken_connection_is_made_again_by_hand_and_the_conversation_goes_on(
    person: Callable[..., Page],
) -> None:
    page = person()
    sign_in(page, "Nils Nät")
    # nobody was heard yet, so it is the network that breaks
    call = enter_quickly(page)
    expect_task(call, "Säg något")
    failure = let_break(call)
    again = failure.get_by_role("button", name="Anslut igen")
    expect(again).to_be_visible(timeout=SPEAKING_MS)
    expect(page.locator("[data-call]")).to_have_attribute("data-call", "reconnecting")
    assert "failure" not in saved_tasks(page)
    again.click()
    expect(page.locator("[data-call]")).to_have_attribute("data-call", "connected")
    expect_done(call, "Laga något som krånglar")
    expect_task(call, "Säg något")
    expect_saved(page, {"failure": "button"})


def test_whoever_does_something_else_is_helped_and_nothing_is_counted(
    person: Callable[..., Page],
) -> None:
    page = person()
    page.add_init_script(COVERED_CAMERA)
    sign_in(page, "Felix Förväxlar")
    call = practise(page)
    expect_task(call, "Stäng av mikrofonen")
    # the microphone stays on and is heard
    expect_said(call, "Jag hör dig fortfarande.")
    skip_to(call, "Visa dig med kameran")
    press(call, "Slå på kameran")
    expect_said(call, "Din bild är svart.")
    skip_to(call, "Räck upp handen")
    write(call, "Var är handen")
    expect_said(call, "Jag kan läsa det du skriver.")
    expect_said(call, "Leta efter en hand")
    expect_task(call, "Räck upp handen")
    assert saved_tasks(page) == {"speak": "speech"}
