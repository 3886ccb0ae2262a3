"""Every lesson is clean, has the course's one frame, and is written so that anybody can read it."""

import ast
import re

import nbformat
import pytest

from motesklar.author.reading import (
    LONGEST_SENTENCE,
    VERY_EASY,
    lix,
    sentences_of,
    words_of,
)
from motesklar.course import ExerciseKind
from tests.modules.conftest import Lesson

PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<file>[^)]*)\)")


def sentences(lesson: Lesson) -> list[str]:
    return sentences_of([cell.source for cell in lesson.prose])


def test_a_lesson_is_a_clean_notebook(lesson: Lesson) -> None:
    text = (lesson.folder / "lesson.ipynb").read_text(encoding="utf-8")
    assert text == nbformat.writes(lesson.notebook) + "\n", "not as Jupyter writes it"
    assert (lesson.notebook.nbformat, lesson.notebook.nbformat_minor) == (4, 5)
    assert lesson.notebook.metadata.kernelspec.name == "python3"
    assert lesson.notebook.metadata.language_info == {"name": "python"}
    for cell in lesson.code:
        assert cell.outputs == []
        assert cell.execution_count is None


def test_a_lesson_begins_with_its_imports_by_name(lesson: Lesson) -> None:
    [statement] = ast.parse(lesson.code[0].source).body
    assert isinstance(statement, ast.ImportFrom)
    assert statement.module == "motesklar_widgets"
    names = [alias.name for alias in statement.names]
    assert "_" in names
    assert "*" not in names


def test_a_lesson_says_what_it_is_and_how_long_it_takes(lesson: Lesson) -> None:
    assert lesson.module.title
    assert lesson.module.summary.endswith(".")
    assert 5 <= lesson.module.minutes <= 15


def test_the_first_step_says_what_one_will_be_able_to_do(lesson: Lesson) -> None:
    assert "**Efter den här delen kan du**" in lesson.prose[0].source


def test_every_prose_cell_is_a_step_with_an_id_of_its_own(lesson: Lesson) -> None:
    steps = [step.id for step in lesson.module.steps]
    assert len(steps) == len(lesson.prose)
    assert len(set(steps)) == len(steps)
    assert 5 <= len(steps) <= 9


def test_steps_to_do_say_why_what_to_do_and_what_to_see(lesson: Lesson) -> None:
    for cell in lesson.prose:
        if cell.metadata.motesklar.kind in ("test", "try"):
            for part in (r"\*\*Varför\?\*\*", r"\*\*Gör så här:\*\*", r"\*\*Det här (ska|får)"):
                assert re.search(part, cell.source), (cell.id, part)


def test_the_last_step_is_what_to_remember_and_the_hand_in(lesson: Lesson) -> None:
    last = lesson.module.steps[-1]
    assert (last.title, last.kind) == ("Kom ihåg och lämna in", "answer")
    assert [cell.source for cell in lesson.notebook.cells][-1] == "HandIn()"
    assert sum(cell.source.count("HandIn()") for cell in lesson.code) == 1


def test_exercises_stand_in_answer_steps_and_are_few(lesson: Lesson) -> None:
    kinds = {step.id: step.kind for step in lesson.module.steps}
    assert 3 <= len(lesson.module.exercises) <= (12 if lesson.module.final else 6)
    assert {kinds[exercise.step] for exercise in lesson.module.exercises} == {"answer"}


def test_a_lesson_asks_in_different_ways(lesson: Lesson) -> None:
    assert len({exercise.kind for exercise in lesson.module.exercises}) >= 2


def test_only_what_is_done_in_a_call_is_graded_by_evidence(lessons: list[Lesson]) -> None:
    for lesson in lessons:
        kinds = {exercise.kind for exercise in lesson.module.exercises}
        has_call = any("PracticeCall()" in cell.source for cell in lesson.code)
        assert (ExerciseKind.CALL_EVIDENCE in kinds) <= has_call, lesson.name


def test_exercises_have_names_of_their_own_in_the_whole_course(lessons: list[Lesson]) -> None:
    names = [exercise.id for lesson in lessons for exercise in lesson.module.exercises]
    assert len(set(names)) == len(names)


def test_items_to_order_are_not_written_in_the_right_order(lesson: Lesson) -> None:
    for exercise in lesson.module.exercises:
        if exercise.kind is ExerciseKind.PUT_IN_ORDER:
            right = lesson.solutions[exercise.id]
            assert sorted(right) == sorted(exercise.choices)
            assert list(exercise.choices) != right


def test_the_right_option_has_no_fixed_place(lessons: list[Lesson]) -> None:
    places = {
        exercise.choices.index(lesson.solutions[exercise.id])
        for lesson in lessons
        for exercise in lesson.module.exercises
        if exercise.kind is ExerciseKind.CHOOSE_ONE
    }
    assert len(places) > 1


def test_pictures_lie_beside_the_lesson_and_are_described(lesson: Lesson) -> None:
    found = [match for cell in lesson.prose for match in PICTURE.finditer(cell.source)]
    for match in found:
        assert (lesson.folder / match["file"]).is_file()
        assert len(words_of(match["alt"])) >= 5, match["file"]
    drawn = {path.name for path in lesson.folder.glob("*.svg")}
    assert drawn == {match["file"] for match in found}


def test_drawings_have_no_words_no_scripts_and_a_dark_form(lesson: Lesson) -> None:
    for path in lesson.folder.glob("*.svg"):
        drawing = path.read_text(encoding="utf-8")
        assert not re.search(r"<(text|script|image|foreignObject)", drawing), path.name
        assert "prefers-color-scheme: dark" in drawing, path.name
        addresses = set(re.findall(r"https?://[^\"' )]+", drawing))
        assert addresses == {"http://www.w3.org/2000/svg"}, path.name


def test_a_lesson_is_very_easy_to_read(lesson: Lesson) -> None:
    written = sentences(lesson)
    assert lix(written) < VERY_EASY
    longest = max(written, key=lambda sentence: len(words_of(sentence)))
    assert len(words_of(longest)) <= LONGEST_SENTENCE, longest


@pytest.mark.parametrize(
    "jargon", ["headset", "URL", "browser", "klient", "peer", "mute", "kernel"]
)
def test_a_lesson_has_no_jargon(lesson: Lesson, jargon: str) -> None:
    shown = [cell.source for cell in lesson.prose]
    shown += [text for cell in lesson.code for text in re.findall(r'_\(\s*"([^"]*)"', cell.source)]
    assert jargon.lower() not in " ".join(shown).lower()
