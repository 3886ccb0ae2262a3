"""What a module must be before anybody meets it, proven with nbgrader itself."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motesklar.course import Exercise, ExerciseKind, Module
from motesklar.errors import ConfigError, MotesklarError
from motesklar.exercises import worker
from motesklar.exercises.grader import JOB_SECONDS, Slot, grading_slot
from motesklar.exercises.handin import answers_that_fit, check_answer
from motesklar.exercises.jobs import GradingFailed, GradingJob, Score, WorkerDied
from motesklar.exercises.library import ModuleSource
from motesklar.exercises.nbgrader_root import build_modules
from motesklar.exercises.nbgrader_settings import GRADEBOOK_FILE
from motesklar.exercises.notebook import solutions_of
from motesklar.i18n import DEFAULT_LANGUAGE
from motesklar.pages.translate import extract_messages
from motesklar.store.models import utcnow

_NOBODY = "nobody"


@dataclass(frozen=True)
class Fault:
    """Something that keeps a module from being published."""

    module: str
    problem: str

    def __str__(self) -> str:
        return f"{self.module}: {self.problem}"


def check_modules(
    sources: Sequence[ModuleSource], languages: Sequence[str], scratch: Path, empty: Path
) -> list[Fault]:
    """Everything that is wrong with the modules; empty when they can be published.

    `scratch` is a folder to work in, `empty` an empty gradebook that is made if it isn't there.
    """
    faults = [fault for source in sources for fault in _read(source, languages)]
    if faults:
        return faults
    try:
        build_modules(scratch, sources, empty)
    except ConfigError as error:
        return [Fault(str(error.params["file"]), f"{error.params['problem']}")]
    return asyncio.run(_grade_all(sources, scratch))


def _read(source: ModuleSource, languages: Sequence[str]) -> Iterator[Fault]:
    """What is seen without running anything."""
    try:
        module = source.module(Path(source.name), b"")
        notebook = source.notebook()
        messages = extract_messages(notebook)
        solutions = solutions_of(module, notebook)
    except MotesklarError as error:
        yield Fault(source.name, str(error))
        return
    yield from _unclean(source.name, notebook)
    yield from _untranslated(module, [message.msgid for message in messages], languages)
    yield from _unanswerable(module, solutions)


def _unclean(name: str, notebook: Any) -> Iterator[Fault]:
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.get("outputs") or cell.get("execution_count") is not None:
            yield Fault(name, f"cell {number} has output; clear all outputs and save")
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        yield Fault(name, "is an old notebook without cell ids; save it in a new JupyterLab")


def _untranslated(
    module: Module, sentences: Sequence[str], languages: Sequence[str]
) -> Iterator[Fault]:
    for language in languages:
        if language == DEFAULT_LANGUAGE:  # in which modules are written
            continue
        missing = [s for s in sentences if s not in module.texts.get(language, {})]
        if missing:
            yield Fault(
                module.name,
                f"{len(missing)} of {len(sentences)} sentences are not translated into "
                f"{language}, the first: {missing[0]!r}",
            )


def _unanswerable(module: Module, solutions: Mapping[str, Any]) -> Iterator[Fault]:
    for exercise in module.exercises:
        if exercise.kind is ExerciseKind.CALL_EVIDENCE:  # the server answers
            continue
        # several choices are kept in the order of the options, so no other order is ever right
        if _kept(exercise, solutions[exercise.id]) != solutions[exercise.id]:
            yield Fault(
                module.name, f"the solution of {exercise.id!r} is none of what may be answered"
            )


def _kept(exercise: Exercise, value: Any) -> Any:
    """The answer as the server keeps it; None where it refuses it."""
    try:
        return check_answer(exercise, value)
    except MotesklarError:
        return None


async def _grade_all(sources: Sequence[ModuleSource], scratch: Path) -> list[Fault]:
    async with grading_slot(scratch / "grading.log") as (slot, kernels):
        return [
            fault for source in sources for fault in await _judge(slot, kernels, source, scratch)
        ]


async def _judge(slot: Slot, kernels: str, source: ModuleSource, scratch: Path) -> list[Fault]:
    """The solution must earn every point, an empty hand-in none."""
    module = source.module(scratch, b"")
    right = solutions_of(module, source.notebook())
    try:
        solved = await _grade(slot, kernels, module, right, scratch)
        nothing = await _grade(slot, kernels, module, answers_that_fit(module, {}, {}), scratch)
    except (GradingFailed, WorkerDied) as error:
        return [Fault(module.name, f"does not run from top to bottom: {error}")]
    unearned = [s.exercise for s in solved if s.score < s.max_score]
    given = [s.exercise for s in nothing if s.score]
    return [
        *(Fault(module.name, f"the solution of {e!r} does not pass its test") for e in unearned),
        *(Fault(module.name, f"no answer at all earns points in {e!r}") for e in given),
    ]


async def _grade(
    slot: Slot, kernels: str, module: Module, answers: Mapping[str, Any], scratch: Path
) -> list[Score]:
    root = scratch / module.name
    with tempfile.TemporaryDirectory(dir=scratch, prefix="staging-") as staging:
        job = GradingJob.of_answers(
            answers,
            module,
            staging=Path(staging),
            root=root,
            template=root / GRADEBOOK_FILE,
            kernels=kernels,
            person_id=_NOBODY,
            handed_in_at=utcnow(),
        )
        return await slot.run(worker.grade, job, JOB_SECONDS)
