"""The people the course knows: found, added, changed by a file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session as OrmSession

from motesklar.accounts.editing import (
    LastAdministrator,
    administrators,
    check_not_last,
    mark_left,
)
from motesklar.accounts.import_plan import ImportPlan, KnownPerson, plan_import
from motesklar.accounts.people_csv import PersonRow
from motesklar.errors import Conflict, NotFound
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.models import AuditEntry, Person, Role, utcnow

#: Å, Ä and Ö come last and in that order; by code point Ä would come before Å.
_SWEDISH = str.maketrans({"å": "{a", "ä": "{b", "ö": "{c"})


class PlanChanged(Conflict):
    """People were changed between the page that showed what a file does, and its button."""

    code = "plan_changed"
    message = N_(
        "Somebody has changed people in the course since you looked at what the file does."
    )
    next_step = N_("Nothing is saved yet. Look through the new list below, and save again.")


@dataclass(frozen=True)
class PersonLine:
    """A person in the administrator's list."""

    id: str
    name: str
    email: str
    department: str
    role: Role
    left: bool = False


class Roster:
    """The table of people."""

    def __init__(self, database: Database, now: Callable[[], datetime] = utcnow) -> None:
        self.database = database
        self.now = now

    def get(self, person_id: str) -> Person:
        """The person with that id.

        Raises:
            NotFound: there is nobody.
        """
        with self.database.transaction() as session:
            person = session.get(Person, person_id)
        if person is None:
            raise NotFound(N_("There is no such person."))
        return person

    def find(self, who: str) -> Person:
        """The person with that id or e-mail address.

        Raises:
            NotFound: there is nobody.
        """
        person = self.by_email(who)
        return person or self.get(who)

    def by_email(self, email: str) -> Person | None:
        """The person with that e-mail address, however it is written."""
        with self.database.transaction() as session:
            return session.scalar(select(Person).where(Person.email == email.strip().lower()))

    def add(self, name: str, role: Role = Role.LEARNER, department: str = "") -> Person:
        """A new person who has no e-mail address."""
        person = Person(name=name, role=role, department=department, created_at=self.now())
        with self.database.transaction() as session:
            session.add(person)
        return person

    def ensure(self, name: str, email: str, role: Role) -> Person:
        """The person with that e-mail address and role, made when there is none."""
        with self.database.transaction() as session:
            person = session.scalar(select(Person).where(Person.email == email.lower()))
            if person is None:
                person = Person(name=name, email=email.lower(), created_at=self.now())
                session.add(person)
            person.role = role
        return person

    def search(self, text: str = "", *, left: bool = False) -> list[PersonLine]:
        """People in whose name, address or department `text` stands, in Swedish order.

        With `left` those who have left, otherwise those who have not.
        """
        query = select(Person.id, Person.name, Person.email, Person.department, Person.role)
        query = query.where(Person.left_at.is_not(None) if left else Person.left_at.is_(None))
        wanted = text.casefold().strip()
        with self.database.transaction() as session:
            lines = [
                PersonLine(id_, name, email or "", department, role, left)
                for id_, name, email, department, role in session.execute(query)
                if wanted in f"{name} {email or ''} {department}".casefold()
            ]
        return sorted(lines, key=lambda line: (line.name.casefold().translate(_SWEDISH), line.id))

    def departments(self, known: Iterable[str] = ()) -> list[str]:
        """The organisation's departments and those that people have, in Swedish order."""
        with self.database.transaction() as session:
            query = select(Person.department).where(Person.department != "").distinct()
            found = set(session.scalars(query)) | set(known)
        return sorted(found, key=lambda name: name.casefold().translate(_SWEDISH))

    def has_administrator(self) -> bool:
        """Whether anybody can administer the course."""
        with self.database.transaction() as session:
            return administrators(session) > 0

    def is_last_administrator(self, person: Person) -> bool:
        """Whether nobody else can administer the course."""
        with self.database.transaction() as session:
            try:
                check_not_last(session, [person.id])
            except LastAdministrator:
                return True
        return False

    def plan_import(self, rows: Iterable[PersonRow], *, actor_id: str = "") -> ImportPlan:
        """What the file would change; nothing is saved.

        Raises:
            BadCsv: the file would leave the course without an administrator.
        """
        with self.database.transaction() as session:
            return plan_import(rows, _known(session), actor_id=actor_id)

    def import_rows(
        self,
        rows: Iterable[PersonRow],
        *,
        mark: str | None = None,
        leavers: bool = False,
        actor_id: str = "",
    ) -> ImportPlan:
        """Add and change people by e-mail address, all or none; nobody is removed.

        Args:
            rows: people of the file.
            mark: of the plan that somebody has looked at; None saves whatever the file says.
            leavers: mark as having left whoever is not in the file.
            actor_id: who does it; is never taken for one who has left.

        Raises:
            BadCsv: the file would leave the course without an administrator.
            PlanChanged: people have changed since the plan with that mark was shown.
            LastAdministrator: nobody who stays could administer the course.
        """
        with self.database.transaction() as session:
            total = session.scalar(select(func.count()).select_from(Person))
            # a writer first, so that nobody else changes people between the plan and its end
            note = AuditEntry(
                at=self.now(), actor_id=actor_id, action="people imported", subject=str(total)
            )
            session.add(note)
            session.flush()
            plan = plan_import(rows, _known(session), actor_id=actor_id)
            if mark is not None and plan.mark != mark:
                raise PlanChanged
            note.subject = str(plan.total)
            session.add_all(self._made(row) for row in plan.added)
            _change(session, plan)
            if leavers:
                left = [one.id for one in plan.missing]
                mark_left(session, left, self.now(), actor_id)
        return plan

    def _made(self, row: PersonRow) -> Person:
        return Person(
            name=row.name,
            email=row.email,
            department=row.department,
            role=row.role,
            sees=list(row.sees),
            created_at=self.now(),
        )


def _known(session: OrmSession) -> list[KnownPerson]:
    query = select(
        Person.id,
        Person.name,
        Person.email,
        Person.department,
        Person.role,
        Person.sees,
        Person.left_at,
    ).where(Person.email.is_not(None))
    return [
        KnownPerson(id_, name, email or "", department, role, tuple(sees), left_at)
        for id_, name, email, department, role, sees, left_at in session.execute(query)
    ]


def _change(session: OrmSession, plan: ImportPlan) -> None:
    rows = []
    for change in plan.changed:
        told = {one.field for one in change.fields}
        values: dict[str, Any] = {"id": change.person_id}
        for name in ("name", "department", "role", "sees"):
            if name in told:
                value = getattr(change.row, name)
                values[name] = list(value) if name == "sees" else value
        if "left" in told:
            values["left_at"] = None
        rows.append(values)
    if rows:
        session.execute(update(Person), rows)
