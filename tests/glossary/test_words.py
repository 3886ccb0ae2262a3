"""The shipped words are whole and in order; an organisation adds to them and replaces them."""

import tomllib
from pathlib import Path

import pytest

from motesklar.config import load_settings
from motesklar.errors import ConfigError
from motesklar.glossary.words import entries, load_words, read_words, untranslated, usable_words
from motesklar.paths import shipped_glossary, shipped_settings

LANGUAGES = load_settings(shipped_settings()).course.languages


def write(folder: Path, text: str) -> Path:
    (folder / "glossary.toml").write_text(text, encoding="utf-8")
    return folder


def test_about_forty_words_are_shipped_in_every_language() -> None:
    words = load_words()
    assert len(words) >= 40
    assert untranslated(words, LANGUAGES) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_meaning_is_at_most_three_short_sentences_and_no_word_stands_twice(language: str) -> None:
    found = entries(load_words(), language)
    assert len({entry.word for entry in found}) == len(found)
    for entry in found:
        sentences = [part for part in entry.meaning.split(". ") if part]
        assert len(sentences) <= 3, entry.word
        assert max(len(sentence.split()) for sentence in sentences) <= 25, entry.word
        assert entry.meaning.endswith("."), entry.word


def test_the_shipped_file_is_sorted_by_its_keys() -> None:
    keys = list(tomllib.loads(shipped_glossary().read_text(encoding="utf-8")))
    assert keys == sorted(keys)


def test_words_stand_in_the_order_of_the_swedish_alphabet(tmp_path: Path) -> None:
    words = ("öra", "ära", "zebra", "idé", "ideal", "åra", "Apa")
    text = "".join(
        f'[w{n}]\nsv = {{ word = "{word}", meaning = "x" }}\n' for n, word in enumerate(words)
    )
    found = entries(read_words(write(tmp_path, text) / "glossary.toml"), "sv")
    assert [e.word for e in found] == ["Apa", "idé", "ideal", "zebra", "åra", "ära", "öra"]


def test_an_organisation_adds_words_and_replaces_them_whole(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[vantrum]\nsv = { word = "lobby", meaning = "Här väntar du." }\n'
        '[brukare]\nsv = { word = "brukare", meaning = "Den vi hjälper." }\n',
    )
    words = load_words(tmp_path)
    assert len(words) == len(load_words()) + 1
    swedish = {entry.key: entry for entry in entries(words, "sv")}
    assert swedish["vantrum"].word == "lobby"
    assert swedish["brukare"].language == ""
    english = {entry.key: entry for entry in entries(words, "en")}
    assert (english["vantrum"].word, english["vantrum"].language) == ("lobby", "sv")


def test_a_folder_without_words_of_its_own_leaves_the_shipped_ones(tmp_path: Path) -> None:
    assert load_words(tmp_path) == load_words()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[vantrum", "can't be read"),
        ('[Vantrum]\nsv = { word = "a", meaning = "b" }', "pattern"),
        ('[a]\nsv = { word = "a" }', "required"),
        ('[a]\nsv = { word = "a", meaning = "b", colour = "c" }', "Extra"),
        ("[a]\n", "at least 1"),
    ],
)
def test_a_faulty_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as caught:
        load_words(write(tmp_path, text))
    assert caught.value.params["file"] == "glossary.toml"


def test_a_slip_in_the_own_words_leaves_the_shipped_ones_and_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert usable_words(write(tmp_path, "[vantrum")) == load_words()
    assert "own words are left out" in caplog.text
