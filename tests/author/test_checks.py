"""A module with a fault is told by name before anybody meets it."""

from pathlib import Path
from typing import Any

import nbformat
import pytest

from motesklar.author.checks import check_modules
from motesklar.exercises.library import find_sources
from tests.author.conftest import english
from tests.exercises.lessons import (
    CHOOSE,
    choose,
    code,
    exercise,
    lesson,
    order,
    step,
    write_module,
)


def faults(tmp_path: Path, *cells: Any, text: str | None = None, change: Any = None) -> list[str]:
    """What is found wrong with a module of these cells."""
    notebook = lesson(step("read"), *(cells or [*choose(), *order()]))
    if change:
        change(notebook)
    write_module(tmp_path / "modules", "m1", notebook, text if text is not None else english())
    (tmp_path / "scratch").mkdir()
    sources = find_sources(["m1"], [tmp_path / "modules"])
    found = check_modules(sources, ["sv", "en"], tmp_path / "scratch", tmp_path / "empty.db")
    return [str(fault) for fault in found]


@pytest.mark.slow
def test_a_module_in_order_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


def test_a_sentence_without_a_translation_is_told(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, text=english("Kort sagt."))
    assert "not translated into en" in fault
    assert "'Kort sagt.'" in fault


def test_outputs_are_told(tmp_path: Path) -> None:
    def run(notebook: Any) -> None:
        notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text="x")]

    [fault] = faults(tmp_path, change=run)
    assert "cell 1 has output" in fault


def test_a_solution_nobody_can_choose_is_told(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, *exercise("first-meeting", CHOOSE, '"c"', "True"), *order())
    assert "none of what may be answered" in fault


@pytest.mark.parametrize(
    ("widget", "answer"),
    [
        ('FillIn("first-meeting", question=_("Vad gör du?"), unit=_("A"))', '"fem"'),
        ('FillIn("first-meeting", question=_("Vad gör du?"))', '""'),
        ('Invitation("first-meeting", question=_("Vad gör du?"))', '{"title": "Möte"}'),
        (
            'ChooseSeveral("first-meeting", question=_("Vad gör du?"),'
            ' options={"a": _("A"), "b": _("B")})',
            '["b", "a"]',
        ),
        (
            'Scenario("first-meeting", question=_("Vad gör du?"), scenes={'
            '"start": {"text": _("A"), "choices": {"go": (_("B"), "end")}},'
            ' "end": {"text": _("B"), "choices": {}}})',
            '["stay"]',
        ),
    ],
)
def test_a_solution_nobody_can_write_or_reach_is_told(
    tmp_path: Path, widget: str, answer: str
) -> None:
    [fault] = faults(tmp_path, *exercise("first-meeting", widget, answer, "True"), *order())
    assert "none of what may be answered" in fault


def test_a_lesson_that_breaks_our_rules_is_told_by_cell(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, *choose()[:2], *order())
    assert "has no test cell" in fault


@pytest.mark.slow
def test_a_solution_that_does_not_pass_is_told(tmp_path: Path) -> None:
    cells = exercise("first-meeting", CHOOSE, '"b"', 'first_meeting == "a"')
    assert faults(tmp_path, *cells, *order()) == [
        "m1: the solution of 'first-meeting' does not pass its test"
    ]


@pytest.mark.slow
def test_points_for_nothing_are_told(tmp_path: Path) -> None:
    cells = exercise("first-meeting", CHOOSE, '"b"', 'first_meeting != "a"')
    assert faults(tmp_path, *cells, *order()) == [
        "m1: no answer at all earns points in 'first-meeting'"
    ]


@pytest.mark.slow
def test_a_cell_that_does_not_run_is_told(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, code("1 / 0", "broken"), *choose(), *order())
    assert "does not run from top to bottom" in fault
    assert "ZeroDivisionError" in fault
