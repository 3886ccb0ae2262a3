"""Who goes on with what somebody had in hand for others, once they are erased.

A workshop is its group's and the organisation's: the people in it, what they have done and the
figures of its report must not go because of who made it. So it is handed over, and its title, place
and run sheet stay as they are.
"""

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from motesklar.store.models import AuditEntry, Person, Role, Workshop, WorkshopRole
from motesklar.workshops.help.questions import give_back
from motesklar.workshops.roles import Part


def hand_over(session: Session, person_id: str) -> None:
    """Give the workshops that somebody leads to who leads them too, or else to an administrator.

    The log tells who has got which. What they had promised to help with waits for the next helper.
    Where nobody is left to take a workshop it stays theirs.
    """
    led = session.scalars(select(Workshop).where(Workshop.leader_id == person_id)).all()
    for workshop in led:
        heir = _who_leads_too(session, workshop.id) or _administrator(session, person_id)
        if heir is None:
            continue
        workshop.leader_id = heir
        session.execute(delete(WorkshopRole).filter_by(workshop_id=workshop.id, person_id=heir))
        about = f"{heir} {workshop.id}"
        session.add(AuditEntry(actor_id="", action="workshop handed over", subject=about))
    held = update(Workshop).where(Workshop.holder_id == person_id)
    session.execute(held.values(holder_id=None))
    give_back(session, person_id)


def _who_leads_too(session: Session, workshop_id: str) -> str | None:
    together = (
        select(Person.id)
        .join(WorkshopRole, WorkshopRole.person_id == Person.id)
        .where(WorkshopRole.workshop_id == workshop_id, WorkshopRole.part == Part.LEADER.value)
    )
    return session.scalar(_first_here(together))


def _administrator(session: Session, person_id: str) -> str | None:
    others = select(Person.id).where(Person.role == Role.ADMINISTRATOR, Person.id != person_id)
    return session.scalar(_first_here(others))


def _first_here(people: Select[str]) -> Select[str]:
    """The one who has been with the organisation longest, of those who are."""
    return people.where(Person.left_at.is_(None)).order_by(Person.created_at, Person.id).limit(1)
