"""Who a letter goes to, and what is left for them: questions to the database."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from motesklar.errors import NotFound
from motesklar.i18n import N_
from motesklar.letters.states import Kind
from motesklar.letters.writing import About
from motesklar.review.members import belongs
from motesklar.store.chunks import chunks
from motesklar.store.models import Fact, Person
from motesklar.store.people_tables import OutgoingLetter
from motesklar.store.review_tables import CompletionRow, Plan

_DONE = "done"


class UnknownChoice(NotFound):
    """There is no such department, plan or person to write to."""

    message = N_("There is nobody like that to write to.")
    next_step = N_("Go back and choose again.")


def people_of(session: Session, whom: str) -> list[str]:
    """Ids of the people that an administrator's choice means, leavers left out.

    Args:
        session: the database's.
        whom: `everybody`, `department:<name>` or `plan:<id>`, of whom those who have begun the
            course need no invitation; or `person:<id>`.

    Raises:
        UnknownChoice: there is no such thing.
    """
    kind, _, name = whom.partition(":")
    begun = exists().where(Fact.person_id == Person.id)
    if kind == "person":
        condition: ColumnElement[bool] = Person.id == name
    elif whom == "everybody":
        condition = ~begun
    elif kind == "department":
        condition = (Person.department == name) & ~begun
    elif kind == "plan" and (plan := session.get(Plan, name)) is not None:
        condition = plan_condition(plan) & ~begun
    else:
        raise UnknownChoice
    people = list(session.scalars(select(Person.id).where(condition, Person.left_at.is_(None))))
    if kind == "person" and not people:
        raise UnknownChoice
    return people


def members_of(session: Session, plan: Plan) -> list[str]:
    """Ids of the people of a plan, leavers left out."""
    query = select(Person.id).where(plan_condition(plan), Person.left_at.is_(None))
    return list(session.scalars(query))


def plan_condition(plan: Plan) -> ColumnElement[bool]:
    """Whether a person belongs to a plan, as a condition of a query."""
    return belongs(
        everybody=plan.everybody, departments=plan.departments, workshop_id=plan.workshop_id
    )


def running_plans(session: Session) -> list[Plan]:
    """The plans that are not ended, the one that is due first before the others."""
    plans = session.scalars(select(Plan).where(Plan.ended_at.is_(None)))
    return sorted(plans, key=lambda plan: (plan.due is None, plan.due, plan.title))


def reminded(session: Session, plan_id: str, since: datetime) -> set[str]:
    """Who has got a reminder of a plan since then, or soon gets one."""
    query = select(OutgoingLetter.person_id).where(
        OutgoingLetter.kind == Kind.REMINDER,
        OutgoingLetter.plan_id == plan_id,
        OutgoingLetter.created_at >= since,
    )
    return set(session.scalars(query))


class Remaining:
    """What is left of the course for people.

    Args:
        modules: names of the course's modules as it is published now.
        starts_done: whether a module needs nothing of people of whom nothing is known.
    """

    def __init__(
        self,
        modules: Callable[[], Sequence[str]],
        starts_done: Callable[[str], bool] = lambda _module: False,
    ) -> None:
        self.modules = modules
        self.starts_done = starts_done

    def wanted(self, plan: Plan | None) -> About:
        """What a plan wants, in the order of the course; without one all of the course."""
        modules = self.modules()
        if plan is None:
            return About(modules)
        return About([module for module in modules if module in plan.modules], plan.due)

    def left(
        self, session: Session, people: Collection[str], plan: Plan | None
    ) -> dict[str, About]:
        """Person to what is left of what a plan wants; nobody stands there who has done it all."""
        wanted = self.wanted(plan)
        undone = {module for module in wanted.modules if not self.starts_done(module)}
        known: dict[str, dict[str, bool]] = {}
        for chunk in chunks(people):
            query = select(CompletionRow.person_id, CompletionRow.module, CompletionRow.state)
            query = query.where(CompletionRow.person_id.in_(chunk))
            for person, module, state in session.execute(query):
                known.setdefault(person, {})[module] = state != _DONE
        left = {}
        for person in people:
            theirs = known.get(person, {})
            modules = [m for m in wanted.modules if theirs.get(m, m in undone)]
            if modules:
                left[person] = About(modules, wanted.due)
        return left
