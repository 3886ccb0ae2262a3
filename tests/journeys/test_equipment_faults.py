"""Devices, browsers and networks that give up in the middle of the test of the equipment.

Each is told in one sentence with its next action, and nobody is stopped by it from going on.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from motesklar.paths import DataFolder
from tests import equipment_media as made
from tests.conftest import RunningCourse, free_port
from tests.journeys.conftest import PHONE, assert_accessible
from tests.journeys.equipment_visitor import LONG_MS, MEASURED, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: A driver that never answers, until it is plugged in again.
HANGING = """(() => {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  globalThis.hangs = true;
  navigator.mediaDevices.getUserMedia = (wanted) =>
    globalThis.hangs ? new Promise(() => {}) : open(wanted);
})();"""

#: A microphone in which nobody speaks until it has been pulled and plugged in again.
PULLED = """(() => {
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  const list = mediaDevices.enumerateDevices.bind(mediaDevices);
  const tracks = [];
  let [isThere, speaks] = [true, false];
  mediaDevices.getUserMedia = async (wanted) => {
    if (wanted.audio && !isThere) throw new DOMException("none", "NotFoundError");
    const stream = await open(wanted);
    for (const track of stream.getAudioTracks()) {
      track.enabled = speaks;
      tracks.push(track);
    }
    return stream;
  };
  mediaDevices.enumerateDevices = async () =>
    (await list()).filter(({ kind }) => isThere || kind !== "audioinput");
  globalThis.pull = () => {
    isThere = false;
    for (const track of tracks.splice(0)) {
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }
    mediaDevices.dispatchEvent(new Event("devicechange"));
  };
  globalThis.plugIn = () => {
    [isThere, speaks] = [true, true];
    mediaDevices.dispatchEvent(new Event("devicechange"));
  };
})();"""

#: No sound begins by itself: it waits for the press after the first try.
HELD_BACK = """(() => {
  const { play } = HTMLMediaElement.prototype;
  let [held, tried] = [true, false];
  globalThis.holdBack = () => { [held, tried] = [true, false]; };
  addEventListener("pointerdown", () => { held &&= !tried; }, true);
  HTMLMediaElement.prototype.play = function () {
    tried = true;
    if (!held) return play.call(this);
    return Promise.reject(new DOMException("nobody has pressed anything", "NotAllowedError"));
  };
  globalThis.AudioContext = class extends AudioContext {
    constructor(options) {
      super(options);
      if (held) super.suspend();
    }
    resume() {
      tried = true;
      return held ? new Promise(() => {}) : super.resume();
    }
  };
})();"""

#: No websocket is opened: it leads where nobody listens.
NO_WEBSOCKET = """(() => {
  const Real = WebSocket;
  globalThis.WebSocket = class extends Real {
    constructor() { super("ws://127.0.0.1:9/"); }
  };
})();"""

#: Whether the server knows the network's last finding: what could not be sent earlier comes first.
KNOWN_AMONG = """async (findings) => {
  const answer = await fetch("/api/equipment/state");
  const { verdicts } = await answer.json();
  return findings.includes(verdicts.network?.finding);
}"""


@pytest.fixture
def leaving(tmp_path: Path) -> Iterator[RunningCourse]:
    """A course of the test's own, so that it may stop."""
    running = RunningCourse(DataFolder(tmp_path / "data"), free_port())
    running.start()
    yield running
    running.stop()


def expect_finding(tested: Visitor, sentence: str, action: str) -> None:
    """What is wrong and what to do are told together, and there is a way on; axe finds nothing."""
    told = tested.page.locator(".check [role=status]").filter(has_text=sentence).last
    expect(told).to_contain_text(action, timeout=LONG_MS)
    expect(tested.page.get_by_role("button", name="Gå vidare")).to_be_visible()
    assert_accessible(tested.page)


def begin_without_the_network(tested: Visitor, part: str) -> None:
    """To one part, with a headset on; the network is left out, so that nothing runs beside it."""
    tested.page.get_by_label("Jag har hörlurar på mig").check()
    tested.press("Börja")
    tested.open_part("Nätet")
    tested.press("Inget för mig")
    tested.expect_at("Så gick det")
    tested.press(f"Testa igen: {part}")


def go_on_past_the_camera(tested: Visitor) -> None:
    """It may have passed already: then the way on is another button."""
    tested.go_on()
    tested.expect_at("Synas")
    ways = re.compile("^(Inget för mig|Gå vidare)$")
    tested.page.get_by_role("button", name=ways).first.click()


def expect_end(tested: Visitor, check: str, sentence: str) -> None:
    """The end tells it once more, and offers to test that again."""
    tested.expect_at("Så gick det")
    result = tested.page.locator(f".equipment__result[data-check={check}]")
    expect(result).to_contain_text(sentence)
    expect(result.get_by_role("button", name="Testa igen")).to_be_visible()
    assert_accessible(tested.page)


def test_a_driver_that_never_answers_is_told_and_the_flow_goes_on(
    tester: Callable[..., Visitor], good: Browser
) -> None:
    tested = tester(good, language="sv", setup=HANGING)
    begin_without_the_network(tested, "Höras")
    replug = "Dra ut hörlurarna och koppla in dem igen, eller starta om enheten."
    expect_finding(tested, "Mikrofonen svarar inte.", replug)
    assert tested.known("microphone") == {"microphone": "hung"}
    tested.page.evaluate("() => { globalThis.hangs = false; }")
    tested.press("Testa igen")
    tested.expect_told("Din mikrofon fungerar.")

    tested.page.evaluate("() => { globalThis.hangs = true; }")
    tested.go_on()
    expect_finding(tested, "Kameran svarar inte.", "Tryck sedan på Testa igen.")
    tested.go_on()
    expect_end(tested, "camera", "Kameran svarar inte.")
    assert tested.known("microphone", "camera") == {"microphone": "works", "camera": "hung"}


def test_a_microphone_pulled_in_the_middle_is_told_and_heard_when_it_is_back(
    tester: Callable[..., Visitor], good: Browser
) -> None:
    tested = tester(good, language="sv", setup=PULLED)
    begin_without_the_network(tested, "Höras")
    tested.expect_told("Räkna till exempel sakta till fem.")
    tested.page.evaluate("() => globalThis.pull()")
    cable = "Kontrollera att sladden eller den trådlösa anslutningen sitter som den ska"
    expect_finding(tested, "Mikrofonen försvann under testet.", cable)
    assert tested.known("microphone") == {"microphone": "lost"}
    tested.press("Testa igen")
    expect_finding(tested, "Vi hittar ingen mikrofon.", "tryck på Testa igen")
    # nobody presses anything
    tested.page.evaluate("() => globalThis.plugIn()")
    tested.expect_told("Din mikrofon fungerar.")
    go_on_past_the_camera(tested)
    expect_end(tested, "microphone", "Din mikrofon fungerar.")


def test_too_weak_a_voice_is_told_on_a_phone_and_is_no_end(
    tester: Callable[..., Visitor], devices: Callable[[Path, Path], Browser], tmp_path: Path
) -> None:
    sound = made.write_sound(tmp_path / "weak.wav", made.voice(gain=0.01))
    picture = made.write_picture(tmp_path / "moving.y4m", made.moving())
    tested = tester(devices(sound, picture), language="sv", viewport=PHONE)
    begin_without_the_network(tested, "Höras")
    closer = "Kom närmare mikrofonen och prata igen, eller välj en annan mikrofon."
    expect_finding(tested, "Vi hör dig bara mycket svagt.", closer)
    # it still listens: whoever comes closer is heard without a press
    expect(tested.page.get_by_role("meter")).to_be_visible()
    go_on_past_the_camera(tested)
    expect_end(tested, "microphone", "Vi hör dig bara mycket svagt.")
    expect(tested.page.get_by_text("Du kan vara med.")).to_be_visible()


def test_sound_that_is_held_back_until_a_press_begins_with_that_press(
    tester: Callable[..., Visitor], good: Browser
) -> None:
    tested = tester(good, language="sv", setup=HELD_BACK)
    begin_without_the_network(tested, "Höra de andra")
    tested.press("Testa ljudet")
    expect_finding(
        tested,
        "Webbläsaren spelar inget ljud förrän du har tryckt på en knapp.",
        "Tryck på Sätt på ljudet.",
    )
    expect(tested.page.get_by_role("button", name="Sätt på ljudet")).to_be_focused()
    tested.press("Sätt på ljudet")
    expect(tested.page.locator("#announcements")).to_have_text("Hörde du tre toner?")
    tested.page.evaluate("() => { globalThis.holdBack(); }")
    tested.press("Ja, jag hörde dem")

    tested.expect_at("Höras")
    output = "Koppla in hörlurar eller sätt på en högtalare. Hjälper det inte, tryck på Testa igen."
    expect_finding(tested, "Webbläsarens ljud startar inte", output)
    tested.press("Testa igen")
    tested.expect_told("Din mikrofon fungerar.")
    go_on_past_the_camera(tested)
    expect_end(tested, "speaker", "Ditt ljud fungerar.")


def expect_stage_running(page: Page) -> None:
    line = page.locator('[data-stage="line"]')
    expect(line).to_have_attribute("data-state", "running", timeout=LONG_MS)


def test_a_server_that_goes_away_in_the_middle_stops_nobody(
    tester: Callable[..., Visitor], good: Browser, leaving: RunningCourse
) -> None:
    tested = tester(good, language="sv", at=leaving)
    tested.page.get_by_label("Jag har hörlurar på mig").check()
    tested.press("Börja")
    tested.open_part("Nätet")
    expect_stage_running(tested.page)
    leaving.stop()
    away = "Kursen svarar inte just nu. Det är inte ditt fel."
    expect_finding(tested, away, "Vänta en minut och tryck på Testa igen.")
    tested.go_on()
    expect_end(tested, "network", away)

    leaving.start()
    network = tested.page.locator(".equipment__result[data-check=network]")
    network.get_by_role("button", name="Testa igen").click()
    expect_stage_running(tested.page)
    tested.page.wait_for_function(KNOWN_AMONG, arg=sorted(MEASURED), timeout=LONG_MS)


def test_a_network_that_stops_websockets_is_told_and_the_flow_goes_on(
    tester: Callable[..., Visitor], good: Browser
) -> None:
    tested = tester(good, language="sv", setup=NO_WEBSOCKET)
    tested.page.get_by_label("Jag har hörlurar på mig").check()
    tested.press("Börja")
    tested.open_part("Nätet")
    stopped = "stoppar förbindelsen som möten styrs genom."
    expect_finding(tested, stopped, "Byt till ett annat nätverk, till exempel det i din telefon.")
    tested.go_on()
    expect_end(tested, "network", stopped)
    assert tested.known("network") == {"network": "websocket-blocked"}
