"""Grades the hand-ins that count once more, after an exercise's test has changed.

The module is built apart and the answers graded there, so that looking changes nothing. Taking the
result over is a promotion like any other. Grades and comments given by hand stay with the answer.
"""

import enum
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from motesklar.course import Module
from motesklar.exercises import worker
from motesklar.exercises.attempts import AttemptStore, regraded_fact, still_earlier
from motesklar.exercises.gradebook import GradebookReader
from motesklar.exercises.grader import JOB_SECONDS, Slot, grading_slot
from motesklar.exercises.jobs import GradingFailed, GradingJob, PromotionJob, Score, WorkerDied
from motesklar.exercises.library import ModuleSource
from motesklar.exercises.nbgrader_root import GradingFolder, build_modules
from motesklar.exercises.nbgrader_settings import GRADEBOOK_FILE
from motesklar.exercises.notebook import LESSON
from motesklar.exercises.notes import Note
from motesklar.store.facts import FactLog
from motesklar.store.models import Attempt


@dataclass(frozen=True)
class Change:
    """An exercise that earns other points now; None where it wasn't there before."""

    exercise: str
    before: float | None
    after: float


class Effect(enum.StrEnum):
    """What grading anew does to a person's module as a whole."""

    COMPLETES = "completes"  # it is all right now, and was not before
    POINTS = "points"  # other points, and all right or not as before
    KEEPS = "keeps"  # it would no longer be all right, so nothing is changed
    FAILED = "failed"  # it could not be graded, so nothing is changed
    SAME = "same"  # everything is as it was


@dataclass(frozen=True)
class Outcome:
    """What grading anew does to one person.

    Args:
        changes: empty where everything is as it was.
        keeps: the module is completed and would no longer be, so that nothing is changed.
        completes: it isn't completed, and will be.
        failed: it could not be graded, so that nothing is changed.
    """

    person_id: str
    changes: tuple[Change, ...] = ()
    keeps: bool = False
    failed: bool = False
    completes: bool = False

    @property
    def effect(self) -> Effect:
        """All of it in a word."""
        if self.failed:
            return Effect.FAILED
        if not self.changes:
            return Effect.SAME
        if self.keeps:
            return Effect.KEEPS
        return Effect.COMPLETES if self.completes else Effect.POINTS


class Regrading:
    """One module, graded anew while no server runs.

    Args:
        source: the module as its files are now.
        built: a folder for what is needed meanwhile.
    """

    def __init__(
        self,
        folder: GradingFolder,
        attempts: AttemptStore,
        gradebook: GradebookReader,
        facts: FactLog,
        source: ModuleSource,
        built: Path,
    ) -> None:
        self.folder = folder
        self.attempts = attempts
        self.gradebook = gradebook
        self.facts = facts
        self.source = source
        self.built = built

    async def run(self, *, apply: bool) -> AsyncIterator[Outcome]:
        """Each person's outcome; with `apply` what changes is taken over, one by one.

        Broken off, those told so far are done; a second run does the rest.

        Raises:
            ConfigError: the module is wrong.
            ForkFailed: the template process does not start.
        """
        build_modules(self.built, [self.source], self.folder.empty_gradebook)
        root = self.built / self.source.name
        template = self.built / "template.db"
        shutil.copyfile(root / GRADEBOOK_FILE, template)
        released = root / "release" / self.source.name / LESSON
        module = self.source.module(root / "source" / self.source.name, released.read_bytes())
        async with grading_slot(self.folder.log) as (slot, kernels):
            for attempt in self.attempts.counting(module.name):
                with tempfile.TemporaryDirectory(dir=self.built) as staging:
                    job = GradingJob.of_answers(
                        attempt.answers,
                        module,
                        staging=Path(staging),
                        root=root,
                        template=template,
                        kernels=kernels,
                        person_id=attempt.person_id,
                        handed_in_at=attempt.handed_in_at,
                    )
                    yield await self._one(slot, job, module, attempt, apply=apply)

    async def _one(
        self, slot: Slot, job: GradingJob, module: Module, attempt: Attempt, *, apply: bool
    ) -> Outcome:
        try:
            scores = await slot.run(worker.grade, job, JOB_SECONDS)
        except (GradingFailed, WorkerDied):
            return Outcome(attempt.person_id, failed=True)
        notes = self.gradebook.notes(attempt.person_id, module)
        changes = changes_of(attempt, scores, notes)
        done = self._is_done(module, attempt)
        all_right = all(
            notes.get(score.exercise, Note()).counted(score.score) >= score.max_score
            for score in scores
        )
        keeps = done and not all_right
        if apply and changes and not keeps:
            await self._take_over(slot, job, module, attempt, scores)
        return Outcome(attempt.person_id, changes, keeps=keeps, completes=all_right and not done)

    def _is_done(self, module: Module, attempt: Attempt) -> bool:
        person = attempt.person_id
        results = self.gradebook.completions(person, module=module.name).get(person, {})
        return module.name in results and results[module.name].done

    async def _take_over(
        self, slot: Slot, job: GradingJob, module: Module, attempt: Attempt, scores: list[Score]
    ) -> None:
        promotion = PromotionJob(
            job.staging,
            self.folder.data.nbgrader_root,
            module.name,
            attempt.person_id,
            attempt.handed_in_at,
        )
        await slot.run(worker.promote, promotion, JOB_SECONDS)
        earlier = still_earlier(attempt, {score.exercise for score in scores})
        # told before the points of before are gone from the attempt
        self.facts.record(regraded_fact(attempt, scores, module.version))
        self.attempts.set_graded(
            attempt, scores, promoted=True, earlier=earlier, version=module.version
        )


def changes_of(
    attempt: Attempt, scores: Sequence[Score], notes: dict[str, Note]
) -> tuple[Change, ...]:
    """Which exercises earn other points now; what was given by hand stays."""
    before = {result["exercise"]: result for result in attempt.results}
    found = []
    for score in scores:
        old = before.get(score.exercise)
        same_points = old is not None and old["max_score"] == score.max_score
        given = notes.get(score.exercise, Note()).score
        if old is None or not same_points or (given is None and old["score"] != score.score):
            found.append(Change(score.exercise, old["score"] if old else None, score.score))
    return tuple(found)
