"""How long participants were in calls of a workshop. Notes itself, and nothing of what was said.

A **stay** goes from entering to leaving. Who comes back within two minutes goes on with the same
stay: a lost network, a move to another room and a restarted server are no absence.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from motesklar.store.database import Database
from motesklar.store.models import CallStay, Participant, SmallRoom, utcnow

log = logging.getLogger("motesklar.call")

#: Who comes back within this has not been away.
SAME_STAY = timedelta(minutes=2)
#: A stopped server loses at most so much of a stay. Must be shorter than `SAME_STAY`.
NOTE_SECONDS = 30.0

#: Workshop id and person id.
Whose = tuple[str, str]
#: Person id and room id.
Where = tuple[str, str]
#: Told with the workshop's id, in the thread of who entered or left.
Listener = Callable[[str], None]


@dataclass(frozen=True)
class Attended:
    """One participant's time in calls of a workshop.

    Args:
        first_at: when they first entered; None when they never did.
        last_at: when they were last there.
    """

    seconds: float = 0.0
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def minutes(self) -> int:
        """As people read it; whoever was there at all has a minute."""
        return 0 if self.first_at is None else max(1, round(self.seconds / 60))


@dataclass
class _Presence:
    """Somebody is in a room, by so many connections: a rejoin may come before the ghost goes."""

    workshop_id: str
    connections: int = 0


class Attendance:
    """Stays in the database, and who is in a call now. Lives on one event loop.

    Args:
        now: the clock, UTC without a zone.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = utcnow) -> None:
        self.database = database
        self.now = now
        self._present: dict[Where, _Presence] = {}
        self._listeners: list[Listener] = []
        self._noting: asyncio.Task[None] | None = None

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with a workshop's id whenever somebody has entered or left there."""
        self._listeners.append(listener)

    def entered(self, person_id: str, room_id: str, at: datetime | None = None) -> None:
        """A person has come into a room; what is no small room is passed over.

        Each call wants one `left`, also when the same person comes in twice. Of those who are no
        participants, such as the leader, nothing is kept.
        """
        with self.database.transaction() as session:
            room = session.get(SmallRoom, room_id)
            if room is None:
                return
            whose = (room.workshop_id, person_id)
            if session.get(Participant, whose) is not None:
                # who is in another room already is only moving, however long they have been there
                same_stay = timedelta.max if whose in self._whose() else SAME_STAY
                _go_on(session, whose, at or self.now(), same_stay=same_stay)
        presence = self._present.setdefault((person_id, room_id), _Presence(room.workshop_id))
        presence.connections += 1
        self._tell(room.workshop_id)

    def left(self, person_id: str, room_id: str, at: datetime | None = None) -> None:
        """A person has left a room, or their connection was lost; who never entered can't leave."""
        presence = self._present.get((person_id, room_id))
        if presence is None:
            return
        self._note([(presence.workshop_id, person_id)], at or self.now())
        presence.connections -= 1
        if presence.connections == 0:
            del self._present[person_id, room_id]
        self._tell(presence.workshop_id)

    def of_workshop(self, workshop_id: str) -> dict[str, Attended]:
        """Person id to the sum of their stays."""
        with self.database.transaction() as session:
            stays = session.scalars(
                select(CallStay)
                .where(CallStay.workshop_id == workshop_id)
                .order_by(CallStay.entered_at)
            ).all()
        attended: dict[str, Attended] = {}
        for stay in stays:
            before = attended.get(stay.person_id, Attended())
            attended[stay.person_id] = Attended(
                seconds=before.seconds + (stay.until - stay.entered_at).total_seconds(),
                first_at=before.first_at or stay.entered_at,
                last_at=stay.until,
            )
        return attended

    def start(self) -> None:
        """Note regularly who is still there, until `close`."""
        self._noting = asyncio.create_task(self._note_regularly())

    async def close(self) -> None:
        """Note a last time, and stop; safe to call twice, and without `start`."""
        if self._noting is None:
            return
        self._noting.cancel()
        await asyncio.wait([self._noting])
        self._noting = None
        self.note_all()

    def note_all(self) -> None:
        """Save that everybody who is in a call is still there."""
        self._note(self._whose(), self.now())

    async def _note_regularly(self) -> None:
        while True:
            await asyncio.sleep(NOTE_SECONDS)
            try:
                self.note_all()
            except Exception:
                log.exception("attendance could not be noted; tried again soon")

    def _whose(self) -> set[Whose]:
        """Everybody who is in a call now."""
        return {(one.workshop_id, person) for (person, _), one in self._present.items()}

    def _note(self, people: Collection[Whose], at: datetime) -> None:
        if not people:
            return
        with self.database.transaction() as session:
            for whose in people:
                _go_on(session, whose, at, same_stay=None)

    def _tell(self, workshop_id: str) -> None:
        for listener in self._listeners:
            listener(workshop_id)


def _go_on(session: Session, whose: Whose, at: datetime, *, same_stay: timedelta | None) -> None:
    """Move the end of the latest stay to `at`.

    Args:
        session: the transaction.
        whose: workshop and person.
        at: until when they have been there.
        same_stay: begin a new stay where the latest ended longer ago; None never begins one.
    """
    workshop_id, person_id = whose
    latest = session.scalar(
        select(CallStay)
        .where(CallStay.workshop_id == workshop_id, CallStay.person_id == person_id)
        .order_by(CallStay.until.desc())
        .limit(1)
    )
    if latest is not None and (same_stay is None or at - latest.until <= same_stay):
        latest.until = max(latest.until, at)
    elif same_stay is not None:
        session.add(CallStay(workshop_id=workshop_id, person_id=person_id, entered_at=at, until=at))
