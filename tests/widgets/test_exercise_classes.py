"""What authors can ask in the newer exercises, what they are told, and what answers are right."""

import re
from pathlib import Path
from typing import Any

import pytest

import motesklar_widgets
from motesklar_widgets import (
    ChooseSeveral,
    ClickPlace,
    FillIn,
    Match,
    Scenario,
    ShortText,
    invitation_works,
    same_word,
)
from motesklar_widgets.meeting_window import PLACES

LIB = Path(motesklar_widgets.__file__).parent / "static" / "lib"
INVITATION = {
    "title": "Planering",
    "start": "2027-03-01T10:00",
    "minutes": 45,
    "place": "https://mote.example/rum",
    "text": "Vi går igenom schemat.",
}


def scene(**choices: str) -> dict[str, Any]:
    return {"text": "Something.", "choices": {key: (key, goal) for key, goal in choices.items()}}


@pytest.mark.parametrize(
    ("scenes", "problem"),
    [
        ({}, "first scene"),
        ({"start": scene()}, "first scene"),
        ({"start": scene(go="nowhere")}, "nowhere"),
        ({"start": scene(go="end"), "end": scene(), "lost": scene()}, "lost"),
        ({"start": scene(a="round", b="end"), "round": scene(c="round"), "end": scene()}, "round"),
        ({"start": scene(go="more"), "more": scene(go="end"), "end": scene()}, "twice"),
    ],
)
def test_a_scenario_that_cannot_be_walked_says_where(scenes: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Scenario("way", question="What now?", scenes=scenes)


def test_a_scenario_may_lead_back() -> None:
    scenes = {"start": scene(go="more"), "more": scene(back="start", on="end"), "end": scene()}
    way = Scenario("way", question="What now?", scenes=scenes)
    assert way.scenes[1] == ["more", "Something.", [["back", "back", "start"], ["on", "on", "end"]]]


def test_there_must_be_something_to_choose_between() -> None:
    with pytest.raises(ValueError, match="at least two"):
        ChooseSeveral("several", question="Which?", options={"a": "A"})
    with pytest.raises(ValueError, match="at least two"):
        Match("pairs", question="Which?", items={"a": "A", "b": "B"}, targets={"c": "C"})
    with pytest.raises(ValueError, match="two or more"):
        ClickPlace("place", question="Where?", places={"hand": "A hand"})
    with pytest.raises(ValueError, match="two or more"):
        ClickPlace("place", question="Where?", places={"hand": "A hand", "roof": "A roof"})
    for made in (FillIn, ShortText):
        with pytest.raises(ValueError, match="no question"):
            made("word", question=" ")


def test_targets_are_not_shown_in_the_order_in_which_they_were_written() -> None:
    words = {letter: letter.upper() for letter in "abc"}
    for number in range(20):
        pairs = Match(f"pairs-{number}", question="Which?", items=words, targets=words)
        assert sorted(pairs.targets) == sorted(pairs.items)
        assert pairs.targets != pairs.items


def test_every_place_that_authors_may_name_is_drawn() -> None:
    script = (LIB / "meeting_window.js").read_text(encoding="utf-8")
    drawn = re.findall(r'^  "?([a-z-]+)"?: \[', script, re.MULTILINE)
    assert sorted(drawn) == sorted(PLACES)


@pytest.mark.parametrize(
    "written",
    ["mikrofon", "Mikrofon.", " MIKROFON ! ", "mikro\u00adfon", "video\u00a0möte", "Vidéo  möte"],
)
def test_a_word_is_the_same_however_people_write_it(written: str) -> None:
    assert same_word(written, "mikrofon", "videomöte", "video möte")


@pytest.mark.parametrize("written", ["vantrum", "väntrummet", "", ".", None, 5, ["väntrum"]])
def test_another_word_is_another(written: object) -> None:
    assert not same_word(written, "väntrum")


def test_letters_of_their_own_stay_so_however_the_keyboard_makes_them() -> None:
    assert same_word("va\u0308ntrum", "väntrum")
    assert not same_word("vántrum", "väntrum")


def test_an_invitation_with_all_that_guests_need_works() -> None:
    assert invitation_works(INVITATION)
    in_the_text = {"place": "På webben", "text": "Agenda: schemat. https://mote.example/rum"}
    assert invitation_works(INVITATION | in_the_text)


@pytest.mark.parametrize(
    "change",
    [
        {"title": " "},
        {"start": "snart"},
        {"minutes": 4},
        {"minutes": 481},
        {"minutes": "45"},
        {"minutes": True},
        {"place": "På webben"},
        {"text": ""},
        {"text": "https://mote.example/rum"},
        {"more": "than there is"},
    ],
)
def test_an_invitation_that_lacks_something_does_not(change: dict[str, Any]) -> None:
    assert not invitation_works(INVITATION | change)
    assert not invitation_works(list(INVITATION))
