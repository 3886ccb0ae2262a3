"""The device tests on real media engines: what passes, what never does, what is told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from motesklar_widgets import CameraTest, MicrophoneTest, SpeakerTest
from tests.widgets.conftest import (
    ALLOW_ALL,
    FAKE_DEVICES,
    Launch,
    Open,
    assert_verdicts,
    events_of,
    wait_until,
)
from tests.widgets.server import Saved

DENY = "--deny-permission-prompts"
NO_DEVICES = ("--use-fake-device-for-media-stream=device-count=0", ALLOW_ALL)
NO_SOUND = ("--disable-audio-input", ALLOW_ALL)
LISTENING_MS = 20_000


def start(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def expect_told(page: Page, text: str) -> None:
    expect(page.get_by_role("status").filter(has_text=text)).to_be_visible(timeout=LISTENING_MS)


def test_a_microphone_that_is_heard_passes_and_is_turned_off(
    open_page: Open, saved: Saved, launch: Launch, voice_switch: str
) -> None:
    page = open_page(
        {"mic": MicrophoneTest()}, browser=launch(FAKE_DEVICES, ALLOW_ALL, voice_switch)
    )
    start(page, "Test the microphone")
    expect_told(page, "Your microphone works.")

    expect(page.get_by_role("button", name="Record and listen")).to_be_visible()
    start(page, "Stop the test")
    expect(page.get_by_role("button", name="Test again")).to_be_focused()
    assert_verdicts(saved, "mic", ["pass"])
    detail = saved.facts[0]["detail"]
    assert detail["figures"]["sound_seconds"] >= 1.5
    assert (detail["finding"], detail["hall"]) == ("works", False)
    assert events_of(page, "step-done") == [{"step": "mic"}]


def test_silence_never_passes_and_says_what_to_look_for(
    open_page: Open, saved: Saved, launch: Launch, silent_wav: Path
) -> None:
    silent = launch(FAKE_DEVICES, ALLOW_ALL, f"--use-file-for-fake-audio-capture={silent_wav}")
    page = open_page({"mic": MicrophoneTest()}, browser=silent)
    start(page, "Test the microphone")
    expect_told(page, "We hear nothing at all.")

    assert_verdicts(saved, "mic", ["fail"])
    assert events_of(page, "step-done") == []
    expect(page.get_by_role("button", name="Stop the test")).to_be_visible()


@pytest.mark.parametrize(
    ("widget", "button", "permission", "denied", "passed"),
    [
        (
            MicrophoneTest,
            "Test the microphone",
            "microphone",
            "The page may not use the microphone.",
            "Your microphone works.",
        ),
        (
            CameraTest,
            "Test the camera",
            "camera",
            "The page may not use the camera.",
            "Your camera works.",
        ),
    ],
)
def test_a_denied_permission_is_told_with_a_guide_and_the_test_goes_on_when_it_is_given(
    open_page: Open,
    saved: Saved,
    launch: Launch,
    voice_switch: str,
    widget: type[MicrophoneTest],
    button: str,
    permission: str,
    denied: str,
    passed: str,
) -> None:
    page = open_page({"device": widget()}, browser=launch(FAKE_DEVICES, DENY, voice_switch))
    start(page, button)
    expect_told(page, denied)

    expect(page.locator(".check svg").first).to_be_visible()
    # nobody presses anything: the browser tells of the change
    page.context.grant_permissions([permission])
    expect_told(page, passed)
    assert_verdicts(saved, "device", ["fail", "pass"])


@pytest.mark.parametrize(
    ("widget", "switches", "button", "sentence"),
    [
        (MicrophoneTest, NO_SOUND, "Test the microphone", "We find no microphone."),
        (CameraTest, NO_DEVICES, "Test the camera", "We find no camera."),
    ],
)
def test_a_missing_device_is_told_from_a_denied_one(
    open_page: Open,
    saved: Saved,
    launch: Launch,
    widget: type[MicrophoneTest],
    switches: tuple[str, ...],
    button: str,
    sentence: str,
) -> None:
    page = open_page({"device": widget()}, browser=launch(*switches))
    start(page, button)
    expect_told(page, sentence)
    assert_verdicts(saved, "device", ["fail"])
    assert saved.facts[0]["detail"]["finding"] == "missing"


@pytest.mark.parametrize(
    ("name", "message", "sentence"),
    [
        ("NotReadableError", "", "Another program is using the microphone."),
        ("NotAllowedError", "Permission denied by system", "The device's own settings"),
        ("TypeError", "", "The microphone could not be started."),
    ],
)
def test_each_cause_has_a_sentence_of_its_own(
    open_page: Open, name: str, message: str, sentence: str
) -> None:
    refuse = f"""navigator.mediaDevices.getUserMedia = async () => {{
      throw new DOMException("{message}", "{name}");
    }};"""
    page = open_page({"mic": MicrophoneTest()}, setup=refuse)
    start(page, "Test the microphone")
    expect_told(page, sentence)


def test_a_microphone_unplugged_during_the_test_is_told(open_page: Open) -> None:
    unplug = """const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    const tracks = [];
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      tracks.push(...stream.getTracks());
      return stream;
    };
    window.unplug = () => tracks.forEach((track) => track.stop());"""
    page = open_page({"mic": MicrophoneTest()}, setup=unplug)
    start(page, "Test the microphone")
    expect(page.get_by_text("Talk as you do on the telephone.")).to_be_visible()
    page.evaluate("window.unplug()")
    expect_told(page, "The microphone disappeared during the test.")


def test_a_camera_shows_a_mirrored_picture_and_passes(open_page: Open, saved: Saved) -> None:
    page = open_page({"cam": CameraTest()})
    start(page, "Test the camera")
    expect_told(page, "Your camera works.")

    video = page.get_by_label("Your own picture")
    expect(video).to_be_visible()
    assert video.evaluate("(v) => [v.muted, v.playsInline]") == [True, True]
    assert video.evaluate("(v) => getComputedStyle(v).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    assert_verdicts(saved, "cam", ["pass"])


def test_the_camera_goes_off_when_the_person_leaves(open_page: Open) -> None:
    watch = """const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => (window.stream = await open(wanted));"""
    page = open_page({"cam": CameraTest()}, setup=watch)
    start(page, "Test the camera")
    expect_told(page, "Your camera works.")
    page.locator("#end").scroll_into_view_if_needed()
    wait_until(page, "window.stream.getTracks().every((t) => t.readyState === 'ended')")
    expect(page.get_by_label("Your own picture")).to_have_count(0)


def test_a_black_picture_fails_and_passes_when_the_cover_is_opened(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"cam": CameraTest()}, query="?fake")
    page.evaluate("harness.fake.picture = { brightness: 3, contrast: 1 }")
    start(page, "Test the camera")
    expect_told(page, "The camera is on, but its picture is black.")
    assert_verdicts(saved, "cam", ["fail"])

    page.evaluate("harness.fake.picture = { brightness: 100, contrast: 30 }")
    expect_told(page, "Your camera works.")
    assert_verdicts(saved, "cam", ["fail", "pass"])


@pytest.mark.parametrize(
    ("answer", "verdict", "sentence"),
    [
        ("Yes, I heard them", "pass", "Your sound works."),
        ("Only weakly", "warn", "You heard the tones, but only weakly."),
        ("No, I heard nothing", "fail", "You heard nothing."),
    ],
)
def test_only_the_person_can_tell_whether_the_sound_was_heard(
    open_page: Open, saved: Saved, answer: str, verdict: str, sentence: str
) -> None:
    page = open_page({"sound": SpeakerTest()})
    start(page, "Test the sound")
    page.get_by_role("group", name="Did you hear three tones?").wait_for()
    start(page, answer)
    expect_told(page, sentence)
    assert_verdicts(saved, "sound", [verdict])


def test_where_no_loudspeaker_can_be_chosen_the_page_says_whose_it_is(open_page: Open) -> None:
    page = open_page({"sound": SpeakerTest()}, setup="delete HTMLMediaElement.prototype.setSinkId;")
    start(page, "Test the sound")
    expect(page.get_by_text("that the device itself has chosen")).to_be_visible()
    start(page, "Play again")
    expect(page.get_by_text("Now three tones are played …")).to_be_visible()


IN_THE_ROOM = """() => {
  // the microphone hears each of our tones in its turn
  const { fake } = harness;
  const tones = [523.25, 659.25, 783.99];
  let began = 0;
  fake.playTestSound = async () => {
    began = performance.now();
    await new Promise((done) => setTimeout(done, 1350));
  };
  const turn = () => Math.floor((performance.now() - began) / 450);
  tones.forEach((hertz, i) => Object.defineProperty(fake.tones, hertz, {
    get: () => (turn() === i ? -30 : -90), enumerable: true,
  }));
}"""


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        ("Yes, I heard them", "heard-by-microphone"),
        ("No, I heard nothing", "wrong-device"),
    ],
)
def test_a_microphone_that_hears_the_tones_is_evidence(
    open_page: Open, saved: Saved, answer: str, finding: str
) -> None:
    page = open_page({"sound": SpeakerTest()}, query="?fake")
    page.evaluate(IN_THE_ROOM)
    start(page, "Test the sound")
    expect(page.locator("#announcements")).to_have_text("Did you hear three tones?")
    start(page, answer)
    expect(page.get_by_role("button", name="Test again")).to_be_visible()
    assert saved.facts[0]["detail"]["finding"] == finding
    assert page.evaluate("harness.fake.streams.holdings.size") == 0


def test_somebody_who_hears_nothing_lets_the_microphone_listen(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"sound": SpeakerTest()}, query="?fake")
    page.evaluate("harness.fake.permissions.microphone = 'prompt'")
    page.evaluate(IN_THE_ROOM)
    start(page, "Test the sound")
    start(page, "I can't tell: let the microphone listen")
    expect_told(page, "Your microphone heard the tones too.")
    assert_verdicts(saved, "sound", ["pass"])


def test_blocked_sound_is_told_with_the_button_that_turns_it_on(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"sound": SpeakerTest()}, query="?fake")
    page.evaluate("harness.fake.problems.speaker = 'autoplay-blocked'")
    start(page, "Test the sound")
    expect_told(page, "The browser plays no sound until you have pressed a button.")
    page.evaluate("delete harness.fake.problems.speaker")
    start(page, "Turn on sound")
    start(page, "Yes, I heard them")
    assert_verdicts(saved, "sound", ["fail", "pass"])


def test_a_loudspeaker_that_comes_back_into_the_microphone_is_an_echo(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"mic": MicrophoneTest()}, query="?fake")
    page.evaluate(IN_THE_ROOM)
    start(page, "Test the microphone")
    expect_told(page, "Your microphone hears your loudspeaker")
    assert_verdicts(saved, "mic", ["warn"])


def test_with_a_headset_on_no_echo_is_looked_for(open_page: Open, saved: Saved) -> None:
    page = open_page({"mic": MicrophoneTest()}, query="?fake")
    page.evaluate(IN_THE_ROOM)
    page.get_by_label("I wear a headset or headphones").check()
    start(page, "Test the microphone")
    expect_told(page, "Your microphone works.")


def test_tones_while_we_play_none_are_another_device(open_page: Open) -> None:
    page = open_page({"mic": MicrophoneTest()}, query="?fake")
    page.evaluate(IN_THE_ROOM)
    start(page, "Test the microphone")
    expect(page.get_by_text("Talk as you do on the telephone.")).to_be_visible()
    # somebody beside begins to test just now
    page.evaluate("harness.fake.playTestSound()")
    expect_told(page, "We hear another device close to you.")


def test_in_a_hall_only_a_voice_that_follows_the_lamp_passes(open_page: Open, saved: Saved) -> None:
    page = open_page({"mic": MicrophoneTest()}, query="?fake")
    page.get_by_label("In a hall, together with others who take part").check()
    # a neighbour talks all the time
    start(page, "Test the microphone")
    expect_told(page, "We hear voices also when you are quiet")
    page.evaluate(
        """() => {
          const voice = harness.fake.level;
          const lit = () => document.querySelector(".lamp")?.dataset.lit === "true";
          harness.fake.level = () => (lit() ? voice() : -62);
        }"""
    )
    start(page, "Test again")
    expect_told(page, "Your microphone works.")
    assert_verdicts(saved, "mic", ["warn", "pass"])
    assert saved.facts[-1]["detail"]["hall"] is True


def test_one_hears_a_recording_and_oneself_and_nothing_stays_on(open_page: Open) -> None:
    page = open_page({"mic": MicrophoneTest()}, query="?fake")
    page.get_by_label("I wear a headset or headphones").check()
    start(page, "Test the microphone")
    start(page, "Record and listen")
    expect_told(page, "Speak now. We record for three seconds.")
    wait_until(page, "harness.fake.played.length === 1")
    hear = page.get_by_role("button", name="Hear yourself")
    hear.click()
    expect(hear).to_have_attribute("aria-pressed", "true")
    hear.click()
    expect(hear).to_have_attribute("aria-pressed", "false")
    start(page, "Stop the test")
    wait_until(page, "harness.fake.streams.holdings.size === 0")


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("level = -20", "We hear noise around you louder than your voice."),
        ("clipped = 0.3", "We hear you, but so loudly that your voice cracks."),
        ("channels = [-20, -90]", "Your voice comes in on one side only."),
    ],
)
def test_what_a_microphone_gives_is_judged_by_the_rules(
    open_page: Open, setting: str, sentence: str
) -> None:
    page = open_page({"mic": MicrophoneTest()}, query="?fake")
    page.evaluate(f"harness.fake.{setting}")
    start(page, "Test the microphone")
    expect_told(page, sentence)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("frameRate = 0", "The camera's picture has stopped."),
        ("frameRate = 4", "Your picture moves in jerks."),
        (
            "picture = { brightness: 120, contrast: 40, print: 7 }",
            "The picture stands quite still.",
        ),
        ("picture = { brightness: 25, contrast: 10 }", "Your picture is dark."),
    ],
)
def test_what_a_camera_gives_is_judged_by_the_rules(
    open_page: Open, setting: str, sentence: str
) -> None:
    page = open_page({"cam": CameraTest()}, query="?fake")
    page.evaluate(f"harness.fake.{setting}")
    start(page, "Test the camera")
    expect_told(page, sentence)


def test_the_mirror_can_be_turned_off(open_page: Open) -> None:
    page = open_page({"cam": CameraTest()}, query="?fake")
    start(page, "Test the camera")
    video = page.get_by_label("Your own picture")
    page.get_by_label("Show me as in a mirror").uncheck()
    expect(page.get_by_text("You see yourself as others see you.")).to_be_visible()
    assert video.evaluate("(v) => getComputedStyle(v).transform") == "none"


def test_a_permission_that_is_taken_back_in_the_middle_is_told(open_page: Open) -> None:
    page = open_page({"cam": CameraTest()}, query="?fake")
    start(page, "Test the camera")
    wait_until(page, "harness.fake.streams.holdings.size === 1")
    page.evaluate("harness.fake.answer('camera', 'denied')")
    expect_told(page, "The page may not use the camera.")
    assert page.evaluate("harness.fake.streams.holdings.size") == 0


def test_a_microphone_that_is_plugged_in_is_tested_without_a_press(open_page: Open) -> None:
    page = open_page({"mic": MicrophoneTest()}, query="?fake")
    page.evaluate("harness.fake.plug('microphone', [])")
    start(page, "Test the microphone")
    expect_told(page, "We find no microphone.")
    page.evaluate("harness.fake.plug('microphone', [{ id: 'mic-1', label: 'Headset' }])")
    expect_told(page, "Your microphone works.")


def test_figures_stand_behind_the_verdict(open_page: Open) -> None:
    page = open_page({"mic": MicrophoneTest()}, query="?fake")
    start(page, "Test the microphone")
    expect_told(page, "Your microphone works.")
    page.get_by_text("Figures").click()
    expect(page.get_by_text("Loudest sound, in dBFS")).to_be_visible()


def test_another_microphone_can_be_chosen_and_is_remembered(open_page: Open) -> None:
    page = open_page({"mic": MicrophoneTest()}, query="?fake")
    page.evaluate(
        """() => {
          window.voice = harness.fake.level;
          harness.fake.level = -80;
          harness.fake.plugged.microphone.push({ id: "mic-2", label: "Headset" });
        }"""
    )
    start(page, "Test the microphone")
    page.get_by_label("Microphone", exact=True).select_option("Headset")
    page.evaluate("harness.fake.level = voice")
    expect_told(page, "Your microphone works.")
    assert page.evaluate("harness.fake.preferred('microphone')") == "mic-2"


def test_a_test_can_be_skipped_on_this_device(open_page: Open, saved: Saved) -> None:
    page = open_page({"cam": CameraTest()})
    start(page, "Not on this device")
    expect_told(page, "You have not tested a camera on this device.")
    assert_verdicts(saved, "cam", ["skipped"])
    assert events_of(page, "step-done") == [{"step": "cam"}]


def test_a_reload_shows_how_it_went_last_time(open_page: Open, saved: Saved) -> None:
    passed = {"test": "microphone", "verdict": "pass", "figures": {"peak_dbfs": -20}}
    saved.verdicts["mic"] = {"microphone": passed}
    page = open_page({"mic": MicrophoneTest()})
    expect_told(page, "Done last time:")
    expect_told(page, "Your microphone works.")
    expect(page.get_by_role("button", name="Test again")).to_be_visible()
    assert events_of(page, "step-done") == []


def test_several_tests_in_one_step_are_told_apart(open_page: Open, saved: Saved) -> None:
    passed = {"test": "speaker", "verdict": "pass", "figures": {"heard": True}}
    saved.verdicts["ready"] = {"speaker": passed}
    widgets = {"ready": SpeakerTest(), "two": MicrophoneTest(), "three": CameraTest()}
    # a step's name stands in the page before its widgets are shown
    rename = """document.addEventListener("DOMContentLoaded", () =>
      document.querySelectorAll("section").forEach((s) => (s.dataset.step = "ready")));"""
    page = open_page(widgets, setup=rename)
    expect_told(page, "Your sound works.")
    expect(page.get_by_text("Done last time:")).to_have_count(1)

    skip = page.get_by_role("button", name="Not on this device")
    skip.nth(1).click()
    expect_told(page, "You have not tested a microphone on this device.")
    assert events_of(page, "step-done") == []
    skip.nth(2).click()
    expect_told(page, "You have not tested a camera on this device.")
    assert events_of(page, "step-done") == [{"step": "ready"}]
    page.wait_for_load_state("networkidle")
    assert [fact["detail"]["test"] for fact in saved.facts] == ["microphone", "camera"]


def test_microphone_and_camera_are_asked_for_separately(
    open_page: Open, launch: Launch, voice_switch: str
) -> None:
    note = """window.asked = [];
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (wanted) => {
      window.asked.push(Object.keys(wanted));
      return open(wanted);
    };"""
    browser = launch(FAKE_DEVICES, ALLOW_ALL, voice_switch)
    page = open_page({"mic": MicrophoneTest(), "cam": CameraTest()}, setup=note, browser=browser)
    assert page.evaluate("window.asked") == []
    start(page, "Test the microphone")
    expect_told(page, "Your microphone works.")
    start(page, "Test the camera")
    expect_told(page, "Your camera works.")
    assert page.evaluate("window.asked") == [["audio"], ["audio"], ["video"]]


def test_a_page_that_is_closed_while_the_browser_asks_leaves_no_device_on(open_page: Open) -> None:
    hold = """const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      await new Promise((resolve) => (window.allow = resolve));
      return (window.stream = await open(wanted));
    };"""
    page = open_page({"mic": MicrophoneTest()}, setup=hold)
    start(page, "Test the microphone")
    wait_until(page, "!!window.allow")
    start(page, "Stop the test")
    page.evaluate("window.allow()")
    wait_until(page, "window.stream?.getTracks().every((t) => t.readyState === 'ended')")


def test_the_device_tests_are_accessible_and_fit_a_narrow_screen(
    open_page: Open, assert_accessible: Callable[[Page], None]
) -> None:
    page = open_page(
        {"mic": MicrophoneTest(), "cam": CameraTest(), "sound": SpeakerTest()},
        viewport={"width": 320, "height": 640},
        language="sv",
    )
    page.get_by_role("button", name="Testa ljudet").click()
    page.get_by_role("group", name="Hörde du tre toner?").wait_for()
    page.get_by_role("button", name="Testa kameran").click()
    expect_told(page, "Din kamera fungerar.")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
