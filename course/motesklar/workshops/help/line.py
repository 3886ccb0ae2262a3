"""The line of questions as the database has it, with what was answered to many at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from motesklar.store.database import Database
from motesklar.store.models import Participant, Person, Question, Workshop, WorkshopWords
from motesklar.workshops.help.topics import Topic
from motesklar.workshops.participation import is_open

#: What was answered to a whole topic is kept as words of this kind and the topic's name; its moment
#: is that of the closing, which leads from a question to its answer.
ANSWER_KIND = "a-"


@dataclass(frozen=True)
class Asked:
    """An open question as those who help see it.

    Args:
        place: place in line, from 1.
        table: where the asker sits; empty when nobody has said it.
        remote: whether they are somewhere else; None when nobody has said it.
        helper_id: who is on the way.
    """

    id: str
    person_id: str
    name: str
    topic: Topic
    words: str
    place: int
    asked_at: datetime
    table: str
    remote: bool | None
    helper_id: str | None
    helper: str


@dataclass(frozen=True)
class Answered:
    """What the asker of a closed question was answered."""

    id: str
    topic: Topic
    words: str


@dataclass(frozen=True)
class Line:
    """The questions of a workshop.

    Args:
        ended: the workshop is over, and the line is empty.
        answers: asker to the answer of what they asked last.
    """

    ended: bool
    asked: tuple[Asked, ...]
    answers: dict[str, Answered]

    def of(self, person_id: str) -> Asked | None:
        """Somebody's own question."""
        return next((one for one in self.asked if one.person_id == person_id), None)


def read_line(database: Database, workshop_id: str, now: datetime) -> Line:
    """The questions of a workshop; none when it is over."""
    with database.transaction() as session:
        workshop = session.get(Workshop, workshop_id)
        if workshop is None or not is_open(workshop, now):
            return Line(ended=True, asked=(), answers={})
        return Line(
            ended=False,
            asked=_asked(session, workshop_id),
            answers=_answers(session, workshop_id),
        )


def _asked(session: Session, workshop_id: str) -> tuple[Asked, ...]:
    helper = aliased(Person)
    query = (
        select(Question, Person.name, Participant, helper.name)
        .join(Person, Person.id == Question.person_id)
        .join(
            Participant,
            and_(
                Participant.workshop_id == Question.workshop_id,
                Participant.person_id == Question.person_id,
            ),
        )
        .outerjoin(helper, helper.id == Question.helper_id)
        .where(Question.workshop_id == workshop_id, Question.closed_at.is_(None))
        # as the board and `participation.py` count places
        .order_by(Question.asked_at, Question.person_id)
    )
    return tuple(
        Asked(
            id=question.id,
            person_id=question.person_id,
            name=name,
            topic=Topic(question.topic),
            words=question.words,
            place=place,
            asked_at=question.asked_at,
            table=participant.table_number,
            remote=participant.remote,
            helper_id=question.helper_id,
            helper=helper_name or "",
        )
        for place, (question, name, participant, helper_name) in enumerate(
            session.execute(query), start=1
        )
    )


def _answers(session: Session, workshop_id: str) -> dict[str, Answered]:
    """Asker to the answer of what they asked last, where that was answered."""
    query = (
        select(Question, WorkshopWords.words)
        .outerjoin(
            WorkshopWords,
            and_(
                WorkshopWords.workshop_id == Question.workshop_id,
                WorkshopWords.kind == ANSWER_KIND + Question.topic,
                WorkshopWords.at == Question.closed_at,
            ),
        )
        .where(Question.workshop_id == workshop_id)
        .order_by(Question.asked_at, Question.id)
    )
    latest = {question.person_id: (question, words) for question, words in session.execute(query)}
    return {
        person_id: Answered(question.id, Topic(question.topic), words)
        for person_id, (question, words) in latest.items()
        if words is not None
    }
