"""Who leads a workshop, helps in it or writes its captions."""

import enum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from motesklar.errors import BadRequest, NotFound
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.models import Person, Role, Workshop, WorkshopRole
from motesklar.web.sessions import SessionView


class Part(enum.StrEnum):
    """What somebody does in a workshop besides taking part."""

    LEADER = "leader"  # everything
    HELPER = "helper"  # sees the help queue and goes to people
    CAPTIONER = "captioner"  # writes what is said, and sees nothing about anybody


class UnknownPerson(BadRequest):
    """A part for somebody whom the course doesn't know."""

    code = "unknown_person"
    message = N_("The course knows nobody with that address.")
    next_step = N_("Check the address. The person must have signed in to the course once.")


class Roles:
    """The parts that people have in workshops."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def part_of(self, workshop_id: str, asking: SessionView) -> Part | None:
        """Somebody's part; administrators and whoever made the workshop lead it.

        Raises:
            NotFound: there is no such workshop.
        """
        with self.database.transaction() as session:
            workshop = session.get(Workshop, workshop_id)
            if workshop is None:
                raise no_such_workshop()
            return part_in(session, workshop, asking)

    def check(self, workshop_id: str, asking: SessionView, *parts: Part) -> Part:
        """Somebody's part, which must be one of `parts`; leaders may do everything.

        Raises:
            NotFound: there is no such workshop, or it isn't theirs: told alike.
        """
        part = self.part_of(workshop_id, asking)
        if part is Part.LEADER or (part is not None and part in parts):
            return part
        raise no_such_workshop()

    def give(self, workshop_id: str, email: str, part: Part, asking: SessionView) -> None:
        """Give a person that part, in place of the one they had.

        Raises:
            NotFound: the workshop isn't theirs to lead.
            UnknownPerson: nobody has that address.
        """
        self.check(workshop_id, asking)
        with self.database.transaction() as session:
            person = session.scalar(select(Person).where(Person.email == email.strip().lower()))
            if person is None:
                raise UnknownPerson
            session.merge(
                WorkshopRole(workshop_id=workshop_id, person_id=person.id, part=part.value)
            )

    def take(self, workshop_id: str, person_id: str, asking: SessionView) -> None:
        """Take a person's part away; nothing if they have none.

        Raises:
            NotFound: the workshop isn't theirs to lead.
        """
        self.check(workshop_id, asking)
        with self.database.transaction() as session:
            session.execute(
                delete(WorkshopRole).filter_by(workshop_id=workshop_id, person_id=person_id)
            )

    def of(self, workshop_id: str) -> list[tuple[str, str, Part]]:
        """Person id, name and part of everybody who was given one, by name."""
        query = (
            select(Person.id, Person.name, WorkshopRole.part)
            .join(WorkshopRole, WorkshopRole.person_id == Person.id)
            .where(WorkshopRole.workshop_id == workshop_id)
            .order_by(Person.name, Person.id)
        )
        with self.database.transaction() as session:
            return [(one, name, Part(part)) for one, name, part in session.execute(query)]


def part_in(session: Session, workshop: Workshop, asking: SessionView) -> Part | None:
    """Somebody's part in that workshop."""
    if asking.role is Role.ADMINISTRATOR or workshop.leader_id == asking.person_id:
        return Part.LEADER
    found = session.get(WorkshopRole, (workshop.id, asking.person_id))
    return Part(found.part) if found is not None else None


def no_such_workshop() -> NotFound:
    """Told alike where there is none and where it is somebody else's."""
    return NotFound(N_("There is no such workshop."), N_("Choose one among your workshops."))
