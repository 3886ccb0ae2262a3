"""Who may enter which small room; asked before any connection is made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from motesklar.i18n import N_, Languages, Translation
from motesklar.store.database import Database
from motesklar.store.models import Person, Role, RoomMember, SmallRoom, Workshop, utcnow
from motesklar.workshops.participation import is_open

ROOM_TITLE = N_("Room %(number)s")
TABLE_TITLE = N_("Table %(table)s")


@dataclass(frozen=True)
class RoomPass:
    """What lets a person into a small room.

    Args:
        title: the room's, in the person's language.
        leader: whether they may mute others and end the room.
        workshop: the workshop's id.
        workshop_title: as its leader named it.
    """

    room_id: str
    title: str
    leader: bool
    workshop: str
    workshop_title: str


class RoomAccess:
    """Passes, from what the database says now.

    Args:
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        database: Database,
        languages: Languages,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.database = database
        self.languages = languages
        self.now = now

    def access(self, room_id: str, person_id: str, language: str | None = None) -> RoomPass | None:
        """The person's pass, or None: there is no such open room, or it is none of theirs.

        Args:
            room_id: the room's.
            person_id: who asks; a participant's own room opens, a leader's are all of the workshop.
            language: of the title; without it the one they chose last.
        """
        with self.database.transaction() as session:
            found = session.execute(
                select(SmallRoom, Workshop)
                .join(Workshop, Workshop.id == SmallRoom.workshop_id)
                .where(SmallRoom.id == room_id, SmallRoom.closed_at.is_(None))
            ).first()
            person = session.get(Person, person_id)
            if found is None or person is None or not is_open(found[1], self.now()):
                return None
            room, workshop = found
            leader = workshop.leader_id == person_id or person.role is Role.ADMINISTRATOR
            member = session.get(RoomMember, (workshop.id, room.round, person_id))
            if not leader and (member is None or member.room_id != room_id):
                return None
            translation = self.languages[language or person.language or self.languages.default]
            return RoomPass(
                room_id=room_id,
                title=room_title(translation, room.number, room.table_number),
                leader=leader,
                workshop=workshop.id,
                workshop_title=workshop.title,
            )


def room_title(translation: Translation, number: int, table_number: str) -> str:
    """What a room is called: after its table where it has one."""
    if table_number:
        return translation.gettext(TABLE_TITLE) % {"table": table_number}
    return translation.gettext(ROOM_TITLE) % {"number": number}
