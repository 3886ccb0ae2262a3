"""Keeps a workshop's small rooms in the database, so that they outlive a restart."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from motesklar.call.rooms.division import Group, Pair, pairs
from motesklar.store.database import Database
from motesklar.store.models import RoomMember, SmallRoom, new_id, utcnow


@dataclass(frozen=True)
class StoredRoom:
    """An open room.

    Args:
        table_number: the table that sits in it; empty for most.
        people: ids of those whose room it is, whether they are in it now or not.
    """

    id: str
    number: int
    table_number: str
    people: tuple[str, ...]


class RoomDirectory:
    """Small rooms and their members; decides nothing about who may do what.

    Args:
        now: the clock, UTC without a zone.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = utcnow) -> None:
        self.database = database
        self.now = now

    def rooms(self, workshop_id: str) -> list[StoredRoom]:
        """The open rooms, by number."""
        with self.database.transaction() as session:
            rooms = _open_rooms(session, workshop_id)
            members = select(RoomMember).where(RoomMember.room_id.in_([room.id for room in rooms]))
            people: dict[str, list[str]] = defaultdict(list)
            for member in session.scalars(members.order_by(RoomMember.person_id)):
                people[member.room_id].append(member.person_id)
            return [
                StoredRoom(room.id, room.number, room.table_number, tuple(people[room.id]))
                for room in rooms
            ]

    def workshop_of(self, room_id: str) -> str | None:
        """Id of the workshop whose room it is, open or not."""
        with self.database.transaction() as session:
            room = session.get(SmallRoom, room_id)
            return None if room is None else room.workshop_id

    def history(self, workshop_id: str) -> tuple[int, set[Pair]]:
        """How often the workshop was divided, and who has had a room together."""
        with self.database.transaction() as session:
            members = session.scalars(
                select(RoomMember).where(RoomMember.workshop_id == workshop_id)
            )
            people: dict[str, list[str]] = defaultdict(list)
            for member in members:
                people[member.room_id].append(member.person_id)
            met = {pair for together in people.values() for pair in pairs(together)}
            return _last_round(session, workshop_id), met

    def open(self, workshop_id: str, groups: Sequence[Group]) -> list[str]:
        """Open a room for each group; those of the division before are closed.

        Returns:
            Ids of the rooms that were closed.
        """
        with self.database.transaction() as session:
            closed = _close(_open_rooms(session, workshop_id), self.now())
            division = _last_round(session, workshop_id) + 1
            rooms = [
                self._new_room(workshop_id, division, number, group.table_number)
                for number, group in enumerate(groups, start=1)
            ]
            session.add_all(rooms)
            session.flush()  # the members point at them
            for room, group in zip(rooms, groups, strict=True):
                session.add_all(_member(room, person_id) for person_id in group.people)
            return closed

    def place(self, workshop_id: str, person_id: str, room_id: str | None) -> str | None:
        """Give somebody this open room instead of theirs; None takes them out of all.

        Returns:
            Id of the open room that they were in before.

        Raises:
            KeyError: the workshop has no such open room.
        """
        with self.database.transaction() as session:
            rooms = {room.id: room for room in _open_rooms(session, workshop_id)}
            room = None if room_id is None else rooms[room_id]
            key = (workshop_id, _last_round(session, workshop_id), person_id)
            member = session.get(RoomMember, key)
            before = member.room_id if member is not None else None
            if member is not None and room is not None:
                member.room_id = room.id
            elif member is not None:
                session.delete(member)
            elif room is not None:
                session.add(_member(room, person_id))
            return before if before in rooms and before != room_id else None

    def add_room(self, workshop_id: str) -> str:
        """Open one more, empty room beside the others; returns its id."""
        with self.database.transaction() as session:
            division = max(1, _last_round(session, workshop_id))
            last = select(func.max(SmallRoom.number)).where(
                SmallRoom.workshop_id == workshop_id, SmallRoom.round == division
            )
            room = self._new_room(workshop_id, division, (session.scalar(last) or 0) + 1)
            session.add(room)
            return room.id

    def close(self, workshop_id: str, room_id: str | None = None) -> list[str]:
        """Close a room, or all of the workshop's; returns the ids of those that were open."""
        with self.database.transaction() as session:
            rooms = _open_rooms(session, workshop_id)
            wanted = [room for room in rooms if room_id in (None, room.id)]
            return _close(wanted, self.now())

    def forget(self, workshop_id: str) -> list[str]:
        """Remove every trace of who had a room with whom; returns the ids of open rooms."""
        with self.database.transaction() as session:
            open_before = [room.id for room in _open_rooms(session, workshop_id)]
            session.execute(delete(SmallRoom).where(SmallRoom.workshop_id == workshop_id))
            return open_before

    def _new_room(
        self, workshop_id: str, division: int, number: int, table_number: str = ""
    ) -> SmallRoom:
        return SmallRoom(
            id=new_id("r"),
            workshop_id=workshop_id,
            round=division,
            number=number,
            table_number=table_number,
            opened_at=self.now(),
        )


def _open_rooms(session: Session, workshop_id: str) -> Sequence[SmallRoom]:
    return session.scalars(
        select(SmallRoom)
        .where(SmallRoom.workshop_id == workshop_id, SmallRoom.closed_at.is_(None))
        .order_by(SmallRoom.number)
    ).all()


def _close(rooms: Sequence[SmallRoom], now: datetime) -> list[str]:
    for room in rooms:
        room.closed_at = now
    return [room.id for room in rooms]


def _last_round(session: Session, workshop_id: str) -> int:
    """The number of the latest division, 0 before the first."""
    last = select(func.max(SmallRoom.round)).where(SmallRoom.workshop_id == workshop_id)
    return session.scalar(last) or 0


def _member(room: SmallRoom, person_id: str) -> RoomMember:
    return RoomMember(
        workshop_id=room.workshop_id, round=room.round, person_id=person_id, room_id=room.id
    )
