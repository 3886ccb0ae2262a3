"""What happens inside a grading process. Each call handles one hand-in and nothing else.

nbgrader is imported by `warm_up`, once per process; the server itself never loads it.
"""

import importlib
import os
import shutil
import signal
from pathlib import Path

from motesklar.exercises.jobs import (
    ErasureJob,
    GradingFailed,
    GradingJob,
    PromotionJob,
    Score,
    WorkerDied,
)
from motesklar.exercises.nbgrader_settings import (
    GRADEBOOK_FILE,
    NOTEBOOK_ID,
    timestamp_text,
    tool_environment,
)
from motesklar.kernels.after_fork import die_with_parent
from motesklar.kernels.fork_client import is_listening

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
    importlib.import_module("motesklar.exercises.nbgrader_calls")


def ready() -> int:
    """This process's id; answers once `warm_up` is through."""
    return os.getpid()


def grade(job: GradingJob) -> list[Score]:
    """Grade in the job's own folder; its `submitted/` and `autograded/` stay for promotion.

    Raises:
        GradingFailed: the notebook broke or its kernel died.
        WorkerDied: the template process has ended, and the kernel with it.
    """
    from motesklar.exercises.nbgrader_calls import autograde

    (job.staging / "source").symlink_to(job.source, target_is_directory=True)
    shutil.copyfile(job.template, job.staging / GRADEBOOK_FILE)
    submitted = job.staging / "submitted" / job.person_id / job.module
    submitted.mkdir(parents=True)
    (submitted / f"{NOTEBOOK_ID}.ipynb").write_text(job.notebook, encoding="utf-8")
    (submitted / "timestamp.txt").write_text(timestamp_text(job.handed_in_at))
    try:
        return autograde(job.staging, job.module, job.person_id, job.kernels)
    except GradingFailed as error:
        if is_listening(job.kernels):
            raise
        raise WorkerDied("the template process ended") from error


def promote(job: PromotionJob) -> None:
    """Put a graded hand-in where nbgrader keeps it, and its points into the gradebook.

    Done twice it changes nothing; broken off, it is whole again after being done anew.
    """
    from motesklar.exercises.nbgrader_calls import save_grades

    for step in ("submitted", "autograded"):
        inside = Path(step) / job.person_id / job.module
        _replace_folder(job.staging / inside, job.root / inside)
    save_grades(job.root, job.module, job.person_id, job.handed_in_at)


def erase(job: ErasureJob) -> None:
    """Remove a person's hand-ins and points; done twice it changes nothing."""
    from motesklar.exercises.nbgrader_calls import forget_student

    for step in ("submitted", "autograded", "feedback"):
        shutil.rmtree(job.root / step / job.person_id, ignore_errors=True)
    forget_student(job.root, job.person_id)


def _replace_folder(new: Path, place: Path) -> None:
    coming = place.with_name(f".{place.name}.coming")
    going = place.with_name(f".{place.name}.going")
    for leftover in (coming, going):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(new, coming)
    if place.exists():
        place.rename(going)
    coming.rename(place)
    shutil.rmtree(going, ignore_errors=True)


def _write_to(log_file: str) -> None:
    """Send what kernels and libraries print to a file; a terminal is for people."""
    descriptor = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    os.close(descriptor)
