"""What goes between the server and its grading processes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat

from motesklar.course import Module
from motesklar.exercises.handin import build_submission
from motesklar.exercises.notebook import LESSON


class GradingFailed(Exception):
    """nbgrader could not do it; the text is its own log, for the server's log alone."""


class WorkerDied(Exception):
    """The process, or the one that forks its kernels, ended or hung: no hand-in is at fault."""


@dataclass(frozen=True)
class GradingJob:
    """One hand-in to grade.

    Args:
        staging: an empty folder for this job alone; becomes a private nbgrader root.
        source: nbgrader's source folder.
        template: a gradebook that knows the module and no people.
        kernels: where the template process listens that forks the hand-in's kernel.
        notebook: the submission as notebook JSON.
        handed_in_at: UTC.
    """

    staging: Path
    source: Path
    template: Path
    kernels: str
    module: str
    person_id: str
    notebook: str
    handed_in_at: datetime

    @classmethod
    def of_answers(
        cls,
        answers: Mapping[str, Any],
        module: Module,
        *,
        staging: Path,
        root: Path,
        template: Path,
        kernels: str,
        person_id: str,
        handed_in_at: datetime,
    ) -> "GradingJob":
        """The hand-in of some answers; `root` is the nbgrader root with the released notebook."""
        released = nbformat.read(root / "release" / module.name / LESSON, as_version=4)
        return cls(
            staging=staging,
            source=root / "source",
            template=template,
            kernels=kernels,
            module=module.name,
            person_id=person_id,
            notebook=nbformat.writes(build_submission(module, released, answers)),
            handed_in_at=handed_in_at,
        )


@dataclass(frozen=True)
class PromotionJob:
    """A graded hand-in that takes its place in the course's own nbgrader folder.

    Args:
        root: nbgrader's course folder.
        handed_in_at: UTC.
    """

    staging: Path
    root: Path
    module: str
    person_id: str
    handed_in_at: datetime


@dataclass(frozen=True)
class ErasureJob:
    """A person who leaves the course's nbgrader folder with everything handed in."""

    root: Path
    person_id: str


@dataclass(frozen=True)
class Score:
    """What nbgrader gave for one exercise."""

    exercise: str
    score: float
    max_score: float
