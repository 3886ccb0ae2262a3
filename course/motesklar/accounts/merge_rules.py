"""What becomes of the rows of two people who are one, table by table.

Which tables know people is read from their foreign keys, so that none can be forgotten: a new one
whose rows can clash has no rule here, and a test says so.

A rule is given the two rows that can't both stay, the kept person's first, and returns the one
that goes. It may bring something of the other along.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, UniqueConstraint, select
from sqlalchemy.orm import Session as OrmSession

from motesklar.store.models import AccountState, RosterEntry
from motesklar.store.review_tables import Decision, SavedView
from motesklar.store.tables import Base

Rule = Callable[[Any, Any], Any]
Preparation = Callable[[OrmSession, str, str], None]

#: From nothing to done, as `completion.state` has it.
_STATES = ("not-yet", "started", "returned", "handed-in", "done")
_PARTS = ("captioner", "helper", "leader")
_ACCOUNT_STATES = tuple(AccountState)


@dataclass(frozen=True)
class PersonColumn:
    """A column that says who.

    Args:
        model: the mapped class of its table.
        keys: for each constraint that the column is part of, the names of its other columns.
    """

    model: type[Base]
    name: str
    keys: tuple[tuple[str, ...], ...]

    @property
    def table(self) -> str:
        """The table's name."""
        return str(self.model.__tablename__)


def person_columns() -> Iterator[PersonColumn]:
    """Every foreign key to a person in the course database."""
    for mapper in sorted(Base.registry.mappers, key=lambda one: str(one.local_table)):
        table = mapper.local_table
        assert isinstance(table, Table)
        for column in table.columns:
            if any(key.column.table.name == "person" for key in column.foreign_keys):
                yield PersonColumn(mapper.class_, column.name, tuple(_keys(table, column.name)))


def _keys(table: Table, column: str) -> Iterator[tuple[str, ...]]:
    unique = [
        table.primary_key.columns,
        *(one.columns for one in table.constraints if isinstance(one, UniqueConstraint)),
        *(one.columns for one in table.indexes if one.unique),
    ]
    for columns in unique:
        names = [one.name for one in columns]
        if column in names:
            yield tuple(name for name in names if name != column)


def _latest(name: str) -> Rule:
    def rule(mine: Any, theirs: Any) -> Any:
        return mine if getattr(theirs, name) > getattr(mine, name) else theirs

    return rule


def _best(name: str, order: tuple[Any, ...]) -> Rule:
    def rank(row: Any) -> int:
        value = getattr(row, name)
        return order.index(value) if value in order else 0

    return lambda mine, theirs: mine if rank(theirs) > rank(mine) else theirs


def _evidence(mine: Any, theirs: Any) -> Any:
    for name in ("sound_seconds", "picture_seconds", "text_characters"):
        setattr(mine, name, max(getattr(mine, name), getattr(theirs, name)))
    mine.tasks = theirs.tasks | mine.tasks
    mine.updated_at = max(mine.updated_at, theirs.updated_at)
    return theirs


def _participant(mine: Any, theirs: Any) -> Any:
    mine.joined_at = min(mine.joined_at, theirs.joined_at)
    mine.table_number = mine.table_number or theirs.table_number
    mine.remote = theirs.remote if mine.remote is None else mine.remote
    mine.hand_raised_at = mine.hand_raised_at or theirs.hand_raised_at
    return theirs


def _meeting_account(mine: Any, theirs: Any) -> Any:
    further = max(mine, theirs, key=lambda one: _ACCOUNT_STATES.index(one.state))
    mine.confirmed, mine.state = further.confirmed, further.state
    for name in ("wanted_at", "ordered_at", "opened_at", "met_at"):
        setattr(mine, name, _first(getattr(mine, name), getattr(theirs, name)))
    return theirs


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)


def _certificate(mine: Any, theirs: Any) -> Any:
    if len(theirs.modules) != len(mine.modules):
        return mine if len(theirs.modules) > len(mine.modules) else theirs
    return mine if theirs.issued_at < mine.issued_at else theirs


def _keep_mine(_mine: Any, theirs: Any) -> Any:
    return theirs


def _completion(mine: Any, theirs: Any) -> Any:
    mine.waiting = mine.waiting or theirs.waiting
    theirs.waiting = mine.waiting
    return _best("state", _STATES)(mine, theirs)


#: Table to its rule, for each in which two people's rows can clash.
RULES: dict[str, Rule] = {
    "answer": _latest("saved_at"),
    "certificate": _certificate,
    "completion": _completion,
    "evidence": _evidence,
    "link_request": _latest("requested_at"),
    "meeting_account": _meeting_account,
    "note": _latest("saved_at"),
    # one that is sent or waits is as good as the other: both tell the same on the same day
    "outgoing_letter": _keep_mine,
    "participant": _participant,
    "room_member": _keep_mine,
    "workshop_role": _best("part", _PARTS),
}


def _decisions(session: OrmSession, gone: str, kept: str) -> None:
    """One history of both, in the order in which it happened."""
    query = select(Decision).where(Decision.person_id.in_((gone, kept)))
    rows = sorted(session.scalars(query), key=lambda one: (one.at, one.number))
    # numbers that nobody has, because every single change has to keep them unique
    for place, row in enumerate(rows, start=1):
        row.number = -place
    session.flush()
    last: dict[str, int] = {}
    for row in rows:
        row.person_id = kept
        row.number = last[row.module] = last.get(row.module, 0) + 1
    session.flush()


def _saved_views(session: OrmSession, gone: str, kept: str) -> None:
    """Both people's; of two with the same name one gets another."""
    taken = set(session.scalars(select(SavedView.name).where(SavedView.person_id == kept)))
    for view in session.scalars(select(SavedView).where(SavedView.person_id == gone)).all():
        name, number = view.name, 2
        while name in taken:
            name = f"{view.name[:55]} ({number})"
            number += 1
        taken.add(name)
        view.name, view.person_id = name, kept
    session.flush()


def _roster_entries(session: OrmSession, gone: str, kept: str) -> None:
    """A workshop expects a person once."""
    mine = select(RosterEntry.workshop_id).where(RosterEntry.person_id == kept)
    twice = select(RosterEntry).where(
        RosterEntry.person_id == gone, RosterEntry.workshop_id.in_(mine)
    )
    for entry in session.scalars(twice).all():
        session.delete(entry)
    session.flush()


#: Table to what is done before its rows are moved, where rows needn't be dropped one for one.
PREPARATIONS: dict[str, Preparation] = {
    "decision": _decisions,
    "roster_entry": _roster_entries,
    "saved_view": _saved_views,
}

#: Columns without a foreign key that name somebody who is still to be found by that name. The log
#: and receipts are not among them: what happened is not rewritten.
ALSO_NAMED = (
    ("workshop", "holder_id"),
    ("question", "helper_id"),
    ("plan", "created_by"),
    ("completion", "decided_by"),
    ("decision", "actor_id"),
    ("outgoing_letter", "created_by"),
    ("data_request", "actor_id"),
    ("account_import", "actor_id"),
)
