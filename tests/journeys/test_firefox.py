"""The practice call in Firefox: the partner is heard, and the person is heard and seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import RunningCourse
from tests.firefox import FirefoxPage, running_firefox
from tests.journeys.test_call import KEEP_CONNECTIONS, MODULE, RECEIVED

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Firefox's pretended camera changes its colour alone, and counts as frozen; real ones move.
MOVING_CAMERA = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await open(wanted);
  for (const track of stream.getVideoTracks()) {
    stream.removeTrack(track);
    const canvas = document.createElement("canvas");
    canvas.width = 320; canvas.height = 240;
    const pen = canvas.getContext("2d");
    let step = 0;
    setInterval(() => {
      step += 1;
      pen.fillStyle = "#888";
      pen.fillRect(0, 0, 320, 240);
      pen.fillStyle = "#fff";
      pen.fillRect((step * 7) % 280, 100, 40, 40);
    }, 50);
    stream.addTrack(canvas.captureStream(20).getVideoTracks()[0]);
  }
  return stream;
};
"""
IN_CALL = '() => document.querySelector("[data-call]")?.dataset.call === "connected"'
#: Faults of our own scripts, from the first line of each page on.
KEEP_FAULTS = """
globalThis.faults = [];
addEventListener("error", ({ message }) => globalThis.faults.push(message));
addEventListener("unhandledrejection", ({ reason }) => globalThis.faults.push(String(reason)));
"""
IS_SAVED = f"""async () => {{
  const answer = await fetch("/api/modules/{MODULE}/state");
  const {{ sound_seconds, picture_seconds, tasks }} = (await answer.json()).evidence;
  return sound_seconds >= 2 && picture_seconds >= 2 && tasks.speak === "speech";
}}"""


@pytest.fixture
def learner(course: RunningCourse, tmp_path: Path) -> Iterator[FirefoxPage]:
    """Somebody signed in, on the page of the practice call."""
    with running_firefox(tmp_path) as page:
        page.add_init_script(KEEP_CONNECTIONS + KEEP_FAULTS + MOVING_CAMERA)
        page.sign_in(course, "Eldar Räv")
        page.goto(f"{course.url}/m/{MODULE}")
        page.wait_for('() => "ready" in document.documentElement.dataset')
        yield page
        assert page.ask("() => faults") == []


def assert_hears_more(page: FirefoxPage) -> None:
    """Sound that is no silence arrives, and goes on arriving."""
    heard = str(page.ask(RECEIVED)["energy"])
    page.wait_for(f"async (heard) => (await ({RECEIVED})()).energy > Number(heard) + 0.001", heard)


def test_a_learner_with_firefox_hears_and_is_heard_and_seen(learner: FirefoxPage) -> None:
    learner.press("Starta övningssamtalet")
    learner.press("Snabbt, jag har gjort det här förut")
    learner.press("Slå på mikrofonen")
    learner.press("Slå på kameran")
    learner.press("Gå in")
    learner.wait_for(IN_CALL)
    assert_hears_more(learner)
    learner.wait_for(IS_SAVED)
    learner.press("Lämna samtalet")
    learner.wait_for('() => document.body.innerText.includes("Samtalet är slut.")')
