"""The people whom a filter chooses, as one query of the course database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from babel.dates import LOCALTZ
from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import aliased

from motesklar.accounts.sight import Sight
from motesklar.review.completion import State
from motesklar.review.filters import PLANNED, WHOLE_COURSE, Due, Filter, Whole
from motesklar.review.members import belongs, in_workshop
from motesklar.review.plans import PlanView
from motesklar.review.projection import DecidedKind
from motesklar.store.alphabet import alphabetical, alphabetical_key
from motesklar.store.models import Attempt, AttemptState, Person
from motesklar.store.review_tables import CompletionRow, Decision

_Condition = ColumnElement[bool]
_IS_DONE = CompletionRow.state == State.DONE.value
_LIKE_ESCAPE = "\\"
#: Whoever has such rows is found once and kept beside a walk through the people in the order of an
#: index. Without the sign SQLite would look the people up one by one and sort them afterwards.
_EACH = literal_column("+person.id", String)
#: Counting goes through an index that has people's modules side by side; with the bare column
#: SQLite would take one that has not, and sort more than a hundred thousand rows.
_MODULE = literal_column("+completion.module", String)


class Selection:
    """Builds queries over people.

    Args:
        starting: module to the state of people who have no row, in the order of the course.
        sight: the reader's.
        plans: those that go on and the reader sees, by id.
        today: the day on the server's clock.
    """

    def __init__(
        self,
        starting: Mapping[str, State],
        sight: Sight,
        plans: Mapping[str, PlanView],
        today: date,
    ) -> None:
        self.starting = starting
        self.sight = sight
        self.plans = plans
        self.today = today

    def people(self, chosen: Filter) -> Select[str]:
        """Ids of the people, in the order of their names, turned where the filter turns that.

        That order is an index. Any other is quicker made of it than by the database: `in_order`.
        """
        query = select(Person.id).where(*self._conditions(chosen))
        name = alphabetical(Person.name)
        if chosen.sort == "-name":
            return query.order_by(name.desc(), Person.id.desc())
        return query.order_by(name, Person.id)

    def count(self, chosen: Filter) -> Select[int]:
        """How many people there are."""
        return select(func.count()).select_from(Person).where(*self._conditions(chosen))

    def sort_values(self, chosen: Filter) -> Select[str, Any]:
        """(id, what is sorted by) of everybody who has such a value, for an order not by name."""
        match chosen.sort_key:
            case "department":
                return select(Person.id, Person.department)
            case "done":
                counted = select(CompletionRow.person_id, func.count())
                return counted.where(_IS_DONE, _MODULE.in_(list(self.starting))).group_by(
                    CompletionRow.person_id
                )
            case module:
                # text as it is stored has the same order, and is not made into thousands of times
                at = type_coerce(CompletionRow.at, String)
                known = CompletionRow.at.is_not(None)
                query = select(CompletionRow.person_id, at)
                return query.where(CompletionRow.module == module, known)

    def _conditions(self, chosen: Filter) -> list[_Condition]:
        found = [self.sight.where(Person.department)]
        if not chosen.left:
            found.append(Person.left_at.is_(None))
        if chosen.q:
            key = _escaped(alphabetical_key(chosen.q))
            found.append(alphabetical(Person.name).like(f"%{key}%", escape=_LIKE_ESCAPE))
        if chosen.department:
            found.append(Person.department == chosen.department)
        if chosen.workshop:
            found.append(in_workshop(chosen.workshop))
        if chosen.plan:
            found.append(_meant(self.plans[chosen.plan]))
        if chosen.show:
            found.append(self._shown(chosen))
        if chosen.since or chosen.until:
            found.append(self._between(chosen))
        return found

    def _shown(self, chosen: Filter) -> _Condition:
        if chosen.about == PLANNED:
            plans = [self.plans[chosen.plan]] if chosen.plan else list(self.plans.values())
            return self._left_of(plans, Due(chosen.state))
        if chosen.about == WHOLE_COURSE:
            return self._whole(Whole(chosen.state))
        return self._in_state(chosen.about, State(chosen.state))

    def _in_state(self, module: str, state: State) -> _Condition:
        here = CompletionRow.module == module
        if state is self.starting[module]:
            # whoever has no row is in it, too
            return _EACH.not_in(_who(here, CompletionRow.state != state.value))
        return _EACH.in_(_who(here, CompletionRow.state == state.value))

    def _whole(self, whole: Whole) -> _Condition:
        match whole:
            case Whole.DONE:
                return self._has_done(list(self.starting))
            case Whole.NOT_DONE:
                return ~self._has_done(list(self.starting))
            case Whole.WAITING:
                return _EACH.in_(_who(CompletionRow.waiting.is_(true())))
            case Whole.AGAIN:
                return _EACH.in_(_handed_in_again())
            case Whole.FAILED:
                return _EACH.in_(_failed())
            case Whole.DECIDED:
                return _EACH.in_(_who(CompletionRow.decided_by.is_not(None)))

    def _has_done(self, modules: Sequence[str]) -> _Condition:
        asked = [name for name in modules if self.starting[name] is not State.DONE]
        free = [name for name in modules if self.starting[name] is State.DONE]
        all_done = _who(_IS_DONE, _MODULE.in_(asked)).group_by(CompletionRow.person_id)
        return and_(
            _EACH.in_(all_done.having(func.count() == len(asked))) if asked else true(),
            _EACH.not_in(_who(CompletionRow.module.in_(free), ~_IS_DONE)) if free else true(),
        )

    def _left_of(self, plans: Sequence[PlanView], due: Due) -> _Condition:
        """Whether something of a plan with such a date is left."""
        wanted = [plan for plan in plans if due is Due.ANY or plan.when(self.today) is due]
        modules = {
            plan.id: [name for name in plan.modules if name in self.starting] for plan in wanted
        }
        return or_(
            false(), *(and_(_meant(plan), ~self._has_done(modules[plan.id])) for plan in wanted)
        )

    def _between(self, chosen: Filter) -> _Condition:
        conditions: list[_Condition] = [CompletionRow.at.is_not(None)]
        if chosen.since:
            conditions.append(CompletionRow.at >= _begins(chosen.since))
        if chosen.until:
            conditions.append(CompletionRow.at < _begins(chosen.until + timedelta(days=1)))
        if chosen.about in self.starting:
            conditions.append(CompletionRow.module == chosen.about)
        else:
            conditions.append(CompletionRow.module.in_(list(self.starting)))
        # asked person by person: it is an index, and most pages end after fifty
        return exists().where(CompletionRow.person_id == Person.id, *conditions)


def in_order(people: Sequence[str], values: Mapping[str, Any], chosen: Filter) -> list[str]:
    """Ids that come in the order of names, in the order that the filter asks for.

    Where there is nothing to sort by, people come last, whichever way it is turned.

    Args:
        people: theirs.
        values: what somebody is sorted by; `Selection.sort_values`.
        chosen: the filter.
    """
    if chosen.sort_key == "done":
        keys = {person: values.get(person, 0) for person in people}
    elif chosen.sort_key == "department":
        # there are few departments, and many people in each
        places = {name: alphabetical_key(name) for name in set(values.values())}
        keys = {person: places[values[person]] for person in people if person in values}
    else:
        keys = {person: values[person] for person in people if person in values}
    known = [person for person in people if person in keys]
    known.sort(key=keys.__getitem__, reverse=chosen.descending)
    return known + [person for person in people if person not in keys]


def _who(*conditions: _Condition) -> Select[str]:
    return select(CompletionRow.person_id).where(*conditions)


def _meant(plan: PlanView) -> _Condition:
    """Whether a plan is about somebody."""
    return belongs(
        everybody=plan.everybody, departments=plan.departments, workshop_id=plan.workshop
    )


def _handed_in_again() -> Select[str]:
    """Who has handed in a module after it was returned, with nobody having looked since."""
    later = aliased(Decision)
    return select(Decision.person_id).where(
        Decision.kind == DecidedKind.RETURNED.value,
        ~exists().where(
            later.person_id == Decision.person_id,
            later.module == Decision.module,
            later.number > Decision.number,
        ),
        exists().where(
            Attempt.person_id == Decision.person_id,
            Attempt.module == Decision.module,
            Attempt.state == AttemptState.GRADED,
            Attempt.handed_in_at > Decision.at,
        ),
    )


def _failed() -> Select[str]:
    """Whose last hand-in of a module could not be graded."""
    later = aliased(Attempt)
    return select(Attempt.person_id).where(
        Attempt.state == AttemptState.FAILED,
        ~exists().where(
            later.person_id == Attempt.person_id,
            later.module == Attempt.module,
            later.handed_in_at > Attempt.handed_in_at,
        ),
    )


def _begins(day: date) -> datetime:
    """When a day of the server's clock begins, in UTC without a zone."""
    return datetime.combine(day, time(), LOCALTZ).astimezone(UTC).replace(tzinfo=None)


def _escaped(text: str) -> str:
    for special in (_LIKE_ESCAPE, "%", "_"):
        text = text.replace(special, _LIKE_ESCAPE + special)
    return text
