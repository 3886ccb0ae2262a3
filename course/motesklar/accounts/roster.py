"""The people the course knows: found, added, changed by a file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session as OrmSession

from motesklar.accounts.people_csv import PersonRow
from motesklar.errors import BadCsv, NotFound
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.models import Person, Role, utcnow

#: Å, Ä and Ö come last and in that order; by code point Ä would come before Å.
_SWEDISH = str.maketrans({"å": "{a", "ä": "{b", "ö": "{c"})


@dataclass(frozen=True)
class ImportReport:
    """What a file does, or did, to the people.

    Args:
        changed: rows whose person has another name, department or role now.
        unchanged: people who already are as the file says.
    """

    added: tuple[PersonRow, ...]
    changed: tuple[PersonRow, ...]
    unchanged: int

    @property
    def total(self) -> int:
        """People in the file."""
        return len(self.added) + len(self.changed) + self.unchanged


@dataclass(frozen=True)
class PersonLine:
    """A person in the administrator's list."""

    id: str
    name: str
    email: str
    department: str
    role: Role


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

    def add(self, name: str, role: Role = Role.LEARNER) -> Person:
        """A new person who has no e-mail address."""
        person = Person(name=name, role=role, created_at=self.now())
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

    def search(self, text: str = "") -> list[PersonLine]:
        """People in whose name, address or department `text` stands, in Swedish order."""
        query = select(Person.id, Person.name, Person.email, Person.department, Person.role)
        wanted = text.casefold().strip()
        with self.database.transaction() as session:
            lines = [
                PersonLine(id_, name, email or "", department, role)
                for id_, name, email, department, role in session.execute(query)
                if wanted in f"{name} {email or ''} {department}".casefold()
            ]
        return sorted(lines, key=lambda line: (line.name.casefold().translate(_SWEDISH), line.id))

    def has_administrator(self) -> bool:
        """Whether anybody can administer the course."""
        with self.database.transaction() as session:
            return _administrators(session) > 0

    def is_last_administrator(self, person: Person) -> bool:
        """Whether nobody else can administer the course."""
        with self.database.transaction() as session:
            return person.role is Role.ADMINISTRATOR and _administrators(session) == 1

    def import_rows(self, rows: Iterable[PersonRow], *, dry_run: bool = False) -> ImportReport:
        """Add and change people by e-mail address, all or none; nobody is removed.

        Raises:
            BadCsv: the file would leave the course without an administrator.
        """
        added, changed, unchanged = [], [], 0
        demoted: list[PersonRow] = []
        with self.database.transaction() as session:
            known = {person.email: person for person in session.scalars(select(Person))}
            for row in rows:
                person = known.get(row.email)
                if person is None:
                    added.append(row)
                elif _differs(person, row):
                    changed.append(row)
                    if person.role is Role.ADMINISTRATOR and _role(person, row) != person.role:
                        demoted.append(row)
                else:
                    unchanged += 1
            self._check_administrators(session, demoted, added, changed)
            if not dry_run:
                session.add_all(self._made(row) for row in added)
                for row in changed:
                    _change(known[row.email], row)
        return ImportReport(tuple(added), tuple(changed), unchanged)

    def _made(self, row: PersonRow) -> Person:
        return Person(
            name=row.name,
            email=row.email,
            department=row.department,
            role=row.role,
            created_at=self.now(),
        )

    @staticmethod
    def _check_administrators(
        session: OrmSession,
        demoted: list[PersonRow],
        added: list[PersonRow],
        changed: list[PersonRow],
    ) -> None:
        if not demoted or any(row.role is Role.ADMINISTRATOR for row in [*added, *changed]):
            return
        if _administrators(session) == len(demoted):
            raise BadCsv(
                N_("Line %(line)s: the file would leave the course without an administrator."),
                N_("Let at least one person keep the role administrator."),
                line=demoted[0].line,
            )


def _administrators(session: OrmSession) -> int:
    count = select(func.count()).select_from(Person).where(Person.role == Role.ADMINISTRATOR)
    return session.scalar(count) or 0


def _role(person: Person, row: PersonRow) -> Role:
    return row.role if row.role_given else person.role


def _differs(person: Person, row: PersonRow) -> bool:
    return (person.name, person.department, person.role) != (
        row.name,
        row.department,
        _role(person, row),
    )


def _change(person: Person, row: PersonRow) -> None:
    person.name = row.name
    person.department = row.department
    person.role = _role(person, row)
