"""FakeMedia keeps the promises that a real browser keeps, so widgets may be tested on it."""

from typing import Any

import pytest
from playwright.sync_api import Page

from motesklar_widgets import CameraTest
from tests.widgets.conftest import ALLOW_ALL, FAKE_DEVICES, Launch, Open

#: `media` is the engine under test: the browser's own or the fake.
PRELUDE = """
  const { BrowserMedia } = await import("/static/0/widgets/lib/media.js");
  const { FakeMedia } = await import("/static/0/widgets/lib/fake_media.js");
  const media = real ? new BrowserMedia() : new FakeMedia();
"""


@pytest.fixture
def media_page(open_page: Open, launch: Launch) -> Page:
    return open_page({"cam": CameraTest()}, browser=launch(FAKE_DEVICES, ALLOW_ALL))


def run(page: Page, body: str, *, real: bool) -> Any:
    return page.evaluate(f"async (real) => {{ {PRELUDE} {body} }}", real)


CONTRACT = {
    "two users of a device share its stream": """
        const [one, two] = await Promise.all([media.open("camera"), media.open("camera")]);
        return one.stream === two.stream;
    """,
    "the device is on while one still uses it": """
        const one = await media.open("microphone");
        const two = await media.open("microphone");
        one.release();
        one.release();
        return two.stream.getTracks()[0].readyState === "live";
    """,
    "the device is off when the last one lets go": """
        const one = await media.open("microphone");
        const two = await media.open("microphone");
        one.release();
        two.release();
        return two.stream.getTracks()[0].readyState === "ended";
    """,
    "after that it opens anew": """
        const one = await media.open("camera");
        one.release();
        const two = await media.open("camera");
        const live = two.stream.getTracks()[0].readyState === "live";
        return live && one.stream !== two.stream;
    """,
    "the device that was opened is in the list": """
        const lease = await media.open("camera");
        const devices = await media.devices("camera");
        const found = devices.find(({ id }) => id === lease.deviceId);
        return Boolean(found) && found.label !== "";
    """,
    "a device that is gone gives way to another": """
        media.prefer("camera", "unplugged");
        const lease = await media.open("camera");
        return lease.deviceId !== "unplugged" && lease.stream.active;
    """,
    "the chosen device is remembered": """
        const [device] = await media.devices("camera");
        media.prefer("camera", device.id);
        return media.preferred("camera") === device.id && media.preferred("speaker") === "";
    """,
    "a microphone has one sound track, a camera one picture track": """
        const sound = (await media.open("microphone")).stream;
        const picture = (await media.open("camera")).stream;
        const kinds = [...sound.getTracks(), ...picture.getTracks()].map(({ kind }) => kind);
        return JSON.stringify(kinds) === '["audio","video"]';
    """,
    "loudness is under full scale, and closing twice is nothing": """
        const lease = await media.open("microphone");
        const meter = await media.meter(lease.stream);
        const level = meter.level();
        meter.close();
        meter.close();
        return typeof level === "number" && level <= 0;
    """,
    "a meter tells loudness, peak, clipping, each channel and tones": """
        const lease = await media.open("microphone");
        const meter = await media.meter(lease.stream);
        const figures = [meter.level(), meter.peak(), ...meter.channels(), meter.tone(440)];
        const clipped = meter.clipped();
        meter.close();
        const told = figures.every((each) => typeof each === "number" && each <= 1);
        return told && clipped >= 0 && clipped <= 1 && [1, 2].includes(meter.channels().length);
    """,
    "sound as the microphone gives it is another stream than the processed": """
        const processed = await media.open("microphone");
        const raw = await media.open("microphone", "", { processing: false });
        const again = await media.open("microphone", "", { processing: false });
        const live = processed.stream.active && raw.stream.active;
        return live && processed.stream !== raw.stream && raw.stream === again.stream;
    """,
    "whether the page may use a device is told": """
        const states = ["granted", "denied", "prompt", "unknown"];
        return states.includes(await media.permission("microphone"));
    """,
    "nobody is told any more after stopping twice": """
        const stops = [media.onPermission("camera", () => {}), media.onDevices(() => {})];
        for (const stop of [...stops, ...stops]) stop();
        return true;
    """,
    "a device that comes or goes is told until it is stopped": """
        let told = 0;
        const stop = media.onDevices(() => (told += 1));
        const change = () => {
          if (real) navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
          else media.plug("microphone", []);
        };
        change();
        stop();
        change();
        return told === 1;
    """,
    "a recording can be played": """
        const lease = await media.open("microphone");
        const { signal } = new AbortController();
        const blob = await media.record(lease.stream, 0.4, signal);
        await media.play(blob, "", signal);
        return blob.size > 0;
    """,
    "a recording that is ended early is kept": """
        const lease = await media.open("microphone");
        const controller = new AbortController();
        const recorded = media.record(lease.stream, 60, controller.signal);
        controller.abort();
        return (await recorded) instanceof Blob;
    """,
    "one hears oneself until it is ended": """
        const lease = await media.open("microphone");
        const controller = new AbortController();
        const { signal } = controller;
        const heard = media.hearSelf(lease.stream, { delaySeconds: 0.5, speakerId: "", signal });
        controller.abort();
        await heard;
        return lease.stream.active;
    """,
    "a battery has a charge, where it is told": """
        const battery = await media.battery();
        return battery === null || (battery.level >= 0 && battery.level <= 1);
    """,
    "the test sound ends": """
        await media.playTestSound("", new AbortController().signal);
        return true;
    """,
    "the test sound ends at once when it is no longer wanted": """
        const controller = new AbortController();
        const played = media.playTestSound("", controller.signal);
        controller.abort();
        await played;
        return true;
    """,
}


@pytest.mark.parametrize("real", [True, False], ids=["browser", "fake"])
@pytest.mark.parametrize("promise", CONTRACT)
def test_the_promise_is_kept(media_page: Page, promise: str, real: bool) -> None:
    assert run(media_page, CONTRACT[promise], real=real) is True


MISSING = """
  if (!real) media.plugged.camera = [];
  return media.open("camera").then(() => "opened", (error) => [error.name, error.reason]);
"""


@pytest.mark.parametrize("real", [True, False], ids=["browser", "fake"])
def test_a_missing_camera_is_the_same_error(open_page: Open, launch: Launch, real: bool) -> None:
    page = open_page(
        {"cam": CameraTest()}, browser=launch(f"{FAKE_DEVICES}=device-count=0", ALLOW_ALL)
    )
    assert run(page, MISSING, real=real) == ["MediaError", "missing"]


DENIED = """
  if (!real) media.problems.microphone = "denied";
  return media.open("microphone").then(() => "opened", (error) => [error.name, error.reason]);
"""


@pytest.mark.parametrize("real", [True, False], ids=["browser", "fake"])
def test_a_denied_microphone_is_the_same_error(open_page: Open, launch: Launch, real: bool) -> None:
    page = open_page(
        {"cam": CameraTest()}, browser=launch(FAKE_DEVICES, "--deny-permission-prompts")
    )
    assert run(page, DENIED, real=real) == ["MediaError", "denied"]


FRAMES = """
  const lease = await media.open("camera");
  const video = Object.assign(document.createElement("video"), { muted: true });
  video.srcObject = lease.stream;
  if (real) await video.play();
  const counter = media.frames(video);
  const prints = new Set();
  while (counter.count() < 10 || prints.size < 3) {
    prints.add(media.look(video).print);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  counter.close();
  counter.close();
  return true;
"""


@pytest.mark.parametrize("real", [True, False], ids=["browser", "fake"])
def test_frames_are_counted_and_differ(media_page: Page, real: bool) -> None:
    assert run(media_page, FRAMES, real=real) is True


UNPLUGGED = """
  const lease = await media.open("microphone");
  const [track] = lease.stream.getTracks();
  const ended = new Promise((resolve) => track.addEventListener("ended", resolve));
  media.plug("microphone", []);
  await ended;
  return track.readyState;
"""


def test_a_fake_device_that_is_pulled_out_ends_as_a_real_one_does(media_page: Page) -> None:
    assert run(media_page, UNPLUGGED, real=False) == "ended"


ANSWERED = """
  const told = [];
  const stop = media.onPermission("microphone", (state) => told.push(state));
  media.answer("microphone", "denied");
  const reason = await media.open("microphone").catch((error) => error.reason);
  stop();
  media.answer("microphone", "granted");
  return [...told, reason, await media.permission("microphone")];
"""


def test_a_fake_answer_is_told_and_holds(media_page: Page) -> None:
    assert run(media_page, ANSWERED, real=False) == ["denied", "denied", "granted"]


LOOK = """
  const lease = await media.open("camera");
  const video = Object.assign(document.createElement("video"), { muted: true });
  video.srcObject = lease.stream;
  if (real) {
    await video.play();
  }
  const picture = media.look(video);
  return picture.brightness > 16 && picture.brightness < 255 && picture.contrast > 2;
"""


@pytest.mark.parametrize("real", [True, False], ids=["browser", "fake"])
def test_a_picture_is_bright_and_has_contrast(media_page: Page, real: bool) -> None:
    assert run(media_page, LOOK, real=real) is True
