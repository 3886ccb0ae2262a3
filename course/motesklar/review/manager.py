"""Decides what reviewers see: people × modules, chosen by the databases as far as they can."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from motesklar.course import Course, Module
from motesklar.errors import NotFound
from motesklar.i18n import N_
from motesklar.review.completion import (
    WHOLE_COURSE,
    CompletionSource,
    DoneByFacts,
    Filter,
    Line,
    Result,
    cells_of,
)
from motesklar.store.database import Database
from motesklar.store.models import AuditEntry, Fact, Person, utcnow

PAGE_SIZE = 50
#: More people at once are quicker read from the gradebook by reading it whole.
_NAMED_MAX = 500
#: `audit_entry.subject`
_SUBJECT_MAX = 120

#: SQLite's own order ends at Z and puts Å before Ä only by chance of their code points; with these
#: replaced it is the Swedish alphabet, on PostgreSQL as well.
_SWEDISH_ORDER = (
    ("Å", "zza"), ("å", "zza"), ("Ä", "zzb"), ("ä", "zzb"), ("Æ", "zzb"), ("æ", "zzb"),
    ("Ö", "zzc"), ("ö", "zzc"), ("Ø", "zzc"), ("ø", "zzc"),
    ("É", "e"), ("é", "e"), ("È", "e"), ("è", "e"), ("Ü", "y"), ("ü", "y"), ("Á", "a"), ("á", "a"),
)  # fmt: skip


@dataclass(frozen=True)
class ReviewPage:
    """Some of the people whom a filter chooses.

    Args:
        total: how many it chooses in all.
        number: this page, from 1, of `pages`.
    """

    lines: list[Line]
    total: int
    number: int
    pages: int


class Review:
    """Completion for reviewers.

    Args:
        exercises: tells results from nbgrader's gradebook.
        course: gives the course as it is published now.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        database: Database,
        exercises: CompletionSource,
        course: Callable[[], Course],
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.database = database
        self.exercises = exercises
        self.course = course
        self.now = now

    def departments(self) -> list[str]:
        """The departments that people belong to, in alphabetical order."""
        query = select(Person.department).where(Person.department != "").distinct()
        with self.database.transaction() as session:
            return sorted(session.scalars(query), key=str.casefold)

    def page(self, chosen: Filter, number: int = 1) -> ReviewPage:
        """One page of the people whom the filter chooses.

        Raises:
            NotFound: there are fewer pages.
        """
        people = self._choose(chosen)
        pages = max(1, -(-len(people) // PAGE_SIZE))
        if not 1 <= number <= pages:
            raise NotFound(N_("The list is not that long."), N_("Go to its first page."))
        shown = people[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        return ReviewPage(self._lines(shown), len(people), number, pages)

    def lines(self, chosen: Filter) -> list[Line]:
        """Everybody whom the filter chooses, in its order: all pages in one."""
        return self._lines(self._choose(chosen))

    def note(self, actor_id: str, action: str, chosen: Filter) -> None:
        """Log who looked, and at what, without saying whom they saw."""
        with self.database.transaction() as session:
            session.add(
                AuditEntry(
                    at=self.now(),
                    actor_id=actor_id,
                    action=action,
                    subject=chosen.told()[:_SUBJECT_MAX],
                )
            )

    def _choose(self, chosen: Filter) -> list[str]:
        """Ids of the people, in order."""
        with self.database.transaction() as session:
            people = list(session.scalars(_people_query(chosen)))
        if chosen.state is None:
            return people
        modules = [
            module
            for module in self.course().modules
            if chosen.module in (WHOLE_COURSE, module.name)
        ]
        results = self._results(modules, None)
        names = [module.name for module in modules]
        return [
            person for person in people if chosen.wants(cells_of(names, results.get(person, {})))
        ]

    def _lines(self, people: Sequence[str]) -> list[Line]:
        named = people if len(people) <= _NAMED_MAX else None
        query = select(Person.id, Person.name, Person.department)
        if named is not None:
            query = query.where(Person.id.in_(named))
        with self.database.transaction() as session:
            known = {row.id: row for row in session.execute(query)}
        modules = self.course().modules
        results = self._results(modules, named)
        names = [module.name for module in modules]
        return [
            Line(
                person_id=person,
                name=known[person].name,
                department=known[person].department,
                cells=tuple(cells_of(names, results.get(person, {})).values()),
            )
            for person in people
            # somebody may have been erased since they were chosen
            if person in known
        ]

    def _results(
        self, modules: Sequence[Module], people: Collection[str] | None
    ) -> dict[str, dict[str, Result]]:
        """Person to module to result, in `modules` at least; None is everybody."""
        only = modules[0].name if len(modules) == 1 else None
        found = self.exercises.completions(people=people, module=only)
        results: dict[str, dict[str, Result]] = {
            person: dict(theirs) for person, theirs in found.items()
        }
        for module in modules:
            if not module.exercises:
                for person, at in self._done_by_facts(module, people):
                    results.setdefault(person, {})[module.name] = DoneByFacts(at)
        return results

    def _done_by_facts(
        self, module: Module, people: Collection[str] | None
    ) -> list[tuple[str, datetime]]:
        """Who has done every step of a module that has nothing to hand in, and when."""
        steps = [step.id for step in module.steps]
        first = select(Fact.person_id, Fact.step, func.min(Fact.at).label("at")).where(
            Fact.module == module.name, Fact.kind == "done", Fact.step.in_(steps)
        )
        if people is not None:
            first = first.where(Fact.person_id.in_(people))
        each = first.group_by(Fact.person_id, Fact.step).subquery()
        query = (
            select(each.c.person_id, func.max(each.c.at))
            .group_by(each.c.person_id)
            .having(func.count() == len(steps))
        )
        with self.database.transaction() as session:
            return [(person, at) for person, at in session.execute(query)]


def _people_query(chosen: Filter) -> Select[Any]:
    key = _alphabetical(Person.name)
    query = select(Person.id).order_by(key.desc() if chosen.descending else key, Person.id)
    if chosen.department:
        query = query.where(Person.department == chosen.department)
    return query


def _alphabetical(column: Any) -> ColumnElement[str]:
    text: ColumnElement[str] = column
    for letter, key in _SWEDISH_ORDER:
        text = func.replace(text, letter, key)
    return func.lower(text)
