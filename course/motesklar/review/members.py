"""Whom a plan is about, as a condition of a query."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select, true

from motesklar.store.models import Participant, Person, RosterEntry


def belongs(
    *, everybody: bool, departments: Collection[str], workshop_id: str | None
) -> ColumnElement[bool]:
    """Whether a person is meant: everybody, some departments, or a workshop."""
    if everybody:
        return true()
    in_departments = Person.department.in_(sorted(departments))
    return or_(in_departments, in_workshop(workshop_id)) if workshop_id else in_departments


def in_workshop(workshop_id: str) -> ColumnElement[bool]:
    """Whether a person takes part in a workshop, or is expected there."""
    there = select(Participant.person_id).where(Participant.workshop_id == workshop_id)
    expected = select(RosterEntry.person_id).where(
        RosterEntry.workshop_id == workshop_id, RosterEntry.person_id.is_not(None)
    )
    # known by their address before they have come
    by_address = select(RosterEntry.email).where(
        RosterEntry.workshop_id == workshop_id, RosterEntry.email != ""
    )
    return or_(Person.id.in_(there), Person.id.in_(expected), Person.email.in_(by_address))
