"""Keeps the table of completion in step with nbgrader's gradebook, the facts and the decisions.

nbgrader's gradebook and the log of facts stay the truth about what is earned; the table only makes
a page of thousands of people one query. It follows each hand-in and step at once. What other
programs write into the gradebook (formgrader, `nbgrader autograde`) is noticed by SQLite's own mark
of change, and then everything is compared, in a thread, module by module.

What a reviewer has decided stands over what is earned, until it is taken back; a module that was
returned is open again as soon as something newer is handed in.
"""

import asyncio
import enum
import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from motesklar.course import Course, Module
from motesklar.exercises.gradebook import Completion, GradebookReader
from motesklar.review.completion import State
from motesklar.review.rules import Earned, MoveOn, Progress, earned, starting_state
from motesklar.store.chunks import chunks
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import Attempt, AttemptState, Fact, Person
from motesklar.store.review_tables import CompletionRow, Decision

log = logging.getLogger("motesklar.review")

_Select = Select[*tuple[Any, ...]]
#: A query, and its column of people.
_Query = tuple[_Select, Any]

#: How often the gradebook's mark of change is looked at.
LOOK_SECONDS = 2.0
#: And however busy the machine is, at least so often.
LONGEST_SECONDS = 30.0
#: Comparing everything takes at most this share of the time, however often others write.
_SHARE_OF_TIME = 0.05
#: Facts after which somebody's completion may be another.
_FOLLOWED = ("done", "graded", "regraded")


class DecidedKind(enum.StrEnum):
    """What a reviewer did; the values of `decision.kind`."""

    APPROVED = "approved"  # it is done
    RETURNED = "returned"  # it is open again, until something newer is handed in
    SET = "set"  # it is as the reviewer says, whatever is handed in
    TAKEN_BACK = "taken-back"  # it is as it is earned


class _Decided(NamedTuple):
    kind: str
    after: str
    actor_id: str
    at: datetime


@dataclass(frozen=True)
class _Known:
    """What the databases know about the people of one module; each by person id."""

    results: Mapping[str, Completion]
    steps: Mapping[str, datetime]
    decided: Mapping[str, _Decided]
    newest: Mapping[str, datetime]
    versions: Mapping[str, str]

    def people(self) -> set[str]:
        """Everybody there is something to say about."""
        return {*self.results, *self.steps, *self.decided}


class Projection:
    """The table `completion`.

    Args:
        course: gives the course as it is published now.
        move_on: module to rule, where it isn't `Passed`.
        enough_share: how much of a module's points is enough for the certificate.
    """

    def __init__(
        self,
        database: Database,
        gradebook: GradebookReader,
        facts: FactLog,
        course: Callable[[], Course],
        move_on: Mapping[str, str],
        enough_share: float,
    ) -> None:
        self.database = database
        self.gradebook = gradebook
        self.facts = facts
        self.course = course
        self.move_on = move_on
        self.enough_share = enough_share
        self._one_at_a_time = Lock()
        self._stale = False
        self._watching: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    def start(self) -> None:
        """Compare everything now, follow what happens, and watch the gradebook until `close`."""
        self._unsubscribe = self.facts.subscribe(self._follow)
        self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Stop; safe to call twice, and without `start`."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        task, self._watching = self._watching, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def rule(self, module: str) -> MoveOn:
        """What completes a module."""
        return MoveOn(self.move_on.get(module, MoveOn.PASSED))

    def starting_state(self, module: str) -> State:
        """The state of people who have no row in the table."""
        return starting_state(self.rule(module))

    def refresh(self, people: Collection[str] | None = None, module: str | None = None) -> int:
        """Bring rows up to date; safe from any thread, and twice it changes nothing.

        Args:
            people: only theirs; None is everybody.
            module: only that module's; None is every module of the course.

        Returns:
            How many rows are other than before.

        Raises:
            NotFound: the course has no such module.
        """
        course = self.course()
        modules = course.modules if module is None else (course.module(module),)
        return sum(self._refresh(each, people) for each in modules)

    def _refresh(self, module: Module, people: Collection[str] | None) -> int:
        # two at once would both find the same row missing
        with self._one_at_a_time:
            changed = 0
            for some in _chunks(people):
                known = self._known(module, some)
                with self.database.transaction() as session:
                    changed += self._save(session, module, known, some)
            return changed

    def _known(self, module: Module, people: list[str] | None) -> _Known:
        found = self.gradebook.completions(people=people, module=module.name)
        results = {person: theirs[module.name] for person, theirs in found.items()}
        by_steps = not self._by_points(module)
        with self.database.transaction() as session:
            return _Known(
                results,
                steps=_pairs(session, _steps_query(module, people)) if by_steps else {},
                decided={
                    row.person_id: _Decided(row.kind, row.after, row.actor_id, row.at)
                    for row in session.execute(_of(people, *_decided_query(module)))
                },
                newest=_pairs(session, _of(people, *_newest_query(module))),
                versions=_pairs(session, _of(people, *_versions_query(module))),
            )

    def _save(
        self, session: Session, module: Module, known: _Known, people: list[str] | None
    ) -> int:
        columns = CompletionRow.__table__.columns
        query = select(*columns).where(CompletionRow.module == module.name)
        rows = session.execute(_of(people, query, CompletionRow.person_id)).mappings()
        before = {row["person_id"]: dict(row) for row in rows}
        # whoever has been erased is still in the gradebook for a moment
        there = set(session.scalars(_of(people, select(Person.id), Person.id)))
        after = {
            person: row
            for person in known.people() & there
            if (row := self._row(person, module, known, before.get(person))) is not None
        }
        gone = [person for person in before if person not in after]
        changed = [row for person, row in after.items() if before.get(person) != row]
        for some in chunks(gone):
            session.execute(
                delete(CompletionRow).where(
                    CompletionRow.module == module.name, CompletionRow.person_id.in_(some)
                )
            )
        _upsert(session, changed)
        return len(gone) + len(changed)

    def _row(
        self, person: str, module: Module, known: _Known, before: dict[str, Any] | None
    ) -> dict[str, Any] | None:
        """A person's row; None where there is nothing to keep."""
        result = known.results.get(person)
        rule = self.rule(module.name)
        progress = Progress(
            share=result.share if result else None,
            handed_in_at=result.at if result else None,
            steps_at=known.steps.get(person),
            graded=bool(module.exercises),
        )
        own = earned(rule, progress, self.enough_share)
        decided = _standing(known.decided.get(person), known.newest.get(person), result)
        if decided is None and result is None and own.state is starting_state(rule):
            return None
        return {
            "person_id": person,
            "module": module.name,
            "state": decided.after if decided else own.state.value,
            "earned": own.state.value,
            "at": _since(decided, own),
            "version": _version(module, result, known.versions.get(person), own, before),
            "waiting": bool(result and result.waiting),
            "share": result.share if result else None,
            "enough": decided.after == State.DONE if decided else own.enough,
            "decided_by": decided.actor_id if decided else None,
        }

    def _follow(self, fact: FactRecord) -> None:
        """Keep one person's module up to date after a fact about it."""
        if fact.kind not in _FOLLOWED or self._says_nothing(fact):
            return
        try:
            self.refresh([fact.person_id], fact.module)
        except Exception:
            # what somebody did is saved; the table catches up at the next look
            log.exception("a person's completion could not be brought up to date yet")
            self._stale = True

    def _says_nothing(self, fact: FactRecord) -> bool:
        """Whether a step was done in a module whose steps don't count."""
        module = next((one for one in self.course().modules if one.name == fact.module), None)
        if module is None:
            return True
        return fact.kind == "done" and self._by_points(module)

    def _by_points(self, module: Module) -> bool:
        """Whether the points alone decide, and no step does."""
        return bool(module.exercises) and self.rule(module.name) is MoveOn.PASSED

    async def _watch(self) -> None:
        mark: int | None = None
        while True:
            spent = 0.0
            try:
                now = await asyncio.to_thread(self.gradebook.change_mark)
                if now != mark or self._stale:
                    self._stale = False
                    started = time.monotonic()
                    await self._compare(at_start=mark is None)
                    spent, mark = time.monotonic() - started, now
            except Exception:
                log.exception("completion could not be compared with the gradebook; tried again")
            await asyncio.sleep(min(LONGEST_SECONDS, max(LOOK_SECONDS, spent / _SHARE_OF_TIME)))

    async def _compare(self, *, at_start: bool) -> None:
        changed = 0
        for module in self.course().modules:
            changed += await asyncio.to_thread(self.refresh, None, module.name)
        if changed:
            when = "at start" if at_start else "after others wrote in the gradebook"
            log.info("completion compared with the gradebook %s: %d rows changed", when, changed)


def _standing(
    decided: _Decided | None, newest: datetime | None, result: Completion | None
) -> _Decided | None:
    """The decision that holds; None where what is earned does."""
    if decided is None or decided.kind == DecidedKind.TAKEN_BACK:
        return None
    if decided.kind == DecidedKind.RETURNED:
        times = [at for at in (newest, result.at if result else None) if at is not None]
        if times and max(times) > decided.at:
            return None
    return decided


def _since(decided: _Decided | None, own: Earned) -> datetime | None:
    if decided is None or decided.kind == DecidedKind.RETURNED:
        return own.at
    return None if decided.after == State.NOT_YET else decided.at


def _version(
    module: Module,
    result: Completion | None,
    version: str | None,
    own: Earned,
    before: dict[str, Any] | None,
) -> str:
    """Which version a row is about: the hand-in's, or the one whose last step was done."""
    if result is not None:
        return result.archived or version or ""
    if before is not None and before["earned"] == own.state.value:
        return str(before["version"])
    return module.version


def _steps_query(module: Module, people: list[str] | None) -> _Select:
    """When each person had done every step, for the first time."""
    steps = [step.id for step in module.steps]
    each = _of(
        people,
        select(Fact.person_id, Fact.step, func.min(Fact.at).label("at"))
        .where(Fact.module == module.name, Fact.kind == "done", Fact.step.in_(steps))
        .group_by(Fact.person_id, Fact.step),
        Fact.person_id,
    ).subquery()
    return (
        select(each.c.person_id, func.max(each.c.at))
        .group_by(each.c.person_id)
        .having(func.count() == len(steps))
    )


def _decided_query(module: Module) -> _Query:
    """Each person's last decision."""
    later = aliased(Decision)
    newer = (
        select(later.id)
        .where(
            later.person_id == Decision.person_id,
            later.module == Decision.module,
            later.number > Decision.number,
        )
        .exists()
    )
    query = select(
        Decision.person_id, Decision.kind, Decision.after, Decision.actor_id, Decision.at
    ).where(Decision.module == module.name, ~newer)
    return query, Decision.person_id


def _newest_query(module: Module) -> _Query:
    """When each person last handed in something that has been graded."""
    query = (
        select(Attempt.person_id, func.max(Attempt.handed_in_at))
        .where(Attempt.module == module.name, Attempt.state == AttemptState.GRADED)
        .group_by(Attempt.person_id)
    )
    return query, Attempt.person_id


def _versions_query(module: Module) -> _Query:
    """The version of each person's hand-in that counts."""
    query = select(Attempt.person_id, Attempt.version).where(
        Attempt.module == module.name, Attempt.promoted
    )
    return query, Attempt.person_id


def _of(people: list[str] | None, query: _Select, column: Any) -> _Select:
    return query if people is None else query.where(column.in_(people))


def _pairs(session: Session, query: _Select) -> dict[str, Any]:
    return {row[0]: row[1] for row in session.execute(query)}


def _chunks(people: Collection[str] | None) -> Iterable[list[str] | None]:
    """The people, some at a time; None, which is everybody, whole."""
    return [None] if people is None else chunks(people)


def _upsert(session: Session, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(CompletionRow)
    changed = {
        column.name: statement.excluded[column.name]
        for column in CompletionRow.__table__.columns
        if not column.primary_key
    }
    session.execute(
        statement.on_conflict_do_update(index_elements=["person_id", "module"], set_=changed), rows
    )
