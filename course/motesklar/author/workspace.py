"""An author's own copy of the course: an nbgrader root with invented learners and no real ones."""

import asyncio
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from motesklar.course import Module
from motesklar.exercises import worker
from motesklar.exercises.grader import JOB_SECONDS, Slot, grading_slot
from motesklar.exercises.handin import answers_that_fit
from motesklar.exercises.jobs import GradingJob, PromotionJob
from motesklar.exercises.library import ModuleSource
from motesklar.exercises.nbgrader_root import build_modules, copy_files
from motesklar.exercises.nbgrader_settings import CONFIG_FILE, GRADEBOOK_FILE, config_file_text
from motesklar.exercises.notebook import solutions_of
from motesklar.store.models import utcnow

#: Invented learners; ids that no real person can have (those begin with `p-`).
SOLVED, HALFWAY = "exempel-klar", "exempel-halvvags"


def make_workspace(folder: Path, sources: Sequence[ModuleSource]) -> None:
    """Make a workspace in a new folder; it is there whole or not at all.

    Raises:
        ConfigError: a module is wrong.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".workspace-") as scratch:
        built, coming = Path(scratch) / "built", Path(scratch) / "coming"
        built.mkdir()
        coming.mkdir()
        build_modules(built, sources, built / "empty.db")
        _lay_out(coming, built, sources)
        asyncio.run(_invent_learners(coming, built, sources))
        coming.rename(folder)


def _lay_out(root: Path, built: Path, sources: Sequence[ModuleSource]) -> None:
    from motesklar.exercises.nbgrader_calls import generate

    (root / CONFIG_FILE).write_text(config_file_text(), encoding="utf-8")
    shutil.copyfile(built / "empty.db", root / GRADEBOOK_FILE)
    for source in sources:
        copy_files(source, root / "source" / source.name)
        generate(root, source.name)


async def _invent_learners(root: Path, built: Path, sources: Sequence[ModuleSource]) -> None:
    async with grading_slot(built / "grading.log") as (slot, kernels):
        for source in sources:
            module = source.module(root, b"")
            for learner, answers in _invented(module, source).items():
                await _hand_in(slot, kernels, root, built, module, learner, answers)


def _invented(module: Module, source: ModuleSource) -> Mapping[str, Mapping[str, Any]]:
    """One learner with every answer right and one with every other."""
    right = solutions_of(module, source.notebook())
    nothing = answers_that_fit(module, {}, {})
    some = {exercise.id: right[exercise.id] for exercise in module.exercises[::2]}
    return {SOLVED: right, HALFWAY: nothing | some}


async def _hand_in(
    slot: Slot,
    kernels: str,
    root: Path,
    built: Path,
    module: Module,
    learner: str,
    answers: Mapping[str, Any],
) -> None:
    at = utcnow()
    with tempfile.TemporaryDirectory(dir=built, prefix="staging-") as staging:
        job = GradingJob.of_answers(
            answers,
            module,
            staging=Path(staging),
            root=root,
            template=built / module.name / GRADEBOOK_FILE,
            kernels=kernels,
            person_id=learner,
            handed_in_at=at,
        )
        await slot.run(worker.grade, job, JOB_SECONDS)
        promotion = PromotionJob(Path(staging), root, module.name, learner, at)
        await slot.run(worker.promote, promotion, JOB_SECONDS)
