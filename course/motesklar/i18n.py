"""Translations: gettext catalogues read from .po files at start.

The code's msgids are English. Each language has a folder `locale/<language>/` with one .po file
per room of the application; an overlay course may add a folder of its own, so a third language
needs no code. English needs no catalogue: it is the msgid itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from pathlib import Path

from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

SOURCE_LANGUAGE = "en"
DEFAULT_LANGUAGE = "sv"
LOCALE_DIR = Path(__file__).parent / "locale"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, translate later"
    """Mark a msgid for extraction without translating it yet."""
    return message


class Translation(NullTranslations):
    """One language's sentences, merged from all its .po files."""

    def __init__(self, language: str, sentences: Mapping[str, str], plurals: Catalog) -> None:
        super().__init__()
        self.language = language
        self.sentences = dict(sentences)
        self._plurals = plurals

    def gettext(self, message: str) -> str:
        """The sentence in this language, or the msgid when it has none."""
        return self.sentences.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The right plural form for `n`."""
        found = self._plurals.get(msgid1)
        if found and isinstance(found.string, tuple) and all(found.string):
            index = 0 if n == 1 else min(1, len(found.string) - 1)
            return str(found.string[index])
        return msgid1 if n == 1 else msgid2


@dataclass(frozen=True)
class Languages:
    """All languages the course speaks, default first."""

    translations: Mapping[str, Translation]
    default: str = DEFAULT_LANGUAGE

    def __getitem__(self, language: str) -> Translation:
        return self.translations.get(language) or self.translations[self.default]

    def __contains__(self, language: str) -> bool:
        return language in self.translations

    def codes(self) -> list[str]:
        """Language codes, the default first."""
        return sorted(self.translations, key=lambda code: (code != self.default, code))

    def name(self, language: str) -> str:
        """The language's name in itself, for the language switch."""
        name = Locale.parse(language).get_display_name(language) or language
        return name[:1].upper() + name[1:]


def load_languages(
    languages: Iterable[str] = (DEFAULT_LANGUAGE, SOURCE_LANGUAGE),
    folders: Iterable[Path] = (LOCALE_DIR,),
    default: str = DEFAULT_LANGUAGE,
) -> Languages:
    """Read the catalogues of `languages` from `folders`; later folders win."""
    folders = list(folders)
    return Languages({code: _load(code, folders) for code in languages}, default)


def _load(language: str, folders: Iterable[Path]) -> Translation:
    sentences: dict[str, str] = {}
    plurals = Catalog(locale=language)
    for folder in folders:
        for path in sorted((folder / language).glob("*.po")):
            with path.open("rb") as file:
                for message in read_po(file, locale=language):
                    if not message.id or message.fuzzy:
                        continue
                    if isinstance(message.id, str):
                        if message.string:
                            sentences[message.id] = str(message.string)
                    else:
                        plurals.add(message.id, message.string)
    return Translation(language, sentences, plurals)
