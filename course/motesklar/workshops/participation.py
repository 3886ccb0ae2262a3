"""A person's side of workshops: joining, which one they are in, the raised hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from motesklar.errors import Conflict
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.models import Participant, Workshop

#: A workshop that its leader forgets to end is over after this, counted from its making.
OPEN_FOR = timedelta(days=7)
#: A participant counts as there this long after joining: a day, never the next one.
THERE_FOR = timedelta(hours=12)


class NotInWorkshop(Conflict):
    """The hand of somebody who is in no workshop."""

    code = "not_in_workshop"
    message = N_("You are not in a workshop right now.")
    next_step = N_("Ask the leader for the code and join. Or call the number at the bottom.")


@dataclass(frozen=True)
class Hand:
    """Somebody's hand in the workshop they are in.

    Args:
        place: place in the queue, from 1; None while the hand is down.
    """

    workshop_id: str
    title: str
    module: str
    raised: bool
    place: int | None


@dataclass(frozen=True)
class Moved:
    """What joining changed.

    Args:
        first: they were never in this workshop before.
        left: workshops in which their raised hand went down.
    """

    first: bool
    left: tuple[str, ...]


def is_open(workshop: Workshop, now: datetime) -> bool:
    """Whether it can be joined and watched."""
    return workshop.ended_at is None and now - workshop.created_at < OPEN_FOR


class Participation:
    """Participants in the database."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self.database = database
        self.now = now

    def join(self, workshop_id: str, person_id: str, table_number: str = "") -> Moved:
        """Take the person into the workshop; where they already are only their table changes."""
        try:
            return self._join(workshop_id, person_id, table_number)
        except IntegrityError:  # the button was pressed twice and the other press was faster
            return self._join(workshop_id, person_id, table_number)

    def hand(self, person_id: str) -> Hand | None:
        """The person's hand in the workshop they are in, or None when they are in none."""
        with self.database.transaction() as session:
            found = session.execute(self._current(person_id)).first()
            if found is None:
                return None
            participant, workshop = found
            return Hand(
                workshop_id=workshop.id,
                title=workshop.title,
                module=workshop.module,
                raised=participant.hand_raised_at is not None,
                place=_place(session, participant),
            )

    def set_hand(self, person_id: str, *, raised: bool) -> str | None:
        """Raise or lower the hand; a hand that is up keeps its place.

        Returns:
            The workshop whose queue has changed, None when nothing has.

        Raises:
            NotInWorkshop: there is nobody to see it.
        """
        with self.database.transaction() as session:
            found = session.execute(self._current(person_id)).first()
            if found is None:
                raise NotInWorkshop
            participant, workshop = found
            if (participant.hand_raised_at is not None) == raised:
                return None
            participant.hand_raised_at = self.now() if raised else None
            return str(workshop.id)

    def _join(self, workshop_id: str, person_id: str, table_number: str) -> Moved:
        now = self.now()
        with self.database.transaction() as session:
            current = session.execute(self._current(person_id)).first()
            if current is not None and current[1].id == workshop_id:
                current[0].table_number = table_number or current[0].table_number
                return Moved(first=False, left=())
            left = _lower_elsewhere(session, person_id)
            participant = session.get(Participant, (workshop_id, person_id))
            if participant is None:
                session.add(
                    Participant(
                        workshop_id=workshop_id,
                        person_id=person_id,
                        joined_at=now,
                        table_number=table_number,
                    )
                )
                return Moved(first=True, left=left)
            # back from another workshop, or here again the next day
            participant.joined_at = now
            participant.table_number = table_number
            return Moved(first=False, left=left)

    def _current(self, person_id: str) -> "Select[Participant, Workshop]":
        """The participant row and workshop of where the person is now: the latest joined."""
        now = self.now()
        return (
            select(Participant, Workshop)
            .join(Workshop, Workshop.id == Participant.workshop_id)
            .where(
                Participant.person_id == person_id,
                Participant.joined_at > now - THERE_FOR,
                Workshop.ended_at.is_(None),
                Workshop.created_at > now - OPEN_FOR,
            )
            .order_by(Participant.joined_at.desc(), Workshop.created_at.desc())
            .limit(1)
        )


def _lower_elsewhere(session: Session, person_id: str) -> tuple[str, ...]:
    """Somebody who goes to another workshop needs no help in the one they leave."""
    raised = session.scalars(
        select(Participant).where(
            Participant.person_id == person_id, Participant.hand_raised_at.is_not(None)
        )
    ).all()
    for participant in raised:
        participant.hand_raised_at = None
    return tuple(participant.workshop_id for participant in raised)


def _place(session: Session, participant: Participant) -> int | None:
    if participant.hand_raised_at is None:
        return None
    before = select(func.count()).where(
        Participant.workshop_id == participant.workshop_id,
        or_(
            Participant.hand_raised_at < participant.hand_raised_at,
            and_(
                Participant.hand_raised_at == participant.hand_raised_at,
                Participant.person_id < participant.person_id,
            ),
        ),
    )
    return int(session.execute(before).scalar_one()) + 1
