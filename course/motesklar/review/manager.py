"""Decides what reviewers see: people × modules, chosen by the database alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from motesklar.accounts.sight import Sight, sight_of
from motesklar.clock import local_day
from motesklar.course import Course
from motesklar.errors import NotFound
from motesklar.i18n import N_
from motesklar.review.completion import Cell, Line, Result, State, Stored, cells_in_order
from motesklar.review.filters import (
    PLANNED,
    WHOLE_COURSE,
    Due,
    Filter,
    Known,
    Whole,
    query_of,
    read_filter,
)
from motesklar.review.planning import Planning
from motesklar.review.plans import PlanView
from motesklar.review.selection import Selection, in_order
from motesklar.store.alphabet import alphabetical
from motesklar.store.audit import note
from motesklar.store.chunks import chunks
from motesklar.store.database import Database
from motesklar.store.models import Person, Workshop, utcnow
from motesklar.store.review_tables import CompletionRow

PAGE_SIZE = 50
#: Characters of a version that tell it from others.
VERSION_SHOWN = 7


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


@dataclass(frozen=True)
class Need:
    """Something that waits for a reviewer.

    Args:
        people: how many it is about.
        chosen: shows them.
        plan: what is late; None where it isn't about a plan.
    """

    people: int
    chosen: Filter
    plan: PlanView | None = None


class Review:
    """Completion for reviewers.

    Args:
        course: gives the course as it is published now.
        starting_state: module to the state of people who have done nothing in it.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        database: Database,
        course: Callable[[], Course],
        starting_state: Callable[[str], State],
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.database = database
        self.course = course
        self.starting_state = starting_state
        self.now = now
        self.plans = Planning(database, now)

    def sight(self, person_id: str) -> Sight:
        """Whose data somebody sees; nothing for a person there is none of."""
        with self.database.transaction() as session:
            person = session.get(Person, person_id)
            return sight_of(person) if person is not None else Sight()

    def departments(self, sight: Sight) -> list[str]:
        """The departments that people belong to and the reader sees, in alphabetical order."""
        query = select(Person.department).where(
            Person.department != "", sight.where(Person.department)
        )
        query = query.group_by(Person.department).order_by(alphabetical(Person.department))
        with self.database.transaction() as session:
            return list(session.scalars(query))

    def workshops(self) -> list[tuple[str, str, datetime]]:
        """(id, title, day) of all workshops, the newest first."""
        query = select(Workshop).order_by(Workshop.created_at.desc(), Workshop.id)
        with self.database.transaction() as session:
            return [
                (one.id, one.title, one.starts_at or one.created_at)
                for one in session.scalars(query)
            ]

    def read(self, query: Mapping[str, str], sight: Sight) -> Filter:
        """The filter of an address.

        Raises:
            BadRequest: it names something that there is none of, or that the reader doesn't see.
        """
        wants_workshop = bool(query.get("workshop"))
        known = Known(
            modules=[module.name for module in self.course().modules],
            departments=self.departments(sight) if query.get("department") else (),
            plans=[plan.id for plan in self.plans.current(sight)] if query.get("plan") else (),
            workshops=[id_ for id_, _, _ in self.workshops()] if wants_workshop else (),
        )
        return read_filter(query, known)

    def page(self, chosen: Filter, sight: Sight, number: int = 1) -> ReviewPage:
        """One page of the people whom the filter chooses.

        Raises:
            NotFound: there are fewer pages.
        """
        selection = self._selection_for(chosen, sight)
        with self.database.transaction() as session:
            # the one order that the database has ready; counting parts of names apart would cost
            # more than the whole list, which comes from an index of the names
            if chosen.sort_key == "name" and not chosen.q:
                total = session.scalar(selection.count(chosen)) or 0
                first = _first(number, total)
                query = selection.people(chosen).limit(PAGE_SIZE).offset(first)
                shown = list(session.scalars(query))
            else:
                people = self._choose(session, chosen, selection)
                total = len(people)
                first = _first(number, total)
                shown = people[first : first + PAGE_SIZE]
            return ReviewPage(self._lines(session, shown), total, number, _pages(total))

    def people_of(self, query: str, sight: Sight) -> list[str]:
        """Ids of everybody whom a filter chooses that was kept as text, in its order.

        Raises:
            BadRequest: it names something that there is none of.
        """
        return self.chosen(self.read(query_of(query), sight), sight)

    def chosen(self, chosen: Filter, sight: Sight) -> list[str]:
        """Ids of everybody whom the filter chooses, in its order."""
        selection = self._selection_for(chosen, sight)
        with self.database.transaction() as session:
            return self._choose(session, chosen, selection)

    def count(self, chosen: Filter, sight: Sight) -> int:
        """How many people the filter chooses."""
        selection = self._selection(sight, self.plans.current(sight))
        with self.database.transaction() as session:
            return session.scalar(selection.count(chosen)) or 0

    def in_sight(self, people: Sequence[str], sight: Sight) -> list[str]:
        """Those of `people` whom the reader sees, in their order."""
        found: set[str] = set()
        with self.database.transaction() as session:
            for some in chunks(people):
                query = select(Person.id).where(Person.id.in_(some), sight.where(Person.department))
                found |= set(session.scalars(query))
        return [person for person in people if person in found]

    def lines(self, people: Sequence[str]) -> Iterator[Line]:
        """A line for each of `people`, in their order; read some at a time."""
        for some in chunks(people):
            with self.database.transaction() as session:
                found = self._lines(session, some)
            yield from found

    def needs(self, sight: Sight) -> list[Need]:
        """What waits for a reviewer, the most urgent first; nothing where nothing does."""
        today = local_day(self.now())
        asked: list[tuple[Filter, PlanView | None]] = [
            (Filter(show=f"{WHOLE_COURSE}:{whole}"), None)
            for whole in (Whole.WAITING, Whole.AGAIN, Whole.FAILED)
        ]
        plans = self.plans.current(sight)
        asked += [
            (Filter(plan=plan.id, show=f"{PLANNED}:{Due.LATE}"), plan)
            for plan in plans
            if plan.when(today) is Due.LATE
        ]
        selection = self._selection(sight, plans)
        with self.database.transaction() as session:
            counted = [
                Need(session.scalar(selection.count(chosen)) or 0, chosen, plan)
                for chosen, plan in asked
            ]
        return [need for need in counted if need.people]

    def results_of(self, person_id: str) -> Mapping[str, Result]:
        """A person's result in each module in which there is one."""
        starting = self._starting()
        results: dict[str, Result] = {
            module: Stored(done=True, share=None, enough=True, at=None)
            for module, state in starting.items()
            if state is State.DONE
        }
        query = select(CompletionRow).where(CompletionRow.person_id == person_id)
        with self.database.transaction() as session:
            for row in session.scalars(query):
                done = row.state == State.DONE.value
                results[row.module] = Stored(done, row.share, row.enough, row.at)
        return {module: results[module] for module in starting if module in results}

    def note(self, actor_id: str, action: str, subject: str) -> None:
        """Log who looked, and at what, without saying whom they saw."""
        note(self.database, self.now(), actor_id, action, subject)

    def _starting(self) -> dict[str, State]:
        return {one.name: self.starting_state(one.name) for one in self.course().modules}

    def _selection(self, sight: Sight, plans: Sequence[PlanView]) -> Selection:
        by_id = {plan.id: plan for plan in plans}
        return Selection(self._starting(), sight, by_id, local_day(self.now()))

    def _selection_for(self, chosen: Filter, sight: Sight) -> Selection:
        needs_plans = chosen.plan or chosen.about == PLANNED
        return self._selection(sight, self.plans.current(sight) if needs_plans else [])

    @staticmethod
    def _choose(session: Session, chosen: Filter, selection: Selection) -> list[str]:
        people = list(session.scalars(selection.people(chosen)))
        if chosen.sort_key == "name":
            return people
        values = {row[0]: row[1] for row in session.execute(selection.sort_values(chosen))}
        return in_order(people, values, chosen)

    def _lines(self, session: Session, people: Sequence[str]) -> list[Line]:
        who = select(Person.id, Person.name, Person.department, Person.left_at)
        known = {row.id: row for row in session.execute(who.where(Person.id.in_(people)))}
        columns = select(
            CompletionRow.person_id,
            CompletionRow.module,
            CompletionRow.state,
            CompletionRow.at,
            CompletionRow.version,
            CompletionRow.decided_by,
        )
        rows = session.execute(columns.where(CompletionRow.person_id.in_(people))).all()
        deciders = _names(session, {row.decided_by for row in rows if row.decided_by})
        cells: dict[str, dict[str, Cell]] = {}
        for person, module, state, at, version, decided_by in rows:
            set_by = deciders.get(decided_by, "?") if decided_by else ""
            cells.setdefault(person, {})[module] = Cell(
                State(state), at, version[:VERSION_SHOWN], set_by
            )
        starting = self._starting()
        return [
            Line(
                person_id=person,
                name=known[person].name,
                department=known[person].department,
                cells=cells_in_order(starting, cells.get(person, {})),
                left_at=known[person].left_at,
            )
            for person in people
            # somebody may have been erased since they were chosen
            if person in known
        ]


def _pages(total: int) -> int:
    return max(1, -(-total // PAGE_SIZE))


def _first(number: int, total: int) -> int:
    """How many people come before a page.

    Raises:
        NotFound: there is no such page.
    """
    if not 1 <= number <= _pages(total):
        raise NotFound(N_("The list is not that long."), N_("Go to its first page."))
    return (number - 1) * PAGE_SIZE


def _names(session: Session, people: set[str]) -> dict[str, str]:
    if not people:
        return {}
    query = select(Person.id, Person.name).where(Person.id.in_(people))
    return {row.id: row.name for row in session.execute(query)}
