"""A raised hand is an open question: both go up and down together, in one transaction."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from motesklar.store.models import Participant, Question
from motesklar.workshops.help.topics import Topic


def put_up(
    session: Session,
    participant: Participant,
    now: datetime,
    topic: Topic | None = None,
    words: str | None = None,
) -> bool:
    """Raise the hand; one that is up keeps its place, and may get another topic and words.

    Returns:
        Whether anything has changed.
    """
    question = open_question(session, participant)
    if question is None:
        # one that has been up since before there were questions keeps its place
        participant.hand_raised_at = participant.hand_raised_at or now
        session.add(
            Question(
                workshop_id=participant.workshop_id,
                person_id=participant.person_id,
                topic=topic or Topic.OTHER,
                words=words or "",
                asked_at=participant.hand_raised_at,
            )
        )
        return True
    before = (question.topic, question.words)
    question.topic = question.topic if topic is None else topic.value
    question.words = question.words if words is None else words
    return before != (question.topic, question.words)


def put_down(session: Session, participant: Participant, now: datetime) -> bool:
    """Lower the hand; its question is closed.

    Returns:
        Whether anything has changed.
    """
    closed = session.execute(
        update(Question)
        .where(
            Question.workshop_id == participant.workshop_id,
            Question.person_id == participant.person_id,
            Question.closed_at.is_(None),
        )
        .values(closed_at=now)
    )
    was_up = participant.hand_raised_at is not None
    participant.hand_raised_at = None
    return was_up or bool(closed.rowcount)  # type: ignore[attr-defined]


def open_question(session: Session, participant: Participant) -> Question | None:
    """The question that somebody has open."""
    return session.scalar(
        select(Question)
        .where(
            Question.workshop_id == participant.workshop_id,
            Question.person_id == participant.person_id,
            Question.closed_at.is_(None),
        )
        .order_by(Question.asked_at)
        .limit(1)
    )
