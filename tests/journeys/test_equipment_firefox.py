"""The test of the equipment in Firefox: heard, seen, measured, and ready at the end."""

from pathlib import Path

import pytest

from tests.conftest import RunningCourse
from tests.firefox import FirefoxPage, running_firefox
from tests.journeys.equipment_visitor import MEASURED
from tests.journeys.test_firefox import KEEP_FAULTS, MOVING_CAMERA

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Firefox's pretended microphone hums without a pause, which is no voice; this one speaks.
SPEAKING_MICROPHONE = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await open(wanted);
  for (const track of stream.getAudioTracks()) {
    stream.removeTrack(track);
    const context = new AudioContext();
    const voice = new OscillatorNode(context, { type: "sawtooth", frequency: 140 });
    const loudness = new GainNode(context, { gain: 0 });
    const words = [0.3, 0.15, 0.4, 0.2, 0];
    // by the clock: the same words in each stream of the one microphone
    const step = () => Math.floor(performance.now() / 150) % words.length;
    setInterval(() => { loudness.gain.value = words[step()]; }, 30);
    const out = context.createMediaStreamDestination();
    voice.connect(loudness).connect(out);
    voice.start();
    const speaking = out.stream.getAudioTracks()[0];
    // a track that is made names no device: all else is the microphone's
    speaking.getSettings = () => track.getSettings();
    stream.addTrack(speaking);
  }
  return stream;
};
"""
#: Without a sound card Firefox starts no AudioContext, and no page can hear what it records.
CAN_HEAR = """async () => {
  const context = new AudioContext();
  const late = new Promise((resolve) => setTimeout(resolve, 3000));
  await Promise.race([context.resume(), late]);
  return context.state === "running";
}"""
SHOWN = """(title) => [...document.querySelectorAll("h2")].some(
  (heading) => heading.textContent === title && heading.checkVisibility())"""
VERDICTS = """async () => {
  const answer = await fetch("/api/equipment/state");
  const { verdicts } = await answer.json();
  return Object.fromEntries(Object.entries(verdicts).map(([name, { finding }]) => [name, finding]));
}"""
KNOWS_ALL = f"async () => Object.keys(await ({VERDICTS})()).length === 5"
HEARD = "Ja, jag hörde dem"
BUTTON_SHOWN = """(words) => [...document.querySelectorAll("button")].some(
  (button) => button.textContent.trim().startsWith(words) && button.checkVisibility())"""
HEARD_OR_NOT = f"""() => ({BUTTON_SHOWN})("{HEARD}") || ({BUTTON_SHOWN})("Gå vidare")"""
#: What passes goes on by itself; what is only good enough waits to be read.
NETWORK_IS_MEASURED = f"""() => ({SHOWN})("Så gick det") ||
  [...document.querySelectorAll("button")].some(
    (button) => button.textContent === "Gå vidare" && button.checkVisibility())"""


def end(page: FirefoxPage) -> None:
    page.wait_for(NETWORK_IS_MEASURED)
    if not page.ask(SHOWN, "Så gick det"):
        page.press("Gå vidare")
    page.wait_for(SHOWN, "Så gick det")


def test_somebody_whose_things_work_is_ready_in_firefox_too(
    course: RunningCourse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running_firefox(tmp_path) as page:
        for script in (KEEP_FAULTS, MOVING_CAMERA, SPEAKING_MICROPHONE):
            page.add_init_script(script)
        page.sign_in(course, "Eldar Räv")
        page.goto(f"{course.url}/equipment")
        page.press("Jag har hörlurar på mig")
        page.press("Börja")
        page.press("Testa ljudet")
        page.wait_for(HEARD_OR_NOT)
        page.press(HEARD if page.ask(BUTTON_SHOWN, HEARD) else "Gå vidare")
        for title, start in (("Höras", "Testa mikrofonen"), ("Synas", "Testa kameran")):
            page.wait_for(SHOWN, title)
            page.press(start)
            page.press("Gå vidare")
        end(page)
        page.wait_for(KNOWS_ALL)
        found = page.ask(VERDICTS)
        can_hear = page.ask(CAN_HEAR)
        assert page.ask("() => faults") == []
    assert found.pop("network") in MEASURED
    if not can_hear:
        with capsys.disabled():
            print("\nNOT TESTED: hearing a voice in Firefox, for lack of a sound card")
    assert found["speaker"] in ("works", "failed")
    assert found == {
        "browser": "works",
        # there Firefox may also refuse to play; then that is told, and the flow goes on
        "speaker": "works" if can_hear else found["speaker"],
        # what never starts is given up, and the flow goes on
        "microphone": "works" if can_hear else "no-output",
        "camera": "works",
    }
