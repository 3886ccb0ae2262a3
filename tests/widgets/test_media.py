"""The real browser's media engine: what it measures, what it gives up, why a device is refused."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from motesklar_widgets import HandIn
from tests.equipment_media import RATE, write_sound
from tests.widgets.conftest import ALLOW_ALL, FAKE_DEVICES, LOOPBACK, Launch
from tests.widgets.server import Harness

PRELUDE = 'const { BrowserMedia } = await import("/static/0/widgets/lib/media.js");'

OpenMedia = Callable[..., Page]


@pytest.fixture
def open_media(widget_harness: Harness, launch: Launch) -> Iterator[OpenMedia]:
    """A page in a browser of its own kind."""
    pages: list[Page] = []

    def open_page(browser: Browser | None = None, setup: str = "", **context: Any) -> Page:
        browser = browser or launch(FAKE_DEVICES, ALLOW_ALL)
        page = browser.new_context(**context).new_page()
        pages.append(page)
        if setup:
            page.add_init_script(setup)
        page.goto(widget_harness.show({"end": HandIn()}))
        return page

    yield open_page
    for page in pages:
        page.context.close()


def evaluate(page: Page, body: str) -> Any:
    return page.evaluate(f"async () => {{ {PRELUDE} {body} }}")


def tone(hertz: float, amplitude: float, seconds: float = 2) -> list[float]:
    """A sine, cut off where it goes over full scale."""
    wave_ = (
        amplitude * math.sin(2 * math.pi * hertz * i / RATE) for i in range(round(seconds * RATE))
    )
    return [max(-1.0, min(1.0, value)) for value in wave_]


MEASURE = """
  const media = new BrowserMedia();
  const lease = await media.open("microphone", "", { processing: false });
  const meter = await media.meter(lease.stream);
  // the stream begins a little after it is given
  const enough = () => meter.level() > -60;
  const until = performance.now() + 15_000;
  while (!enough() && performance.now() < until) await new Promise((r) => setTimeout(r, 50));
  await new Promise((resolve) => setTimeout(resolve, 400));
  const figures = {
    level: meter.level(),
    peak: meter.peak(),
    clipped: meter.clipped(),
    channels: meter.channels(),
    tone: meter.tone(1000),
    other: meter.tone(1700),
  };
  meter.close();
  lease.release();
  return figures;
"""


def measure(open_media: OpenMedia, launch: Launch, path: Path) -> dict[str, Any]:
    browser = launch(FAKE_DEVICES, ALLOW_ALL, f"--use-file-for-fake-audio-capture={path}")
    figures: dict[str, Any] = evaluate(open_media(browser), MEASURE)
    return figures


def test_a_tone_on_one_side_is_measured_as_it_is(
    open_media: OpenMedia, launch: Launch, tmp_path: Path
) -> None:
    left = tone(1000, 0.25)
    path = write_sound(tmp_path / "left.wav", left, [0.0] * len(left))
    figures = measure(open_media, launch, path)
    # 0.25 is a peak of -12 dB, and a sine's mean is 3 dB under its peak
    assert figures["level"] == pytest.approx(-15, abs=1)
    assert figures["peak"] == pytest.approx(-12, abs=1)
    assert figures["tone"] == pytest.approx(-15, abs=1.5)
    assert figures["other"] < -60
    assert figures["clipped"] == 0
    assert len(figures["channels"]) == 2
    assert max(figures["channels"]) - min(figures["channels"]) > 20


def test_sound_that_is_cut_off_is_clipped(
    open_media: OpenMedia, launch: Launch, tmp_path: Path
) -> None:
    loud = tone(200, 6)
    figures = measure(open_media, launch, write_sound(tmp_path / "loud.wav", loud, loud))
    assert figures["clipped"] > 0.3


INVENTED = """
  const { SoundRule, soundSample } = await import("/static/0/widgets/lib/equipment/sound_rule.js");
  const { ticks } = await import("/static/0/widgets/lib/ticks.js");
  const media = new BrowserMedia();
  const lease = await media.open("microphone");
  const meter = await media.meter(lease.stream);
  const rule = new SoundRule();
  const { signal } = new AbortController();
  for await (const seconds of ticks(100, signal)) {
    rule.add(soundSample(meter, lease.stream), seconds);
    if (rule.finding) break;
  }
  meter.close();
  lease.release();
  return rule.finding;
"""


def test_the_browsers_invented_microphone_beeps_and_passes(open_media: OpenMedia) -> None:
    assert evaluate(open_media(), INVENTED) == "works"


def test_a_hum_from_a_real_file_never_passes(
    open_media: OpenMedia, launch: Launch, tmp_path: Path
) -> None:
    """50 Hz and what mains brings with it, from the very first sample."""
    parts = [tone(50, 0.2), tone(100, 0.1), tone(150, 0.05)]
    hum = [sum(samples) for samples in zip(*parts, strict=True)]
    path = write_sound(tmp_path / "hum.wav", hum, hum)
    browser = launch(FAKE_DEVICES, ALLOW_ALL, f"--use-file-for-fake-audio-capture={path}")
    assert evaluate(open_media(browser), INVENTED) in {"noisy", "no-voice", "silent"}


def test_silence_from_a_real_file_never_passes(
    open_media: OpenMedia, launch: Launch, silent_wav: Path
) -> None:
    browser = launch(FAKE_DEVICES, ALLOW_ALL, f"--use-file-for-fake-audio-capture={silent_wav}")
    assert evaluate(open_media(browser), INVENTED) == "silent"


SIGNAL = """
  const { clippedShare, toneDbfs, loudest } = await import("/static/0/widgets/lib/signal.js");
  const samples = (length, value) => Float32Array.from({ length }, (_, i) => value(i));
  const sine = (hertz, loud) => (i) => loud * Math.sin((2 * Math.PI * hertz * i) / 48_000);
  const run = (length) => samples(1000, (i) => (i < length ? 1 : 0.1));
  return {
    full: toneDbfs(samples(8192, sine(440, 1)), 440, 48_000),
    half: toneDbfs(samples(8192, sine(440, 0.5)), 440, 48_000),
    away: toneDbfs(samples(8192, sine(440, 1)), 550, 48_000),
    silence: toneDbfs(new Float32Array(8192), 440, 48_000) === -Infinity,
    six: clippedShare(run(6)),
    seven: clippedShare(run(7)),
    negative: clippedShare(samples(1000, (i) => (i % 2 ? -1 : -1))),
    loudest: loudest(samples(10, (i) => -i / 10)),
  };
"""


def test_figures_of_sound(open_media: OpenMedia) -> None:
    figures = evaluate(open_media(), SIGNAL)
    assert figures["full"] == pytest.approx(-3.01, abs=0.1)
    assert figures["half"] == pytest.approx(-9.03, abs=0.1)
    assert figures["away"] < -60
    assert figures["silence"] is True
    assert figures["six"] == 0
    assert figures["seven"] == pytest.approx(0.007)
    assert figures["negative"] == 1
    assert figures["loudest"] == pytest.approx(0.9)


# ---- refusals


def refused(name: str, message: str, state: str) -> str:
    """A browser that refuses so, and says so of the permission."""
    return f"""
      navigator.mediaDevices.getUserMedia = async () => {{
        throw {
        "new OverconstrainedError('x')"
        if name == "OverconstrainedError"
        else f"new DOMException('{message}', '{name}')"
    };
      }};
      navigator.permissions.query = async () => Object.assign(new EventTarget(), {{ state: "{
        state
    }" }});
    """


REASON = """
  const media = new BrowserMedia();
  return media.open("microphone").then(() => "opened", (error) => error.reason);
"""


@pytest.mark.parametrize(
    ("name", "message", "state", "reason"),
    [
        ("NotAllowedError", "Permission denied", "denied", "denied"),
        ("NotAllowedError", "Permission dismissed", "prompt", "dismissed"),
        ("NotAllowedError", "The request is not allowed", "prompt", "dismissed"),
        ("NotAllowedError", "Permission denied by system", "granted", "blocked-by-system"),
        ("NotAllowedError", "The request is not allowed", "granted", "blocked-by-system"),
        ("NotFoundError", "Requested device not found", "granted", "missing"),
        ("NotReadableError", "Could not start audio source", "granted", "busy"),
        ("AbortError", "Starting audioinput failed", "granted", "busy"),
        ("OverconstrainedError", "", "granted", "overconstrained"),
        ("SecurityError", "", "granted", "insecure"),
        ("TypeError", "", "granted", "failed"),
    ],
)
def test_a_refusal_is_named(
    open_media: OpenMedia, name: str, message: str, state: str, reason: str
) -> None:
    page = open_media(setup=refused(name, message, state))
    assert evaluate(page, REASON) == reason


NO_DEVICES = "Object.defineProperty(Navigator.prototype, 'mediaDevices', { value: undefined });"
INSECURE = "Object.defineProperty(window, 'isSecureContext', { value: false });"


@pytest.mark.parametrize(
    ("setup", "reason"), [(NO_DEVICES, "blocked-by-policy"), (NO_DEVICES + INSECURE, "insecure")]
)
def test_a_browser_without_devices_is_locked_or_the_page_is_insecure(
    open_media: OpenMedia, setup: str, reason: str
) -> None:
    assert evaluate(open_media(setup=setup), REASON) == reason


def test_a_frame_that_is_lent_nothing_says_so(open_media: OpenMedia) -> None:
    page = open_media()
    page.evaluate(
        """() => new Promise((resolve) => {
          const frame = Object.assign(document.createElement("iframe"), { srcdoc: "<p>" });
          frame.allow = "microphone 'none'; camera 'none'";
          frame.addEventListener("load", resolve);
          document.body.append(frame);
        })"""
    )
    frame = page.frames[1]
    assert frame.evaluate(f"async () => {{ {PRELUDE} {REASON} }}") == "framed"


UNKNOWN = "Object.defineProperty(Navigator.prototype, 'permissions', { value: undefined });"
TYPE_ERROR = "navigator.permissions.query = async () => { throw new TypeError('no such name'); };"


@pytest.mark.parametrize("setup", [UNKNOWN, TYPE_ERROR], ids=["none", "unknown name"])
def test_a_browser_that_tells_nothing_of_permissions_still_opens(
    open_media: OpenMedia, setup: str
) -> None:
    page = open_media(setup=setup)
    told = 'const stop = new BrowserMedia().onPermission("camera", () => {}); stop();'
    assert evaluate(page, f'{told} return new BrowserMedia().permission("camera");') == "unknown"
    assert evaluate(page, REASON) == "opened"


HUNG = """
  navigator.mediaDevices.getUserMedia = () => new Promise((resolve) => {
    window.answer = async () => {
      window.late = new AudioContext().createMediaStreamDestination().stream;
      resolve(window.late);
    };
  });
  const state = STATE;
  const status = Object.assign(new EventTarget(), { state });
  window.change = (to) => {
    status.state = to;
    status.dispatchEvent(new Event("change"));
  };
  navigator.permissions.query = async () => status;
"""

GIVE_UP = """
  const media = new BrowserMedia({ driverSeconds: 0.05, promptSeconds: PROMPT });
  const opened = media.open("microphone").then(() => "opened", (error) => error.reason);
  AFTER
  return opened;
"""


@pytest.mark.parametrize(
    ("state", "prompt", "after", "reason"),
    [
        ("granted", "60", "", "hung"),
        ("prompt", "0.05", "", "dismissed"),
        ("prompt", "60", "window.change('granted');", "hung"),
        ("unknown", "0.05", "", "hung"),
    ],
    ids=["the driver", "the person", "the driver after the person", "who knows"],
)
def test_a_device_that_never_answers_is_given_up(
    open_media: OpenMedia, state: str, prompt: str, after: str, reason: str
) -> None:
    page = open_media(setup=HUNG.replace("STATE", f'"{state}"'))
    waited = "await new Promise((r) => setTimeout(r, 20));" + after if after else ""
    body = GIVE_UP.replace("PROMPT", prompt).replace("AFTER", waited)
    assert evaluate(page, body) == reason


def test_a_device_that_answers_too_late_is_turned_off(open_media: OpenMedia) -> None:
    page = open_media(setup=HUNG.replace("STATE", '"granted"'))
    assert evaluate(page, GIVE_UP.replace("PROMPT", "60").replace("AFTER", "")) == "hung"
    after = "await window.answer(); await null; return window.late.getTracks()[0].readyState;"
    assert evaluate(page, after) == "ended"


# ---- playing


def test_sound_that_the_browser_holds_back_says_so(open_media: OpenMedia, launch: Launch) -> None:
    """Playwright's own scripts count as a press of a button, so the page does it by itself."""
    browser = launch(FAKE_DEVICES, ALLOW_ALL, "--autoplay-policy=user-gesture-required")
    page = open_media(browser)
    page.add_init_script(f"""addEventListener("load", async () => {{
      {PRELUDE}
      const played = new BrowserMedia().playTestSound("", new AbortController().signal);
      console.log(await played.then(() => "played", (error) => error.reason));
    }});""")
    with page.expect_console_message() as told:
        page.reload()
    assert told.value.text == "autoplay-blocked"


def test_a_speaker_that_is_gone_says_so(open_media: OpenMedia) -> None:
    body = """
      const played = new BrowserMedia().playTestSound("gone", new AbortController().signal);
      return played.then(() => "played", (error) => error.reason);
    """
    assert evaluate(open_media(), body) == "missing"


FORBIDDEN = """
  HTMLMediaElement.prototype.setSinkId = async () => {
    throw new DOMException("no", "NotAllowedError");
  };
"""


def test_a_speaker_that_the_page_may_not_use_is_as_good_as_gone(open_media: OpenMedia) -> None:
    body = """
      const played = new BrowserMedia().playTestSound("locked", new AbortController().signal);
      return played.then(() => "played", (error) => error.reason);
    """
    assert evaluate(open_media(setup=FORBIDDEN), body) == "missing"


PLAYED = """
  window.played = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    window.played.push(this);
    return play.call(this);
  };
"""

HEAR = """
  const media = new BrowserMedia();
  const lease = await media.open("microphone");
  const controller = new AbortController();
  const { signal } = controller;
  const heard = media.hearSelf(lease.stream, { delaySeconds: 0.2, speakerId: "", signal });
  while (window.played.length === 0) await new Promise((r) => setTimeout(r, 20));
  const meter = await media.meter(window.played[0].srcObject);
  while (meter.level() < -50) await new Promise((r) => setTimeout(r, 20));
  meter.close();
  controller.abort();
  await heard;
  const [audio] = window.played;
  return [lease.stream.active, audio.paused, audio.srcObject];
"""


def test_one_hears_oneself_through_a_peer_connection(open_media: OpenMedia, launch: Launch) -> None:
    browser = launch(FAKE_DEVICES, ALLOW_ALL, LOOPBACK)
    heard = evaluate(open_media(browser, setup=PLAYED), HEAR)
    assert heard == [True, True, None]
