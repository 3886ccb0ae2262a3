"""How easy a lesson is to read, and what of it keeps somebody out. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from motesklar.course import Module
from motesklar_widgets.course_facts import PLACEHOLDER

#: Swedish readability (LIX, Björnsson 1968): children's books are below 30, newspapers above 40.
VERY_EASY = 25
LONGEST_SENTENCE = 25  # words
_LONG_WORD = 6  # letters; longer ones count as long
_FEWEST_WORDS = 5  # of a picture's description
_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<file>[^)]*)\)")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<address>[^)\s]*)\)")


def words_of(text: str) -> list[str]:
    """Words, without numbers and signs."""
    return re.findall(r"[^\W\d_]+", text)


def sentences_of(prose: Sequence[str]) -> list[str]:
    """Markdown as sentences; headings and list items end where their line ends."""
    text = _LINK.sub(lambda link: link[0].split("](")[0][1:], _PICTURE.sub("", "\n".join(prose)))
    lines = [line.lstrip("#->0123456789. ").replace("*", "") for line in text.splitlines()]
    parts = [part for line in lines for part in re.split(r"[.:!?](?:\s|”|$)", line)]
    return [part for part in parts if words_of(part)]


def lix(sentences: Sequence[str]) -> float:
    """Words in a sentence, and long words in a hundred."""
    words = [word for sentence in sentences for word in words_of(sentence)]
    long = [word for word in words if len(word) > _LONG_WORD]
    return len(words) / len(sentences) + 100 * len(long) / len(words)


def remarks(
    module: Module,
    notebook: Any,
    words: Mapping[str, Mapping[str, str]],
    files: Sequence[str],
    anchors: Sequence[str],
) -> Iterator[str]:
    """What an author should mend, a sentence each.

    Args:
        module: as it is read.
        notebook: the module's source.
        words: profile to what stands for placeholders in it.
        files: names of what lies beside the notebook.
        anchors: ids of the glossary.
    """
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    yield from _hard(sentences_of(prose))
    yield from _pictures(prose, files)
    yield from _links(prose, anchors)
    every = "\n".join(cell.source for cell in notebook.cells)
    translated = [text for texts in module.texts.values() for text in texts.values()]
    yield from _placeholders("\n".join([every, *translated]), words)


def _hard(sentences: Sequence[str]) -> Iterator[str]:
    if not sentences:
        return
    if (level := lix(sentences)) >= VERY_EASY:
        yield f"reads at LIX {level:.0f} instead of below {VERY_EASY}: shorten sentences and words"
    for sentence in sentences:
        if len(words_of(sentence)) > LONGEST_SENTENCE:
            yield f"has a sentence of over {LONGEST_SENTENCE} words: {sentence.strip()[:60]!r} …"


def _pictures(prose: Sequence[str], files: Sequence[str]) -> Iterator[str]:
    for picture in (found for text in prose for found in _PICTURE.finditer(text)):
        if picture["file"] not in files:
            yield f"shows {picture['file']}, which does not lie beside it"
        if len(words_of(picture["alt"])) < _FEWEST_WORDS:
            yield f"does not describe {picture['file']} for somebody who can't see it"


def _links(prose: Sequence[str], anchors: Sequence[str]) -> Iterator[str]:
    for link in (found["address"] for text in prose for found in _LINK.finditer(text)):
        page, _, anchor = link.partition("#")
        if page == "/glossary" and anchor and anchor not in anchors:
            yield f"links to a word that the glossary lacks: {anchor}"
        elif not link.startswith(("/", "#", "https://", "mailto:")):
            yield f"links to {link!r}: write an address of the course (/…) or https://…"


def _placeholders(text: str, words: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    used = {found[1] for found in PLACEHOLDER.finditer(text)}
    for profile, known in words.items():
        for name in sorted(used - set(known)):
            yield f"speaks of {{{name}}}, which the profile {profile} has no word for"
