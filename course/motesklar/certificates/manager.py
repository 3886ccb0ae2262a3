"""Issues certificates, and tells what stands behind a code."""

import contextlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from motesklar.certificates.standing import Standing, standings
from motesklar.course import Course
from motesklar.errors import Conflict, NotFound
from motesklar.i18n import N_
from motesklar.review.completion import Result
from motesklar.store.database import Database
from motesklar.store.models import Certificate, utcnow

#: No look-alikes: people read codes aloud and type them from paper.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
#: 50 bits: nobody guesses one.
_LENGTH = 10


class Certificates:
    """Who has gone through the course.

    Args:
        course: gives the course as it is published now.
        results_of: tells a person's result in each module in which there is one.
        pass_share: how much of each module's points is enough, 0 to 1; pages tell it.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        database: Database,
        course: Callable[[], Course],
        results_of: Callable[[str], Mapping[str, Result]],
        pass_share: float,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.database = database
        self.course = course
        self.results_of = results_of
        self.pass_share = pass_share
        self.now = now

    def standings(self, person_id: str) -> list[Standing]:
        """How far a person has come in each module."""
        return standings(self.course().modules, self.results_of(person_id))

    def of_person(self, person_id: str) -> Certificate | None:
        """The person's certificate, if there is one."""
        query = select(Certificate).where(Certificate.person_id == person_id)
        with self.database.transaction() as session:
            return session.scalars(query).one_or_none()

    def issue(self, person_id: str) -> Certificate:
        """Give the person a certificate; one that is there stays as it is.

        Raises:
            Conflict: parts of the course are left.
        """
        found = self.of_person(person_id)
        if found is not None:
            return found
        standing = self.standings(person_id)
        if not standing or not all(one.passed for one in standing):
            raise Conflict(
                N_("Parts of the course are left."),
                N_("Do them first. They are listed on the page."),
            )
        with contextlib.suppress(IntegrityError):  # asked for twice in the same moment
            self._store(person_id, [one.module.name for one in standing])
        issued = self.of_person(person_id)
        assert issued is not None
        return issued

    def set_show_name(self, person_id: str, show: bool) -> None:
        """Whether whoever checks the code sees the name.

        Raises:
            NotFound: the person has no certificate.
        """
        with self.database.transaction() as session:
            query = select(Certificate).where(Certificate.person_id == person_id)
            found = session.scalars(query).one_or_none()
            if found is None:
                raise NotFound
            found.show_name = show

    def check(self, code: str) -> Certificate | None:
        """The certificate with that code, however it is typed; None where there is none."""
        plain = "".join(letter for letter in code.upper() if letter.isalnum())
        with self.database.transaction() as session:
            return session.get(Certificate, plain)

    def _store(self, person_id: str, modules: list[str]) -> None:
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        with self.database.transaction() as session:
            session.add(
                Certificate(
                    code=code,
                    person_id=person_id,
                    issued_at=self.now(),
                    modules=modules,
                    show_name=False,
                )
            )
