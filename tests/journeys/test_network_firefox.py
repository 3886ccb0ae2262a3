"""The check of the network in Firefox, which counts and sends in ways of its own."""

from pathlib import Path

import pytest

from tests.conftest import RunningCourse
from tests.firefox import running_firefox
from tests.journeys.test_network import RUN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Makes sound only after somebody has pressed something, so the check hangs on a button.
BUTTON = f"""() => {{
  const run = {RUN};
  const button = document.createElement("button");
  button.textContent = "Measure";
  button.onclick = () => run({{ hall: false, headset: false, table: "" }});
  document.querySelector("main").prepend(button);
}}"""


def test_a_good_line_works_in_firefox_too(course: RunningCourse, tmp_path: Path) -> None:
    with running_firefox(tmp_path) as page:
        page.sign_in(course, "Eldar Räv")
        page.goto(f"{course.url}/help")
        page.ask(BUTTON)
        page.press("Measure")
        page.wait_for("() => globalThis.reports?.length > 0")
        [found] = page.ask("() => globalThis.reports")
    assert found["finding"] == "works", str(found)
    figures = found["figures"]
    assert figures["up_kbps"] > 100
    assert figures["down_kbps"] > 100
    assert figures["voice_score"] > 4
    assert figures["round_trip_ms"] >= 0
