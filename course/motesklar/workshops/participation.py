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
from motesklar.workshops.help.hands import put_down, put_up
from motesklar.workshops.help.topics import Topic

#: A workshop that its leader forgets to end is over after this, counted from the day it is held.
OPEN_FOR = timedelta(days=7)
#: A participant counts as there this long after joining: a day, never the next one.
THERE_FOR = timedelta(hours=12)


class NotInWorkshop(Conflict):
    """The hand of somebody who is in no workshop."""

    code = "not_in_workshop"
    message = N_("You are not in a workshop right now.")
    next_step = N_("Ask the leader for the code and join. Or call the number at the bottom.")


class WorkshopFull(Conflict):
    """One more than there is room for."""

    code = "workshop_full"
    message = N_("The workshop is full.")
    next_step = N_("Ask the leader. You can go through the course by yourself meanwhile.")


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
    held_at = max(workshop.created_at, workshop.starts_at or workshop.created_at)
    return workshop.ended_at is None and now - held_at < OPEN_FOR


def over_at(workshop: Workshop, now: datetime) -> datetime | None:
    """When a workshop was over, also where nobody ended it; None while it is open."""
    if workshop.ended_at is not None or is_open(workshop, now):
        return workshop.ended_at
    return max(workshop.created_at, workshop.starts_at or workshop.created_at) + OPEN_FOR


class Participation:
    """Participants in the database."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self.database = database
        self.now = now

    def join(
        self,
        workshop_id: str,
        person_id: str,
        table_number: str = "",
        *,
        remote: bool | None = None,
        most: int | None = None,
    ) -> Moved:
        """Take the person into the workshop; where they already are only their place changes.

        Raises:
            WorkshopFull: `most` have joined already.
        """
        try:
            return self._join(workshop_id, person_id, table_number, remote, most)
        except IntegrityError:  # the button was pressed twice and the other press was faster
            return self._join(workshop_id, person_id, table_number, remote, most)

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

    def set_hand(
        self,
        person_id: str,
        *,
        raised: bool,
        topic: Topic | None = None,
        words: str | None = None,
    ) -> str | None:
        """Raise or lower the hand; a hand that is up keeps its place.

        Args:
            person_id: whose hand.
            raised: up or down.
            topic: what the question is about; None leaves it as it is.
            words: what they write with it; None leaves it as it is.

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
            if raised:
                changed = put_up(session, participant, self.now(), topic, words)
            else:
                changed = put_down(session, participant, self.now())
            return str(workshop.id) if changed else None

    def _join(
        self,
        workshop_id: str,
        person_id: str,
        table_number: str,
        remote: bool | None,
        most: int | None,
    ) -> Moved:
        now = self.now()
        with self.database.transaction() as session:
            current = session.execute(self._current(person_id)).first()
            if current is not None and current[1].id == workshop_id:
                current[0].table_number = table_number or current[0].table_number
                current[0].remote = current[0].remote if remote is None else remote
                return Moved(first=False, left=())
            participant = session.get(Participant, (workshop_id, person_id))
            if participant is None and most is not None:
                _check_room(session, workshop_id, most)
            left = _lower_elsewhere(session, person_id, now)
            if participant is None:
                session.add(
                    Participant(
                        workshop_id=workshop_id,
                        person_id=person_id,
                        joined_at=now,
                        table_number=table_number,
                        remote=remote,
                    )
                )
                return Moved(first=True, left=left)
            # back from another workshop, or here again the next day
            participant.joined_at = now
            participant.table_number = table_number
            participant.remote = remote
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
                or_(Workshop.created_at > now - OPEN_FOR, Workshop.starts_at > now - OPEN_FOR),
            )
            .order_by(Participant.joined_at.desc(), Workshop.created_at.desc())
            .limit(1)
        )


def _check_room(session: Session, workshop_id: str, most: int) -> None:
    joined = select(func.count()).where(Participant.workshop_id == workshop_id)
    if session.execute(joined).scalar_one() >= most:
        raise WorkshopFull


def _lower_elsewhere(session: Session, person_id: str, now: datetime) -> tuple[str, ...]:
    """Somebody who goes to another workshop needs no help in the one they leave."""
    raised = session.scalars(
        select(Participant).where(
            Participant.person_id == person_id, Participant.hand_raised_at.is_not(None)
        )
    ).all()
    for participant in raised:
        put_down(session, participant, now)
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
