"""Tiny lessons, written as an author would write them."""

import textwrap
from pathlib import Path
from typing import Any
from uuid import uuid4

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

WIDGETS = textwrap.dedent("""
    def _(text): return text
    def ChooseOne(exercise, *, question, options): pass
    def PutInOrder(exercise, *, question, items): pass
    def CallEvidence(exercise, *, question): pass
""").strip()

CHOOSE = 'ChooseOne("first-meeting", question=_("Vad gör du?"), options={"a": _("A"), "b": _("B")})'
ORDER = 'PutInOrder("steps", question=_("Ordna"), items={"on": _("På"), "say": _("Hej")})'
EVIDENCE = 'CallEvidence("spoken", question=_("Säg något"))'


def step(step_id: str, heading: str = "Ett steg", kind: str = "read") -> Any:
    return new_markdown_cell(
        f"## {heading}\nText.",
        id=f"step-{uuid4().hex[:8]}",
        metadata={"motesklar": {"step": step_id, "kind": kind}},
    )


def code(source: str, cell_id: str, **metadata: Any) -> Any:
    return new_code_cell(source, id=f"{cell_id}-{uuid4().hex[:8]}", metadata=metadata)


def nbgrader(grade_id: str, **more: Any) -> dict[str, Any]:
    base = {"grade_id": grade_id, "schema_version": 3, "locked": False, "task": False}
    return base | {"grade": False, "solution": False} | more


def exercise(exercise_id: str, widget: str, right: str, test: str, points: float = 1) -> list[Any]:
    """The three cells of an exercise."""
    variable = exercise_id.replace("-", "_")
    answer = f"{variable} = None\n### BEGIN SOLUTION\n{variable} = {right}\n### END SOLUTION"
    hidden = (
        "### BEGIN HIDDEN TESTS\n"
        f'explanation = _("Därför: {exercise_id}")\nassert {test}, explanation\n'
        "### END HIDDEN TESTS"
    )
    return [
        code(widget, f"{exercise_id}-w"),
        code(answer, f"{exercise_id}-a", nbgrader=nbgrader(f"{exercise_id}-answer", solution=True)),
        code(
            hidden,
            f"{exercise_id}-t",
            nbgrader=nbgrader(exercise_id, grade=True, locked=True, points=points),
        ),
    ]


def choose(points: float = 1) -> list[Any]:
    return exercise("first-meeting", CHOOSE, '"b"', 'first_meeting == "b"', points)


def order() -> list[Any]:
    return exercise("steps", ORDER, '["on", "say"]', 'steps == ["on", "say"]', 2)


def spoken() -> list[Any]:
    right = '{"sound_seconds": 5.0, "picture_seconds": 5.0, "text_characters": 0}'
    return exercise("spoken", EVIDENCE, right, 'spoken["sound_seconds"] >= 3')


def lesson(*cells: Any, title: str = "En lektion") -> Any:
    notebook = new_notebook(cells=[code(WIDGETS, "widgets"), *cells])
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    notebook.metadata["motesklar"] = {"title": title, "summary": "Kort sagt.", "minutes": 5}
    return notebook


def whole_lesson() -> Any:
    return lesson(step("read"), *choose(), step("do", kind="answer"), *order())


ENGLISH = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: en\\n"

msgid "Därför: first-meeting"
msgstr "Because: first-meeting"
"""


def write_module(modules: Path, name: str, notebook: Any, english: str = ENGLISH) -> Path:
    folder = modules / name
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / "lesson.ipynb")
    (folder / "en.po").write_text(english, encoding="utf-8")
    return folder
