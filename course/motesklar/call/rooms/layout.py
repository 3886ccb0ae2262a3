"""A workshop's participants and open rooms as they stand, read in one go."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from motesklar.call.rooms.directory import RoomDirectory, StoredRoom
from motesklar.call.rooms.division import Attendee
from motesklar.store.database import Database
from motesklar.store.models import Participant, Person


@dataclass(frozen=True)
class Who:
    """A participant."""

    person_id: str
    name: str
    department: str
    table_number: str


@dataclass(frozen=True)
class Layout:
    """Who takes part and whose room is which.

    Args:
        people: participants, by name.
        rooms: open rooms, by number.
    """

    people: Mapping[str, Who]
    rooms: tuple[StoredRoom, ...]

    @cached_property
    def room_of(self) -> dict[str, StoredRoom]:
        """Person id to the open room that is theirs."""
        return {person_id: room for room in self.rooms for person_id in room.people}

    @property
    def attendees(self) -> list[Attendee]:
        """Everybody, as a division wants to know them."""
        return [
            Attendee(one.person_id, one.department, one.table_number)
            for one in self.people.values()
        ]

    def names_beside(self, person_id: str, room: StoredRoom) -> list[str]:
        """Names of the others in a room."""
        others = set(room.people) - {person_id}
        return [one.name for one in self.people.values() if one.person_id in others]


def read_layout(database: Database, directory: RoomDirectory, workshop_id: str) -> Layout:
    """How it stands in the database."""
    query = (
        select(Person.id, Person.name, Person.department, Participant.table_number)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.workshop_id == workshop_id)
    )
    with database.transaction() as session:
        found = [Who(*row) for row in session.execute(query)]
    found.sort(key=lambda one: (one.name.casefold(), one.person_id))
    return Layout(
        people={one.person_id: one for one in found},
        rooms=tuple(directory.rooms(workshop_id)),
    )
