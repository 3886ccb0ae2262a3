"""Who has been told what is known about them and why (article 13)."""

from collections.abc import Callable
from datetime import date, datetime, time

from motesklar.store.database import Database
from motesklar.store.models import Person, utcnow

#: When the shipped information said something else last.
SHIPPED_TEXT = date(2026, 11, 30)


class Informing:
    """Remembers it for each person.

    Args:
        own_text: when the organisation's own information changed last.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self, database: Database, own_text: date, now: Callable[[], datetime] = utcnow
    ) -> None:
        self.database = database
        self.changed = datetime.combine(max(own_text, SHIPPED_TEXT), time())
        self.now = now

    def is_due(self, person_id: str) -> bool:
        """Whether the person has not been told, or something else than now."""
        with self.database.transaction() as session:
            informed = session.get_one(Person, person_id).informed_at
        # a date that lies ahead would be told at every visit until it comes
        return informed is None or informed < min(self.changed, self.now())

    def was_told_before(self, person_id: str) -> bool:
        """Whether it is new to the person, or has changed since they read it."""
        with self.database.transaction() as session:
            return session.get_one(Person, person_id).informed_at is not None

    def tell(self, person_id: str) -> None:
        """The person has read it; this is no consent."""
        with self.database.transaction() as session:
            session.get_one(Person, person_id).informed_at = self.now()
