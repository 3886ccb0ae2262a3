"""Keeps plans: makes, changes and ends them."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from motesklar.accounts.sight import Sight
from motesklar.errors import Forbidden, NotFound
from motesklar.i18n import N_
from motesklar.review.plans import PlanForm, PlanView
from motesklar.store.database import Database
from motesklar.store.models import utcnow
from motesklar.store.review_tables import Plan


class Planning:
    """The plans that go on.

    Args:
        now: the clock, UTC without a zone.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = utcnow) -> None:
        self.database = database
        self.now = now

    def current(self, sight: Sight) -> list[PlanView]:
        """Plans about people whom the reader sees; the nearest date first, then the newest."""
        query = select(Plan).where(Plan.ended_at.is_(None)).order_by(Plan.created_at.desc())
        with self.database.transaction() as session:
            plans = [_view(plan) for plan in session.scalars(query)]
        seen = [plan for plan in plans if plan.seen_by(sight)]
        return sorted(seen, key=lambda plan: (plan.due is None, plan.due))

    def get(self, plan_id: str, sight: Sight) -> PlanView:
        """A plan that goes on.

        Raises:
            NotFound: there is none, or the reader sees nobody of it.
        """
        for plan in self.current(sight):
            if plan.id == plan_id:
                return plan
        raise NotFound(N_("There is no such plan."), N_("Choose one in the list of plans."))

    def create(self, form: PlanForm, actor_id: str) -> str:
        """Make a plan; returns its id."""
        with self.database.transaction() as session:
            plan = Plan(created_by=actor_id, created_at=self.now())
            _fill(plan, form)
            session.add(plan)
            session.flush()
            return plan.id

    def change(self, plan_id: str, form: PlanForm, sight: Sight) -> None:
        """Take a plan's new contents.

        Raises:
            NotFound: there is none.
            Forbidden: it is also about people whom the reader doesn't see.
        """
        self._check(plan_id, sight)
        with self.database.transaction() as session:
            plan = session.get_one(Plan, plan_id)
            _fill(plan, form)

    def end(self, plan_id: str, sight: Sight) -> None:
        """Nobody is late by it any more.

        Raises:
            NotFound: there is none.
            Forbidden: it is also about people whom the reader doesn't see.
        """
        self._check(plan_id, sight)
        with self.database.transaction() as session:
            session.get_one(Plan, plan_id).ended_at = self.now()

    def _check(self, plan_id: str, sight: Sight) -> None:
        if not self.get(plan_id, sight).changed_by(sight):
            raise Forbidden(
                N_("The plan is also about people whom you do not see."),
                N_("Ask an administrator to change it, or make one for your own department."),
            )


def _fill(plan: Plan, form: PlanForm) -> None:
    plan.title = form.title
    plan.everybody = form.everybody
    plan.departments = list(form.departments)
    plan.workshop_id = form.workshop or None
    plan.modules = list(form.modules)
    plan.due = form.due


def _view(plan: Plan) -> PlanView:
    return PlanView(
        id=plan.id,
        title=plan.title,
        everybody=plan.everybody,
        departments=tuple(plan.departments),
        workshop=plan.workshop_id or "",
        modules=tuple(plan.modules),
        due=plan.due,
    )
