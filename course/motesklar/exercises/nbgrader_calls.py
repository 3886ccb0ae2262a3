"""Every call into nbgrader's own code. Its converters and gradebook decide; nothing is copied.

nbgrader is pinned exactly, because these are not all public: `tests/exercises` cover each use.
Importing this module takes a second, so it is imported where it is needed.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, SaveAutoGrades
from nbgrader.utils import is_grade
from traitlets.config import Config
from traitlets.log import get_logger

from motesklar.exercises.jobs import GradingFailed, Score
from motesklar.exercises.nbgrader_settings import (
    COURSE_ID,
    GRADEBOOK_FILE,
    NOTEBOOK_ID,
    SETTINGS,
    path_with_scripts,
    timestamp_text,
)
from motesklar.kernels.manager import ForkKernelManager

#: Errors that stand in a cell when the kernel, not the answer, was at fault.
_KERNEL_FAULTS = ("CellTimeoutError", "DeadKernelError", "KeyboardInterrupt")


def make_gradebook(path: Path) -> None:
    """Make an empty gradebook. Slow: nbgrader asks the `alembic` program for its version."""
    with _scripts_on_path(), Gradebook(f"sqlite:///{path}", COURSE_ID):
        pass


def generate(root: Path, module: str) -> None:
    """Make the released version of a module and note its cells in the root's gradebook.

    The gradebook is there already, see `make_gradebook`.

    Raises:
        GradingFailed: the source notebook is not a valid assignment.
    """
    with _nbgrader_log() as told:
        coursedir = _course_directory(root, module)
        _run(GenerateAssignment(coursedir=coursedir, config=_config(), force=True), told)


class ExecuteInFork(Execute):  # type: ignore[misc]
    """nbgrader's own execution, in a kernel that a warm template process forks."""

    def create_kernel_manager(self) -> ForkKernelManager:
        """A manager for the kernel that the notebook names; our configuration has the socket."""
        name = self.nb.metadata.get("kernelspec", {}).get("name", NATIVE_KERNEL_NAME)
        self.km = ForkKernelManager(kernel_name=name, config=self.config)
        return self.km


def autograde(root: Path, module: str, person_id: str, kernels: str) -> list[Score]:
    """Grade the one submission in `root` and return its points.

    `root` is this submission's own; `kernels` is where the template process listens.

    Raises:
        GradingFailed: the notebook broke or its kernel died, whatever the answers are.
    """
    with _nbgrader_log() as told:
        coursedir = _course_directory(root, module, student_id=person_id)
        config = _config()
        config.ForkKernelManager.socket = kernels
        converter = Autograde(coursedir=coursedir, config=config, force=True)
        converter.autograde_preprocessors = [
            ExecuteInFork if step is Execute else step for step in converter.autograde_preprocessors
        ]
        _run(converter, told)
        _check_unbroken(_autograded(root, module, person_id))
        with Gradebook(_database(root), COURSE_ID) as gradebook:
            found = gradebook.find_submission_notebook(NOTEBOOK_ID, module, person_id)
            return [Score(g.name, float(g.score), float(g.max_score)) for g in found.grades]


def save_grades(root: Path, module: str, person_id: str, handed_in_at: datetime) -> None:
    """Write the points that stand in `autograded/` into the root's gradebook.

    A grade that somebody gave by hand stays, and is marked for another look, as nbgrader does.
    """
    notebook = nbformat.read(_autograded(root, module, person_id), as_version=4)
    with _nbgrader_log():
        with Gradebook(_database(root), COURSE_ID) as gradebook:
            gradebook.update_or_create_student(person_id)
            gradebook.update_or_create_submission(
                module, person_id, timestamp=timestamp_text(handed_in_at)
            )
        names = {"student": person_id, "assignment": module, "notebook": NOTEBOOK_ID}
        SaveAutoGrades().preprocess(notebook, {"nbgrader": names | {"db_url": _database(root)}})


def forget_student(root: Path, person_id: str) -> None:
    """Remove a person with all submissions from the gradebook; nothing if they aren't there."""
    with Gradebook(_database(root), COURSE_ID) as gradebook:
        try:
            gradebook.remove_student(person_id)
        except MissingEntry:
            return


def archive_assignment(root: Path, module: str, archived: str) -> None:
    """Give the module's entry in the gradebook, with its submissions, another name."""
    with Gradebook(_database(root), COURSE_ID) as gradebook:
        gradebook.find_assignment(module).name = archived
        gradebook.db.commit()


def _autograded(root: Path, module: str, person_id: str) -> Path:
    return root / "autograded" / person_id / module / f"{NOTEBOOK_ID}.ipynb"


def _database(root: Path) -> str:
    return f"sqlite:///{root / GRADEBOOK_FILE}"


def _config() -> Config:
    return Config({section: dict(settings) for section, settings in SETTINGS.items()})


def _course_directory(root: Path, module: str, **names: str) -> Any:
    return CourseDirectory(
        config=_config(),
        root=str(root),
        db_url=_database(root),
        assignment_id=module,
        **names,
    )


def _run(converter: Any, told: list[str]) -> None:
    try:
        converter.start()
    except Exception as error:
        # whatever it is, it must be told whole, and its class may not cross processes
        raise GradingFailed("\n".join([*told, f"{type(error).__name__}: {error}"])) from error


def _check_unbroken(path: Path) -> None:
    """Refuse a notebook in which something other than an answer went wrong.

    Answers are literals, so an error outside the test cells is the course's own fault.
    """
    for number, cell in enumerate(nbformat.read(path, as_version=4).cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type != "error":
                continue
            if not is_grade(cell) or output.ename in _KERNEL_FAULTS:
                raise GradingFailed(f"cell {number}: {output.ename}: {output.evalue}")


class _Told(logging.Handler):
    def __init__(self, told: list[str]) -> None:
        super().__init__(logging.ERROR)
        self.told = told

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


@contextmanager
def _nbgrader_log() -> Iterator[list[str]]:
    """What nbgrader logs as errors while inside, instead of on the terminal."""
    told: list[str] = []
    handler, log = _Told(told), logging.getLogger(get_logger().name)
    log.addHandler(handler)
    propagate, log.propagate = log.propagate, False
    try:
        yield told
    finally:
        log.removeHandler(handler)
        log.propagate = propagate


@contextmanager
def _scripts_on_path() -> Iterator[None]:
    before = os.environ.get("PATH")
    os.environ["PATH"] = path_with_scripts()
    try:
        yield
    finally:
        if before is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = before
