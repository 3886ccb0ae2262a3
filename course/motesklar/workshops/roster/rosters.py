"""Who is expected in a workshop, who of them has come, and who has come besides.

Somebody who joins is known again by their e-mail address; everybody else is matched by the leader.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from motesklar.errors import Conflict, NotFound
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import AuditEntry, Participant, Person, RosterEntry, utcnow
from motesklar.web.sessions import SessionView
from motesklar.workshops.manager import Workshops
from motesklar.workshops.roster.entries import (
    HowTested,
    RosterChange,
    change_roster,
    entry_in,
    match_by_email,
    tested_of,
)
from motesklar.workshops.roster.file import read_roster

#: So many entries a walk-in can be matched with on the page; it has a list for each.
CHOICES_MAX = 300


class AlreadyMatched(Conflict):
    """The roster entry or the person is taken."""

    code = "already_matched"
    message = N_("One of the two has been matched already.")
    next_step = N_("Reload the page to see how things stand.")


@dataclass(frozen=True)
class ExpectedLine:
    """Somebody on the roster.

    Args:
        came_as: what the one who came is called in the course; None while nobody has come.
    """

    id: str
    name: str
    email: str
    department: str
    came_as: str | None
    tested: HowTested


@dataclass(frozen=True)
class WalkIn:
    """A participant who isn't on the roster.

    Args:
        suggested: id of an entry with the same name; empty where there is none.
        choices: entries that may mean them; those that share a name with them stand first.
    """

    person_id: str
    name: str
    department: str
    suggested: str
    choices: tuple[ExpectedLine, ...] = ()


@dataclass(frozen=True)
class RosterView:
    """The roster by name, and the walk-ins by theirs."""

    expected: tuple[ExpectedLine, ...]
    walk_ins: tuple[WalkIn, ...]

    @property
    def came(self) -> int:
        """How many of the expected have come."""
        return sum(line.came_as is not None for line in self.expected)

    @property
    def untested(self) -> list[str]:
        """The addresses of those who have something left to test."""
        return [
            one.email for one in self.expected if one.email and one.tested is not HowTested.DONE
        ]


def _walk_in(person: Person, awaited: list[ExpectedLine]) -> WalkIn:
    name = person.name.casefold()
    names = set(name.split())
    likely = sorted(awaited, key=lambda line: names.isdisjoint(line.name.casefold().split()))
    same = next((line.id for line in likely if line.name.casefold() == name), "")
    return WalkIn(person.id, person.name, person.department, same, tuple(likely[:CHOICES_MAX]))


class Rosters:
    """The rosters of all workshops; a leader reaches their own alone.

    Args:
        counts_for: how long a test of equipment counts.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        database: Database,
        facts: FactLog,
        workshops: Workshops,
        counts_for: timedelta,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.database = database
        self.workshops = workshops
        self.counts_for = counts_for
        self.now = now
        facts.subscribe(self._on_fact)

    def read(
        self, workshop_id: str, data: bytes, asking: SessionView, *, dry_run: bool
    ) -> RosterChange:
        """Add and change people by a file, all or none; nobody is removed.

        Raises:
            NotFound: the workshop isn't theirs.
            BadCsv: the file can't be used.
        """
        self.workshops.get(workshop_id, asking)
        file = read_roster(data)
        with self.database.transaction() as session:
            change = change_roster(session, workshop_id, file, dry_run=dry_run)
            if not dry_run:
                session.flush()
                match_by_email(session, workshop_id)
                session.add(
                    AuditEntry(
                        at=self.now(),
                        actor_id=asking.person_id,
                        action="roster imported",
                        subject=workshop_id,
                    )
                )
        return change

    def view(self, workshop_id: str, asking: SessionView) -> RosterView:
        """The roster and the walk-ins.

        Raises:
            NotFound: the workshop isn't theirs.
        """
        self.workshops.get(workshop_id, asking)
        with self.database.transaction() as session:
            entries = session.scalars(select(RosterEntry).filter_by(workshop_id=workshop_id)).all()
            participants = session.scalars(
                select(Participant).filter_by(workshop_id=workshop_id)
            ).all()
            people = {one.person_id: one.person for one in participants}
            testers = tested_of(session, workshop_id, self.now() - self.counts_for)
        expected = tuple(
            ExpectedLine(
                id=entry.id,
                name=entry.name,
                email=entry.email,
                department=entry.department,
                came_as=people[entry.person_id].name if entry.person_id in people else None,
                tested=testers.get(entry.id, HowTested.NOT_YET),
            )
            for entry in sorted(entries, key=lambda one: (one.name.casefold(), one.id))
        )
        known = {entry.person_id for entry in entries}
        awaited = [line for line in expected if line.came_as is None]
        besides = sorted(
            (one for one in people.values() if one.id not in known),
            key=lambda one: (one.name.casefold(), one.id),
        )
        return RosterView(expected, tuple(_walk_in(one, awaited) for one in besides))

    def match(self, workshop_id: str, entry_id: str, person_id: str, asking: SessionView) -> None:
        """Say that a participant is the one whom an entry means.

        Raises:
            NotFound: the workshop isn't theirs, or entry or person isn't in it.
            AlreadyMatched: the entry means somebody else, or another entry means the person.
        """
        self.workshops.get(workshop_id, asking)
        with self.database.transaction() as session:
            entry = entry_in(session, workshop_id, entry_id)
            if session.get(Participant, (workshop_id, person_id)) is None:
                raise NotFound(N_("There is no such person in the workshop."))
            other = session.scalar(
                select(RosterEntry).filter_by(workshop_id=workshop_id, person_id=person_id)
            )
            if entry.person_id not in (None, person_id) or other not in (None, entry):
                raise AlreadyMatched
            entry.person_id = person_id

    def unmatch(self, workshop_id: str, entry_id: str, asking: SessionView) -> None:
        """Take a match back; nothing where there is none.

        Raises:
            NotFound: the workshop isn't theirs, or there is no such entry in it.
        """
        self.workshops.get(workshop_id, asking)
        with self.database.transaction() as session:
            entry_in(session, workshop_id, entry_id).person_id = None

    def empty(self, workshop_id: str, asking: SessionView) -> None:
        """Remove everybody from the roster; who has come stays in the workshop.

        Raises:
            NotFound: the workshop isn't theirs.
        """
        self.workshops.get(workshop_id, asking)
        with self.database.transaction() as session:
            session.execute(delete(RosterEntry).filter_by(workshop_id=workshop_id))

    def _on_fact(self, fact: FactRecord) -> None:
        if fact.kind == "joined_workshop":
            with self.database.transaction() as session:
                match_by_email(session, str(fact.detail.get("workshop", "")))
