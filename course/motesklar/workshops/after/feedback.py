"""What participants thought of a workshop, kept without who it was.

That somebody has answered is a fact of theirs; what they answered is a row that knows neither
person nor time. So that the two can't be joined by their order in the file, all rows of the
workshop are written anew, in random order, with each answer, and neither row nor fact has more of
a time than the day.
"""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from motesklar.accounts.people_csv import has_identity_number
from motesklar.errors import BadRequest, Conflict, UnknownCode
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.models import Fact, Participant, Workshop, WorkshopFeedback, new_id, utcnow
from motesklar.workshops.after.report import HIGHEST
from motesklar.workshops.codes import read_join_code
from motesklar.workshops.manager import Workshops
from motesklar.workshops.participation import over_at
from motesklar.workshops.sheet.sheet import ItemKind, read_sheet

#: `Fact.kind` of having answered; its `detail` is `{workshop}`.
FEEDBACK_FACT = "gave_feedback"
#: It can be answered so long after the workshop.
OPEN_AFTER = timedelta(days=7)
WORDS_MAX = 500


class AlreadyGiven(Conflict):
    """Somebody answers a second time."""

    code = "already_given"
    message = N_("You have told what you thought already. Thank you!")
    next_step = N_("You need not do anything more.")


class BadFeedback(BadRequest):
    """Answers that can't be kept.

    Args:
        field: the one it is about.
    """

    code = "bad_feedback"

    def __init__(self, field: str, message: str, next_step: str) -> None:
        self.field = field
        super().__init__(message, next_step)


@dataclass(frozen=True)
class Asked:
    """A workshop about which somebody is asked.

    Args:
        given: they have answered.
    """

    workshop_id: str
    title: str
    join_code: str
    given: bool


class Feedback:
    """Asks those who were in a workshop what they thought.

    Args:
        workshops: counts wrong codes.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self, database: Database, workshops: Workshops, now: Callable[[], datetime] = utcnow
    ) -> None:
        self.database = database
        self.workshops = workshops
        self.now = now

    def find(self, typed: str, person_id: str) -> Asked:
        """The workshop with that code, for those who were in it, until a week after it.

        Raises:
            UnknownCode: there is none, they were not in it, or it is too late: told alike.
            TooMany: this person has tried too many codes.
        """
        self.workshops.wrong_codes.check(person_id)
        with self.database.transaction() as session:
            workshop = session.scalar(
                select(Workshop).where(Workshop.join_code == (read_join_code(typed) or ""))
            )
            if workshop is None or not self._may_answer(session, workshop, person_id):
                self.workshops.wrong_codes.count(person_id)
                raise UnknownCode
            given = session.get(Fact, _fact_id(workshop.id, person_id)) is not None
            return Asked(workshop.id, workshop.title, workshop.join_code, given)

    def waiting(self, person_id: str) -> list[Asked]:
        """The workshops about which somebody is to be asked now: over, or at their last item."""
        query = (
            select(Workshop)
            .join(Participant, Participant.workshop_id == Workshop.id)
            .where(Participant.person_id == person_id)
            .order_by(Workshop.created_at.desc(), Workshop.id)
        )
        with self.database.transaction() as session:
            return [
                Asked(workshop.id, workshop.title, workshop.join_code, given=False)
                for workshop in session.scalars(query).all()
                if self._may_answer(session, workshop, person_id)
                and (over_at(workshop, self.now()) or _at_end(workshop))
                and session.get(Fact, _fact_id(workshop.id, person_id)) is None
            ]

    def give(self, typed: str, person_id: str, useful: int, dare: int, words: str) -> None:
        """Keep what somebody thought.

        Args:
            typed: the workshop's code.
            person_id: who answers; not kept with the answer.
            useful: from 1 to 4, as is `dare`.
            dare: whether they dare to meet on the web.
            words: anything, or nothing.

        Raises:
            UnknownCode: as in `find`.
            BadFeedback: an answer is missing, or the words can't be kept.
            AlreadyGiven: they have answered.
        """
        asked = self.find(typed, person_id)
        if asked.given:
            raise AlreadyGiven
        words = words.strip()
        _check(useful, dare, words)
        try:
            self._save(asked.workshop_id, person_id, useful, dare, words)
        except IntegrityError as error:  # the button was pressed twice and this press was slower
            raise AlreadyGiven from error

    def _save(self, workshop_id: str, person_id: str, useful: int, dare: int, words: str) -> None:
        day = self.now().replace(hour=0, minute=0, second=0, microsecond=0)
        with self.database.transaction() as session:
            session.add(
                Fact(
                    id=_fact_id(workshop_id, person_id),
                    person_id=person_id,
                    module="",
                    kind=FEEDBACK_FACT,
                    detail={"workshop": workshop_id},
                    at=day,
                )
            )
            session.flush()
            given = select(WorkshopFeedback).filter_by(workshop_id=workshop_id)
            kept = [(one.useful, one.dare, one.words) for one in session.scalars(given)]
            session.execute(delete(WorkshopFeedback).filter_by(workshop_id=workshop_id))
            kept.append((useful, dare, words))
            random.SystemRandom().shuffle(kept)
            for one in kept:
                session.add(
                    WorkshopFeedback(
                        id=new_id("f"),
                        workshop_id=workshop_id,
                        useful=one[0],
                        dare=one[1],
                        words=one[2],
                        at=day,
                    )
                )
                session.flush()  # one by one: together they would be sorted by something

    def _may_answer(self, session: Session, workshop: Workshop, person_id: str) -> bool:
        over = over_at(workshop, self.now())
        if workshop.summary is not None or (over and self.now() - over > OPEN_AFTER):
            return False
        return session.get(Participant, (workshop.id, person_id)) is not None


def _at_end(workshop: Workshop) -> bool:
    items = read_sheet(workshop.sheet)
    item = workshop.item
    return item is not None and 0 <= item < len(items) and items[item].kind is ItemKind.END


def _check(useful: int, dare: int, words: str) -> None:
    for field, grade in (("useful", useful), ("dare", dare)):
        if not 1 <= grade <= HIGHEST:
            raise BadFeedback(
                field,
                N_("Choose one of the four answers."),
                N_("Then send it again. What you have written is still there."),
            )
    if len(words) > WORDS_MAX:
        raise BadFeedback(
            "words", N_("That was more than 500 characters."), N_("Make it shorter and try again.")
        )
    if has_identity_number(words):
        raise BadFeedback(
            "words",
            N_("There is something that looks like a personal identity number."),
            N_("Remove it. The course must not have personal identity numbers."),
        )


def _fact_id(workshop_id: str, person_id: str) -> str:
    """The same for the same person and workshop, so that a second one can't be saved."""
    return hashlib.sha256(f"{workshop_id} {person_id}".encode()).hexdigest()[:40]
