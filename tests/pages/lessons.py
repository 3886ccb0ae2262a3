"""An organisation's own course with the modules that the front end is tried on."""

import textwrap
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from motesklar.overlay.folder import OwnCourse
from motesklar.overlay.shipped import Shipped

#: Module name to its code cells, each a step of its own.
Modules = dict[str, list[str]]


def write_module(folder: Path, cells: list[str], title: str = "Prov") -> None:
    """A module with one step for each code cell, in Swedish and English."""
    folder.mkdir(parents=True, exist_ok=True)
    notebook = new_notebook(
        cells=[part for number, source in enumerate(cells, 1) for part in _step(number, source)],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "motesklar": {"title": title, "summary": "Kort", "minutes": 5},
        },
    )
    nbformat.write(notebook, folder / "lesson.ipynb")
    english = "".join(f'\nmsgid "Steg {n}"\nmsgstr "Step {n}"\n' for n, _ in enumerate(cells, 1))
    (folder / "en.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
        f'\nmsgid "{title}"\nmsgstr "Trial"\n\nmsgid "Kort"\nmsgstr "Short"\n{english}',
        encoding="utf-8",
    )


def _step(number: int, source: str) -> list[Any]:
    return [
        new_markdown_cell(
            f"## Steg {number}",
            id=f"step-{number}",
            metadata={"motesklar": {"step": f"step-{number}", "kind": "try"}},
        ),
        new_code_cell(textwrap.dedent(source).strip(), id=f"code-{number}"),
    ]


def write_course(folder: Path, modules: Modules) -> Path:
    """An own course of these modules and none of the shipped ones."""
    OwnCourse(folder, Shipped.installed()).create()
    names = ", ".join(f'"{name}"' for name in modules)
    (folder / "course.toml").write_text(f"[course]\nmodules = [{names}]\n", encoding="utf-8")
    for name, cells in modules.items():
        write_module(folder / "modules" / name, cells)
    return folder
