"""Whom a funnel is about: everybody, a department, whoever has a plan or was in a workshop."""

import enum
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from motesklar.accounts.sight import Sight
from motesklar.adoption.fewest import is_told, told_groups
from motesklar.errors import NotFound
from motesklar.store.models import Participant, Person, RosterEntry, Workshop
from motesklar.store.review_tables import Plan


class Kind(enum.StrEnum):
    """What a group is made of."""

    EVERYBODY = "everybody"
    DEPARTMENT = "department"
    PLAN = "plan"
    WORKSHOP = "workshop"


@dataclass(frozen=True)
class Scope:
    """A group that can be chosen.

    Args:
        id: the department's name, or the plan's or workshop's id.
        title: as it is called on the page; empty for everybody.
    """

    kind: Kind = Kind.EVERYBODY
    id: str = ""
    title: str = ""

    @property
    def value(self) -> str:
        """As it stands in the address."""
        return "" if self.kind is Kind.EVERYBODY else f"{self.kind}:{self.id}"


EVERYBODY = Scope()


@dataclass(frozen=True)
class Staff:
    """Everybody who is still with the organisation: id to department."""

    department_of: dict[str, str]

    @property
    def sizes(self) -> Counter[str]:
        """How many work in each department."""
        return Counter(self.department_of.values())

    def told(self) -> set[str]:
        """Departments of which numbers may be told."""
        return told_groups(self.sizes, len(self.department_of))


def read_staff(session: Session) -> Staff:
    """The people whom the course knows and who haven't left."""
    query = select(Person.id, Person.department).where(Person.left_at.is_(None))
    return Staff({row.id: row.department for row in session.execute(query)})


def scopes_of(session: Session, staff: Staff, sight: Sight) -> list[Scope]:
    """What somebody may choose beside everybody, in the order of the page."""
    departments = sorted(staff.told(), key=str.casefold)
    plans = select(Plan.id, Plan.title).where(Plan.ended_at.is_(None)).order_by(Plan.title)
    workshops = (
        select(Workshop.id, Workshop.title)
        .where(Workshop.summary.is_(None))
        .order_by(Workshop.created_at.desc())
        .limit(100)
    )
    return [
        *(Scope(Kind.DEPARTMENT, name, name) for name in sight.among(departments)),
        *(Scope(Kind.PLAN, plan_id, title) for plan_id, title in session.execute(plans)),
        *(Scope(Kind.WORKSHOP, found, title) for found, title in session.execute(workshops)),
    ]


def choose(scopes: Sequence[Scope], value: str) -> Scope:
    """The one that an address asks for.

    Raises:
        NotFound: there is none, or it is behind a border.
    """
    if not value:
        return EVERYBODY
    found = next((scope for scope in scopes if scope.value == value), None)
    if found is None:
        raise NotFound
    return found


def members(session: Session, staff: Staff, sight: Sight, scope: Scope) -> set[str] | None:
    """The ids of a group's people who are in sight; None where they are too few to be told of."""
    everybody = staff.department_of
    if scope.kind is Kind.EVERYBODY:
        found = set(everybody)
    else:
        # small departments stay out, so that no two groups differ by one of them
        told = set(sight.among(staff.told()))
        inside = {person for person, department in everybody.items() if department in told}
        found = inside & _named(session, staff, scope)
    return found if is_told(len(found), len(everybody)) else None


def _named(session: Session, staff: Staff, scope: Scope) -> set[str]:
    if scope.kind is Kind.DEPARTMENT:
        return {person for person, name in staff.department_of.items() if name == scope.id}
    if scope.kind is Kind.WORKSHOP:
        return _of_workshop(session, scope.id)
    plan = session.get(Plan, scope.id)
    if plan is None:
        return set()
    if plan.everybody:
        return set(staff.department_of)
    named = {person for person, name in staff.department_of.items() if name in plan.departments}
    return named | (_of_workshop(session, plan.workshop_id) if plan.workshop_id else set())


def _of_workshop(session: Session, workshop_id: str) -> set[str]:
    """Who has taken part, and who is expected."""
    came = select(Participant.person_id).where(Participant.workshop_id == workshop_id)
    expected = (
        select(Person.id)
        .join(
            RosterEntry,
            (RosterEntry.person_id == Person.id) | (RosterEntry.email == Person.email),
        )
        .where(RosterEntry.workshop_id == workshop_id)
    )
    return set(session.scalars(came)) | set(session.scalars(expected))
