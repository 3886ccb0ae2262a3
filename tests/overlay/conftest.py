"""A small release of Mötesklar to lay an organisation's course over, and its next one."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from motesklar.config import load_settings
from motesklar.overlay.folder import OwnCourse
from motesklar.overlay.shipped import Shipped
from motesklar.paths import shipped_settings

MODULES = load_settings(shipped_settings()).course.modules


def write_lesson(folder: Path, prose: str = "Vi möts på webben.") -> None:
    """A module with one step to read, in Swedish and English."""
    folder.mkdir(parents=True, exist_ok=True)
    notebook = new_notebook(
        cells=[
            new_markdown_cell(
                f"## Börja här\n\n{prose}",
                id="start",
                metadata={"motesklar": {"step": "start", "kind": "read"}},
            ),
            new_code_cell("from motesklar_widgets import _", id="imports"),
        ],
        metadata={"motesklar": {"title": "Börja", "summary": "Kort", "minutes": 5}},
    )
    nbformat.write(notebook, folder / "lesson.ipynb")
    write_catalogue(
        folder / "en.po",
        {"Börja här": "Start here", prose: "We meet.", "Börja": "Start", "Kort": "Short"},
    )


def write_catalogue(path: Path, sentences: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    entries = "".join(f'\nmsgid "{old}"\nmsgstr "{new}"\n' for old, new in sentences.items())
    path.write_text(header + entries, encoding="utf-8")


@pytest.fixture
def release(tmp_path: Path) -> Shipped:
    """The release that the organisation starts with."""
    for name in MODULES:
        write_lesson(tmp_path / "release" / "modules" / name)
    write_catalogue(tmp_path / "release" / "locale" / "sv" / "web.po", {"Start": "Start"})
    return Shipped(
        "0.1.0",
        tmp_path / "release" / "modules",
        shipped_settings(),
        tmp_path / "release" / "locale",
    )


@pytest.fixture
def next_release(release: Shipped, tmp_path: Path) -> Shipped:
    """The next release, the same until a test changes it."""
    shutil.copytree(release.modules.parent, tmp_path / "next")
    settings = tmp_path / "next" / "course.toml"
    shutil.copy(release.settings, settings)
    return Shipped("0.2.0", tmp_path / "next" / "modules", settings, tmp_path / "next" / "locale")


@pytest.fixture
def own_course(release: Shipped, tmp_path: Path) -> OwnCourse:
    """An organisation's folder, just made."""
    own = OwnCourse(tmp_path / "own", release)
    own.create()
    return own
