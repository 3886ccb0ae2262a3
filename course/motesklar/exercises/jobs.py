"""What goes between the server and its grading processes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from motesklar.course import Module


class GradingFailed(Exception):
    """nbgrader could not do it; the text is its own log, for the server's log alone."""


class WorkerDied(Exception):
    """The process, or the one that forks its kernels, ended or hung: no hand-in is at fault."""


@dataclass(frozen=True)
class GradingJob:
    """One hand-in to grade.

    Args:
        staging: an empty folder for this job alone.
        root: the nbgrader root with the module's source and release.
        template: a gradebook that knows the module and no people.
        kernels: where the template process listens that forks the hand-in's process.
        module: what is known of it, without its texts.
        answers: those that `handin.answers_that_fit` let through.
        handed_in_at: UTC.
    """

    staging: Path
    root: Path
    template: Path
    kernels: str
    module: Module
    answers: Mapping[str, Any]
    person_id: str
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
        """The hand-in of some answers."""
        # texts are many, and no grading process needs them
        return cls(
            staging=staging,
            root=root,
            template=template,
            kernels=kernels,
            module=replace(module, texts={}, words={}),
            answers=answers,
            person_id=person_id,
            handed_in_at=handed_in_at,
        )


@dataclass(frozen=True)
class PromotionJob:
    """A graded hand-in that takes its place in the course's own nbgrader folder.

    Args:
        root: nbgrader's course folder.
        handed_in_at: UTC.
        changed: the test cell and the answer cell of exercises that are answered otherwise than in
            the hand-in before; what people said about those is put aside.
    """

    staging: Path
    root: Path
    module: str
    person_id: str
    handed_in_at: datetime
    changed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class HandGradeJob:
    """What somebody who has read an answer says about it.

    Args:
        root: nbgrader's course folder.
        test_cell: `grade_id` of the cell that is graded.
        answer_cell: the one that is commented.
        handed_in_at: of the hand-in that was read, UTC.
        seen: grade and comment as they stood when it was read; see `HandGrade`.
        given: as they shall be.
    """

    root: Path
    module: str
    person_id: str
    test_cell: str
    answer_cell: str
    handed_in_at: datetime
    seen: "HandGrade"
    given: "HandGrade"


@dataclass(frozen=True)
class HandGrade:
    """Points that somebody gave by hand, and the comment.

    Args:
        points: None where nobody gave any.
        comment: empty where there is none.
    """

    points: float | None = None
    comment: str = ""


@dataclass(frozen=True)
class ErasureJob:
    """What was handed in leaves the course's nbgrader folder.

    Args:
        module: whose files and comments go while the points stay; empty for all, with the person.
    """

    root: Path
    person_id: str
    module: str = ""


@dataclass(frozen=True)
class MergeJob:
    """Two people in the course's nbgrader folder who are one.

    Args:
        gone: whose hand-ins become the other's where they are better.
        kept: who stays.
    """

    root: Path
    gone: str
    kept: str


@dataclass(frozen=True)
class Score:
    """What nbgrader gave for one exercise."""

    exercise: str
    score: float
    max_score: float
