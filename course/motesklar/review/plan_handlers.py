"""Plans: the list of them, a new one, and one to change or end."""

from collections.abc import Mapping, Sequence

from babel.dates import format_date
from tornado.web import RequestHandler

from motesklar.accounts.forms import FieldError
from motesklar.accounts.sight import Sight
from motesklar.review.filters import PLANNED, Due, Filter
from motesklar.review.handlers import ReviewHandler
from motesklar.review.plans import TITLE_MAX, BadPlan, PlanForm, PlanView, read_plan

_FIELDS = ("title", "who", "department", "workshop", "module", "due")


class PlanHandler(ReviewHandler):
    """What the pages of plans have in common."""

    def typed(self) -> dict[str, list[str]]:
        """The form as it was sent."""
        return {name: self.get_body_arguments(name) for name in _FIELDS}

    def form(self, typed: Mapping[str, Sequence[str]], sight: Sight) -> PlanForm:
        """The form, checked.

        Raises:
            BadPlan: something is missing or can't be read.
        """
        return read_plan(
            typed,
            modules=[module.name for module in self.services.course.modules],
            departments=self.review.departments(sight),
            workshops=[id_ for id_, _, _ in self.review.workshops()],
            sight=sight,
        )

    def choices(self, sight: Sight) -> dict[str, object]:
        """What a plan's form lets choose."""
        modules = self.services.course.modules
        return {
            "departments": self.review.departments(sight),
            "workshops": [
                (id_, f"{title}, {self.shown_date(day)}")
                for id_, title, day in self.review.workshops()
            ],
            "modules": list(zip([m.name for m in modules], self.titles(), strict=True)),
            "sees_everybody": sight.everybody,
            "title_max": TITLE_MAX,
        }


class Plans(PlanHandler):
    """`GET /review/plans`, `POST …`: the plans that go on, and a new one."""

    def get(self) -> None:
        """Show them."""
        self._show({}, None)

    def post(self) -> None:
        """Make one."""
        typed = self.typed()
        try:
            form = self.form(typed, self.sight())
        except BadPlan as error:
            self._show(typed, self.tell(error, error.field))
            return
        plan_id = self.review.plans.create(form, self.person.person_id)
        self.note("plan made", plan_id)
        self.go(self.url("/review/plans"))

    def _show(self, typed: Mapping[str, Sequence[str]], error: FieldError | None) -> None:
        sight = self.sight()
        titles = dict(
            zip([m.name for m in self.services.course.modules], self.titles(), strict=True)
        )
        self.render_page(
            "review/plans.html",
            plans=[self._told(plan, titles, sight) for plan in self.review.plans.current(sight)],
            typed=typed,
            error=error,
            **self.choices(sight),
        )

    def _told(self, plan: PlanView, titles: Mapping[str, str], sight: Sight) -> dict[str, object]:
        workshops = {id_: title for id_, title, _ in self.review.workshops()}
        left = Filter(plan=plan.id, show=f"{PLANNED}:{Due.ANY}")
        date = format_date(plan.due, format="long", locale=self.language) if plan.due else ""
        return {
            "id": plan.id,
            "title": plan.title,
            "everybody": plan.everybody,
            "departments": plan.departments,
            "workshop": workshops.get(plan.workshop, ""),
            "modules": [titles[name] for name in plan.modules if name in titles],
            "due": date,
            "people": self.review.count(Filter(plan=plan.id), sight),
            "left": self.review.count(left, sight),
            "address": self.address("/review", left.address()),
            "may_change": plan.changed_by(sight),
        }


class PlanPage(PlanHandler):
    """`GET /review/plans/<id>`, `POST …`: a plan to change."""

    def get(self, plan_id: str) -> None:
        """Show its form."""
        plan = self.review.plans.get(plan_id, self.sight())
        who = "everybody" if plan.everybody else "workshop" if plan.workshop else "departments"
        filled = {
            "title": [plan.title],
            "who": [who],
            "department": plan.departments,
            "workshop": [plan.workshop],
            "module": plan.modules,
            "due": [plan.due.isoformat() if plan.due else ""],
        }
        self._show(plan_id, filled, None)

    def post(self, plan_id: str) -> None:
        """Keep what was changed."""
        sight, typed = self.sight(), self.typed()
        self.review.plans.get(plan_id, sight)
        try:
            self.review.plans.change(plan_id, self.form(typed, sight), sight)
        except BadPlan as error:
            self._show(plan_id, typed, self.tell(error, error.field))
            return
        self.note("plan changed", plan_id)
        self.go(self.url("/review/plans"))

    def _show(
        self, plan_id: str, typed: Mapping[str, Sequence[str]], error: FieldError | None
    ) -> None:
        sight = self.sight()
        plan = self.review.plans.get(plan_id, sight)
        self.render_page(
            "review/plan.html",
            plan=plan,
            may_change=plan.changed_by(sight),
            typed=typed,
            error=error,
            **self.choices(sight),
        )


class EndPlan(PlanHandler):
    """`POST /review/plans/<id>/end`: nobody is late by it any more."""

    def post(self, plan_id: str) -> None:
        """End it."""
        self.review.plans.end(plan_id, self.sight())
        self.note("plan ended", plan_id)
        self.go(self.url("/review/plans"))


_PLAN = r"(l-[a-z0-9]{1,18})"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/review/plans", Plans),
    (rf"/review/plans/{_PLAN}", PlanPage),
    (rf"/review/plans/{_PLAN}/end", EndPlan),
]
