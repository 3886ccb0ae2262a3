"""Findings that take a fault nobody has at hand: each is reached, told, and has a way on."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.widgets.conftest import ALLOW_ALL, FAKE_DEVICES, Launch
from tests.widgets.server import Harness, Saved

pytestmark = pytest.mark.browser

CHECKS = ["browser", "speaker", "microphone", "camera", "network"]
#: Why a device is not lent out, or stops answering; the rest of the reasons are a loudspeaker's.
DEVICE_REASONS = [
    "denied",
    "dismissed",
    "blocked-by-system",
    "blocked-by-policy",
    "framed",
    "missing",
    "busy",
    "overconstrained",
    "insecure",
    "lost",
    "hung",
]
SPEAKER_REASONS = ["autoplay-blocked", "missing", "busy", "hung"]
#: With these the page shows drawn steps to allow the device.
WITH_GUIDE = {"denied", "dismissed", "blocked-by-system"}

#: Break something, run one check until it has a verdict, mend it; and what is then shown.
TRY = """async ([check, breaking, mending]) => {
  const { findingOf } = await import("/static/0/widgets/lib/equipment/findings.js");
  const { fake, flow } = harness;
  const frame = flow.frames[check];
  frame.verdict = null;
  new Function("fake", "frame", breaking)(fake, frame);
  void frame.start();
  while (!frame.verdict) await new Promise((resolve) => setTimeout(resolve, 20));
  const { finding } = frame.verdict;
  const { sentence, next } = findingOf(check, finding);
  const told = frame.told.textContent;
  const guide = frame.behind.querySelector("svg") !== null;
  frame.stop();
  new Function("fake", "frame", mending)(fake, frame);
  return { finding, guide, told: told.includes(sentence) && told.includes(next) };
}"""


@pytest.fixture
def flow_page(widget_harness: Harness, saved: Saved, launch: Launch) -> Iterator[Page]:
    """The flow on a fake engine."""
    # the harness's pages have our own policy, which forbids to make functions of texts
    context = launch(FAKE_DEVICES, ALLOW_ALL).new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(widget_harness.equipment() + "?fake")
    expect(page.locator("html[data-ready]")).to_be_attached()
    yield page
    context.close()


def broken(page: Page, check: str, breaking: str, mending: str) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(TRY, [check, breaking, mending])
    return found


@pytest.mark.parametrize("check", ["microphone", "camera"])
def test_a_device_that_is_not_lent_out_is_told_for_what_it_is(flow_page: Page, check: str) -> None:
    found = {
        reason: broken(
            flow_page,
            check,
            f"fake.problems.{check} = '{reason}'",
            f"delete fake.problems.{check}",
        )
        for reason in DEVICE_REASONS
    }
    assert found == {
        reason: {"finding": reason, "guide": reason in WITH_GUIDE, "told": True}
        for reason in DEVICE_REASONS
    }


def test_a_loudspeaker_that_plays_nothing_is_told_for_what_it_is(flow_page: Page) -> None:
    found = [
        broken(
            flow_page,
            "speaker",
            f"fake.problems.speaker = '{reason}'",
            "delete fake.problems.speaker",
        )
        for reason in SPEAKER_REASONS
    ]
    assert found == [{"finding": name, "guide": False, "told": True} for name in SPEAKER_REASONS]


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_that_breaks_in_an_unforeseen_way_is_failed_and_never_hangs(
    flow_page: Page, check: str
) -> None:
    breaking = "frame.parts = { ...frame.parts, run: async () => { throw new Error('no'); } };"
    found = broken(flow_page, check, breaking, "")
    assert found == {"finding": "failed", "guide": False, "told": True}


@pytest.mark.parametrize(
    ("setting", "finding"),
    [
        ("microphone: fake.level = -55", "weak"),
        ("microphone: fake.level = -Infinity", "silent"),
        ("microphone: fake.level = -70", "no-voice"),
        ("camera: fake.picture = { brightness: 5, contrast: 1 }", "black"),
    ],
)
def test_what_gives_too_little_is_no_pass(flow_page: Page, setting: str, finding: str) -> None:
    check, breaking = setting.split(": ", 1)
    if finding == "weak":
        # words, but thirty decibels down
        breaking = "const voice = fake.level; fake.level = () => voice() - 37"
    assert broken(flow_page, check, breaking, "")["finding"] == finding


def test_a_browser_whose_sound_never_starts_says_what_to_plug_in(flow_page: Page) -> None:
    breaking = "fake.meter = () => new Promise(() => undefined);"
    found = broken(flow_page, "microphone", breaking, "delete fake.meter;")
    assert found == {"finding": "no-output", "guide": False, "told": True}


def test_every_check_can_be_left_out_and_no_reason_is_asked(flow_page: Page) -> None:
    script = """(check) => {
      const frame = harness.flow.frames[check];
      return frame.skips.map((skip) => {
        skip.click();
        return [skip.textContent, frame.verdict.finding];
      });
    }"""
    ways = [["Not on this device", "not-here"], ["Not for me", "not-for-me"]]
    assert {check: flow_page.evaluate(script, check) for check in CHECKS} == dict.fromkeys(
        CHECKS, ways
    )


# -- the browser itself

FEATURES = {"devices": True, "recording": True, "websockets": True}
GOOD = {
    "browser": "chrome",
    "app": "",
    "secure": True,
    "framed": False,
    "features": FEATURES,
}
CHARGED = {"level": 1, "charging": False}
#: What is wrong with the world, whether a connection can be made, the battery, what is found.
WORLDS: list[tuple[dict[str, Any], bool, dict[str, Any] | None, str]] = [
    ({}, True, CHARGED, "works"),
    ({}, True, None, "works"),
    ({"secure": False}, True, None, "insecure"),
    ({"framed": True}, True, None, "framed"),
    ({"app": "outlook"}, True, None, "in-app"),
    ({"browser": "other"}, False, None, "no-webrtc"),
    ({"features": FEATURES | {"devices": False}}, True, None, "no-webrtc"),
    ({}, False, None, "add-on-blocks"),
    ({"features": FEATURES | {"recording": False}}, True, None, "old"),
    ({}, True, {"level": 0.1, "charging": False}, "low-battery"),
    ({}, True, {"level": 0.1, "charging": True}, "works"),
    # in another app's page nothing else is worth mending
    ({"app": "teams"}, False, {"level": 0.1, "charging": False}, "in-app"),
]


def test_the_browser_is_told_what_stands_in_the_way_first(flow_page: Page) -> None:
    script = """async (worlds) => {
      const { browserFinding } =
        await import("/static/0/widgets/lib/equipment/checks/browser.js");
      return worlds.map((given) => browserFinding(...given));
    }"""
    given = [[GOOD | changes, can_call, battery] for changes, can_call, battery, _ in WORLDS]
    assert flow_page.evaluate(script, given) == [finding for *_, finding in WORLDS]
