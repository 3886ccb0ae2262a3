"""Reading answers: what waits, whose turn it is, and what a reader says about an answer.

What is said stands in nbgrader's gradebook alone, so that formgrader and `nbgrader export` tell the
same. Whoever saves tells what they have seen: somebody else's words are never written over.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select

from motesklar.accounts.sight import Sight, sight_of
from motesklar.course import Exercise, Module
from motesklar.errors import BadRequest, Conflict, NotFound, Unavailable
from motesklar.exercises.jobs import HandGrade, HandGradeJob, WorkerDied
from motesklar.exercises.manager import Exercises
from motesklar.exercises.reading import GradedCell, Place, Reading, ReadingLine
from motesklar.i18n import N_
from motesklar.review.deciding import Deciding, UnknownPerson
from motesklar.store.chunks import CHUNK, chunks
from motesklar.store.models import Attempt, Person

log = logging.getLogger("motesklar.review")

COMMENT_MAX = 2000
#: Places looked at in one go; most of those who wait have answered.
_AT_ONCE = 50
#: Where the reader sees none of them, each further go looks at twice as many, up to so many.
_AT_MOST = CHUNK


class NothingToRead(NotFound):
    """The exercise isn't read by people, or this person has not answered it."""

    message = N_("There is no answer to read here.")
    next_step = N_("Go back to the list of what waits.")


class ChangedMeanwhile(Conflict):
    """The gradebook is not as the reader has seen it; nothing is saved."""

    code = "changed_meanwhile"
    message = N_("The answer has been read by somebody else, or handed in anew, in the meantime.")
    next_step = N_("See what stands there now. If yours is better, save once more.")


class ElsewhereHandIn(Conflict):
    """nbgrader's gradebook has a hand-in that the course doesn't know."""

    code = "elsewhere_hand_in"
    message = N_("Another program has put a hand-in into the gradebook that is not the course's.")
    next_step = N_("Read this answer in formgrader, or let the person hand in again.")


class BadPoints(BadRequest):
    """Points that can't be given; `field` is the one that is wrong."""

    code = "bad_points"

    def __init__(self, message: str, next_step: str, field: str, **params: object) -> None:
        self.field = field
        super().__init__(message, next_step, **params)


@dataclass(frozen=True)
class Waiting:
    """An exercise whose answers wait.

    Args:
        oldest: when the first of them was handed in, UTC.
    """

    module: Module
    exercise: Exercise
    count: int
    oldest: datetime


@dataclass(frozen=True)
class AnswerToRead:
    """One person's answer, and what is said about it.

    Args:
        value: the answer as it was handed in.
        most: points that can be given; 0 where it is only commented.
    """

    module: Module
    exercise: Exercise
    person_id: str
    name: str
    value: object
    reading: Reading
    most: float


class Readers:
    """Manual grading, within each reader's sight."""

    def __init__(self, exercises: Exercises, deciding: Deciding) -> None:
        self.exercises = exercises
        self.deciding = deciding
        self.database = deciding.database
        self.line = ReadingLine(exercises.gradebook.engine)

    def waiting(self, actor_id: str) -> list[Waiting]:
        """What waits, by exercise, in the order of the course."""
        sight = self._sight(actor_id)
        somebody_waits = self.line.cells_waiting()
        found = []
        for module in self.exercises.course.modules:
            for exercise in module.exercises:
                cell = self.line.cell(module.name, exercise.id)
                if cell is None or cell.cell not in somebody_waits:
                    continue
                places = self.line.waiting(cell)
                answered = self._answered(module, exercise, places, sight)
                if answered:
                    found.append(Waiting(module, exercise, len(answered), answered[0].at))
        return found

    def next(self, actor_id: str, module: str, exercise: str, after_id: str = "") -> str | None:
        """Id of the next person whose answer waits, from the beginning if there is none behind.

        Args:
            actor_id: the reader.
            module: its name.
            exercise: its id.
            after_id: the person behind whom to look; empty, or somebody gone, is the beginning.

        Raises:
            NotFound: there is no such module or exercise.
            NothingToRead: nobody reads that exercise.
        """
        found, asked, cell = self._asked(module, exercise)
        after = self._place(cell, asked, after_id)
        sight = self._sight(actor_id)
        for beginning in (after, None) if after else (None,):
            for places in _in_turn(partial(self.line.after, cell), beginning):
                answered = self._answered(found, asked, places, sight)
                others = [one for one in answered if not after or one.person_id != after.person_id]
                if others:
                    return others[0].person_id
        return None

    def previous(self, actor_id: str, module: str, exercise: str, before_id: str) -> str | None:
        """Id of the person before, whether that answer has been read or not.

        Raises:
            NotFound: there is no such module or exercise.
            NothingToRead: nobody reads that exercise.
        """
        found, asked, cell = self._asked(module, exercise)
        sight, place = self._sight(actor_id), self._place(cell, asked, before_id)
        if place is None:
            return None
        for places in _in_turn(partial(self.line.before, cell), place):
            answered = self._answered(found, asked, places, sight)
            if answered:
                return answered[0].person_id
        return None

    def answer(self, actor_id: str, module: str, exercise: str, person_id: str) -> AnswerToRead:
        """A person's answer.

        Raises:
            UnknownPerson: there is nobody, or it is not for this reviewer.
            NothingToRead: nobody reads that exercise, or the person has not answered it.
            ElsewhereHandIn: the gradebook has another hand-in than the course.
        """
        person = self.deciding.person(actor_id, person_id)
        found, asked, cell = self._asked(module, exercise)
        reading = self.line.reading(cell, asked, person_id)
        attempt = self.exercises.attempts.promoted(person_id, found.name)
        if reading is None or attempt is None or not _is_read(asked, reading):
            raise NothingToRead
        if attempt.handed_in_at != reading.at:
            raise ElsewhereHandIn
        if asked.id not in attempt.answers:
            raise NothingToRead
        return AnswerToRead(
            found,
            asked,
            person_id,
            person.name,
            attempt.answers[asked.id],
            reading,
            cell.max_score,
        )

    async def save(
        self,
        actor_id: str,
        shown: AnswerToRead,
        mark: str,
        points: str,
        comment: str,
    ) -> None:
        """Write what a reader says about an answer into nbgrader's gradebook.

        Args:
            actor_id: the reader.
            shown: the answer as it is now.
            mark: `Reading.mark` as the reader saw it.
            points: as typed.
            comment: to the learner, as typed.

        Raises:
            BadPoints: the points or the comment can't be taken.
            ChangedMeanwhile: something else stands in the gradebook than the reader saw.
            UnknownPerson: the person has been erased meanwhile.
            Unavailable: the gradebook could not be written.
        """
        given = HandGrade(read_points(points, shown.most), read_comment(comment))
        seen = shown.reading
        if mark != seen.mark:
            raise ChangedMeanwhile
        job = HandGradeJob(
            root=self.exercises.data.nbgrader_root,
            module=shown.module.name,
            person_id=shown.person_id,
            test_cell=shown.exercise.id,
            answer_cell=shown.exercise.answer_cell,
            handed_in_at=seen.at,
            seen=HandGrade(seen.points, seen.comment),
            given=given,
        )
        try:
            saved = await self.exercises.queue.grade_by_hand(job)
        except WorkerDied as error:
            raise Unavailable from error
        if not saved:
            self.deciding.person(actor_id, shown.person_id)
            raise ChangedMeanwhile
        what = f"{shown.module.name} {shown.exercise.id}"
        self.deciding.note_view(actor_id, "answer graded", shown.person_id, what)
        self.deciding.projection.refresh([shown.person_id], shown.module.name)
        log.info("a person has graded an answer")

    def _asked(self, module: str, exercise: str) -> tuple[Module, Exercise, GradedCell]:
        found = self.exercises.course.module(module)
        asked = found.exercise(exercise)
        cell = self.line.cell(found.name, asked.id)
        if cell is None:
            raise NothingToRead
        return found, asked, cell

    def _place(self, cell: GradedCell, exercise: Exercise, person_id: str) -> Place | None:
        """Where somebody's hand-in stands in the line; None where it isn't there."""
        reading = self.line.reading(cell, exercise, person_id)
        return Place(reading.at, person_id) if reading else None

    def _sight(self, actor_id: str) -> Sight:
        """Whom the actor sees."""
        with self.database.transaction() as session:
            actor = session.get(Person, actor_id)
            if actor is None:
                raise UnknownPerson
            return sight_of(actor)

    def _answered(
        self, module: Module, exercise: Exercise, places: Sequence[Place], sight: Sight
    ) -> list[Place]:
        """Those in sight who have answered: to nbgrader an empty answer waits, too."""
        people = [one.person_id for one in places]
        answered = self._who_answered(module, exercise, people, sight)
        return [one for one in places if (one.person_id, one.at) in answered]

    def _who_answered(
        self, module: Module, exercise: Exercise, people: Collection[str], sight: Sight
    ) -> set[tuple[str, datetime]]:
        found = set()
        with self.database.transaction() as session:
            for some in chunks(people):
                query = select(Attempt.person_id, Attempt.handed_in_at, Attempt.answers).where(
                    Attempt.person_id.in_(some),
                    Attempt.module == module.name,
                    Attempt.promoted,
                )
                if not sight.everybody:
                    query = query.join(Person, Person.id == Attempt.person_id)
                    query = query.where(sight.where(Person.department))
                for person, at, answers in session.execute(query):
                    if exercise.id in answers:
                        found.add((person, at))
        return found


def _in_turn(
    look: Callable[[Place | None, int], list[Place]], place: Place | None
) -> Iterator[list[Place]]:
    """The line from `place` on, some at a time: few first, because the first is mostly enough."""
    most = _AT_ONCE
    while True:
        places = look(place, most)
        if places:
            yield places
        if len(places) < most:
            return
        place, most = places[-1], min(2 * most, _AT_MOST)


def _is_read(exercise: Exercise, reading: Reading) -> bool:
    """Whether a person has to read the answer, or has done so."""
    return exercise.manual or reading.waiting or reading.points is not None


def read_points(typed: str, most: float) -> float:
    """The points somebody typed, with a comma or a point.

    Raises:
        BadPoints: it is no number, or not between 0 and `most`.
    """
    if not most:
        return 0.0
    try:
        points = float(typed.strip().replace(",", "."))
    except ValueError:
        points = -1.0
    if not 0 <= points <= most:
        raise BadPoints(
            N_("The points can't be given like that."),
            N_("Write a number from 0 to %(most)s."),
            "points",
            most=f"{most:g}",
        )
    return points


def read_comment(typed: str) -> str:
    """A comment as it is kept.

    Raises:
        BadPoints: it is too long.
    """
    comment = typed.replace("\r\n", "\n").strip()
    if len(comment) > COMMENT_MAX:
        raise BadPoints(
            N_("The comment is too long."), N_("Write 2,000 characters at most."), "comment"
        )
    return comment
