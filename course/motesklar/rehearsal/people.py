"""The invented people of a rehearsal: made with a mark, and wiped by it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from motesklar.accounts.records import erase_rows, forget_hand_ins
from motesklar.config import SigninSection
from motesklar.paths import DataFolder
from motesklar.store.chunks import chunks
from motesklar.store.database import Database
from motesklar.store.models import Person, Role, Workshop, new_id
from motesklar.web.sessions import SessionStore
from motesklar.workshops.codes import new_join_code

#: No mail can ever be sent to such an address (RFC 2606), so nobody real has one.
MARK = "@rehearsal.invalid"


@dataclass(frozen=True)
class Invented:
    """Somebody invented, signed in.

    Args:
        token: of their session.
    """

    person_id: str
    token: str


@dataclass(frozen=True)
class Cast:
    """Everybody in a rehearsal.

    Args:
        code: join code of the rehearsal's own workshop.
    """

    leader: Invented
    participants: tuple[Invented, ...]
    workshop_id: str
    code: str


def make_cast(database: Database, signin: SigninSection, count: int, module: str) -> Cast:
    """A leader with a workshop about `module`, and so many participants."""
    with database.transaction() as session:
        leader, *others = (_person(number) for number in range(count + 1))
        leader.role = Role.LEADER
        session.add_all([leader, *others])
        session.flush()
        workshop = Workshop(
            title=leader.name, join_code=new_join_code(), leader_id=leader.id, module=module
        )
        session.add(workshop)
        session.flush()
        made = workshop.id, workshop.join_code
        ids = [person.id for person in (leader, *others)]
    sessions = SessionStore(database, signin)
    invented = [Invented(one, sessions.start(one)) for one in ids]
    return Cast(invented[0], tuple(invented[1:]), *made)


def _person(number: int) -> Person:
    return Person(name=f"Repetition {number}", email=f"{new_id('r')}{MARK}")


def marked(database: Database) -> list[str]:
    """Ids of all people that rehearsals have left, one that was broken off among them."""
    query = select(Person.id).where(Person.email.endswith(MARK, autoescape=True))
    with database.transaction() as session:
        return list(session.scalars(query))


async def wipe(database: Database, data: DataFolder, people: Sequence[str]) -> None:
    """Remove them with all that they have done, also from nbgrader. Safe to repeat."""
    with database.erasure() as session:  # else somebody who is real would get their workshop
        for some in chunks(people):
            session.execute(delete(Workshop).where(Workshop.leader_id.in_(some)))
    for person_id in people:
        await asyncio.to_thread(erase_rows, database, person_id)
        await forget_hand_ins(data, person_id)
