"""The call's rules alone, fed with figures: no server, no devices, no clock."""

from typing import Any

import pytest
from playwright.sync_api import Page

from motesklar_widgets import HandIn
from tests.widgets.conftest import Open


@pytest.fixture
def rules_page(open_page: Open) -> Page:
    return open_page({"end": HandIn()})


def run(page: Page, module: str, body: str, given: Any = None) -> Any:
    """What `body` returns, with the module's exports in `rules` and the argument in `given`."""
    script = f"""async (given) => {{
      const rules = await import("/static/0/widgets/lib/call/{module}.js");
      {body}
    }}"""
    return page.evaluate(script, given)


# -- the network, in words


def judged(page: Page, **figures: float | None) -> str:
    good = {"up_loss": 0.0, "down_loss": 0.0, "rtt_ms": 20, "jitter_ms": 2}
    words = run(page, "quality", "return rules.judge(given).words;", good | figures)
    return str(words)


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({}, "Good"),
        ({"rtt_ms": None}, "Good"),
        ({"up_loss": 0.049}, "Good"),
        ({"up_loss": 0.05}, "Unstable: the others may hear you in pieces"),
        ({"down_loss": 0.1}, "Unstable: you may hear the others in pieces"),
        ({"rtt_ms": 500}, "Unstable: answers come late"),
        ({"jitter_ms": 30}, "Unstable: the sound may crackle"),
        ({"down_loss": 0.2, "up_loss": 0.06}, "Bad: you may hear the others in pieces"),
    ],
)
def test_the_network_is_judged_by_its_worst_figure(
    rules_page: Page, figures: dict[str, float | None], words: str
) -> None:
    assert judged(rules_page, **figures) == words


def test_one_bad_measurement_changes_nothing_and_two_do(rules_page: Page) -> None:
    changes = run(
        rules_page,
        "quality",
        "const rule = new rules.SteadyVerdict(); return given.map((each) => rule.add(each));",
        ["bad", "good", "unstable", "unstable", "unstable", "good", "good"],
    )
    assert changes == [False, False, False, True, False, False, True]


# -- somebody who speaks while the microphone is off


def muted(page: Page, *levels_and_seconds: tuple[float, float]) -> list[bool]:
    told: list[bool] = run(
        page,
        "muted_speaker",
        """const rule = new rules.MutedSpeakerRule();
        return given.map(([level, seconds]) => {
          let told = false;
          for (let i = 0; i < seconds * 10; i += 1) told = rule.add(level, 0.1);
          return told;
        });""",
        [list(pair) for pair in levels_and_seconds],
    )
    return told


def test_speech_is_told_and_forgotten_after_a_while(rules_page: Page) -> None:
    assert muted(rules_page, (-20, 0.7), (-70, 2), (-70, 3)) == [True, True, False]


def test_a_cough_or_a_quiet_room_is_no_speech(rules_page: Page) -> None:
    assert muted(rules_page, (-20, 0.3), (-70, 2), (-55, 10)) == [False, False, False]


def test_speech_with_gaps_is_speech(rules_page: Page) -> None:
    syllables = [(-20.0, 0.2), (-70.0, 0.3)] * 4
    assert any(muted(rules_page, *syllables))


# -- phrases to read aloud


def phrases(page: Page, *texts: str) -> list[str]:
    read: list[str] = run(
        page,
        "phrases",
        "const p = new rules.Phrases(); return given.map((text, i) => p.write('m', text, i));",
        list(texts),
    )
    return read


def test_a_phrase_is_read_when_it_is_whole_and_once(rules_page: Page) -> None:
    assert phrases(rules_page, "Hi", "Hi.", "Hi. Y", "Hi. You\n") == ["", "", "Hi.", "You"]


def test_a_phrase_that_was_changed_is_read_anew_and_whole(rules_page: Page) -> None:
    assert phrases(rules_page, "One. ", "On", "Only two. ") == ["One.", "", "Only two."]
    corrected = phrases(rules_page, "Hi. I came. ", "Hi. I c", "Hi. I call. ")
    assert corrected == ["Hi. I came.", "", "I call."]


def test_a_line_that_is_finished_at_once_is_read_whole(rules_page: Page) -> None:
    assert phrases(rules_page, "All at once\n", "Again\n") == ["All at once", "Again"]


def test_times_and_numbers_do_not_cut_a_phrase(rules_page: Page) -> None:
    assert phrases(rules_page, "At 12:30 or 3.5 h") == [""]


# -- whom to look at


def looking(here: Page, cameras: int, **rule: Any) -> dict[str, Any]:
    wanted: dict[str, Any] = run(
        here,
        "looking",
        """const rule = Object.assign(new rules.LookingRule(), given.rule);
        const members = Array.from({ length: given.cameras }, (_, n) => ({ id: `m-${n}` }));
        return { ...rule.wanted(members), pages: rule.pages(members) };""",
        {"cameras": cameras, "rule": rule},
    )
    return wanted


def test_the_first_page_is_the_servers_choice(rules_page: Page) -> None:
    assert looking(rules_page, 12) == {"pinned": None, "videos": [], "count": 5, "pages": 3}


def test_later_pages_name_who_is_on_them(rules_page: Page) -> None:
    assert looking(rules_page, 12, page=2)["videos"] == ["m-10", "m-11"]


def test_a_page_that_has_emptied_is_left(rules_page: Page) -> None:
    assert looking(rules_page, 6, page=9)["videos"] == ["m-5"]
    assert looking(rules_page, 0, page=3)["videos"] == []


def test_a_pin_on_somebody_without_a_camera_is_taken_off(rules_page: Page) -> None:
    assert looking(rules_page, 3, pinned="m-2")["pinned"] == "m-2"
    assert looking(rules_page, 2, pinned="m-2")["pinned"] is None


# -- what has been written


def caught_up(page: Page, known: list[str], server: list[str]) -> list[str]:
    missed: list[str] = run(
        page,
        "chat_log",
        """const log = new rules.ChatLog();
        const line = (text) => ({ member: "m", name: "M", text });
        for (const text of given.known) log.write(line(`${text}\\n`));
        return log.catchUp(given.server.map((text) => line(`${text}\\n`))).map((e) => e.text);""",
        {"known": known, "server": server},
    )
    return missed


@pytest.mark.parametrize(
    ("known", "server", "missed"),
    [
        ([], ["a", "b"], ["a", "b"]),
        (["a"], ["a", "b"], ["b"]),
        (["a", "a"], ["a", "a", "a"], ["a"]),
        (["a", "b"], [], []),
        (["a", "b", "c"], ["b", "c", "d"], ["d"]),
    ],
)
def test_after_a_return_only_what_was_missed_is_added(
    rules_page: Page, known: list[str], server: list[str], missed: list[str]
) -> None:
    assert caught_up(rules_page, known, server) == missed


def test_the_log_is_bounded(rules_page: Page) -> None:
    kept = run(
        rules_page,
        "chat_log",
        """const log = new rules.ChatLog();
        for (let n = 0; n < 1000; n += 1) log.write({ member: "m", name: "M", text: `${n}\\n` });
        return [log.entries.length, log.entries.at(-1).text];""",
    )
    assert kept == [300, "999"]
