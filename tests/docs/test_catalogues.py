"""Every sentence of the code has its Swedish, none is left over, and more languages fit in."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from motesklar.i18n import LOCALE_DIR, load_languages

ROOT = Path(__file__).parents[2]
SWEDISH = sorted((LOCALE_DIR / "sv").glob("*.po"))
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "t": None}
#: Kind of source to Babel's way of reading it; templates are trimmed as when they are rendered.
TEMPLATE = {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.do"}
SOURCES: dict[str, tuple[str, dict[str, str]]] = {
    "*.py": ("python", {}),
    "*.html": ("jinja2.ext:babel_extract", TEMPLATE),
    "*.j2": ("jinja2.ext:babel_extract", TEMPLATE),
    "*.js": ("javascript", {}),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")

Msgid = str | tuple[str, ...]


def _sources() -> Iterator[tuple[Path, str, dict[str, str]]]:
    for pattern, (method, options) in SOURCES.items():
        for folder in ("course", "widgets"):
            for path in sorted((ROOT / folder).rglob(pattern)):
                # bundles are made of the others
                if not {"vendor", "bundle"} & set(path.parts):
                    yield path, method, options


def extracted() -> dict[Msgid, str]:
    """Every sentence of the code, with the file that has it first."""
    found: dict[Msgid, str] = {}
    for path, method, options in _sources():
        # `_` in a template and in code, `t` in scripts; a script's `_` is a discarded argument
        keywords = {k: v for k, v in KEYWORDS.items() if (k == "t") == (path.suffix == ".js")}
        for _, msgid, _, _ in extract_from_file(method, path, keywords, (), options):
            sentence = tuple(msgid) if isinstance(msgid, list | tuple) else msgid
            if sentence:
                found.setdefault(sentence, str(path.relative_to(ROOT)))
    return found


def translated() -> Iterator[tuple[str, Message]]:
    for path in SWEDISH:
        with path.open("rb") as file:
            for message in read_po(file, locale="sv"):
                if message.id:
                    yield path.name, message


@pytest.fixture(scope="module")
def sentences() -> dict[Msgid, str]:
    return extracted()


def test_sentences_are_found_in_code_templates_and_scripts(sentences: dict[Msgid, str]) -> None:
    assert {Path(name).suffix for name in sentences.values()} >= {".py", ".html", ".js"}
    assert len(sentences) > 200


def test_every_sentence_has_its_swedish(sentences: dict[Msgid, str]) -> None:
    known: set[Msgid] = set()
    for _, message in translated():
        whole = message.string if isinstance(message.string, tuple | list) else [message.string]
        if all(whole) and not message.fuzzy:
            known.add(message.id if isinstance(message.id, str) else tuple(message.id))
    assert {sentence: file for sentence, file in sentences.items() if sentence not in known} == {}


def test_no_swedish_is_left_over(sentences: dict[Msgid, str]) -> None:
    unused = [
        f"{name}: {message.id}"
        for name, message in translated()
        if (message.id if isinstance(message.id, str) else tuple(message.id)) not in sentences
    ]
    assert unused == []


def test_a_sentence_has_one_swedish_wherever_it_stands() -> None:
    first: dict[Msgid, object] = {}
    differing = []
    for name, message in translated():
        key = message.id if isinstance(message.id, str) else tuple(message.id)
        if first.setdefault(key, message.string) != message.string:
            differing.append(f"{name}: {message.id}")
    assert differing == []


def test_a_translation_fills_in_what_its_sentence_fills_in() -> None:
    differing = []
    for name, message in translated():
        msgids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        wanted = {value for msgid in msgids for value in PLACEHOLDER.findall(msgid)}
        for string in strings:
            if set(PLACEHOLDER.findall(string)) - wanted or (
                len(msgids) == 1 and set(PLACEHOLDER.findall(string)) != wanted
            ):
                differing.append(f"{name}: {message.id} -> {string}")
    assert differing == []


@pytest.mark.parametrize("path", SWEDISH, ids=lambda path: str(path.name))
def test_a_catalogue_says_what_it_is_and_holds_nothing_unfinished(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "Content-Type: text/plain; charset=utf-8\\n" in text
    assert "Language: sv\\n" in text
    assert "#, fuzzy" not in text
    assert "#~" not in text


def test_a_third_language_needs_a_catalogue_and_no_code(tmp_path: Path) -> None:
    folder = tmp_path / "locale" / "fi"
    folder.mkdir(parents=True)
    (folder / "all.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Help"\nmsgstr "Apua"\n',
        encoding="utf-8",
    )
    languages = load_languages(["sv", "en", "fi"], [LOCALE_DIR, tmp_path / "locale"])
    assert languages["fi"].gettext("Help") == "Apua"
    assert languages["fi"].gettext("Privacy") == "Privacy"
    assert languages["sv"].gettext("Help") == "Hjälp"
    assert languages.name("fi") == "Suomi"
    assert languages.codes() == ["sv", "en", "fi"]


def test_an_own_catalogue_wins_over_the_shipped_one(tmp_path: Path) -> None:
    folder = tmp_path / "locale" / "sv"
    folder.mkdir(parents=True)
    (folder / "ours.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Help"\nmsgstr "Stöd"\n',
        encoding="utf-8",
    )
    languages = load_languages(["sv"], [LOCALE_DIR, tmp_path / "locale"])
    assert languages["sv"].gettext("Help") == "Stöd"
    assert languages["sv"].gettext("Privacy") != "Privacy"
