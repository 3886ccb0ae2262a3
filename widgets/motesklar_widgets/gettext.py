"""`_` for modules: Swedish prose in, the reader's language out.

A module's catalogues lie beside its notebook (`en.po`), and a kernel's working directory is the
notebook's folder. The page tells the kernel its language in `MOTESKLAR_LANGUAGE`. Words of the
organisation's meeting service are filled in (see `course_facts`).
"""

import os
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import polib

from motesklar_widgets.course_facts import course_facts, fill_words

SOURCE_LANGUAGE = "sv"
LANGUAGE_VARIABLE = "MOTESKLAR_LANGUAGE"
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")


def _(text: str) -> str:
    """The module's sentence in the reader's language, or itself where there is no translation."""
    return fill_words(_translated(text), course_facts()["words"])


def _translated(text: str) -> str:
    language = os.environ.get(LANGUAGE_VARIABLE, SOURCE_LANGUAGE)
    # the variable becomes a file name, so nothing but a language code may pass
    if not _LANGUAGE.fullmatch(language):
        return text
    path = Path.cwd() / f"{language}.po"
    if not path.is_file():
        return text
    return _sentences(path, path.stat().st_mtime_ns).get(text, text)


@lru_cache(maxsize=8)
def _sentences(path: Path, changed_at: int) -> Mapping[str, str]:
    """The finished translations of one catalogue; an author's edit (`changed_at`) is read anew."""
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if entry.translated()}
