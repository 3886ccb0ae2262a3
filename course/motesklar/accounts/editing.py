"""An administrator changes who somebody is: name, address, department, role, whom they review.

Two administrators may have the same page open. The form carries a mark of what its page showed; a
form whose mark is no longer right saves nothing, and the page tells what has changed meanwhile.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session as OrmSession

from motesklar.accounts.people_csv import NAME_MAX, has_identity_number, is_email, tidy
from motesklar.accounts.sight import EVERYBODY
from motesklar.errors import BadRequest, Conflict, NotFound
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.models import (
    AuditEntry,
    LinkRequest,
    Person,
    Role,
    Session,
    SigninLink,
    utcnow,
)
from motesklar.store.people_tables import OutgoingLetter

#: What stands in the form, in its order.
FIELDS = ("name", "email", "department", "role", "sees")


class BadField(BadRequest):
    """Something in the form can't be saved.

    Args:
        field: which one.
    """

    def __init__(self, field: str, message: str, next_step: str) -> None:
        super().__init__(message, next_step)
        self.field = field


class ChangedMeanwhile(Conflict):
    """Somebody else has saved since the page was opened.

    Args:
        fields: those that are no longer as the page showed them, or all where nobody can tell.
    """

    code = "changed_meanwhile"
    message = N_("Somebody else has changed this person since you opened the page.")
    next_step = N_(
        "Nothing of yours is saved yet. Compare with what is saved now, "
        "and press Save again if you want yours in its place."
    )


class LastAdministrator(Conflict):
    """The course would have nobody left who can run it."""

    code = "last_administrator"
    message = N_("This is the only administrator. Without one nobody can run the course.")
    next_step = N_("Make somebody else an administrator first.")


@dataclass(frozen=True)
class PersonForm:
    """What stands in the form.

    Args:
        email: lower case, empty for none.
        sees: departments that a reviewer sees beside the own one; `*` is all of them.
    """

    name: str
    email: str
    department: str
    role: Role
    sees: tuple[str, ...] = ()

    @classmethod
    def of(cls, person: Person) -> "PersonForm":
        """The form of a person as saved."""
        return cls(
            person.name,
            person.email or "",
            person.department,
            person.role,
            tuple(str(one) for one in person.sees),
        )

    @property
    def mark(self) -> str:
        """What tells this content from any other."""
        values = [self.name, self.email, self.department, self.role.value, sorted(self.sees)]
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:20]

    def differing(self, other: "PersonForm") -> list[str]:
        """The fields that are not the same."""
        return [name for name in FIELDS if getattr(self, name) != getattr(other, name)]


def read_form(
    name: str, email: str, department: str, role: str, sees: list[str], *, everybody: bool
) -> PersonForm:
    """What was typed, made tidy.

    Raises:
        BadField: one of them can't be saved.
    """
    name, email, department = tidy(name), email.strip().lower(), tidy(department)
    for field, value in (("name", name), ("department", department), ("email", email)):
        if has_identity_number(value):
            raise BadField(
                field,
                N_("That looks like a personal identity number."),
                N_("Remove it. The course must not have personal identity numbers."),
            )
    if not name:
        raise BadField("name", N_("The name is missing."), N_("Write the person’s name."))
    for field, value in (("name", name), ("department", department)):
        if len(value) > NAME_MAX or not value.isprintable():
            raise BadField(
                field,
                N_("This is too long or has characters that do not belong."),
                N_("Write at most 120 ordinary letters and signs."),
            )
    if email and not is_email(email):
        raise BadField(
            "email",
            N_("This is not a whole e-mail address."),
            N_("Write it as name@organisation.se, without å, ä and ö."),
        )
    if role not in set(Role):
        raise BadField("role", N_("There is no such role."), N_("Choose a role in the list."))
    seen = (EVERYBODY,) if everybody else tuple(dict.fromkeys(tidy(one) for one in sees if one))
    return PersonForm(name, email, department, Role(role), seen)


class Editing:
    """Changes to single people, each written in the audit log."""

    def __init__(self, database: Database, now: Callable[[], datetime] = utcnow) -> None:
        self.database = database
        self.now = now

    def save(self, person_id: str, form: PersonForm, mark: str, *, actor_id: str) -> list[str]:
        """Save the form; returns which fields have changed.

        `mark` is that of the form as the page showed it.

        Raises:
            NotFound: there is nobody with that id.
            ChangedMeanwhile: the person is no longer as the page showed.
            LastAdministrator: nobody would be left to run the course.
            BadField: the address is somebody else's.
        """
        with self.database.transaction() as session:
            # a writer first: two who save at once must not both read the same
            self._note(session, actor_id, "person changed", person_id)
            person = _person(session, person_id)
            before = PersonForm.of(person)
            changed = before.differing(form)
            if before.mark != mark and changed:
                raise ChangedMeanwhile
            if form.role is not Role.ADMINISTRATOR:
                check_not_last(session, [person_id])
            if form.email and form.email != before.email:
                _check_free(session, form.email)
            person.name, person.email = form.name, form.email or None
            person.department, person.role = form.department, form.role
            person.sees = list(form.sees)
        return changed

    def leave(self, person_ids: list[str], *, actor_id: str) -> int:
        """Mark people as having left; they are signed out everywhere. Twice it changes nothing.

        Returns how many had not left before.

        Raises:
            LastAdministrator: nobody would be left to run the course.
        """
        with self.database.transaction() as session:
            return mark_left(session, person_ids, self.now(), actor_id)

    def come_back(self, person_id: str, *, actor_id: str) -> None:
        """The person is with the organisation again; links from before stay dead."""
        with self.database.transaction() as session:
            self._note(session, actor_id, "person came back", person_id)
            person = _person(session, person_id)
            person.left_at = None
            session.execute(
                delete(SigninLink).where(
                    SigninLink.person_id == person_id, SigninLink.used_at.is_(None)
                )
            )

    def _note(self, session: OrmSession, actor_id: str, action: str, subject: str) -> None:
        session.add(AuditEntry(at=self.now(), actor_id=actor_id, action=action, subject=subject))
        session.flush()


def mark_left(session: OrmSession, person_ids: list[str], at: datetime, actor_id: str) -> int:
    """As `Editing.leave`, within a transaction that does more."""
    check_not_last(session, person_ids)
    count = 0
    for person_id in person_ids:
        person = session.get(Person, person_id)
        if person is None or person.left_at is not None:
            continue
        count += 1
        session.add(AuditEntry(at=at, actor_id=actor_id, action="person left", subject=person_id))
        session.flush()
        person.left_at = at
        session.execute(delete(Session).where(Session.person_id == person_id))
        session.execute(delete(LinkRequest).where(LinkRequest.person_id == person_id))
        waiting = (OutgoingLetter.person_id == person_id, OutgoingLetter.state == "waiting")
        # a letter holds a link, which is of no use any more
        session.execute(
            update(OutgoingLetter).where(*waiting).values(state="stopped", told_on=None)
        )
    session.flush()
    return count


def administrators(session: OrmSession) -> int:
    """How many people can administer the course."""
    here = (Person.role == Role.ADMINISTRATOR, Person.left_at.is_(None))
    return session.scalar(select(func.count()).select_from(Person).where(*here)) or 0


def check_not_last(session: OrmSession, person_ids: list[str]) -> None:
    """Refuse where nobody but these could administer the course, and one of them does.

    Raises:
        LastAdministrator: so it is.
    """
    here = (Person.role == Role.ADMINISTRATOR, Person.left_at.is_(None))
    found = set(session.scalars(select(Person.id).where(*here)))
    if found and found <= set(person_ids):
        raise LastAdministrator


def _person(session: OrmSession, person_id: str) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(N_("There is no such person."))
    return person


def _check_free(session: OrmSession, email: str) -> None:
    if session.scalar(select(Person.id).where(Person.email == email)):
        raise BadField(
            "email",
            N_("Somebody else in the course has this address."),
            N_(
                "If both are the same person, make them one: "
                "choose Look for duplicates on the page People."
            ),
        )
