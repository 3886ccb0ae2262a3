"""When sound, turns and pictures pass: the rules alone, fed with figures; evidence or no pass."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from motesklar_widgets import HandIn
from tests.widgets.conftest import ALLOW_ALL, FAKE_DEVICES, Launch
from tests.widgets.server import Harness

FOLDER = "/static/0/widgets/lib/equipment"
TICK = 0.1
SILENCE = -200.0

Sample = dict[str, Any]


@pytest.fixture(scope="module")
def samples() -> random.Random:
    """The same chance in each run."""
    return random.Random(6)


@pytest.fixture(scope="module")
def rules_page(widget_harness: Harness, launch: Launch) -> Iterator[Page]:
    """One for all: the rules keep nothing in the page."""
    page = launch(FAKE_DEVICES, ALLOW_ALL).new_page()
    page.goto(widget_harness.show({"end": HandIn()}))
    yield page
    page.close()


def levels(seconds: float, *pattern: float) -> list[Sample]:
    """A sample each tick, the pattern again and again."""
    return [{"level": pattern[i % len(pattern)]} for i in range(round(seconds / TICK))]


def speech(seconds: float, loud: float = -20, quiet: float = -65) -> list[Sample]:
    """Syllables and short pauses."""
    return levels(seconds, loud, loud - 6, loud - 3, loud - 9, loud - 2, quiet, quiet)


def noise(chance: random.Random, seconds: float, level: float, spread: float = 0.5) -> list[Sample]:
    return [{"level": chance.gauss(level, spread)} for _ in range(round(seconds / TICK))]


def heard(page: Page, samples: list[Sample]) -> dict[str, Any]:
    """Every finding in its order, the last one, and the figures."""
    script = f"""async ([samples, tick]) => {{
      const {{ SoundRule }} = await import("{FOLDER}/sound_rule.js");
      const rule = new SoundRule();
      const told = [];
      for (const sample of samples) {{
        rule.add(sample, tick);
        if (rule.finding !== told.at(-1)) told.push(rule.finding);
      }}
      return {{ told, finding: rule.finding, ...rule.figures }};
    }}"""
    result: dict[str, Any] = page.evaluate(script, [samples, TICK])
    return result


def assert_never_passes(page: Page, samples: list[Sample], finding: str) -> None:
    result = heard(page, samples)
    assert "works" not in result["told"]
    assert result["finding"] == finding


# ---- sound


def test_speech_passes_after_a_second_and_a_half(rules_page: Page) -> None:
    assert heard(rules_page, speech(1.5))["finding"] == ""
    result = heard(rules_page, speech(3))
    assert result["told"] == ["", "works"]
    assert result["sound_seconds"] >= 1.5


def test_speech_adds_up_over_pauses(rules_page: Page) -> None:
    pieces = speech(1.1) + levels(2, -65) + speech(1.4)
    assert heard(rules_page, pieces)["finding"] == "works"


def test_speech_without_a_pause_passes_by_its_swing(rules_page: Page) -> None:
    endless = levels(5, -12, -20, -30, -16, -26, -14, -34, -18)
    assert heard(rules_page, endless)["finding"] == "works"


def test_digital_silence_is_silent_and_has_figures_that_json_can_carry(rules_page: Page) -> None:
    assert_never_passes(rules_page, levels(12, SILENCE), "silent")
    assert heard(rules_page, levels(5.9, SILENCE))["finding"] == ""
    assert heard(rules_page, levels(7, SILENCE))["peak_dbfs"] == -120


def test_a_microphone_that_the_system_has_muted_says_so(rules_page: Page) -> None:
    muted = [{"level": SILENCE, "muted": True}] * 70
    assert_never_passes(rules_page, muted, "muted")


def test_a_quiet_room_is_nobody_speaking(rules_page: Page, samples: random.Random) -> None:
    assert_never_passes(rules_page, noise(samples, 10, -68), "no-voice")


def test_speech_too_weak_to_understand_is_weak(rules_page: Page) -> None:
    assert_never_passes(rules_page, speech(9, loud=-54, quiet=-80), "weak")


@pytest.mark.parametrize("level", [-48, -30, -12, -3])
def test_a_hum_alone_never_passes(rules_page: Page, samples: random.Random, level: float) -> None:
    assert_never_passes(rules_page, noise(samples, 20, level, 0.1), "noisy")


@pytest.mark.parametrize("level", [-45, -20])
def test_a_hum_that_begins_after_silence_never_passes(
    rules_page: Page, samples: random.Random, level: float
) -> None:
    hum = noise(samples, 9, level, 0.2)
    started = levels(1, SILENCE) + levels(0.1, level - 12) + hum
    assert "works" not in heard(rules_page, started)["told"]
    switched = levels(2, SILENCE) + hum[:20] + levels(2, SILENCE) + hum[:30]
    assert "works" not in heard(rules_page, switched)["told"]


def test_a_fan_never_passes(rules_page: Page, samples: random.Random) -> None:
    assert_never_passes(rules_page, noise(samples, 20, -35, 0.8), "noisy")


def test_a_voice_must_rise_ten_decibels_over_what_is_heard_without_it(rules_page: Page) -> None:
    """-30 in the pauses: -22 is drowned in it, -15 is not."""
    drowned = levels(9, -22, -25, -23, -30, -30)
    assert_never_passes(rules_page, drowned, "noisy")
    clear = levels(9, -14, -18, -15, -30, -30)
    assert heard(rules_page, clear)["finding"] == "works"


def test_silence_counts_from_the_last_word(rules_page: Page) -> None:
    words = levels(5, -65) + speech(0.5) + levels(5, -65)
    assert heard(rules_page, words)["finding"] == ""
    assert heard(rules_page, words + levels(1.5, -65))["finding"] == "no-voice"


def test_somebody_who_speaks_late_passes_late(rules_page: Page) -> None:
    late = levels(8, SILENCE) + speech(4)
    assert heard(rules_page, late)["told"] == ["", "silent", "", "works"]


@pytest.mark.parametrize(("share", "finding"), [(10, "works"), (3, "clipping")])
def test_a_voice_that_is_cut_off_often_is_clipping(
    rules_page: Page, share: int, finding: str
) -> None:
    cut = [s | {"clipped": 0.02 if i % share == 0 else 0} for i, s in enumerate(speech(4))]
    assert heard(rules_page, cut)["finding"] == finding


def test_a_voice_in_one_of_two_channels_is_one_sided(rules_page: Page) -> None:
    both = [s | {"channels": [s["level"], s["level"] - 3]} for s in speech(4)]
    left = [s | {"channels": [s["level"], -110]} for s in speech(4)]
    assert heard(rules_page, both)["finding"] == "works"
    assert heard(rules_page, left)["finding"] == "one-sided"


BESIDE = f"""async ([made, asItIs]) => {{
  const {{ Beside }} = await import("{FOLDER}/sound_rule.js");
  const beside = new Beside();
  const sample = (level) => ({{ level, clipped: 0 }});
  return made.map((level, i) => beside.join(sample(level), sample(asItIs[i]), 0.1).level);
}}"""


@pytest.mark.parametrize(
    ("made", "as_it_is", "counts"),
    [
        ([-30, -80, -30], [-64, -90, -62], [-64, -80, -62]),
        ([-20, -70, -20], [-25, -40, -25], [-25, -70, -25]),
        ([-70, -20, -70], [-20, -70, -20], [-70, -20, -70]),
    ],
    ids=["a weak voice that is lifted", "noise that is taken away", "not quite at once"],
)
def test_a_microphone_counts_as_it_is_beside_what_the_browser_makes_of_it(
    rules_page: Page, made: list[int], as_it_is: list[int], counts: list[int]
) -> None:
    assert rules_page.evaluate(BESIDE, [made, as_it_is]) == counts


# ---- turns in a hall


def turns(page: Page, lit: str, dark: str, seed: int = 1) -> dict[str, Any]:
    """Follow the lamp; `lit` and `dark` are what is heard then, as an expression of the moment."""
    script = f"""async (seed) => {{
      const {{ planTurns, TurnRule }} = await import("{FOLDER}/turn_rule.js");
      let state = seed;
      const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
      const rule = new TurnRule(planTurns(random));
      const speech = (i, loud) => loud - [0, 6, 3, 9, 45, 45][i % 6];
      const told = [];
      let i = 0;
      while (!rule.isOver) {{
        const level = rule.lit ? {lit} : {dark};
        rule.add({{ level }}, {TICK});
        told.push(rule.finding);
        i += 1;
      }}
      return {{ finding: rule.finding, early: told.slice(0, -1).join(""), seconds: i * {TICK} }};
    }}"""
    result: dict[str, Any] = page.evaluate(script, seed)
    return result


OWN = "speech(i, -18)"
MURMUR = "-46 + (i % 3)"


@pytest.mark.parametrize("seed", range(1, 8))
def test_a_voice_that_follows_the_lamp_passes_in_a_murmuring_hall(
    rules_page: Page, seed: int
) -> None:
    result = turns(rules_page, OWN, MURMUR, seed)
    assert result["finding"] == "works"
    assert result["early"] == ""
    assert result["seconds"] < 13


@pytest.mark.parametrize(
    ("lit", "dark", "finding"),
    [
        (OWN, OWN, "others-voice"),
        ("speech(i, -20)", "speech(i, -26)", "others-voice"),
        (MURMUR, OWN, "others-voice"),
        (MURMUR, MURMUR, "others-voice"),
        ("-30", "-30", "noisy"),
        ("-200", "-200", "silent"),
        ("speech(i, -55)", "-90", "weak"),
    ],
    ids=[
        "a neighbour or a screen reader talks on",
        "a neighbour a little further away",
        "only the neighbour",
        "nobody but the hall",
        "a hum",
        "silence",
        "too weak",
    ],
)
@pytest.mark.parametrize("seed", [1, 5])
def test_what_does_not_follow_the_lamp_never_passes(
    rules_page: Page, lit: str, dark: str, finding: str, seed: int
) -> None:
    assert turns(rules_page, lit, dark, seed)["finding"] == finding


def test_a_screen_reader_that_announces_the_lamp_is_no_voice(rules_page: Page) -> None:
    """It speaks for a second and a half after each change, in lit and dark turns alike."""
    announcing = "rule.inTurn < 1.5 ? speech(i, -18) : -70"
    assert turns(rules_page, announcing, announcing)["finding"] == "others-voice"


def test_time_to_react_and_a_cough_are_forgiven(rules_page: Page) -> None:
    late = "rule.inTurn < 0.6 ? -70 : speech(i, -18)"
    coughing = "rule.inTurn < 0.6 || (rule.inTurn > 0.8 && rule.inTurn < 0.95) ? -20 : -70"
    assert turns(rules_page, late, coughing)["finding"] == "works"


# ---- picture


def shown(page: Page, pictures: list[Sample]) -> dict[str, Any]:
    """Five looks a second at these pictures."""
    script = f"""async (pictures) => {{
      const {{ PictureRule }} = await import("{FOLDER}/picture_rule.js");
      const rule = new PictureRule();
      const told = [];
      for (const {{ frames, width = 640, height = 480, hidden, ...picture }} of pictures) {{
        const seen = picture.print === undefined ? null : picture;
        rule.add({{ picture: seen, frames, width, height, hidden }}, 0.2);
        if (rule.finding !== told.at(-1)) told.push(rule.finding);
      }}
      return {{ told, finding: rule.finding, ...rule.figures }};
    }}"""
    result: dict[str, Any] = page.evaluate(script, pictures)
    return result


def pictures(seconds: float, fps: float = 30, **overrides: Any) -> list[Sample]:
    looks = [int(i * 0.2 * fps) for i in range(1, round(seconds / 0.2) + 1)]
    picture = {"brightness": 120, "contrast": 40}
    return [picture | {"frames": n, "print": n} | overrides for n in looks]


def test_a_picture_that_moves_passes_in_a_second_or_two(rules_page: Page) -> None:
    result = shown(rules_page, pictures(2))
    assert result["told"] == ["", "works"]
    assert result["fps"] == 30
    assert shown(rules_page, pictures(0.8))["finding"] == ""


@pytest.mark.parametrize(
    ("seen", "finding"),
    [
        (pictures(5, brightness=3, contrast=1), "black"),
        (pictures(5, brightness=200, contrast=0), "black"),
        (pictures(5, frames=9), "frozen"),
        ([{"frames": 0}] * 25, "frozen"),
        (pictures(5, print=7), "still"),
        (pictures(5, fps=3), "slow"),
        (pictures(5, width=160, height=120), "small"),
        (pictures(5, brightness=30), "dark"),
    ],
    ids=["black", "one colour", "stopped", "never came", "a drawing", "slow", "small", "dark"],
)
def test_what_is_no_good_picture_never_passes(
    rules_page: Page, seen: list[Sample], finding: str
) -> None:
    result = shown(rules_page, seen)
    assert "works" not in result["told"]
    assert result["finding"] == finding


def test_a_phone_held_upright_is_not_small(rules_page: Page) -> None:
    assert shown(rules_page, pictures(2, width=240, height=320))["finding"] == "works"


def test_a_camera_whose_cover_is_opened_passes_then(rules_page: Page) -> None:
    dark = pictures(4, brightness=3, contrast=1)
    bright = [p | {"frames": p["frames"] + 120, "print": p["print"] + 120} for p in pictures(2)]
    assert shown(rules_page, dark + bright)["told"] == ["", "black", "", "works"]


def test_a_picture_that_stops_after_its_pass_is_frozen(rules_page: Page) -> None:
    seen = pictures(2)
    assert shown(rules_page, seen + [seen[-1]] * 15)["told"] == ["", "works", "frozen"]


def test_a_page_in_the_background_is_no_frozen_picture(rules_page: Page) -> None:
    seen = pictures(2)
    away = [seen[-1] | {"hidden": True}] * 60
    assert shown(rules_page, seen + away)["told"] == ["", "works"]
