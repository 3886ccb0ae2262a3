"""What happens inside a grading process. Each call handles one hand-in and nothing else.

nbgrader is imported by `warm_up`, once per process; the server itself never loads it.
"""

import functools
import importlib
import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from motesklar.exercises.jobs import (
    ErasureJob,
    GradingJob,
    HandGradeJob,
    MergeJob,
    PromotionJob,
    Score,
)
from motesklar.exercises.nbgrader_settings import tool_environment
from motesklar.kernels.after_fork import die_with_parent

if TYPE_CHECKING:
    from motesklar.exercises.examiner import Examiner

#: nbgrader's folders with something of each person.
_STEPS = ("submitted", "autograded", "feedback")
#: Blocked while a process starts, so that Ctrl-C in that moment prints no traceback.
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def warm_up(log_file: str, folder: str, parent: int) -> None:
    """Tie this process to the server's life, then load nbgrader; runs first in each process.

    `folder` is for what IPython and Jupyter want to write, `parent` the server's process id.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to handle
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    die_with_parent(parent)
    _write_to(log_file)
    environment = tool_environment(JUPYTER_RUNTIME_DIR=folder, IPYTHONDIR=folder)
    os.environ.clear()
    os.environ.update(environment)
    importlib.import_module("motesklar.exercises.examiner")


def ready() -> int:
    """This process's id; answers once `warm_up` is through."""
    return os.getpid()


def grade(job: GradingJob) -> list[Score]:
    """Grade in the job's own folder; its `submitted/` and `autograded/` stay for promotion.

    Raises:
        GradingFailed: the notebook broke or its process died.
        WorkerDied: the template process has ended, and the hand-in's with it.
    """
    return _examiner().grade(job)


def promote(job: PromotionJob) -> dict[str, str]:
    """Put a graded hand-in where nbgrader keeps it, and its points into the gradebook.

    Returns the comments put aside, by exercise; empty where somebody only gave points.
    Done twice it changes nothing; broken off, it is whole again after being done anew.
    """
    return _examiner().promote(job)


def grade_by_hand(job: HandGradeJob) -> bool:
    """Write what a person says about an answer into the gradebook.

    Returns False, with everything as it was, where it isn't as that person has seen it.
    """
    return _examiner().grade_by_hand(job)


def merge(job: MergeJob) -> None:
    """Make one person of two: of each module the better result stays, with its files.

    Broken off, it is whole again after being done anew; done twice it changes nothing.
    """
    from motesklar.exercises.nbgrader_calls import merge_students

    merge_students(job.root, job.gone, job.kept, lambda module: _take_over(job, module))
    erase(ErasureJob(job.root, job.gone))


def _take_over(job: MergeJob, module: str) -> None:
    for step in _STEPS:
        theirs, place = (job.root / step / who / module for who in (job.gone, job.kept))
        shutil.rmtree(place, ignore_errors=True)
        if theirs.exists():
            # a copy: until the gradebook has it too, the other's must be there for another try
            shutil.copytree(theirs, place)


def erase(job: ErasureJob) -> None:
    """Remove a person's hand-ins, and the points too unless it is one module's.

    Done twice it changes nothing.
    """
    from motesklar.exercises.nbgrader_calls import forget_comments, forget_student

    for step in _STEPS:
        shutil.rmtree(job.root / step / job.person_id / job.module, ignore_errors=True)
    if job.module:
        forget_comments(job.root, job.person_id, job.module)
    else:
        forget_student(job.root, job.person_id)


@functools.cache
def _examiner() -> "Examiner":
    from motesklar.exercises.examiner import Examiner

    return Examiner(Path(os.environ["JUPYTER_RUNTIME_DIR"]))


def _write_to(log_file: str) -> None:
    """Send what kernels and libraries print to a file; a terminal is for people."""
    descriptor = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    os.close(descriptor)
