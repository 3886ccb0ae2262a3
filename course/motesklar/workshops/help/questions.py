"""Decides about questions: who is in line, who goes to whom, what was answered to many at once.

A question is open while its asker's hand is up (`hands.py`). Asking and lowering stand in
`participation.py`, because they are a participant's; here is the side of those who help.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from motesklar.errors import Conflict, NotFound
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.models import Participant, Person, Question, Workshop, WorkshopWords
from motesklar.web.sessions import SessionView
from motesklar.workshops.help.hands import put_down
from motesklar.workshops.help.line import ANSWER_KIND, Line, read_line
from motesklar.workshops.help.topics import Topic, read_words
from motesklar.workshops.known import Known
from motesklar.workshops.participation import is_open
from motesklar.workshops.roles import Part, Roles


class NoSuchQuestion(NotFound):
    """A question that has been closed, or none of this workshop's."""

    code = "no_such_question"
    message = N_("That question is not in the line any more.")
    next_step = N_("Take the next one in the line.")


class AlreadyClaimed(Conflict):
    """Somebody else was faster."""

    code = "already_claimed"
    message = N_("%(name)s is already on the way there.")
    next_step = N_("Take the next one in the line.")


class NobodyAsks(Conflict):
    """An answer to a topic about which nobody asks."""

    code = "nobody_asks"
    message = N_("Nobody waits for an answer about that any more.")
    next_step = N_("Look at the line again. You can also write to everybody.")


class WorkshopHasEnded(Conflict):
    """Nothing is asked or written in a workshop that has ended."""

    code = "workshop_has_ended"
    message = N_("The workshop has ended.")
    next_step = N_("Go back to the start page.")


class Questions:
    """The help queues of all workshops.

    Args:
        on_hands: told when hands have gone down here.
    """

    def __init__(
        self,
        database: Database,
        roles: Roles,
        now: Callable[[], datetime],
        on_hands: Callable[[str], None],
    ) -> None:
        self.database = database
        self.roles = roles
        self.now = now
        self.on_hands = on_hands
        self.known = Known(lambda workshop_id: read_line(database, workshop_id, now()))

    def line(self, workshop_id: str) -> Line:
        """Everybody in line, and what was answered."""
        return self.known.get(workshop_id)

    def claim(self, workshop_id: str, question_id: str, asking: SessionView) -> None:
        """Say that one goes there; doing it twice is doing it once.

        Raises:
            NotFound: the workshop isn't theirs to help in.
            NoSuchQuestion: it is closed.
            AlreadyClaimed: somebody else is on the way.
        """
        self._check(workshop_id, asking)
        with self.database.transaction() as session:
            # in one statement, so that of two helpers only one gets it
            session.execute(
                update(Question)
                .where(
                    Question.id == question_id,
                    Question.workshop_id == workshop_id,
                    Question.closed_at.is_(None),
                    Question.helper_id.is_(None),
                )
                .values(helper_id=asking.person_id, claimed_at=self.now())
            )
            question = _open(session, workshop_id, question_id)
            if question.helper_id != asking.person_id:
                helper = session.get(Person, question.helper_id)
                raise AlreadyClaimed(name=helper.name if helper else "…")
        self.known.set_changed(workshop_id)

    def let_go(self, workshop_id: str, question_id: str, asking: SessionView) -> None:
        """Give a question back to the line, at its old place.

        Raises:
            NotFound: the workshop isn't theirs to help in.
            NoSuchQuestion: it is closed.
            AlreadyClaimed: it is another helper's; only leaders may give that back.
        """
        part = self._check(workshop_id, asking)
        with self.database.transaction() as session:
            question = _open(session, workshop_id, question_id)
            if question.helper_id not in (None, asking.person_id) and part is not Part.LEADER:
                helper = session.get(Person, question.helper_id)
                raise AlreadyClaimed(name=helper.name if helper else "…")
            question.helper_id = question.claimed_at = None
        self.known.set_changed(workshop_id)

    def free(self, workshop_id: str, person_id: str) -> None:
        """Give back all that somebody has claimed who doesn't help any more."""
        with self.database.transaction() as session:
            give_back(session, person_id, Question.workshop_id == workshop_id)
        self.known.set_changed(workshop_id)

    def close(self, workshop_id: str, question_id: str, asking: SessionView) -> None:
        """Note that somebody has been helped: their hand goes down.

        Raises:
            NotFound: the workshop isn't theirs to help in.
            NoSuchQuestion: it is closed already.
        """
        self._check(workshop_id, asking)
        with self.database.transaction() as session:
            self._close(session, _open(session, workshop_id, question_id), self.now())
        self._tell(workshop_id)

    def answer(self, workshop_id: str, topic: Topic, typed: str, asking: SessionView) -> int:
        """Answer all who ask about a topic at once: each sees the words, and their hands go down.

        Returns:
            How many were answered.

        Raises:
            NotFound: the workshop isn't theirs to help in.
            TooManyWords: there are none, or they are too long.
            NobodyAsks: the line has moved on meanwhile.
        """
        self._check(workshop_id, asking)
        words, now = read_words(typed), self.now()
        with self.database.transaction() as session:
            asked = session.scalars(
                select(Question).where(
                    Question.workshop_id == workshop_id,
                    Question.topic == topic.value,
                    Question.closed_at.is_(None),
                )
            ).all()
            if not asked:
                raise NobodyAsks
            session.add(
                WorkshopWords(
                    workshop_id=workshop_id,
                    kind=f"{ANSWER_KIND}{topic}",
                    person_id=asking.person_id,
                    words=words,
                    at=now,
                )
            )
            for question in asked:
                self._close(session, question, now)
        self._tell(workshop_id)
        return len(asked)

    def end(self, workshop_id: str) -> None:
        """The workshop has ended: what was asked about is kept, what was written is not."""
        with self.database.transaction() as session:
            session.execute(
                update(Question)
                .where(Question.workshop_id == workshop_id)
                .values(words="", helper_id=None)
            )
            session.execute(
                update(Question)
                .where(Question.workshop_id == workshop_id, Question.closed_at.is_(None))
                .values(closed_at=self.now())
            )
        self.known.set_changed(workshop_id)

    def _check(self, workshop_id: str, asking: SessionView) -> Part:
        part = self.roles.check(workshop_id, asking, Part.HELPER)
        check_open(self.database, workshop_id, self.now())
        return part

    def _close(self, session: Session, question: Question, now: datetime) -> None:
        question.closed_at = now
        participant = session.get(Participant, (question.workshop_id, question.person_id))
        if participant is not None:
            put_down(session, participant, now)

    def _tell(self, workshop_id: str) -> None:
        self.known.set_changed(workshop_id)
        self.on_hands(workshop_id)


def check_open(database: Database, workshop_id: str, now: datetime) -> None:
    """Refuse what is done in a workshop that is over.

    Raises:
        WorkshopHasEnded: it is.
    """
    with database.transaction() as session:
        workshop = session.get(Workshop, workshop_id)
        if workshop is None or not is_open(workshop, now):
            raise WorkshopHasEnded


def give_back(session: Session, person_id: str, *of: ColumnElement[bool]) -> None:
    """Put the open questions that somebody has claimed back into the line, at their old places."""
    claimed = (Question.helper_id == person_id, Question.closed_at.is_(None), *of)
    session.execute(update(Question).where(*claimed).values(helper_id=None, claimed_at=None))


def _open(session: Session, workshop_id: str, question_id: str) -> Question:
    question = session.get(Question, question_id, populate_existing=True)
    if question is None or question.workshop_id != workshop_id or question.closed_at is not None:
        raise NoSuchQuestion
    return question
