"""People who wait for the administrator to hand a sign-in link over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from motesklar.store.database import Database
from motesklar.store.models import LinkRequest, Person, utcnow


@dataclass(frozen=True)
class WaitingPerson:
    """Somebody who asked for a link that could not be mailed.

    Args:
        case_code: what the person sees and reads aloud.
    """

    person_id: str
    name: str
    email: str
    case_code: str
    requested_at: datetime


class WaitingList:
    """The table of link requests; a person stands there once."""

    def __init__(self, database: Database, now: Callable[[], datetime] = utcnow) -> None:
        self.database = database
        self.now = now

    def add(self, person_id: str, case_code: str) -> None:
        """Put the person on the list; a newer code replaces the one they had."""
        with self.database.transaction() as session:
            session.execute(delete(LinkRequest).where(LinkRequest.person_id == person_id))
            session.add(
                LinkRequest(person_id=person_id, case_code=case_code, requested_at=self.now())
            )

    def remove(self, person_id: str) -> None:
        """The person has got their link; does nothing when they don't wait."""
        with self.database.transaction() as session:
            session.execute(delete(LinkRequest).where(LinkRequest.person_id == person_id))

    def people(self) -> list[WaitingPerson]:
        """Who waits, longest first."""
        query = (
            select(LinkRequest, Person)
            .join(Person, Person.id == LinkRequest.person_id)
            .order_by(LinkRequest.requested_at, LinkRequest.id)
        )
        with self.database.transaction() as session:
            return [
                WaitingPerson(
                    person.id,
                    person.name,
                    person.email or "",
                    request.case_code,
                    request.requested_at,
                )
                for request, person in session.execute(query)
            ]
