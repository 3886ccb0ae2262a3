"""Makes one person of two: everything that the one has done becomes the other's.

It can't be taken back, so an administrator compares both first. nbgrader's part goes first; if the
rest breaks, doing it again finishes it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.orm import Session as OrmSession

from motesklar.accounts.editing import check_not_last
from motesklar.accounts.merge_rules import (
    ALSO_NAMED,
    PREPARATIONS,
    RULES,
    PersonColumn,
    person_columns,
)
from motesklar.errors import BadRequest, Conflict, NotFound
from motesklar.exercises.attempts import UNFINISHED
from motesklar.i18n import N_
from motesklar.privacy.ledger import ErasureLedger
from motesklar.store.database import Database
from motesklar.store.models import Attempt, AuditEntry, Person, Role, utcnow
from motesklar.store.tables import Base

#: Gives the other person's results in nbgrader to the kept one, and calls the function meanwhile.
MergeResults = Callable[[str, str, Callable[[], None]], Awaitable[None]]
#: Module to when the hand-in was made that stands in nbgrader's gradebook.
Promoted = Callable[[str], Mapping[str, datetime | None]]


class SamePerson(BadRequest):
    """Both are the same already."""

    code = "same_person"
    message = N_("That is the same person.")
    next_step = N_("Choose another one to compare with.")


@dataclass(frozen=True)
class Side:
    """One of two people who are compared.

    Args:
        counts: table to how many rows it has about the person.
    """

    person: Person
    counts: Mapping[str, int]


class Merging:
    """Compares two people and makes them one.

    Args:
        ledger: where each merge is noted, so that a restored backup does it again.
    """

    def __init__(
        self,
        database: Database,
        ledger: ErasureLedger,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.database = database
        self.ledger = ledger
        self.now = now

    def compare(self, *person_ids: str, actor_id: str) -> list[Side]:
        """What the course has of each; that it was looked at is noted.

        Raises:
            NotFound: there is nobody with one of these ids.
        """
        with self.database.transaction() as session:
            sides = [Side(_person(session, one), _counts(session, one)) for one in person_ids]
            for one in person_ids:
                session.add(_entry(self.now(), actor_id, "duplicate compared", one))
        return sides

    async def merge(
        self,
        gone: str,
        kept: str,
        *,
        actor_id: str,
        merge_results: MergeResults,
        promoted: Promoted,
    ) -> None:
        """Give `kept` everything of `gone`, who is removed. It can't be taken back.

        Raises:
            SamePerson: they are one already.
            NotFound: there is nobody with one of these ids.
            LastAdministrator: `gone` is the only one, and `kept` is none.
            Conflict: a hand-in of one of them is being checked.
        """
        if gone == kept:
            raise SamePerson
        with self.database.transaction() as session:
            _check(session, gone, kept)

        def move() -> None:
            self._move(gone, kept, promoted(kept), actor_id)

        await merge_results(gone, kept, move)

    def _move(
        self, gone: str, kept: str, promoted: Mapping[str, datetime | None], actor_id: str
    ) -> None:
        # as an erasure: nothing of `gone` may be left in the file, should `kept` be erased one day
        with self.database.erasure() as session:
            # a writer first, so that what is checked stays so
            session.add(_entry(self.now(), actor_id, "people merged", f"{gone} into {kept}"))
            session.flush()
            _check(session, gone, kept)
            move_everything(session, gone, kept, promoted)
            # last, as nothing but saving can fail now: a merge that was refused is no line
            self.ledger.add_merged(gone, kept)


def move_everything(
    session: OrmSession, gone: str, kept: str, promoted: Mapping[str, datetime | None]
) -> None:
    """Give `kept` every row of `gone`, who is removed; the log keeps the bare id.

    `promoted` is what nbgrader's gradebook has of `kept` once the results of both are one.
    """
    for column in person_columns():
        _move_rows(session, column, gone, kept)
    _promote(session, kept, promoted)
    for table, name in ALSO_NAMED:
        named = Base.metadata.tables[table].columns[name]
        session.execute(update(named.table).where(named == gone).values({named.name: kept}))
    _join(session, gone, kept)


def _check(session: OrmSession, gone: str, kept: str) -> None:
    _person(session, gone)
    heir = _person(session, kept)
    if heir.role is not Role.ADMINISTRATOR:
        check_not_last(session, [gone])
    waiting = select(func.count()).where(
        Attempt.person_id.in_((gone, kept)), Attempt.state.in_(UNFINISHED)
    )
    if session.scalar(waiting):
        raise Conflict(
            N_("Answers of one of them are being checked right now."),
            N_("Wait a minute, then try again."),
        )


def _move_rows(session: OrmSession, column: PersonColumn, gone: str, kept: str) -> None:
    who = getattr(column.model, column.name)
    prepare = PREPARATIONS.get(column.table)
    if prepare is not None:
        prepare(session, gone, kept)
    elif rule := RULES.get(column.table):
        for key in column.keys:
            mine = _by_key(session, column, key, kept)
            for value, theirs in _by_key(session, column, key, gone).items():
                if value in mine:
                    session.delete(rule(mine[value], theirs))
            session.flush()
    table = column.model.__table__
    assert isinstance(table, Table)
    session.execute(update(table).where(table.columns[column.name] == gone).values({who.key: kept}))
    session.expire_all()


def _by_key(
    session: OrmSession, column: PersonColumn, key: tuple[str, ...], who: str
) -> dict[tuple[Any, ...], Any]:
    rows = session.scalars(
        select(column.model).where(getattr(column.model, column.name) == who)
    ).unique()
    return {tuple(getattr(row, name) for name in key): row for row in rows}


def _promote(session: OrmSession, kept: str, promoted: Mapping[str, datetime | None]) -> None:
    """Of each module one hand-in counts: the one that nbgrader's gradebook has."""
    query = select(Attempt).where(Attempt.person_id == kept, Attempt.promoted)
    by_module: dict[str, list[Attempt]] = {}
    for attempt in session.scalars(query):
        by_module.setdefault(attempt.module, []).append(attempt)
    for module, attempts in by_module.items():
        at = promoted.get(module)
        best = max(
            attempts,
            key=lambda one: (
                one.handed_in_at == at,
                (one.score or 0) / one.max_score if one.max_score else 0,
                one.handed_in_at,
            ),
        )
        for attempt in attempts:
            attempt.promoted = attempt is best
    session.flush()


def _join(session: OrmSession, gone_id: str, kept_id: str) -> None:
    """What stands about the two people themselves; the kept one's own goes first."""
    gone, kept = _person(session, gone_id), _person(session, kept_id)
    email, subject = gone.email, gone.subject
    kept.department = kept.department or gone.department
    kept.language = kept.language or gone.language
    kept.created_at = min(kept.created_at, gone.created_at)
    kept.reminders = kept.reminders and gone.reminders
    kept.informed_at = max(filter(None, (kept.informed_at, gone.informed_at)), default=None)
    if gone.left_at is None:
        kept.left_at = None
    # by a statement: what the session knows of `gone` must not bring moved rows down with it
    session.flush()
    session.execute(delete(Person).where(Person.id == gone_id))
    kept.email = kept.email or email
    kept.subject = kept.subject or subject
    session.flush()


def _counts(session: OrmSession, person_id: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for column in person_columns():
        who = getattr(column.model, column.name)
        found = session.scalar(
            select(func.count()).select_from(column.model).where(who == person_id)
        )
        counts[column.table] = counts.get(column.table, 0) + (found or 0)
    return counts


def _person(session: OrmSession, person_id: str) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(N_("There is no such person."))
    return person


def _entry(at: datetime, actor_id: str, action: str, subject: str) -> AuditEntry:
    return AuditEntry(at=at, actor_id=actor_id, action=action, subject=subject)
