"""The log of who looked at or changed whose data: found by day, action and person."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session as OrmSession

from motesklar.privacy.actions import ACTIONS
from motesklar.store.database import Database
from motesklar.store.models import AuditEntry, Person, Workshop
from motesklar.store.review_tables import Plan

PAGE = 50
#: People who are looked for at once: whoever is sought is found with fewer.
_NAMES_MAX = 200
#: Entries that are held in memory at once for a file.
_TOGETHER = 1000


@dataclass(frozen=True)
class LogFilter:
    """What is looked for; empty fields leave it open.

    Args:
        actor: part of a name, or an id, of who did it.
        person: the same of whom it was about.
        until: the last day, inclusive.
    """

    since: date | None = None
    until: date | None = None
    actor: str = ""
    action: str = ""
    person: str = ""

    def query(self) -> dict[str, str]:
        """As it stands in an address."""
        values = {
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "actor": self.actor,
            "action": self.action,
            "person": self.person,
        }
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class LogLine:
    """An entry, with names where those are still known.

    Args:
        actor_id: who; empty on the command line.
        subject: whom or what, as it is stored.
    """

    at: datetime
    actor_id: str
    actor: str
    action: str
    subject: str
    person: str


@dataclass(frozen=True)
class LogPage:
    """A page of the log, the newest entry first."""

    lines: list[LogLine]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many there are, at least one."""
        return max(1, -(-self.total // PAGE))


class AuditLog:
    """Reads the table; everybody writes it (`AuditEntry`)."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def page(self, chosen: LogFilter, number: int) -> LogPage:
        """One page; a number beyond the last gives the last."""
        with self.database.transaction() as session:
            where = _where(session, chosen)
            total = session.execute(
                select(func.count()).select_from(AuditEntry).where(*where)
            ).scalar_one()
            number = min(max(number, 1), max(1, -(-total // PAGE)))
            query = _newest(where).offset((number - 1) * PAGE).limit(PAGE)
            return LogPage(_named(session, list(session.scalars(query))), total, number)

    def lines(self, chosen: LogFilter) -> Iterator[LogLine]:
        """All of them, for a file; memory holds a thousand at a time."""
        with self.database.transaction() as session:
            found = session.scalars(
                _newest(_where(session, chosen)).execution_options(yield_per=_TOGETHER)
            )
            for some in found.partitions(_TOGETHER):
                yield from _named(session, some)

    def actions(self) -> list[str]:
        """The actions that stand in the log, those we have words for first."""
        with self.database.transaction() as session:
            found = set(session.scalars(select(AuditEntry.action).distinct()))
        return [one for one in ACTIONS if one in found] + sorted(found - set(ACTIONS))

    def titles(self, lines: Iterable[LogLine]) -> dict[str, str]:
        """Ids of plans and workshops in the lines, to what they are called now."""
        ids = {word for one in lines for word in re.split("[ =]", one.subject)}
        with self.database.transaction() as session:
            plans = session.execute(select(Plan.id, Plan.title).where(Plan.id.in_(ids)))
            led = session.execute(select(Workshop.id, Workshop.title).where(Workshop.id.in_(ids)))
            return {row.id: row.title for row in (*plans, *led)}


def _newest(where: Sequence[ColumnElement[bool]]) -> Select[AuditEntry]:
    return select(AuditEntry).where(*where).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())


def _where(session: OrmSession, chosen: LogFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if chosen.since:
        where.append(AuditEntry.at >= datetime.combine(chosen.since, time()))
    if chosen.until:
        where.append(AuditEntry.at < datetime.combine(chosen.until + timedelta(days=1), time()))
    if chosen.action:
        where.append(AuditEntry.action == chosen.action)
    if chosen.actor:
        where.append(AuditEntry.actor_id.in_(_ids(session, chosen.actor)))
    if chosen.person:
        # some entries name a module behind the person
        about = AuditEntry.subject
        first = func.substr(about, 1, func.instr(about.concat(" "), " ") - 1)
        where.append(first.in_(_ids(session, chosen.person)))
    return where


def _ids(session: OrmSession, text: str) -> list[str]:
    """Ids of people in whose name or address it stands, and the text itself as an id."""
    wanted = text.casefold().strip()
    found = session.execute(select(Person.id, Person.name, Person.email))
    ids = [id_ for id_, name, email in found if wanted in f"{name} {email or ''}".casefold()]
    return [text.strip(), *ids[:_NAMES_MAX]]


def _named(session: OrmSession, entries: Iterable[AuditEntry]) -> list[LogLine]:
    entries = list(entries)
    wanted = {one.actor_id for one in entries} | {_person_in(one.subject) for one in entries}
    people = session.scalars(select(Person).where(Person.id.in_(wanted - {""})))
    names = {one.id: one.name for one in people}
    return [
        LogLine(
            one.at,
            one.actor_id,
            names.get(one.actor_id, ""),
            one.action,
            one.subject,
            names.get(_person_in(one.subject), ""),
        )
        for one in entries
    ]


def _person_in(subject: str) -> str:
    first = subject.split(" ")[0] if subject else ""
    return first if first.startswith("p-") else ""
