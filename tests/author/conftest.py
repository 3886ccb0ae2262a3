"""A tiny course in a data folder, and the console script."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from motesklar.exercises.nbgrader_root import prepare_course
from motesklar.paths import DataFolder
from tests.exercises.lessons import choose, lesson, order, step, write_module

MOTESKLAR = Path(sys.executable).parent / "motesklar"
COMMAND_SECONDS = 170

#: Everything that `lessons.whole_lesson` says, in English.
ENGLISH = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: en\\n"
"""
SENTENCES = (
    "En lektion",
    "Kort sagt.",
    "Ett steg",
    "Text.",
    "Vad gör du?",
    "A",
    "B",
    "Ordna",
    "På",
    "Hej",
    "Därför: first-meeting",
    "Därför: steps",
)


def english(*without: str) -> str:
    entries = [f'\nmsgid "{s}"\nmsgstr "In English"\n' for s in SENTENCES if s not in without]
    return ENGLISH + "".join(entries)


def write_overlay(folder: Path) -> Path:
    """An organisation's course of one module, complete in both languages."""
    cells = [step("read"), *choose(), *order()]
    write_module(folder / "modules", "m1", lesson(*cells), english())
    (folder / "course.toml").write_text('[course]\nmodules = ["m1"]\n', encoding="utf-8")
    return folder


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """The folder of that course."""
    return write_overlay(tmp_path / "overlay")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which that course has been prepared, which takes seconds; tests copy it."""
    folder = tmp_path_factory.mktemp("prepared")
    data = DataFolder(folder / "data")
    data.prepare()
    prepare_course(["m1"], data, write_overlay(folder / "overlay"))
    return data.root


@pytest.fixture
def data(prepared: Path, tmp_path: Path, overlay: Path) -> DataFolder:
    """A data folder in which that course has been started."""
    folder = DataFolder(tmp_path / "data")
    shutil.copytree(prepared, folder.root, symlinks=True)
    prepare_course(["m1"], folder, overlay)  # from here on it knows this overlay
    return folder


Motesklar = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def motesklar(data: DataFolder, tmp_path: Path) -> Motesklar:
    """The console script with DATA set, nothing of this environment's on PATH."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [MOTESKLAR, *map(str, arguments)],
            env={"DATA": str(data.root), "PATH": os.defpath, "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )

    return run
