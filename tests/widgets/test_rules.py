"""When a device test passes: the rules alone, fed with figures."""

from typing import Any

import pytest
from playwright.sync_api import Page

from motesklar_widgets import HandIn
from tests.widgets.conftest import Open

IMPORT = 'const rules = await import("/static/0/widgets/lib/rules.js");'


@pytest.fixture
def rules_page(open_page: Open) -> Page:
    return open_page({"end": HandIn()})


def sound(page: Page, *levels_and_seconds: tuple[float, float]) -> dict[str, Any]:
    """The rule's state and figures after each level has been heard for so long."""
    script = f"""async (heard) => {{
      {IMPORT}
      const rule = new rules.SoundRule();
      for (const [level, seconds] of heard) rule.add(level, seconds);
      return {{ state: rule.state, ...rule.figures }};
    }}"""
    result: dict[str, Any] = page.evaluate(script, [list(pair) for pair in levels_and_seconds])
    return result


def picture(page: Page, *pictures: tuple[float, float, float]) -> str:
    script = f"""async (seen) => {{
      {IMPORT}
      const rule = new rules.PictureRule();
      for (const [brightness, contrast, seconds] of seen) {{
        rule.add({{ brightness, contrast }}, seconds);
      }}
      return rule.state;
    }}"""
    result: str = page.evaluate(script, [list(p) for p in pictures])
    return result


def test_sound_adds_up_over_pauses(rules_page: Page) -> None:
    assert sound(rules_page, (-20, 0.8), (-60, 1), (-20, 0.6))["state"] == "listening"
    assert sound(rules_page, (-20, 0.8), (-60, 1), (-20, 0.8))["state"] == "heard"


def test_a_quiet_room_is_weak_and_a_muted_microphone_is_silent(rules_page: Page) -> None:
    assert sound(rules_page, (-60, 5.9))["state"] == "listening"
    assert sound(rules_page, (-60, 6))["state"] == "weak"
    assert sound(rules_page, (-120, 6))["state"] == "silent"


def test_silence_counts_from_the_last_sound(rules_page: Page) -> None:
    assert sound(rules_page, (-60, 5), (-20, 0.1), (-60, 5))["state"] == "listening"


def test_digital_silence_has_figures_that_json_can_carry(rules_page: Page) -> None:
    script = f"""async () => {{
      {IMPORT}
      const rule = new rules.SoundRule();
      rule.add(-Infinity, 9);
      return rule.figures;
    }}"""
    figures = rules_page.evaluate(script)
    assert figures == {"peak_dbfs": -120, "sound_seconds": 0}


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        ([(100, 30, 0.9)], "looking"),
        ([(100, 30, 1.0)], "seen"),
        ([(100, 30, 0.9), (3, 0, 0.2), (100, 30, 0.9)], "looking"),
        ([(3, 0, 3.9)], "looking"),
        ([(3, 0, 4.0)], "black"),
        ([(200, 0, 4.0)], "black"),
    ],
)
def test_a_picture_passes_when_it_is_one(
    rules_page: Page, seen: list[tuple[float, float, float]], state: str
) -> None:
    assert picture(rules_page, *seen) == state
