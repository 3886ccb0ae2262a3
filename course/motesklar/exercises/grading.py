"""The queue of hand-ins and those who grade from it: one task per grading process."""

import asyncio
import contextlib
import itertools
import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from motesklar.course import Course, Module
from motesklar.errors import NotFound
from motesklar.exercises import worker
from motesklar.exercises.attempts import AttemptStore, graded_fact, outranks, still_earlier
from motesklar.exercises.gradebook import GradebookReader
from motesklar.exercises.grader import JOB_SECONDS, Slot
from motesklar.exercises.jobs import (
    ErasureJob,
    GradingJob,
    HandGradeJob,
    MergeJob,
    PromotionJob,
    Score,
    WorkerDied,
)
from motesklar.exercises.nbgrader_root import GradingFolder
from motesklar.exercises.notes import same_answers, share_of
from motesklar.exercises.promotions import promoting
from motesklar.kernels.fork_client import ForkFailed, is_listening
from motesklar.store.facts import FactLog
from motesklar.store.models import Attempt, AttemptState, utcnow

log = logging.getLogger("motesklar.exercises")

#: A hand-in whose process died (the machine was out of memory, say) is graded once more.
TRIES = 2
#: A template that was killed a moment ago is still given out; so long at most.
END_KNOWN_SECONDS = 1.0
_LOOK_SECONDS = 0.02
#: The turn of what a person sits and waits for; hand-ins have 1.
_AT_ONCE = 0
#: Whose hand-in a trial is.
NOBODY = "nobody"

#: Gives where the template process listens that forks kernels; waits for it, or raises ForkFailed.
KernelSource = Callable[[], Awaitable[str]]
#: Removes a person's hand-ins, of one module or, with an empty name, all with the points.
Erase = Callable[[str, str], Awaitable[None]]


@dataclass(frozen=True, eq=False)
class _Trial:
    """Answers that somebody wants to know about before handing in; nothing of it is kept."""

    module: Module
    answers: Mapping[str, Any]
    scores: asyncio.Future[list[Score]]


@dataclass(frozen=True, eq=False)
class _HandGrade:
    """What somebody says about an answer, and sits and waits for."""

    job: HandGradeJob
    saved: asyncio.Future[bool]


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
        gradebook: GradebookReader,
        facts: FactLog,
        kernels: KernelSource,
        workers: int,
    ) -> None:
        self.folder = folder
        self.attempts = attempts
        self.gradebook = gradebook
        self.facts = facts
        self.kernels = kernels
        self.workers = workers
        # (turn, number, what): a lower turn goes first, and in it what came first
        self._queue: asyncio.PriorityQueue[tuple[int, int, str | _Trial | _HandGrade]] = (
            asyncio.PriorityQueue()
        )
        self._numbers = itertools.count()
        self._slots: list[Slot] = []
        self._tasks: list[asyncio.Task[None]] = []
        # pages that wait for a hand-in's end
        self._ended: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()
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
            slot.close()

    def put(self, attempt_id: str) -> None:
        """Let a saved hand-in wait for its turn."""
        self._enqueue(attempt_id)

    async def try_out(self, module: Module, answers: Mapping[str, Any]) -> list[Score]:
        """What answers would earn, by nbgrader, in their turn among the hand-ins.

        Cancelling it changes nothing.

        Raises:
            GradingFailed: the notebook broke.
            WorkerDied: the process ended or hung.
        """
        trial = _Trial(module, answers, asyncio.get_running_loop().create_future())
        self._enqueue(trial)
        return await trial.scores

    async def grade_by_hand(self, job: HandGradeJob) -> bool:
        """Write what a person says about an answer, before all hand-ins that wait.

        False, with everything as it was, where it isn't as that person has seen it. Cancelling it
        may or may not save; asked a second time, it is told as a change by somebody else.

        Raises:
            WorkerDied: the process ended or hung.
        """
        said = _HandGrade(job, asyncio.get_running_loop().create_future())
        self._enqueue(said, turn=_AT_ONCE)
        return await said.saved

    async def idle(self) -> None:
        """Wait until no hand-in waits or is being graded."""
        await self._queue.join()

    async def wait_for(self, attempt_id: str, seconds: float) -> None:
        """Wait until a hand-in under way has its result, however it went, or the time is up.

        Cancelling it changes nothing.
        """
        ended = self._ended.setdefault(attempt_id, asyncio.Event())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await ended.wait()

    async def erase(self, person_id: str) -> None:
        """Remove a person's hand-ins and points from nbgrader's folder and gradebook."""
        async with self.erasing() as erase:
            await erase(person_id, "")

    @contextlib.asynccontextmanager
    async def erasing(self) -> AsyncIterator[Erase]:
        """Inside `async with`: removes one after another, without a new process for each."""
        # a process of its own: a slot does one thing at a time
        slot = self._slot()

        async def erase(person_id: str, module: str) -> None:
            async with self._lock(person_id):
                job = ErasureJob(self.folder.data.nbgrader_root, person_id, module)
                await slot.run(worker.erase, job, JOB_SECONDS)

        try:
            yield erase
        finally:
            slot.close()

    async def merge(self, gone: str, kept: str, then: Callable[[], None]) -> None:
        """Give `kept` the better of both people's results, call `then`, forget `gone`.

        `then`, which moves everything else, runs while no hand-in of either is promoted, and no
        backup is made. If anything breaks, or this is cancelled, it can be called again.
        """
        slot = self._slot()
        first, second = sorted((gone, kept))  # two merges at once must not wait for each other
        try:
            async with self._lock(first), self._lock(second), promoting(self.folder.root):
                job = MergeJob(self.folder.data.nbgrader_root, gone, kept)
                await slot.run(worker.merge, job, JOB_SECONDS)
                await asyncio.to_thread(then)
        finally:
            slot.close()

    def _enqueue(self, what: "str | _Trial | _HandGrade", turn: int = 1) -> None:
        self._queue.put_nowait((turn, next(self._numbers), what))

    def _slot(self) -> Slot:
        return Slot(self.folder.log, self.folder.scratch)

    async def _work(self, slot: Slot) -> None:
        try:
            await slot.warm()
        except WorkerDied:
            log.exception("a grading process did not start")  # the next hand-in tries again
        while True:
            _, _, waiting = await self._queue.get()
            try:
                if isinstance(waiting, _Trial):
                    await self._try(slot, waiting)
                elif isinstance(waiting, _HandGrade):
                    await self._grade_by_hand(slot, waiting)
                else:
                    await self._take(slot, waiting)
            finally:
                self._queue.task_done()

    async def _take(self, slot: Slot, attempt_id: str) -> None:
        """Grade a hand-in; however that goes, the next one has its turn."""
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
            if attempt_id in self._ended:
                self._ended[attempt_id].set()

    async def _try(self, slot: Slot, trial: _Trial) -> None:
        try:
            with tempfile.TemporaryDirectory(dir=self.folder.staging) as staging:
                kernels = await self.kernels()
                job = self._job(
                    Path(staging), trial.module, trial.answers, kernels, NOBODY, utcnow()
                )
                scores = await slot.run(worker.grade, job, JOB_SECONDS)
        except Exception as error:
            if not trial.scores.done():  # who asked may have gone
                trial.scores.set_exception(error)
        else:
            if not trial.scores.done():
                trial.scores.set_result(scores)

    async def _grade_by_hand(self, slot: Slot, said: _HandGrade) -> None:
        try:
            async with self._lock(said.job.person_id):
                saved = await slot.run(worker.grade_by_hand, said.job, JOB_SECONDS)
        except Exception as error:
            if not said.saved.done():  # who asked may have gone
                said.saved.set_exception(error)
        else:
            if not said.saved.done():
                said.saved.set_result(saved)

    async def _grade(self, slot: Slot, attempt: Attempt) -> None:
        module = self.course.module(attempt.module)
        self.attempts.set_state(attempt.id, AttemptState.GRADING, version=module.version)
        for tries_left in reversed(range(TRIES)):
            with tempfile.TemporaryDirectory(dir=self.folder.staging) as staging:
                kernels = ""
                try:
                    kernels = await self.kernels()
                    job = self._job(
                        Path(staging),
                        module,
                        attempt.answers,
                        kernels,
                        attempt.person_id,
                        attempt.handed_in_at,
                    )
                    scores = await slot.run(worker.grade, job, JOB_SECONDS)
                    await self._settle(slot, Path(staging), module, attempt, scores)
                except (WorkerDied, ForkFailed):
                    if not tries_left:
                        raise
                    log.exception("attempt %s is graded once more", attempt.id)
                    await self._until_told_of_its_end(kernels)
                else:
                    return

    async def _until_told_of_its_end(self, kernels: str) -> None:
        """Where the template has ended, wait for the moment in which that is known here."""
        with contextlib.suppress(TimeoutError, ForkFailed):
            async with asyncio.timeout(END_KNOWN_SECONDS):
                # its supervisor waits for the process itself, and tells nobody
                while not is_listening(kernels) and await self.kernels() == kernels:  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK_SECONDS)

    def _job(
        self,
        staging: Path,
        module: Module,
        answers: Mapping[str, Any],
        kernels: str,
        person_id: str,
        handed_in_at: datetime,
    ) -> GradingJob:
        return GradingJob.of_answers(
            answers,
            module,
            staging=staging,
            root=self.folder.data.nbgrader_root,
            template=self.folder.template(module.name),
            kernels=kernels,
            person_id=person_id,
            handed_in_at=handed_in_at,
        )

    async def _settle(
        self, slot: Slot, staging: Path, module: Module, attempt: Attempt, scores: list[Score]
    ) -> None:
        """Promote the hand-in if it is no worse than the one before, then make its result known."""
        by_exercise = {score.exercise: score for score in scores}
        graded = [by_exercise[exercise.id] for exercise in module.exercises]
        earlier: dict[str, str] = {}
        # nobody copies the gradebook, the files and our database between one step and the next
        async with self._lock(attempt.person_id), promoting(self.folder.root):
            self.attempts.get(attempt.id)  # NotFound where the person has been erased meanwhile
            before = self.attempts.promoted(attempt.person_id, module.name)
            same = same_answers(by_exercise, attempt, before) if before else set(by_exercise)
            promoted = self._outranks(module, attempt, graded, before, same)
            if promoted:
                job = PromotionJob(
                    staging,
                    self.folder.data.nbgrader_root,
                    module.name,
                    attempt.person_id,
                    attempt.handed_in_at,
                    tuple((e.id, e.answer_cell) for e in module.exercises if e.id not in same),
                )
                aside = await slot.run(worker.promote, job, JOB_SECONDS)
                earlier = still_earlier(before, same) | aside
            done = self.attempts.set_graded(attempt, graded, promoted=promoted, earlier=earlier)
        self.facts.record(graded_fact(done))

    def _outranks(
        self,
        module: Module,
        attempt: Attempt,
        graded: list[Score],
        before: Attempt | None,
        same: set[str],
    ) -> bool:
        """Whether a hand-in counts now; points given by hand go with the `same` answers."""
        if before is None:
            return True
        notes = self.gradebook.notes(attempt.person_id, module)
        kept = {name: note for name, note in notes.items() if name in same}
        share = share_of(map(asdict, graded), kept)
        return outranks(share, attempt.handed_in_at, before, share_of(before.results, notes))

    def _lock(self, person_id: str) -> asyncio.Lock:
        return self._locks.setdefault(person_id, asyncio.Lock())
