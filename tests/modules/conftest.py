"""The shipped modules, and a course of stock nbgrader's own with all of them released."""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from motesklar.config import load_settings
from motesklar.course import Module
from motesklar.exercises.library import find_sources
from motesklar.exercises.nbgrader_settings import SETTINGS, path_with_scripts
from motesklar.exercises.notebook import solutions_of
from motesklar.paths import shipped_modules, shipped_settings

NAMES = load_settings(shipped_settings()).course.modules


@dataclass(frozen=True)
class Lesson:
    """A shipped module as its author wrote it."""

    name: str
    folder: Path
    notebook: Any
    module: Module

    @property
    def prose(self) -> list[Any]:
        return [cell for cell in self.notebook.cells if cell.cell_type == "markdown"]

    @property
    def code(self) -> list[Any]:
        return [cell for cell in self.notebook.cells if cell.cell_type == "code"]

    @property
    def solutions(self) -> dict[str, Any]:
        return solutions_of(self.module, self.notebook)

    def test_cell(self, exercise: str) -> str:
        """The hidden test's source."""
        [cell] = [
            cell
            for cell in self.code
            if cell.metadata.get("nbgrader", {}).get("grade_id") == exercise
        ]
        return str(cell.source)


def _read(name: str) -> Lesson:
    [source] = find_sources([name], [shipped_modules()])
    folder = shipped_modules() / name
    return Lesson(name, folder, source.notebook(), source.module(folder, b""))


@pytest.fixture(params=NAMES)
def lesson(request: pytest.FixtureRequest) -> Lesson:
    """Each shipped module in turn."""
    return _read(request.param)


@pytest.fixture
def lessons() -> list[Lesson]:
    """All shipped modules."""
    return [_read(name) for name in NAMES]


class StockCourse:
    """nbgrader alone, with the settings that the course gives it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.url = f"sqlite:///{root / 'gradebook.db'}"
        config = Config({section: dict(values) for section, values in SETTINGS.items()})
        coursedir = CourseDirectory(config=config, root=str(root), db_url=self.url)
        self.api = NbGraderAPI(coursedir, config=config)

    def release(self, name: str) -> None:
        told = self.api.generate_assignment(name)
        assert told["success"], told.get("error") or told["log"]

    def released(self, name: str) -> Any:
        return nbformat.read(self.root / "release" / name / "lesson.ipynb", as_version=4)

    def autograded(self, name: str, person: str) -> Any:
        return nbformat.read(
            self.root / "autograded" / person / name / "lesson.ipynb", as_version=4
        )

    def graded(self, name: str, person: str, answers: Mapping[str, Any]) -> tuple[float, float]:
        """Hand in a released notebook with `answers`, autograde it, and return score and maximum.

        `answers` maps variables to values, written as literals.
        """
        folder = self.root / "submitted" / person / name
        shutil.copytree(self.root / "release" / name, folder)
        notebook = self.released(name)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                variable = cell.source.split(" = ")[0]
                cell.source = f"{variable} = {answers.get(variable)!r}"
        nbformat.write(notebook, folder / "lesson.ipynb")
        with Gradebook(self.url) as gradebook:
            gradebook.update_or_create_student(person)
        told = self.api.autograde(name, person)
        assert told["success"], told.get("error") or told["log"]
        with Gradebook(self.url) as gradebook:
            submission = gradebook.find_submission(name, person)
            return submission.score, submission.max_score


@pytest.fixture(scope="session")
def stock_course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StockCourse]:
    """Every module released by stock nbgrader."""
    root = tmp_path_factory.mktemp("stock-nbgrader")
    shutil.copytree(shipped_modules(), root / "source")
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader calls the alembic program when it makes the gradebook
        patch.setitem(os.environ, "PATH", path_with_scripts())
        course = StockCourse(root)
        for name in NAMES:
            course.release(name)
        yield course
