"""Grades hand-ins inside a grading process, and keeps what all of a module's have in common.

nbgrader's own steps decide. What they would do alike for every hand-in is done once: its hidden
tests are put in, the cells before the first answer are run, and the gradebook is opened.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.utils import find_all_files

from motesklar.exercises.handin import build_submission
from motesklar.exercises.jobs import GradingJob, HandGradeJob, PromotionJob, Score
from motesklar.exercises.nbgrader_calls import (
    OpenGradebook,
    graded_notebook,
    ready_notebook,
    runnable_cells,
    scores_of,
)
from motesklar.exercises.nbgrader_settings import GRADEBOOK_FILE, NOTEBOOK_ID, timestamp_text
from motesklar.exercises.notebook import LESSON
from motesklar.exercises.runner import Runner, Work

_NOTEBOOK = f"{NOTEBOOK_ID}.ipynb"
_TIMESTAMP = "timestamp.txt"
#: As nbgrader leaves what it has graded.
_READ_ONLY = 0o444


@dataclass(frozen=True)
class _Ready:
    """A module as it is before there are answers.

    Args:
        key: changes when the module does.
        released: what is handed in, without answers.
        notebook: the same with the hidden tests.
        files: what lies beside it.
    """

    key: str
    released: Any
    notebook: Any
    files: tuple[Path, ...]


class Examiner:
    """What one grading process knows.

    Args:
        scratch: a folder for what is needed meanwhile.
    """

    def __init__(self, scratch: Path) -> None:
        self.runner = Runner(scratch)
        self._ready: dict[Path, _Ready] = {}
        self._gradebooks: dict[Path, tuple[int, OpenGradebook]] = {}
        # the latest one with its folder: most are promoted at once
        self._graded: tuple[Path, Any] | None = None

    def grade(self, job: GradingJob) -> list[Score]:
        """Grade one hand-in in its own folder, where it stays for promotion.

        Raises:
            GradingFailed: the notebook broke or its process died.
            WorkerDied: the template process has ended.
        """
        ready = self._ready_for(job)
        where = Path(job.person_id) / job.module.name
        submitted, graded = job.staging / "submitted" / where, job.staging / "autograded" / where
        for folder in (submitted, graded):
            folder.mkdir(parents=True)
            (folder / _TIMESTAMP).write_text(timestamp_text(job.handed_in_at))
        source = job.root / "source" / job.module.name
        for path in ready.files:
            copy = graded / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        notebook = build_submission(job.module, ready.notebook, job.answers)
        cells, first = runnable_cells(notebook)
        work = Work(ready.key, first, source)
        records, language = self.runner.run(work, cells, job.kernels, graded)
        notebook = graded_notebook(notebook, records, language)
        _write(build_submission(job.module, ready.released, job.answers), submitted)
        _write(notebook, graded)
        for path in graded.rglob("*"):
            if path.is_file():
                path.chmod(_READ_ONLY)
        self._graded = job.staging, notebook
        return scores_of(notebook)

    def promote(self, job: PromotionJob) -> dict[str, str]:
        """Put a graded hand-in where nbgrader keeps it, and its points into the gradebook.

        Returns what `OpenGradebook.save` put aside.
        """
        inside = Path(job.person_id) / job.module
        notebook = self._graded_in(job.staging, inside)
        for step in ("submitted", "autograded"):
            _replace_folder(job.staging / step / inside, job.root / step / inside)
        return self._gradebook(job.root).save(
            job.module, job.person_id, job.handed_in_at, notebook, job.changed
        )

    def grade_by_hand(self, job: HandGradeJob) -> bool:
        """Write a grade given by hand; False where somebody has changed something meanwhile."""
        return self._gradebook(job.root).grade_by_hand(job)

    def _graded_in(self, staging: Path, inside: Path) -> Any:
        """What `grade` left there; read where another process has graded it."""
        if self._graded is not None and self._graded[0] == staging:
            return self._graded[1]
        return nbformat.read(staging / "autograded" / inside / _NOTEBOOK, as_version=4)

    def _ready_for(self, job: GradingJob) -> _Ready:
        released_file = job.root / "release" / job.module.name / LESSON
        source = job.root / "source" / job.module.name
        # links and copies alike: nbgrader takes every file but notebooks along
        files = tuple(Path(path) for path in sorted(find_all_files(str(source), ["*.ipynb"])))
        stamps = [path.stat() for path in (job.template, released_file, *files)]
        key = " ".join([str(job.root), *(f"{s.st_ino}:{s.st_mtime_ns}" for s in stamps)])
        found = self._ready.get(released_file)
        if found is None or found.key != key:
            released = nbformat.read(released_file, as_version=4)
            shutil.copyfile(job.template, job.staging / GRADEBOOK_FILE)
            notebook = ready_notebook(released, job.staging, job.module.name)
            found = self._ready[released_file] = _Ready(key, released, notebook, files)
        return found

    def _gradebook(self, root: Path) -> OpenGradebook:
        # another file may have come in its place, from a backup
        inode = (root / GRADEBOOK_FILE).stat().st_ino
        if self._gradebooks.get(root, (None,))[0] != inode:
            self._gradebooks[root] = (inode, OpenGradebook(root))
        return self._gradebooks[root][1]


def _write(notebook: Any, folder: Path) -> None:
    # every part has been checked before: the released notebook, and nbclient's outputs
    (folder / _NOTEBOOK).write_text(nbformat.v4.writes(notebook) + "\n", encoding="utf-8")


def _replace_folder(new: Path, place: Path) -> None:
    coming = place.with_name(f".{place.name}.coming")
    going = place.with_name(f".{place.name}.going")
    for leftover in (coming, going):
        shutil.rmtree(leftover, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(new, coming)
    if place.exists():
        place.rename(going)
    coming.rename(place)
    shutil.rmtree(going, ignore_errors=True)
