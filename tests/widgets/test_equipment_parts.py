"""Parts of the equipment test by themselves: tones, memory, limits, readiness."""

from typing import Any

import pytest
from playwright.sync_api import Page

from motesklar_widgets import HandIn
from tests.widgets.conftest import Open

LIB = "/static/0/widgets/lib/equipment"
TONES = f'const {{ heardTones }} = await import("{LIB}/tones.js");'
#: `samples(level)`: what a meter tells each 30 ms for two seconds; tones are 0.45 s each.
SAMPLES = """
const samples = (level) => Array.from({ length: 67 }, (_, i) => {
  const seconds = i * 0.03;
  return { seconds, levels: [0, 1, 2].map((tone) => level(tone, seconds)) };
});
"""


@pytest.fixture
def parts_page(open_page: Open) -> Page:
    return open_page({"end": HandIn()})


def run(page: Page, body: str) -> Any:
    return page.evaluate(f"async () => {{ {body} }}")


def hears(page: Page, level: str) -> bool:
    """Whether our tones are heard where a meter tells this of a tone at a time."""
    body = f"{TONES} {SAMPLES} return heardTones(samples({level}), 0.45).heard;"
    return bool(run(page, body))


IN_ITS_TURN = "s >= late + tone * 0.45 && s < late + (tone + 1) * 0.45"


def test_tones_are_heard_however_late_they_come(parts_page: Page) -> None:
    for late in (0, 0.1, 0.3, 0.5):
        level = f"((late) => (tone, s) => ({IN_ITS_TURN} ? -40 : -80))({late})"
        assert hears(parts_page, level), late


OTHER_SOUNDS = {
    "silence": "() => -Infinity",
    "a steady hum": "() => -30",
    "one tone of three": "(tone, s) => (tone === 1 && s > 0.5 && s < 1 ? -30 : -80)",
    "all tones at once": "(tone, s) => (s > 0.5 && s < 1 ? -30 : -80)",
    "the tones backwards": "(tone, s) => (Math.floor(s / 0.45) === 2 - tone ? -40 : -80)",
    # each is loudest in its own turn, and yet not by itself there
    "a voice that grows louder": (
        "(tone, s) => [[-60, -58, -55], [-80, -40, -45], [-80, -60, -30]]"
        "[Math.min(2, Math.floor(s / 0.45))][tone]"
    ),
    "a voice": "(tone, s) => -40 + 8 * Math.sin(20 * s + tone)",
}


def test_nothing_else_is_taken_for_our_tones(parts_page: Page) -> None:
    heard = [name for name, level in OTHER_SOUNDS.items() if hears(parts_page, level)]
    assert heard == []


def test_one_look_at_each_tone_is_no_evidence(parts_page: Page) -> None:
    looks = "[0.2, 0.65, 1.1].map((seconds, at) => ({ seconds, levels: [0, 1, 2].map("
    looks += "(tone) => (tone === at ? -40 : -80)) }))"
    assert run(parts_page, f"{TONES} return heardTones({looks}, 0.45).heard;") is False


def test_too_short_a_look_hears_nothing(parts_page: Page) -> None:
    assert run(parts_page, f"{TONES} return heardTones([], 0.45).heard;") is False


MEMORY = f"""
const {{ Memory, forgetAll }} = await import("{LIB}/memory.js");
const {{ FakeMedia }} = await import("/static/0/widgets/lib/fake_media.js");
const DAY = 86_400_000;
const pass = {{ verdict: "pass", finding: "works", figures: {{ peak_dbfs: -20 }} }};
const fail = {{ verdict: "fail", finding: "silent", figures: {{}} }};
localStorage.clear();
"""


#: What is promised, what to do, what then is so.
REMEMBERED: list[tuple[str, str, object]] = [
    (
        "a pass counts for its days and no longer",
        """const memory = new Memory("p-1", 30);
        memory.keep("microphone", pass, new FakeMedia());
        const now = Date.now();
        return [29, 31].map((days) => memory.passed("microphone", now + days * DAY) !== null);""",
        [True, False],
    ),
    (
        "a clock that was set back makes nothing last for ever",
        """const memory = new Memory("p-1", 30);
        memory.keep("microphone", pass, new FakeMedia());
        return memory.passed("microphone", Date.now() - DAY);""",
        None,
    ),
    (
        "a later failure forgets the pass",
        """const memory = new Memory("p-1", 30);
        memory.keep("microphone", pass, new FakeMedia());
        memory.keep("microphone", fail, new FakeMedia());
        return memory.passed("microphone");""",
        None,
    ),
    (
        "leaving a check out forgets nothing",
        """const memory = new Memory("p-1", 30);
        memory.keep("camera", pass, new FakeMedia());
        memory.keep("camera", { ...pass, verdict: "skipped" }, new FakeMedia());
        return memory.passed("camera").finding;""",
        "works",
    ),
    (
        "the network is never remembered",
        """const memory = new Memory("p-1", 30);
        memory.keep("network", pass, new FakeMedia());
        return memory.passed("network");""",
        None,
    ),
    (
        "another person knows nothing of it",
        """new Memory("p-1", 30).keep("microphone", pass, new FakeMedia());
        return new Memory("p-2", 30).passed("microphone");""",
        None,
    ),
    (
        "on a shared device nothing is kept",
        """const memory = new Memory("", 30);
        memory.keep("microphone", pass, new FakeMedia());
        return [memory.passed("microphone"), localStorage.length];""",
        [None, 0],
    ),
    (
        "a device that becomes shared forgets everybody",
        """new Memory("p-1", 30).keep("microphone", pass, new FakeMedia());
        forgetAll();
        return localStorage.length;""",
        0,
    ),
    (
        "chosen devices come back, and never over a newer choice",
        """const first = new FakeMedia();
        first.prefer("microphone", "mic-2");
        first.prefer("speaker", "out-2");
        new Memory("p-1", 30).keep("microphone", pass, first);
        const later = new FakeMedia();
        later.prefer("speaker", "out-3");
        new Memory("p-1", 30).chooseDevices(later);
        return later.preferences;""",
        {"microphone": "mic-2", "speaker": "out-3"},
    ),
    (
        "what can't be read is as if it weren't there",
        """localStorage.setItem("motesklar:equipment:p-1", "{");
        return new Memory("p-1", 30).passed("microphone");""",
        None,
    ),
    (
        "a browser that forbids keeping stops nobody",
        """const memory = new Memory("p-1", 30, () => { throw new DOMException("no"); });
        memory.keep("microphone", pass, new FakeMedia());
        return memory.passed("microphone");""",
        None,
    ),
    (
        "no figures and no names of devices are kept",
        """new Memory("p-1", 30).keep("microphone", pass, new FakeMedia());
        const kept = JSON.parse(localStorage.getItem("motesklar:equipment:p-1"));
        return Object.keys(kept.passed.microphone);""",
        ["finding", "at"],
    ),
]


def test_what_is_remembered(parts_page: Page) -> None:
    found = {name: run(parts_page, MEMORY + body) for name, body, _ in REMEMBERED}
    assert found == {name: expected for name, _, expected in REMEMBERED}


LIMITS = f'const {{ within }} = await import("{LIB}/limits.js");'


def test_a_wait_for_a_machine_ends_and_what_comes_late_is_handed_over(parts_page: Page) -> None:
    body = (
        LIMITS
        + """
        let open;
        const late = new Promise((resolve) => {
          const slow = new Promise((done) => (open = done));
          within(slow, 0.02, resolve).catch((error) => open(error.reason));
        });
        return late;
        """
    )
    assert run(parts_page, body) == "hung"


def test_a_failure_in_time_is_told_as_it_is(parts_page: Page) -> None:
    body = LIMITS + "return within(Promise.reject(new Error('broken')), 5).catch(String);"
    assert run(parts_page, body) == "Error: broken"


READINESS: list[tuple[list[str | None], str]] = [
    (["pass", "pass", "pass", "pass", "pass"], "ready"),
    (["pass", "pass", "pass", "skipped", "pass"], "ready"),
    (["pass", "pass", "warn", "pass", "pass"], "nearly"),
    (["pass", "pass", None, "pass", "pass"], "nearly"),
    (["pass", "pass", "warn", "fail", "pass"], "mend"),
    (["pass", "skipped", "skipped", "skipped", "pass"], "unknown"),
]


def test_ready_is_said_on_evidence_only_and_the_worst_stands_first(parts_page: Page) -> None:
    script = f"""async (verdicts) => {{
      const {{ readinessOf, inOrder }} = await import("{LIB}/readiness.js");
      const checks = ["browser", "speaker", "microphone", "camera", "network"];
      const results = verdicts.map((name, i) => {{
        const verdict = name && {{ verdict: name, figures: {{}} }};
        return {{ check: checks[i], title: "", days: null, verdict }};
      }});
      return [readinessOf(results), inOrder(results)[0].verdict.verdict];
    }}"""
    found = [parts_page.evaluate(script, verdicts) for verdicts, _ in READINESS]
    assert [readiness for readiness, _ in found] == [expected for _, expected in READINESS]
    assert [worst for _, worst in found] == ["pass", "pass", "warn", "pass", "fail", "pass"]
