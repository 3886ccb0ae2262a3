"""How long participants were in calls of a workshop. Notes itself, and nothing of what was said.

A **stay** goes from entering to leaving. Who comes back within two minutes goes on with the same
stay: a lost network, a move to another room and a restarted server are no absence.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
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
    """Somebody is in a room.

    Args:
        stay: id of the stay that goes on; None for those who are no participants.
        connections: by so many; a rejoin may come before the ghost goes.
    """

    workshop_id: str
    stay: int | None
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
            stay = self._stay(session, (room.workshop_id, person_id), at or self.now())
        where = (person_id, room_id)
        presence = self._present.setdefault(where, _Presence(room.workshop_id, stay))
        presence.connections += 1
        self._tell(room.workshop_id)

    def left(self, person_id: str, room_id: str, at: datetime | None = None) -> None:
        """A person has left a room, or their connection was lost; who never entered can't leave."""
        presence = self._present.get((person_id, room_id))
        if presence is None:
            return
        self._note([presence.stay], at or self.now())
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
        self._note([one.stay for one in self._present.values()], self.now())

    async def _note_regularly(self) -> None:
        while True:
            await asyncio.sleep(NOTE_SECONDS)
            try:
                self.note_all()
            except Exception:
                log.exception("attendance could not be noted; tried again soon")

    def _stay(self, session: Session, whose: Whose, at: datetime) -> int | None:
        """The stay that goes on from here, a new one where there is none; None for others."""
        if session.get(Participant, whose) is None:
            return None
        workshop_id, person_id = whose
        for (who, _), presence in self._present.items():
            if (presence.workshop_id, who) == whose:
                return presence.stay  # in another room still, so they are only moving
        latest = session.scalar(
            select(CallStay)
            .where(CallStay.workshop_id == workshop_id, CallStay.person_id == person_id)
            .order_by(CallStay.until.desc())
            .limit(1)
        )
        if latest is None or at - latest.until > SAME_STAY:
            latest = CallStay(workshop_id=workshop_id, person_id=person_id, entered_at=at, until=at)
            session.add(latest)
            session.flush()  # gives it its id
        return latest.id

    def _note(self, stays: Iterable[int | None], at: datetime) -> None:
        """Have these stays last until `at`, in one statement for however many."""
        noted = {stay for stay in stays if stay is not None}
        if not noted:
            return
        with self.database.transaction() as session:
            session.execute(
                update(CallStay).where(CallStay.id.in_(noted), CallStay.until < at).values(until=at)
            )

    def _tell(self, workshop_id: str) -> None:
        for listener in self._listeners:
            listener(workshop_id)
