"""Decides about answers, hand-ins and their grading. Made once at start, owned by the server."""

import json
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from motesklar.config import Settings
from motesklar.course import Course, Exercise
from motesklar.equipment.verdicts import VERDICT_FACT, plain_detail
from motesklar.errors import (
    BadAnswer,
    BadRequest,
    Conflict,
    NotFound,
    TooLarge,
    TooMany,
    Unavailable,
)
from motesklar.exercises.attempts import UNFINISHED, AttemptStore, handed_in_fact
from motesklar.exercises.gradebook import Completion, GradebookReader
from motesklar.exercises.grader import WORKERS
from motesklar.exercises.grading import Erase, GradingQueue, KernelSource
from motesklar.exercises.handin import EVIDENCE, answers_that_fit, check_answer, check_evidence
from motesklar.exercises.in_use import InUse
from motesklar.exercises.jobs import GradingFailed, WorkerDied
from motesklar.exercises.nbgrader_root import GradingFolder, prepare_course
from motesklar.exercises.notebook import LESSON
from motesklar.exercises.notes import noted_results
from motesklar.i18n import N_
from motesklar.kernels.fork_client import ForkFailed
from motesklar.paths import DataFolder
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import Answer, Attempt, AttemptState, Evidence, Fact, utcnow

#: What a page may tell about its reader; everything else is noted by the server itself.
CLIENT_FACTS = ("started", "done", VERDICT_FACT)
#: JSON of one fact's detail.
DETAIL_BYTES = 2048
#: A page waits so long for a result; browsers give a request up after 20 s (`http.js`).
WAIT_SECONDS = 15.0
#: Facts of one person in one module; far above what any learner makes.
FACTS_PER_MODULE = 2000


class ChangedExercise(Conflict):
    """An answer from a page that shows an exercise as it was before."""

    code = "changed_exercise"
    message = N_("This exercise has been changed since you opened the page.")
    next_step = N_("Reload the page and answer it once more. Your other answers are saved.")


class Exercises:
    """The course's exercises.

    Args:
        data: where nbgrader's folder lies.
        kernels: gives where the template process listens that forks kernels for grading.
        overlay: the organisation's own course folder.
        words: language to what stands for the placeholders of lessons.
        workers: grading processes.
    """

    def __init__(
        self,
        settings: Settings,
        data: DataFolder,
        database: Database,
        facts: FactLog,
        kernels: KernelSource,
        overlay: Path | None = None,
        words: Mapping[str, Mapping[str, str]] | None = None,
        workers: int = WORKERS,
    ) -> None:
        self.settings = settings
        self.data = data
        self.database = database
        self.facts = facts
        self.overlay = overlay
        self.words = words or {}
        self.attempts = AttemptStore(database)
        self.gradebook = GradebookReader(data.nbgrader_root)
        self.queue = GradingQueue(
            GradingFolder(data), self.attempts, self.gradebook, facts, kernels, workers
        )
        self.in_use = InUse(GradingFolder(data))
        self._course: Course | None = None
        #: Whose answers are being looked at.
        self._checking: set[str] = set()

    @property
    def course(self) -> Course:
        """The modules as prepared at start."""
        assert self._course is not None, "prepare() comes first"
        return self._course

    def prepare(self) -> None:
        """Bring nbgrader's folder up to date; quick when nothing has changed.

        Raises:
            ConfigError: a module is wrong.
        """
        course = prepare_course(self.settings.course.modules, self.data, self.overlay)
        self._course = Course(tuple(replace(one, words=self.words) for one in course.modules))

    async def start(self) -> None:
        """Begin grading; hand-ins that waited when the server stopped go first.

        Raises:
            Conflict: hand-ins are being graded anew by `motesklar regrade`.
        """
        self.in_use.hold()
        self.attempts.retry_failed(self.course)
        await self.queue.start(self.course)

    async def close(self) -> None:
        """End grading at once; what is unfinished goes on at the next start. Safe to repeat."""
        await self.queue.close()
        self.gradebook.close()
        self.in_use.release()

    def released_notebook(self, module: str) -> Path:
        """The notebook that learners get: without solutions and hidden tests.

        Raises:
            NotFound: the course has no such module.
        """
        return self.data.nbgrader_root / "release" / self.course.module(module).name / LESSON

    def save_answer(
        self, person_id: str, module: str, exercise: str, value: Any, version: str = ""
    ) -> datetime:
        """Keep the latest answer to an exercise; returns when it was saved.

        `version` is the exercise's on the page where it was answered, if that is known.

        Raises:
            NotFound: there is no such exercise.
            ChangedExercise: the page shows another version of it.
            BadAnswer: the value does not fit it.
        """
        asked = self.course.module(module).exercise(exercise)
        if version and version != asked.version:
            raise ChangedExercise
        checked = check_answer(asked, value)
        at = utcnow()
        try:
            self._store_answer(person_id, module, asked, checked, at)
        except IntegrityError:  # the first answer, given twice in the same moment
            self._store_answer(person_id, module, asked, checked, at)
        return at

    def state(self, person_id: str, module: str) -> dict[str, Any]:
        """Where a person is in a module: answers, steps, verdicts, evidence and newest attempt.

        `attempt` is an `Attempt` row or None; `attempts.attempt_view` tells it.

        Raises:
            NotFound: the course has no such module.
        """
        found = self.course.module(module)
        steps: dict[str, str] = {}
        verdicts: dict[str, dict[str, Any]] = {}
        for fact in self.facts.of_person(person_id, module):
            if fact.kind == VERDICT_FACT:
                # a step may hold several device tests
                verdicts.setdefault(fact.step, {})[str(fact.detail.get("test", ""))] = fact.detail
            elif fact.kind == "done" or (fact.kind == "started" and fact.step not in steps):
                steps[fact.step] = fact.kind
        known = {step.id for step in found.steps}
        return {
            "answers": self._answers(person_id, module),
            "steps": {step: kind for step, kind in steps.items() if step in known},
            "verdicts": {step: told for step, told in verdicts.items() if step in known},
            "attempt": self.attempts.latest(person_id, module),
            "evidence": check_evidence(self._evidence(person_id, module)),
        }

    def record_fact(self, fact: FactRecord) -> bool:
        """Note what a page tells about its reader; False when this fact is already known.

        Raises:
            NotFound: there is no such module or step.
            BadRequest: a page may not tell this kind of fact, or its detail is no plain JSON.
            TooLarge: its detail is too big.
            TooMany: more facts than any learner makes.
        """
        if not any(step.id == fact.step for step in self.course.module(fact.module).steps):
            raise NotFound(N_("This module has no such step."))
        if fact.kind not in CLIENT_FACTS:
            raise BadRequest
        _check_detail(fact.detail)
        if fact.kind == VERDICT_FACT:
            fact = replace(fact, detail=plain_detail(fact.detail))
        self._check_share(fact.person_id, fact.module)
        return self.facts.record(fact)

    async def check(self, person_id: str, module: str, exercise: str) -> tuple[bool, str]:
        """Whether a person's saved answer is right, and the explanation's msgid.

        Nothing is kept of it: it is no hand-in, and may be asked for as often as one likes.

        Raises:
            NotFound: there is no such module or exercise.
            BadAnswer: nothing is saved, or a person will read it.
            Conflict: the answers of this module are told only after the hand-in.
            TooMany: the person's answer before is still being looked at.
        """
        found = self.course.module(module)
        asked = found.exercise(exercise)
        if found.final:
            raise Conflict(
                N_("In this part you learn how it went when you have handed in."),
                N_("Answer everything, and then hand in."),
            )
        saved = {exercise: self._answers(person_id, module).get(exercise)}
        answers = answers_that_fit(found, saved, self._evidence(person_id, module))
        if exercise not in answers or asked.manual:
            raise BadAnswer(
                N_("There is no answer to look at yet."), N_("Answer first, and then press again.")
            )
        if person_id in self._checking:
            raise TooMany
        self._checking.add(person_id)
        try:
            scores = await self.queue.try_out(found, answers)
        except (GradingFailed, WorkerDied, ForkFailed) as error:
            raise Unavailable from error
        finally:
            self._checking.discard(person_id)
        [score] = [one for one in scores if one.exercise == exercise]
        return score.score >= score.max_score, asked.explanation

    async def hand_in(self, person_id: str, module: str, attempt_id: str) -> Attempt:
        """Hand in the answers as they are saved now; the same id a second time changes nothing.

        Returns:
            The attempt, waiting unless it is known already.

        Raises:
            NotFound: there is no such module, or the id is another person's.
            TooMany: several of the person's hand-ins wait already.
        """
        found = self.course.module(module)
        answers = answers_that_fit(
            found, self._answers(person_id, module), self._evidence(person_id, module)
        )
        attempt, new = self.attempts.add(
            Attempt(
                id=attempt_id,
                person_id=person_id,
                module=module,
                version=found.version,
                state=AttemptState.WAITING,
                answers=answers,
                results=[],
                promoted=False,
                handed_in_at=utcnow(),
            )
        )
        if new:
            self.facts.record(handed_in_fact(attempt))
            self.queue.put(attempt.id)
        return attempt

    def attempt(self, person_id: str, attempt_id: str) -> Attempt:
        """A person's own attempt.

        Raises:
            NotFound: there is none, or it is another person's.
        """
        return self.attempts.get(attempt_id, person_id)

    async def settled_attempt(self, person_id: str, attempt_id: str) -> Attempt:
        """A person's own attempt once it has its result, or as it is after a while.

        Raises:
            NotFound: there is none, or it is another person's.
        """
        attempt = self.attempts.get(attempt_id, person_id)
        if attempt.state in UNFINISHED:
            await self.queue.wait_for(attempt_id, WAIT_SECONDS)
            attempt = self.attempts.get(attempt_id, person_id)
        return attempt

    def results(self, attempt: Attempt) -> list[dict[str, Any]]:
        """An attempt's results, with the points and comments that people gave.

        The same results alone where the module is gone.
        """
        counting = self.attempts.promoted(attempt.person_id, attempt.module)
        try:
            module = self.course.module(attempt.module)
        except NotFound:
            return list(attempt.results)
        notes = self.gradebook.notes(attempt.person_id, module) if counting else {}
        return noted_results(module, attempt, counting, notes)

    def completions(
        self,
        person_id: str | None = None,
        *,
        people: Collection[str] | None = None,
        module: str | None = None,
    ) -> dict[str, dict[str, Completion]]:
        """Person id to module to result, as nbgrader's gradebook has it.

        Of everybody, of one person or of `people`; of all modules or one; one query. A module is
        completed when its result is `done`: all points.
        """
        return self.gradebook.completions(person_id, people=people, module=module)

    async def erase(self, person_id: str) -> None:
        """Remove a person's hand-ins and points from nbgrader's folder and gradebook.

        To be called after the person has been deleted from the course database, which takes
        answers, facts and attempts along. Twice it changes nothing.
        """
        await self.queue.erase(person_id)

    async def merge(self, gone: str, kept: str, then: Callable[[], None]) -> None:
        """Make one person of two in nbgrader's folder and gradebook; the better results stay.

        `then` moves what the course database knows; it runs while nothing of either is graded.

        Raises:
            Conflict: a hand-in of one of them is being checked.
        """
        if self.attempts.any_unfinished((gone, kept)):
            raise Conflict(
                N_("Answers of one of them are being checked right now."),
                N_("Wait a minute, then try again."),
            )
        await self.queue.merge(gone, kept, then)

    def erasing(self) -> AbstractAsyncContextManager[Erase]:
        """For many, one after another: `async with` it, then call with person and module.

        With an empty module as `erase`; with one, its files and comments go and its points stay.
        """
        return self.queue.erasing()

    def _store_answer(
        self, person_id: str, module: str, exercise: Exercise, value: Any, at: datetime
    ) -> None:
        key = {"person_id": person_id, "module": module, "exercise": exercise.id}
        with self.database.transaction() as session:
            row = session.scalars(select(Answer).filter_by(**key)).one_or_none()
            if row is None:
                row = Answer(**key)
                session.add(row)
            row.version = exercise.version
            row.value = {"value": value}
            row.saved_at = at

    def _answers(self, person_id: str, module: str) -> dict[str, Any]:
        versions = {one.id: ("", one.version) for one in self.course.module(module).exercises}
        with self.database.transaction() as session:
            rows = session.scalars(select(Answer).filter_by(person_id=person_id, module=module))
            return {
                row.exercise: row.value["value"]
                for row in rows
                # one that was given to another version waits there, and counts for nothing
                if row.version in versions.get(row.exercise, ())
            }

    def _evidence(self, person_id: str, module: str) -> Mapping[str, Any]:
        with self.database.transaction() as session:
            row = session.get(Evidence, (person_id, module))
            return {name: getattr(row, name) for name in EVIDENCE} if row is not None else {}

    def _check_share(self, person_id: str, module: str) -> None:
        query = select(func.count()).where(Fact.person_id == person_id, Fact.module == module)
        with self.database.transaction() as session:
            if session.execute(query).scalar_one() >= FACTS_PER_MODULE:
                raise TooMany


def _check_detail(detail: Mapping[str, Any]) -> None:
    try:
        text = json.dumps(detail, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise BadRequest from error
    if len(text) > DETAIL_BYTES:
        raise TooLarge
