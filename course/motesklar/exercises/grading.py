"""The queue of hand-ins and those who grade from it: one task per grading process."""

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from weakref import WeakValueDictionary

from motesklar.course import Course, Module
from motesklar.errors import NotFound
from motesklar.exercises import worker
from motesklar.exercises.attempts import AttemptStore, graded_fact, outranks
from motesklar.exercises.grader import JOB_SECONDS, Slot
from motesklar.exercises.jobs import ErasureJob, GradingJob, PromotionJob, Score, WorkerDied
from motesklar.exercises.nbgrader_root import GradingFolder
from motesklar.kernels.fork_client import ForkFailed
from motesklar.store.facts import FactLog
from motesklar.store.models import Attempt, AttemptState

log = logging.getLogger("motesklar.exercises")

#: A hand-in whose process died (the machine was out of memory, say) is graded once more.
TRIES = 2

#: Gives where the template process listens that forks kernels; waits for it, or raises ForkFailed.
KernelSource = Callable[[], Awaitable[str]]


class GradingQueue:
    """Grades hand-ins in the order they came, as many at once as there are processes.

    Args:
        kernels: asked for each hand-in anew, because a template process may be replaced.
        workers: grading processes.
    """

    def __init__(
        self,
        folder: GradingFolder,
        attempts: AttemptStore,
        facts: FactLog,
        kernels: KernelSource,
        workers: int,
    ) -> None:
        self.folder = folder
        self.attempts = attempts
        self.facts = facts
        self.kernels = kernels
        self.workers = workers
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._slots: list[Slot] = []
        self._tasks: list[asyncio.Task[None]] = []
        # one person's hand-ins are promoted one after another
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def start(self, course: Course) -> None:
        """Begin grading; hand-ins that waited when the server stopped go first."""
        self.course = course
        for folder in (self.folder.staging, self.folder.scratch):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700, parents=True)
        self.folder.log.unlink(missing_ok=True)
        for attempt_id in self.attempts.unfinished():
            self.put(attempt_id)
        self._slots = [self._slot() for _ in range(self.workers)]
        self._tasks = [asyncio.create_task(self._work(slot)) for slot in self._slots]

    async def close(self) -> None:
        """End grading at once; what is unfinished goes on at the next start. Safe to repeat."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for slot in self._slots:
            slot.kill()

    def put(self, attempt_id: str) -> None:
        """Let a saved hand-in wait for its turn."""
        self._queue.put_nowait(attempt_id)

    async def idle(self) -> None:
        """Wait until no hand-in waits or is being graded."""
        await self._queue.join()

    async def erase(self, person_id: str) -> None:
        """Remove a person's hand-ins and points from nbgrader's folder and gradebook."""
        # a process of its own: a slot does one thing at a time
        slot = self._slot()
        try:
            async with self._lock(person_id):
                job = ErasureJob(self.folder.data.nbgrader_root, person_id)
                await slot.run(worker.erase, job, JOB_SECONDS)
        finally:
            slot.kill()

    def _slot(self) -> Slot:
        return Slot(self.folder.log, self.folder.scratch)

    async def _work(self, slot: Slot) -> None:
        try:
            await slot.warm()
        except WorkerDied:
            log.exception("a grading process did not start")  # the next hand-in tries again
        while True:
            attempt_id = await self._queue.get()
            try:
                await self._grade(slot, self.attempts.get(attempt_id))
            except NotFound:
                log.info("attempt %s is gone: its person or module was removed", attempt_id)
                self.attempts.set_state(attempt_id, AttemptState.FAILED)
            except Exception:
                # one hand-in must never stop the others
                log.exception("attempt %s could not be graded", attempt_id)
                self.attempts.set_state(attempt_id, AttemptState.FAILED)
            finally:
                self._queue.task_done()

    async def _grade(self, slot: Slot, attempt: Attempt) -> None:
        module = self.course.module(attempt.module)
        self.attempts.set_state(attempt.id, AttemptState.GRADING, version=module.version)
        for tries_left in reversed(range(TRIES)):
            with tempfile.TemporaryDirectory(dir=self.folder.staging) as staging:
                try:
                    job = await self._job(Path(staging), module, attempt)
                    scores = await slot.run(worker.grade, job, JOB_SECONDS)
                    await self._settle(slot, Path(staging), module, attempt, scores)
                except (WorkerDied, ForkFailed):
                    if not tries_left:
                        raise
                    log.exception("attempt %s is graded once more", attempt.id)
                else:
                    return

    async def _job(self, staging: Path, module: Module, attempt: Attempt) -> GradingJob:
        return GradingJob.of_answers(
            attempt.answers,
            module,
            staging=staging,
            root=self.folder.data.nbgrader_root,
            template=self.folder.template(module.name),
            kernels=await self.kernels(),
            person_id=attempt.person_id,
            handed_in_at=attempt.handed_in_at,
        )

    async def _settle(
        self, slot: Slot, staging: Path, module: Module, attempt: Attempt, scores: list[Score]
    ) -> None:
        """Promote the hand-in if it is no worse than the one before, then make its result known."""
        by_exercise = {score.exercise: score for score in scores}
        graded = [by_exercise[exercise.id] for exercise in module.exercises]
        share = sum(s.score for s in graded) / (sum(s.max_score for s in graded) or 1)
        async with self._lock(attempt.person_id):
            self.attempts.get(attempt.id)  # NotFound where the person has been erased meanwhile
            before = self.attempts.promoted(attempt.person_id, module.name)
            promoted = outranks(share, attempt.handed_in_at, before)
            if promoted:
                root = self.folder.data.nbgrader_root
                job = PromotionJob(
                    staging, root, module.name, attempt.person_id, attempt.handed_in_at
                )
                await slot.run(worker.promote, job, JOB_SECONDS)
            done = self.attempts.set_graded(attempt, graded, promoted=promoted)
        self.facts.record(graded_fact(done))

    def _lock(self, person_id: str) -> asyncio.Lock:
        return self._locks.setdefault(person_id, asyncio.Lock())
