"""Translates modules: gettext for their Markdown, their code and their metadata.

A module is written in Swedish; `<language>.po` beside its notebook holds the same sentences in
another language. mdpo decides what one sentence (msgid) of Markdown is: a paragraph, a heading,
a list item or a table cell, without the sign that makes it one and with the markup inside it.
Prose is translated here, before the notebook is run; `_("…")` in code is translated when the
cell runs, by `motesklar_widgets`, from the same file.

`python -m motesklar.pages.translate update modules/<name>` brings the .po files up to date.
"""

import ast
import copy
import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import nbformat
import polib
from babel.core import Locale, UnknownLocaleError
from mdpo.md2po import Md2Po
from mdpo.po2md import Po2Md
from nbformat import NotebookNode

from motesklar.errors import MotesklarError
from motesklar.i18n import N_

#: Keys of the notebook's own `motesklar` metadata that people read.
TRANSLATED_METADATA = ("title", "summary")
_METADATA = "metadata"
#: Below this likeness a changed sentence is a new one, and its old translation no help.
_LIKENESS = 0.7
_NO_WRAPPING = 0


@dataclass(frozen=True)
class Message:
    """A sentence that has to be translated.

    Args:
        msgid: the Swedish sentence, as it stands in the .po file.
        places: ids of the cells it stands in, or `metadata`; each once.
    """

    msgid: str
    places: tuple[str, ...]


def translate_notebook(notebook: NotebookNode, texts: Mapping[str, str]) -> NotebookNode:
    """A copy with prose and metadata from `texts`, Swedish where they have none; code untouched."""
    translated = copy.deepcopy(notebook)
    if not texts:
        return translated
    about = translated.metadata.get("motesklar", {})
    for key in TRANSLATED_METADATA:
        if key in about:
            about[key] = texts.get(about[key], about[key])
    catalogue = polib.POFile()
    catalogue.extend(polib.POEntry(msgid=old, msgstr=new) for old, new in texts.items())
    for cell in translated.cells:
        if cell.cell_type == "markdown":
            cell.source = _translate_markdown(cell.source, catalogue)
    return translated


def _translate_markdown(source: str, catalogue: polib.POFile) -> str:
    # a translator remembers its output, so each cell gets one of its own
    translator = Po2Md([], wrapwidth=_NO_WRAPPING)
    translator.pofiles = [catalogue]
    # with its newline the text can't be mistaken for the name of a file
    return str(translator.translate(f"{source}\n")).rstrip("\n")


def extract_messages(notebook: NotebookNode) -> list[Message]:
    """Every sentence of the module, in the order it stands there, each once.

    Raises:
        MotesklarError: a cell can't be parsed, or calls `_` with anything but one quoted sentence.
    """
    places: dict[str, list[str]] = {}
    for msgid, place in _found(notebook):
        seen = places.setdefault(msgid, [])
        if place not in seen:
            seen.append(place)
    return [Message(msgid, tuple(seen)) for msgid, seen in places.items()]


def _found(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    about = notebook.metadata.get("motesklar", {})
    yield from ((about[key], _METADATA) for key in TRANSLATED_METADATA if key in about)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield from ((msgid, cell.id) for msgid in _markdown_messages(cell.source))
        elif cell.cell_type == "code":
            yield from ((msgid, cell.id) for msgid in _code_messages(cell.source, cell.id))


def _markdown_messages(source: str) -> list[str]:
    extractor = Md2Po("")
    extractor.content = source  # given to the constructor, it could be taken for a file pattern
    return [entry.msgid for entry in extractor.extract()]


def _code_messages(source: str, cell_id: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise MotesklarError(
            N_("Cell %(cell)s is not valid Python: %(problem)s"), cell=cell_id, problem=error.msg
        ) from error
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
    ]
    # ast walks level by level, but translators read from top to bottom
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        match call.args:
            case [ast.Constant(value=str() as msgid)] if not call.keywords:
                yield msgid
            case _:
                raise MotesklarError(
                    N_("Cell %(cell)s: _() must hold one quoted sentence and nothing else."),
                    cell=cell_id,
                )


def update_catalogue(catalogue: polib.POFile, messages: Iterable[Message]) -> polib.POFile:
    """`catalogue` brought up to date: same header, every message in order, no translation lost.

    A sentence that has changed a little keeps its translation as a fuzzy proposal, which no
    reader sees until a translator has approved it. What is no longer used becomes obsolete.
    """
    messages = list(messages)
    wanted = {message.msgid for message in messages}
    known = {entry.msgid: entry for entry in catalogue}
    unused = {msgid: entry for msgid, entry in known.items() if msgid not in wanted}
    updated = polib.POFile(wrapwidth=catalogue.wrapwidth)
    updated.metadata = dict(catalogue.metadata)
    for message in messages:
        entry = known.get(message.msgid) or _proposal(message.msgid, unused)
        entry.obsolete = False
        entry.occurrences = [(place, "") for place in message.places]
        updated.append(entry)
    for entry in unused.values():
        entry.obsolete = True
        entry.occurrences = []
        if entry.msgstr:
            updated.append(entry)
    return updated


def _proposal(msgid: str, unused: dict[str, polib.POEntry]) -> polib.POEntry:
    """A new entry; a translation of nearly the same sentence is taken out of `unused`."""
    alike = difflib.get_close_matches(msgid, sorted(unused), n=1, cutoff=_LIKENESS)
    if not alike:
        return polib.POEntry(msgid=msgid)
    old = unused.pop(alike[0])
    if not old.msgstr:
        return polib.POEntry(msgid=msgid)
    return polib.POEntry(msgid=msgid, msgstr=old.msgstr, previous_msgid=old.msgid, flags=["fuzzy"])


def new_catalogue(language: str) -> polib.POFile:
    """An empty catalogue.

    Raises:
        MotesklarError: `language` is no code of a language.
    """
    try:
        Locale.parse(language)
    except (ValueError, UnknownLocaleError) as error:
        raise MotesklarError(
            N_("%(language)s is no code of a language, such as en or pt_BR."), language=language
        ) from error
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return catalogue


def _read_lesson(path: Path) -> list[Message]:
    try:
        return extract_messages(nbformat.read(path, as_version=4))
    except (OSError, ValueError) as error:
        raise MotesklarError(N_("%(file)s is no notebook that can be read."), file=path) from error


def _read_catalogue(path: Path) -> polib.POFile:
    try:
        return polib.pofile(str(path))
    except (OSError, ValueError) as error:
        raise MotesklarError(
            N_("%(file)s is no catalogue that can be read: %(problem)s"), file=path, problem=error
        ) from error


@click.group()
def main() -> None:
    """Keep the translations of modules up to date."""


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("languages", nargs=-1)
def update(folder: Path, languages: tuple[str, ...]) -> None:
    """Update every .po file in a module's FOLDER; new LANGUAGES get a file of their own."""
    try:
        messages = _read_lesson(folder / "lesson.ipynb")
        catalogues = {path: _read_catalogue(path) for path in sorted(folder.glob("*.po"))}
        for language in languages:
            path = folder / f"{language}.po"
            if path not in catalogues:
                catalogues[path] = new_catalogue(language)
    except MotesklarError as error:
        raise click.ClickException(str(error)) from error
    for path, catalogue in catalogues.items():
        updated = update_catalogue(catalogue, messages)
        updated.save(str(path))
        todo = len(updated.untranslated_entries()) + len(updated.fuzzy_entries())
        click.echo(f"{path}: {len(messages)} sentences, {todo} left to translate")


if __name__ == "__main__":
    main()
