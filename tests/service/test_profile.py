"""A meeting service's profile is whole, or says what it lacks."""

import json
from pathlib import Path

import pytest

from motesklar.config import load_settings
from motesklar.errors import ConfigError
from motesklar.paths import shipped_services, shipped_settings
from motesklar.service.facts import facts_text, words_of
from motesklar.service.profile import BUTTONS, course_profile, load_profile, profile_folder

SHIPPED = sorted(path.parent.name for path in shipped_services().glob("*/profile.toml"))
LANGUAGES = ("sv", "en")


def copied(folder: Path, change: tuple[str, str]) -> Path:
    text = (shipped_services() / "generic" / "profile.toml").read_text(encoding="utf-8")
    assert change[0] in text
    (folder / "ours").mkdir()
    (folder / "ours" / "profile.toml").write_text(text.replace(*change), encoding="utf-8")
    return folder / "ours"


def test_a_generic_profile_and_a_worked_example_are_shipped() -> None:
    assert SHIPPED == ["generic", "jitsi-meet"]


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shipped_profile_has_a_word_for_every_placeholder(name: str, language: str) -> None:
    settings = load_settings(shipped_settings())
    words = words_of(settings, load_profile(shipped_services() / name, LANGUAGES), language)
    assert {f"button.{key}" for key in BUTTONS} < set(words)
    assert all(words.values())


def test_widgets_are_told_about_the_service_in_the_readers_language() -> None:
    settings = load_settings(shipped_settings())
    profile = load_profile(shipped_services() / "jitsi-meet", LANGUAGES)
    told = json.loads(facts_text(settings, profile, "sv"))
    assert told["service"]["opening"][1].startswith("Öppna https://mote.exempelstad.example")
    assert ["hand", "Räck upp handen", "längst ner, en hand"] in told["service"]["buttons"]
    assert told["travel"]["sources"].startswith("2,50 kr")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("[buttons.hand]", "[buttons.wave]"), "lacks hand"),
        (("dial_in = true", 'dial_in = "perhaps"'), "boolean"),
        (('en = "Raise hand"', 'fi = "Raise hand"'), "no words"),
        (("[buttons.hand]", '[buttons.hand]\npicture = "hand.svg"'), "no hand.svg"),
        (("[buttons.hand]", "[buttons.hand"), "can't be read"),
    ],
)
def test_a_faulty_profile_is_named_with_what_is_wrong(
    tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_profile(copied(tmp_path, change), LANGUAGES)
    assert "services/ours/profile.toml" in str(caught.value)
    assert problem in str(caught.value)


def test_an_organisations_own_profile_counts_before_a_shipped_one(tmp_path: Path) -> None:
    own = copied(tmp_path, ("mötestjänsten", "Kommunmötet"))
    assert profile_folder("ours", [shipped_services(), tmp_path]) == own
    (tmp_path / "services").mkdir()
    own.rename(tmp_path / "services" / "generic")
    profile = course_profile(load_settings(shipped_settings()), tmp_path)
    assert profile.name["sv"] == "Kommunmötet"


def test_a_profile_that_nobody_has_is_told_with_those_that_exist() -> None:
    with pytest.raises(ConfigError, match=r"there are: generic, jitsi-meet"):
        profile_folder("zoom", [shipped_services()])


def test_a_language_of_ones_own_is_shown_the_first_words_until_it_has_its_own() -> None:
    settings = load_settings(shipped_settings())
    profile = load_profile(shipped_services() / "generic", ["sv"])
    assert words_of(settings, profile, "fi") == words_of(settings, profile, "sv")
