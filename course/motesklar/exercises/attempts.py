"""Attempts: every hand-in and how far it has come."""

import hashlib
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from motesklar.course import Course
from motesklar.errors import Conflict, NotFound, TooMany
from motesklar.exercises.jobs import Score
from motesklar.i18n import N_, Translation
from motesklar.store.database import Database
from motesklar.store.facts import FactRecord
from motesklar.store.models import Attempt, AttemptState, iso, utcnow

log = logging.getLogger("motesklar.exercises")

#: Hand-ins of one person that may wait at the same time.
WAITING_PER_PERSON = 3
#: A hand-in that has no result yet.
UNFINISHED = (AttemptState.WAITING, AttemptState.GRADING)

_FAILED = N_(
    "We could not check your answers, because something broke on our side. Your answers are "
    "saved. Hand in again in a while, or call for help if it happens again."
)


class AttemptStore:
    """The attempts in the course database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, attempt: Attempt) -> tuple[Attempt, bool]:
        """Save a new hand-in; the same one a second time is the first (and False).

        Raises:
            NotFound: the id is another person's.
            Conflict: the id is another module's.
            TooMany: too many of this person's hand-ins wait already.
        """
        try:
            with self.database.transaction() as session:
                found = session.get(Attempt, attempt.id)
                if found is None:
                    self._check_share(attempt.person_id)
                    session.add(attempt)
                    return attempt, True
        except IntegrityError:  # another process saved it in this moment
            found = self.get(attempt.id, attempt.person_id)
        if found.person_id != attempt.person_id:
            raise NotFound
        if found.module != attempt.module:
            raise Conflict
        return found, False

    def get(self, attempt_id: str, person_id: str | None = None) -> Attempt:
        """An attempt, of that person if one is named.

        Raises:
            NotFound: there is none, or it is another person's.
        """
        with self.database.transaction() as session:
            found = session.get(Attempt, attempt_id)
        if found is None or (person_id is not None and found.person_id != person_id):
            raise NotFound
        return found

    def latest(self, person_id: str, module: str) -> Attempt | None:
        """The person's newest hand-in of a module."""
        return self._newest(Attempt.person_id == person_id, Attempt.module == module)

    def promoted(self, person_id: str, module: str) -> Attempt | None:
        """The hand-in that stands in nbgrader's gradebook."""
        return self._newest(
            Attempt.person_id == person_id, Attempt.module == module, Attempt.promoted
        )

    def counting(self, module: str) -> list[Attempt]:
        """Everybody's hand-in of a module that stands in nbgrader's gradebook, oldest first."""
        query = select(Attempt).where(Attempt.module == module, Attempt.promoted)
        with self.database.transaction() as session:
            return list(session.scalars(query.order_by(Attempt.handed_in_at, Attempt.id)))

    def unfinished(self) -> list[str]:
        """Ids of hand-ins that wait or were being graded when the server stopped, oldest first."""
        query = select(Attempt.id).where(Attempt.state.in_(UNFINISHED))
        with self.database.transaction() as session:
            return list(session.scalars(query.order_by(Attempt.handed_in_at, Attempt.id)))

    def any_unfinished(self, people: Collection[str]) -> bool:
        """Whether a hand-in of these people waits or is being graded."""
        query = select(func.count()).where(
            Attempt.person_id.in_(people), Attempt.state.in_(UNFINISHED)
        )
        with self.database.transaction() as session:
            return session.execute(query).scalar_one() > 0

    def retry_failed(self, course: Course) -> None:
        """Let hand-ins that failed wait again where their module has changed since."""
        with self.database.transaction() as session:
            for module in course.modules:
                session.execute(
                    update(Attempt)
                    .where(
                        Attempt.state == AttemptState.FAILED,
                        Attempt.module == module.name,
                        Attempt.version != module.version,
                    )
                    .values(state=AttemptState.WAITING)
                )

    def set_state(self, attempt_id: str, state: AttemptState, **values: Any) -> None:
        """Move an attempt to `state`; the only place where states change."""
        with self.database.transaction() as session:
            attempt = session.get(Attempt, attempt_id)
            if attempt is None:  # the person has been erased meanwhile
                return
            log.info("attempt %s: %s -> %s", attempt_id, attempt.state, state)
            attempt.state = state
            for name, value in values.items():
                setattr(attempt, name, value)

    def set_graded(
        self,
        attempt: Attempt,
        scores: list[Score],
        *,
        promoted: bool,
        earlier: Mapping[str, str] | None = None,
        version: str | None = None,
    ) -> Attempt:
        """Note an attempt's points; a promoted one takes the place of the one before.

        `earlier` is what people said, by exercise, about answers that this one has changed;
        `version` the module's, where it is another than when grading began.
        """
        told = {name: {"earlier_comment": text} for name, text in (earlier or {}).items()}
        with self.database.transaction() as session:
            if promoted:
                same = (Attempt.person_id == attempt.person_id, Attempt.module == attempt.module)
                session.execute(update(Attempt).where(*same).values(promoted=False))
        self.set_state(
            attempt.id,
            AttemptState.GRADED,
            results=[asdict(score) | told.get(score.exercise, {}) for score in scores],
            score=sum(score.score for score in scores),
            max_score=sum(score.max_score for score in scores),
            promoted=promoted,
            graded_at=utcnow(),
            **({"version": version} if version else {}),
        )
        return self.get(attempt.id)

    def _check_share(self, person_id: str) -> None:
        query = select(func.count()).where(
            Attempt.person_id == person_id, Attempt.state.in_(UNFINISHED)
        )
        with self.database.transaction() as session:
            if session.execute(query).scalar_one() >= WAITING_PER_PERSON:
                raise TooMany(
                    N_("Your answers are already being checked."),
                    N_("Wait until the result is here."),
                )

    def _newest(self, *conditions: Any) -> Attempt | None:
        query = select(Attempt).where(*conditions)
        query = query.order_by(Attempt.handed_in_at.desc(), Attempt.id).limit(1)
        with self.database.transaction() as session:
            return session.scalars(query).first()


def outranks(
    share: float, handed_in_at: datetime, promoted: Attempt | None, promoted_share: float
) -> bool:
    """Whether a graded hand-in takes the promoted one's place: no lower, and no older.

    `share` is its score from 0 to 1, because modules may change their points.
    """
    if promoted is None or promoted.score is None or not promoted.max_score:
        return True
    return (share, handed_in_at) >= (promoted_share, promoted.handed_in_at)


def still_earlier(before: Attempt | None, same: Collection[str]) -> dict[str, str]:
    """What people said about still earlier answers, where nothing has changed since."""
    return {
        result["exercise"]: result["earlier_comment"]
        for result in (before.results if before else [])
        if "earlier_comment" in result and result["exercise"] in same
    }


def handed_in_fact(attempt: Attempt) -> FactRecord:
    """The fact that somebody handed in a module."""
    return _fact(attempt, "handed_in", {}, attempt.handed_in_at)


def graded_fact(attempt: Attempt) -> FactRecord:
    """The fact that a hand-in has its points."""
    detail = {"score": attempt.score, "max_score": attempt.max_score}
    return _fact(attempt, "graded", detail, attempt.graded_at or utcnow())


def regraded_fact(attempt: Attempt, scores: Sequence[Score], version: str) -> FactRecord:
    """The fact that a hand-in was graded anew with that version of its module."""
    results = {result["exercise"]: result["score"] for result in attempt.results}
    detail = {"before": results, "after": {score.exercise: score.score for score in scores}}
    return _fact(attempt, "regraded", detail, utcnow(), f" {version} {attempt.graded_at}")


def _fact(
    attempt: Attempt, kind: str, detail: dict[str, Any], at: datetime, mark: str = ""
) -> FactRecord:
    # the id follows from the attempt's, so that grading resumed after a stop tells it once
    name = hashlib.sha256(f"{attempt.id} {kind}{mark}".encode()).hexdigest()[:32]
    return FactRecord(
        person_id=attempt.person_id,
        module=attempt.module,
        step="",
        kind=kind,
        detail=detail,
        at=at,
        id=f"a-{name}",
    )


def attempt_view(
    attempt: Attempt,
    results: list[dict[str, Any]],
    course: Course,
    language: str,
    translation: Translation,
) -> dict[str, Any]:
    """An attempt as pages read it; `results` are its own with what people say about them."""
    graded = attempt.state is AttemptState.GRADED
    return {
        "id": attempt.id,
        "module": attempt.module,
        "state": attempt.state.value,
        "score": sum(result["score"] for result in results) if graded else attempt.score,
        "max_score": attempt.max_score,
        "results": [
            result | {"explanation": _explanation(course, attempt.module, result, language)}
            for result in results
        ],
        "message": translation.gettext(_FAILED) if attempt.state is AttemptState.FAILED else None,
        "handed_in_at": iso(attempt.handed_in_at),
        "graded_at": iso(attempt.graded_at) if attempt.graded_at else None,
    }


def _explanation(course: Course, name: str, result: dict[str, Any], language: str) -> str:
    """Empty where the course has changed and the exercise is gone."""
    try:
        module = course.module(name)
        return module.text(module.exercise(result["exercise"]).explanation, language)
    except NotFound:
        return ""
