"""Translating notebooks and keeping catalogues up to date."""

from pathlib import Path
from typing import Any

import nbformat
import polib
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from motesklar.errors import MotesklarError
from motesklar.pages.translate import (
    Message,
    extract_messages,
    main,
    new_catalogue,
    translate_notebook,
    update_catalogue,
)

ABOUT = {"title": "Titel", "summary": "Kort sagt.", "minutes": 5}


def notebook(*cells: Any) -> Any:
    return new_notebook(cells=list(cells), metadata={"motesklar": ABOUT})


def prose(source: str, cell_id: str = "prose") -> Any:
    return new_markdown_cell(source, id=cell_id)


def code(source: str, cell_id: str = "code") -> Any:
    return new_code_cell(source, id=cell_id)


def msgids(found: Any) -> list[str]:
    """All sentences but those of the metadata."""
    return [message.msgid for message in extract_messages(found)][2:]


def translated(source: str, texts: dict[str, str]) -> str:
    return str(translate_notebook(notebook(prose(source)), texts).cells[0].source)


def catalogue_with(*entries: polib.POEntry) -> polib.POFile:
    catalogue = new_catalogue("en")
    catalogue.extend(entries)
    return catalogue


def messages(*sentences: str) -> list[Message]:
    return [Message(sentence, ("cell",)) for sentence in sentences]


def test_title_and_summary_come_first() -> None:
    found = extract_messages(notebook(prose("## Rubrik")))
    assert found == [
        Message("Titel", ("metadata",)),
        Message("Kort sagt.", ("metadata",)),
        Message("Rubrik", ("prose",)),
    ]


def test_each_paragraph_heading_item_and_picture_is_a_sentence() -> None:
    source = (
        "## Rubrik\n\nEn **fet** rad\nsom fortsätter, med [länk](https://a.example/b_c).\n\n"
        "![En bild](bild.svg)\n\n- ett\n- två\n\n1. först\n\n> citat\n\n"
        "| a | b |\n|---|---|\n| c | d |"
    )
    assert msgids(notebook(prose(source))) == [
        "Rubrik",
        "En **fet** rad som fortsätter, med [länk](https://a.example/b_c).",
        "![En bild](bild.svg)",
        *("ett", "två", "först", "citat", "a", "b", "c", "d"),
    ]


def test_sentences_of_code_are_found_from_top_to_bottom() -> None:
    source = (
        'ChooseOne("x", question=_("Fråga"), options={"a": _("A")})\nb = _("B " "delad")\n_("C")'
    )
    assert msgids(notebook(code(source))) == ["Fråga", "A", "B delad", "C"]


def test_a_sentence_that_stands_twice_is_one_message_with_both_places() -> None:
    found = extract_messages(notebook(prose("Hej", "one"), code('_("Hej")', "two")))
    assert found[2:] == [Message("Hej", ("one", "two"))]


@pytest.mark.parametrize(
    "source",
    ["_(name)", '_(f"Hej {name}")', '_("Hej", 2)', "_()", '_(text="Hej")', "_(7)", "_(*a)"],
)
def test_a_call_that_no_translator_could_see_is_refused(source: str) -> None:
    with pytest.raises(MotesklarError, match="greeting"):
        extract_messages(notebook(code(source, "greeting")))


def test_a_cell_that_is_no_python_is_named() -> None:
    with pytest.raises(MotesklarError, match="greeting"):
        extract_messages(notebook(code("if:", "greeting")))


def test_markup_stays_and_words_change() -> None:
    source = (
        "### Rubrik\n\n- **Tid.** Se [kartan](https://a.example/x_y).\n- två\n\n![En bild](b.svg)"
    )
    texts = {
        "Rubrik": "Heading",
        "**Tid.** Se [kartan](https://a.example/x_y).": (
            "**Time.** See [the map](https://a.example/x_y)."
        ),
        "två": "two",
        "![En bild](b.svg)": "![A picture](b.svg)",
    }
    assert translated(source, texts) == (
        "### Heading\n\n- **Time.** See [the map](https://a.example/x_y).\n- two\n\n"
        "![A picture](b.svg)"
    )


def test_what_has_no_translation_stays_swedish() -> None:
    assert translated("Hej.\n\nHej då.", {"Hej.": "Hello."}) == "Hello.\n\nHej då."


def test_long_paragraphs_stay_on_one_line() -> None:
    long = "Ett ord till. " * 40
    assert translated(long, {"annat": "else"}) == long.strip()


@pytest.mark.parametrize("name", ["lesson.ipynb", "*", "**"])
def test_prose_that_looks_like_a_file_name_is_prose(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lesson.ipynb").write_text("hemligt", encoding="utf-8")
    assert "hemligt" not in str(msgids(notebook(prose(name))))
    assert "hemligt" not in translated(name, {"hemligt": "secret"})


def test_metadata_is_translated_and_the_given_notebook_is_left_alone() -> None:
    given = notebook(prose("Hej"), code('_("Hej")'))
    made = translate_notebook(given, {"Titel": "Title", "Hej": "Hello"})
    assert made.metadata.motesklar == {"title": "Title", "summary": "Kort sagt.", "minutes": 5}
    assert [cell.source for cell in made.cells] == ["Hello", '_("Hej")']
    assert given.metadata.motesklar == ABOUT
    assert given.cells[0].source == "Hej"


def test_updating_keeps_translations_and_follows_the_lesson() -> None:
    catalogue = catalogue_with(
        polib.POEntry(msgid="B", msgstr="b", tcomment="kind"), polib.POEntry(msgid="A", msgstr="a")
    )
    updated = update_catalogue(catalogue, messages("A", "Ny mening", "B"))
    assert [(e.msgid, e.msgstr) for e in updated] == [("A", "a"), ("Ny mening", ""), ("B", "b")]
    assert updated.metadata["Language"] == "en"
    assert updated[2].tcomment == "kind"
    assert updated[0].occurrences == [("cell", "")]


def test_a_sentence_that_changed_a_little_proposes_its_old_translation() -> None:
    catalogue = catalogue_with(
        polib.POEntry(msgid="Ta på dig hörlurar om du har.", msgstr="Put on headphones.")
    )
    [entry] = update_catalogue(catalogue, messages("Ta på dig dina hörlurar om du har."))
    assert entry.msgstr == "Put on headphones."
    assert entry.fuzzy
    assert not entry.translated()
    assert entry.previous_msgid == "Ta på dig hörlurar om du har."


def test_a_proposal_is_made_once() -> None:
    catalogue = catalogue_with(polib.POEntry(msgid="En ganska lång mening", msgstr="A sentence"))
    first, second = update_catalogue(
        catalogue, messages("En ganska lång mening!", "En ganska lång mening?")
    )
    assert [first.msgstr, second.msgstr] == ["A sentence", ""]


def test_an_unused_translation_becomes_obsolete_and_comes_back_when_it_is_used_again() -> None:
    catalogue = catalogue_with(polib.POEntry(msgid="Borta", msgstr="Gone"))
    without = update_catalogue(catalogue, messages("Något helt annat än så"))
    assert [entry.msgid for entry in without.obsolete_entries()] == ["Borta"]
    again = update_catalogue(without, messages("Borta"))
    assert [(e.msgid, e.msgstr, e.obsolete) for e in again] == [("Borta", "Gone", 0)]


def test_an_unused_sentence_without_translation_is_dropped() -> None:
    catalogue = catalogue_with(polib.POEntry(msgid="Borta"))
    assert list(update_catalogue(catalogue, [])) == []


def write_lesson(folder: Path, *cells: Any) -> None:
    nbformat.write(notebook(*cells), folder / "lesson.ipynb")


def update(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["update", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_updates_every_catalogue_and_makes_new_ones(tmp_path: Path) -> None:
    write_lesson(tmp_path, prose("Hej"))
    catalogue_with(polib.POEntry(msgid="Hej", msgstr="Hello")).save(str(tmp_path / "en.po"))
    told = update(str(tmp_path), "fi")
    assert "en.po: 3 sentences, 2 left to translate" in told
    assert "fi.po: 3 sentences, 3 left to translate" in told
    english = polib.pofile(str(tmp_path / "en.po"))
    assert [(e.msgid, e.msgstr) for e in english][-1] == ("Hej", "Hello")
    finnish = polib.pofile(str(tmp_path / "fi.po"))
    assert finnish.metadata["Language"] == "fi"


def test_updating_twice_changes_nothing(tmp_path: Path) -> None:
    write_lesson(tmp_path, prose("Hej\n\n- ett"))
    update(str(tmp_path), "en")
    before = (tmp_path / "en.po").read_bytes()
    update(str(tmp_path))
    assert (tmp_path / "en.po").read_bytes() == before


def test_the_shipped_catalogues_are_as_the_command_writes_them(tmp_path: Path, lesson: Any) -> None:
    for path in lesson.folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    update(str(tmp_path))
    for path in lesson.folder.glob("*.po"):
        assert (tmp_path / path.name).read_text("utf-8") == path.read_text("utf-8")


def test_a_wrong_call_is_told_without_a_traceback_and_changes_nothing(tmp_path: Path) -> None:
    write_lesson(tmp_path, code("_(name)", "greeting"))
    result = CliRunner().invoke(main, ["update", str(tmp_path), "en"])
    assert result.exit_code == 1
    assert "greeting" in result.output
    assert not (tmp_path / "en.po").exists()


@pytest.mark.parametrize(
    ("lesson_text", "catalogue_text", "languages", "blamed"),
    [
        (None, "", [], "lesson.ipynb"),
        ("{", "", [], "lesson.ipynb"),
        (None, "", ["modules/02"], "modules/02"),
        (None, "", ["xx"], "xx"),
        ("whole", "nonsense", [], "en.po"),
    ],
)
def test_what_can_t_be_read_is_named_without_a_traceback(
    tmp_path: Path,
    lesson_text: str | None,
    catalogue_text: str,
    languages: list[str],
    blamed: str,
) -> None:
    if lesson_text == "whole" or languages:
        write_lesson(tmp_path, prose("Hej"))
    elif lesson_text:
        (tmp_path / "lesson.ipynb").write_text(lesson_text, encoding="utf-8")
    (tmp_path / "en.po").write_text(catalogue_text, encoding="utf-8")
    result = CliRunner().invoke(main, ["update", str(tmp_path), *languages])
    assert result.exit_code == 1
    assert blamed in result.output
    assert (tmp_path / "en.po").read_text(encoding="utf-8") == catalogue_text
