"""Plans: who should have done what, by when. Pure rules; `planning` keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from motesklar.accounts.sight import Sight
from motesklar.errors import BadRequest
from motesklar.i18n import N_
from motesklar.review.filters import Due

TITLE_MAX = 120
WEEK = timedelta(days=7)


class BadPlan(BadRequest):
    """Something in the form of a plan is missing or can't be read.

    Args:
        field: id of the input that it is about.
    """

    code = "bad_plan"

    def __init__(self, field: str, message: str, next_step: str) -> None:
        super().__init__(message, next_step)
        self.field = field


@dataclass(frozen=True)
class PlanView:
    """A plan.

    Args:
        everybody: it is about the whole organisation.
        departments: or about everybody in these.
        workshop: or about whoever takes part in this one; an id, empty for none.
        modules: names, in the order of the course.
        due: the last day; None where there is none.
    """

    id: str
    title: str
    everybody: bool
    departments: tuple[str, ...]
    workshop: str
    modules: tuple[str, ...]
    due: date | None

    def when(self, today: date) -> Due:
        """How what is left of it stands to its date."""
        if self.due is None or self.due >= today + WEEK:
            return Due.LATER
        return Due.THIS_WEEK if self.due >= today else Due.LATE

    def seen_by(self, sight: Sight) -> bool:
        """Whether it is about anybody whom the reader may see."""
        return self.everybody or bool(self.workshop) or any(map(sight.covers, self.departments))

    def changed_by(self, sight: Sight) -> bool:
        """Whether the reader sees everybody it is about, and so may change it."""
        if self.everybody:
            return sight.everybody
        return bool(self.workshop) or all(map(sight.covers, self.departments))


@dataclass(frozen=True)
class PlanForm:
    """A plan as it is filled in, checked."""

    title: str
    everybody: bool
    departments: tuple[str, ...]
    workshop: str
    modules: tuple[str, ...]
    due: date | None


def read_plan(
    fields: Mapping[str, Sequence[str]],
    *,
    modules: Sequence[str],
    departments: Sequence[str],
    workshops: Sequence[str],
    sight: Sight,
) -> PlanForm:
    """The form, checked.

    Args:
        fields: `title`, `who` (`everybody`, `departments` or `workshop`), `department` (several),
            `workshop`, `module` (several), `due` (an ISO date or nothing).
        modules: of the course, in order.
        departments: those that the reader sees.
        workshops: ids that can be chosen.
        sight: the reader's.

    Raises:
        BadPlan: something is missing or can't be read; it names the field.
    """

    def first(name: str) -> str:
        return next(iter(fields.get(name, ())), "").strip()

    title, who = first("title"), first("who")
    if not title or len(title) > TITLE_MAX:
        raise BadPlan("title", N_("The plan has no name."), N_("Give it a name, such as its goal."))
    chosen = tuple(name for name in departments if name in fields.get("department", ()))
    if who == "departments" and not chosen:
        raise BadPlan("who", N_("No department is chosen."), N_("Choose one or more of them."))
    if who == "workshop" and first("workshop") not in workshops:
        raise BadPlan("who", N_("No workshop is chosen."), N_("Choose one in the list."))
    if who not in ("departments", "workshop") and not (who == "everybody" and sight.everybody):
        raise BadPlan(
            "who", N_("It is not chosen whom the plan is about."), N_("Choose one of the ways.")
        )
    wanted = tuple(name for name in modules if name in fields.get("module", ()))
    if not wanted:
        raise BadPlan(
            "modules", N_("No part of the course is chosen."), N_("Choose one or more of them.")
        )
    return PlanForm(
        title=title,
        everybody=who == "everybody",
        departments=chosen if who == "departments" else (),
        workshop=first("workshop") if who == "workshop" else "",
        modules=wanted,
        due=_due(first("due")),
    )


def _due(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadPlan(
            "due",
            N_("The date can't be read."),
            N_("Choose it in the calendar, or write it as 2027-01-31."),
        ) from error
