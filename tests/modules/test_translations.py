"""Every module is whole in every language, and translating changes words alone."""

import copy
import re

import polib
import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from motesklar.config import load_settings
from motesklar.course import ExerciseKind
from motesklar.i18n import DEFAULT_LANGUAGE
from motesklar.pages.translate import extract_messages, translate_notebook
from motesklar.paths import shipped_settings
from motesklar_widgets.gettext import LANGUAGE_VARIABLE
from tests.modules.conftest import Lesson

LANGUAGES = [
    language
    for language in load_settings(shipped_settings()).course.languages
    if language != DEFAULT_LANGUAGE
]


def catalogue_of(lesson: Lesson, language: str) -> polib.POFile:
    return polib.pofile(str(lesson.folder / f"{language}.po"))


def html_of(source: str) -> str:
    return " ".join(markdown2html_mistune(source).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_and_none_is_left_over(lesson: Lesson, language: str) -> None:
    catalogue = catalogue_of(lesson, language)
    assert catalogue.metadata["Language"] == language
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    written = [message.msgid for message in extract_messages(lesson.notebook)]
    assert [entry.msgid for entry in catalogue] == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_stays_swedish(lesson: Lesson, language: str) -> None:
    same = [entry.msgid for entry in catalogue_of(lesson, language) if entry.msgid == entry.msgstr]
    assert same == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translated_lesson_says_exactly_what_the_catalogue_says(
    lesson: Lesson, language: str
) -> None:
    texts = lesson.module.texts[language]
    translated = translate_notebook(lesson.notebook, texts)
    # code is translated when it runs, so it is left out on both sides
    for notebook in (source := copy.deepcopy(lesson.notebook), translated):
        notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    wanted = [texts[message.msgid] for message in extract_messages(source)]
    assert [message.msgid for message in extract_messages(translated)] == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translated_lesson_has_the_same_shape(lesson: Lesson, language: str) -> None:
    translated = translate_notebook(lesson.notebook, lesson.module.texts[language])
    for old, new in zip(lesson.notebook.cells, translated.cells, strict=True):
        assert (old.id, old.cell_type, old.metadata) == (new.id, new.cell_type, new.metadata)
        if old.cell_type == "code":
            assert old.source == new.source
        else:
            assert tags(html_of(old.source)) == tags(html_of(new.source))


def tags(html: str) -> list[str]:
    """Names of the elements, as they open and close."""
    return re.findall(r"</?[a-z0-9]+", html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headings_of_steps_are_translated_like_their_titles(
    lesson: Lesson, language: str
) -> None:
    translated = translate_notebook(lesson.notebook, lesson.module.texts[language])
    shown = [
        cell.source.split("\n")[0].removeprefix("## ")
        for cell in translated.cells
        if cell.cell_type == "markdown"
    ]
    told = [lesson.module.text(step.title, language) for step in lesson.module.steps]
    assert shown == told


def test_translating_into_swedish_itself_shows_the_same_page(lesson: Lesson) -> None:
    texts = {message.msgid: message.msgid for message in extract_messages(lesson.notebook)}
    again = translate_notebook(lesson.notebook, texts)
    for old, new in zip(lesson.notebook.cells, again.cells, strict=True):
        assert html_of(old.source) == html_of(new.source), old.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_are_asked_in_the_language_of_the_page(
    lesson: Lesson, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LANGUAGE_VARIABLE, language)
    monkeypatch.chdir(lesson.folder)
    imports, *rest = lesson.code
    names: dict[str, object] = {}
    exec(imports.source, names)
    kinds = tuple(f"{kind}(" for kind in ExerciseKind)
    widgets = [eval(cell.source, names) for cell in rest if cell.source.startswith(kinds)]
    assert len(widgets) == len(lesson.module.exercises)
    translated = set(lesson.module.texts[language].values())
    for widget in widgets:
        assert widget.question in translated
        offered = [
            words
            for name in ("choices", "items", "targets", "places")
            for _, words in getattr(widget, name, ())
        ]
        for _, text, choices in getattr(widget, "scenes", ()):
            offered += [text, *(words for _, words, _ in choices)]
        assert set(offered) <= translated
