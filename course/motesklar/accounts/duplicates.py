"""Who may be in the course twice: suggestions for an administrator to look at. Pure but for a read.

Nothing is decided here. Two people may well have the same name, so each pair says why it stands
there, and the surest come first.
"""

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from motesklar.store.database import Database
from motesklar.store.models import Participant, Person, RosterEntry


class Reason(enum.StrEnum):
    """Why two people may be one, the surest first."""

    EXPECTED = "expected"  # a guest of a workshop has the name of somebody who was expected there
    ADDRESS = "address"  # the same before the @
    NAME = "name"  # the same name and department


@dataclass(frozen=True)
class Known:
    """Somebody, as far as it matters here."""

    id: str
    name: str
    email: str
    department: str
    created_at: datetime
    signs_in: bool = False

    @property
    def is_guest(self) -> bool:
        """Has only typed a name."""
        return not self.email and not self.signs_in


@dataclass(frozen=True)
class Pair:
    """Two people who may be one.

    Args:
        kept: whoever has an address, else the one who was here first.
    """

    kept: Known
    gone: Known
    reason: Reason


def pairs_among(people: Iterable[Known], expected: Iterable[tuple[str, str]]) -> list[Pair]:
    """All pairs, each once with its surest reason.

    `expected` are (guest's id, address) of guests who have the name of somebody on the list of
    their workshop.
    """
    known = sorted(people, key=lambda one: (one.is_guest, not one.signs_in, one.created_at, one.id))
    by_id = {one.id: one for one in known}
    by_email = {one.email: one for one in known if one.email}
    found: dict[frozenset[str], Pair] = {}
    for kept, gone, reason in (
        *(
            (by_email[email], by_id[guest], Reason.EXPECTED)
            for guest, email in expected
            if guest in by_id and email in by_email
        ),
        *_alike(known, Reason.ADDRESS),
        *_alike(known, Reason.NAME),
    ):
        if kept.id != gone.id:
            found.setdefault(frozenset((kept.id, gone.id)), Pair(kept, gone, reason))
    return list(found.values())


def _alike(known: Iterable[Known], reason: Reason) -> Iterator[tuple[Known, Known, Reason]]:
    first: dict[str, Known] = {}
    for one in known:
        key = _key(one, reason)
        if not key:
            continue
        kept = first.setdefault(key, one)
        if kept is not one:
            yield kept, one, reason


def _key(one: Known, reason: Reason) -> str:
    if reason is Reason.ADDRESS:
        return one.email.partition("@")[0]
    name = " ".join(one.name.casefold().split())
    # a first name alone tells nothing
    return f"{name}\n{one.department.casefold()}" if " " in name else ""


def find_pairs(database: Database) -> list[Pair]:
    """All pairs among the people of the course; those who have left are among them."""
    people = select(
        Person.id,
        Person.name,
        Person.email,
        Person.department,
        Person.created_at,
        Person.subject.is_not(None),
    )
    # whoever came to a workshop under the name of somebody who was expected there
    came = (
        select(Person.id, Person.name, RosterEntry.name, RosterEntry.email)
        .join(Participant, Participant.person_id == Person.id)
        .join(RosterEntry, RosterEntry.workshop_id == Participant.workshop_id)
        .where(Person.email.is_(None), RosterEntry.email != "")
    )
    with database.transaction() as session:
        known = [
            Known(id_, name, email or "", department, at, signs_in)
            for id_, name, email, department, at, signs_in in session.execute(people)
        ]
        expected = [
            (id_, email)
            for id_, name, listed, email in session.execute(came)
            if name.casefold() == listed.casefold()
        ]
    return pairs_among(known, expected)
