"""Which person of the course an identity is: found by its key, linked once by address, or made."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as OrmSession

from motesklar.accounts.editing import LastAdministrator, check_not_last
from motesklar.accounts.links import HasLeft
from motesklar.config import OidcSection
from motesklar.oidc.claims import Identity, role_of
from motesklar.oidc.errors import NotInCourse
from motesklar.store.database import Database
from motesklar.store.models import AuditEntry, Person, Role, utcnow


class KnownAccounts:
    """People by their account in the organisation."""

    def __init__(
        self, settings: OidcSection, database: Database, now: Callable[[], datetime] = utcnow
    ) -> None:
        self.settings = settings
        self.database = database
        self.now = now

    def admit(self, identity: Identity) -> str:
        """The id of the person who has that identity, brought up to date.

        Raises:
            HasLeft: the person is no longer with the organisation.
            NotInCourse: there is nobody, and nobody is added at sign-in.
        """
        with self.database.transaction() as session:
            person = session.scalar(select(Person).where(Person.subject == identity.subject))
            if person is None:
                person = self._linked(session, identity) or self._made(session, identity)
            if person.left_at is not None:
                raise HasLeft
            self._update(session, person, identity)
            return person.id

    def _linked(self, session: OrmSession, identity: Identity) -> Person | None:
        """Whoever has the address, if it may be trusted and nobody has claimed it before."""
        if not (self.settings.link_by_email and identity.verified and identity.email):
            return None
        person = session.scalar(select(Person).where(Person.email == identity.email))
        if person is None or person.subject is not None or person.left_at is not None:
            # an address can be given to somebody new; they are not the one who had it
            return None
        person.subject = identity.subject
        self._note(session, person.id, "account linked")
        return person

    def _made(self, session: OrmSession, identity: Identity) -> Person:
        if not self.settings.create:
            raise NotInCourse
        person = Person(name=identity.name, subject=identity.subject, created_at=self.now())
        session.add(person)
        session.flush()
        self._note(session, person.id, "person made at sign-in")
        return person

    def _update(self, session: OrmSession, person: Person, identity: Identity) -> None:
        if identity.name != "?":
            person.name = identity.name
        if identity.department is not None:
            person.department = identity.department
        if identity.email and identity.email != person.email:
            taken = session.scalar(select(Person.id).where(Person.email == identity.email))
            if taken is None and (identity.verified or person.email is None):
                person.email = identity.email
            elif taken is not None:
                self._note(session, person.id, "address is another’s")
        self._set_role(session, person, identity)

    def _set_role(self, session: OrmSession, person: Person, identity: Identity) -> None:
        if not self.settings.roles:
            person.role = person.role or Role.LEARNER
            return
        if identity.groups is None:
            self._note(session, person.id, "too many groups to read")
            person.role = person.role or Role.LEARNER
            return
        role = role_of(identity.groups, person.role, self.settings.roles)
        if role is person.role:
            return
        if role is not Role.ADMINISTRATOR:
            try:
                check_not_last(session, [person.id])
            except LastAdministrator:
                self._note(session, person.id, "last administrator kept")
                return
        person.role = role
        self._note(session, person.id, "role set by groups", role.value)

    def _note(self, session: OrmSession, person_id: str, action: str, what: str = "") -> None:
        subject = f"{person_id} {what}".strip()
        session.add(AuditEntry(at=self.now(), actor_id=person_id, action=action, subject=subject))
