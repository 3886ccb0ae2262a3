"""The glossary as data: `glossary.toml`, shipped and in an organisation's own course folder."""

import logging
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from motesklar.errors import ConfigError
from motesklar.i18n import DEFAULT_LANGUAGE
from motesklar.paths import shipped_glossary
from motesklar.toml_file import read_toml

log = logging.getLogger("motesklar.glossary")

GLOSSARY_FILE = "glossary.toml"

#: A word's key is also its anchor on the page, so lessons can link to it.
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
#: In Swedish å, ä and ö are letters of their own, the last ones.
_LAST_LETTERS = str.maketrans({"å": "{", "ä": "|", "ö": "}"})


class Explained(BaseModel):
    """A word in one language.

    Args:
        word: as it stands in a sentence.
        meaning: one or two plain sentences.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    word: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    meaning: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]


#: Key to language to the word.
Words = Mapping[str, Mapping[str, Explained]]
_FILE: TypeAdapter[dict[str, dict[str, Explained]]] = TypeAdapter(
    dict[Key, Annotated[dict[str, Explained], Field(min_length=1)]]
)


@dataclass(frozen=True)
class Entry:
    """A word as a reader gets it.

    Args:
        key: its anchor on the page.
        language: what it is written in, where that isn't the reader's own.
    """

    key: str
    word: str
    meaning: str
    language: str = ""


def load_words(overlay: Path | None = None) -> Words:
    """The shipped words, with an organisation's own added, or in place of those of the same key.

    Raises:
        ConfigError: a file can't be used.
    """
    own = overlay / GLOSSARY_FILE if overlay else None
    return {**read_words(shipped_glossary()), **(read_words(own) if own and own.exists() else {})}


def usable_words(overlay: Path | None = None) -> Words:
    """As `load_words`; where the own file can't be used, the shipped words alone and a log line.

    A slip of whoever edits the file is no reason to keep the other words from readers.
    """
    try:
        return load_words(overlay)
    except ConfigError:
        log.exception("the organisation's own words are left out")
        return load_words()


def read_words(path: Path) -> Words:
    """The words of one file.

    Raises:
        ConfigError: it can't be used.
    """
    return read_toml(path, _FILE.validate_python, GLOSSARY_FILE)


def untranslated(words: Words, languages: Iterable[str]) -> list[str]:
    """Each word that lacks one of `languages`, as `en: vantrum`."""
    return [f"{code}: {key}" for code in languages for key in words if code not in words[key]]


def entries(words: Words, language: str) -> list[Entry]:
    """Every word for a reader of `language`, in the order of its alphabet.

    A word that lacks the language is shown in Swedish, like a sentence of a lesson, or else in
    whatever it has.
    """
    found = []
    for key, translations in words.items():
        code = next((c for c in (language, DEFAULT_LANGUAGE) if c in translations), None)
        code = code or next(iter(translations))
        shown = translations[code]
        found.append(Entry(key, shown.word, shown.meaning, code if code != language else ""))
    return sorted(found, key=lambda entry: _alphabetical(entry.word))


def _alphabetical(word: str) -> str:
    letters = unicodedata.normalize("NFC", word).casefold().translate(_LAST_LETTERS)
    # other accents don't matter: é stands with e
    return "".join(c for c in unicodedata.normalize("NFD", letters) if not unicodedata.combining(c))
