"""What a reviewer wants to see, as it stands in an address. Pure.

The page, the files, saved views and what is done to "all that are chosen" read the same filter, so
that all of them mean the same people.
"""

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from urllib.parse import parse_qsl, urlencode

from motesklar.errors import BadRequest
from motesklar.review.completion import State

#: In place of a module's name: the course as a whole.
WHOLE_COURSE = "all"
#: In place of a module's name: what a plan asks for.
PLANNED = "plan"
_NAME_MAX = 100
#: `saved_view.query` and `export_job.query`
QUERY_MAX = 2000


class Whole(enum.StrEnum):
    """What can be asked about somebody's course as a whole; the value stands in addresses."""

    DONE = "done"  # every module
    NOT_DONE = "not-done"  # at least one module is left
    WAITING = "waiting"  # an answer waits for somebody to read it
    AGAIN = "again"  # something that was returned is handed in again
    FAILED = "failed"  # the last hand-in of a module could not be graded
    DECIDED = "decided"  # a reviewer has set a module


class Due(enum.StrEnum):
    """How what is left of a plan stands to its date."""

    LATE = "late"
    THIS_WEEK = "this-week"  # within seven days
    LATER = "later"  # or without a date
    ANY = "left"  # whenever


@dataclass(frozen=True)
class Known:
    """What a filter may name.

    Args:
        departments: those that the reader sees.
        plans: ids.
        workshops: ids.
    """

    modules: Sequence[str]
    departments: Collection[str] = ()
    plans: Collection[str] = ()
    workshops: Collection[str] = ()


@dataclass(frozen=True)
class Filter:
    """Which people are shown, and in which order; the fields are those of the address.

    Args:
        q: part of a name.
        department: empty for all.
        workshop: takes part in it, or is expected there.
        plan: the plan is about them.
        show: `<module>:<state>`, `all:<whole>` or `plan:<due>`; empty for everybody.
        since: something was done on that day or later; in the module of `show`, if it names one.
        until: on that day or earlier.
        left: people who have left the organisation, too.
        sort: `name`, `department`, `done` or a module; with `-` in front turned round.
    """

    q: str = ""
    department: str = ""
    workshop: str = ""
    plan: str = ""
    show: str = ""
    since: date | None = None
    until: date | None = None
    left: bool = False
    sort: str = "name"

    @property
    def about(self) -> str:
        """What `show` speaks of: a module, `all`, `plan` or nothing."""
        return self.show.partition(":")[0]

    @property
    def state(self) -> str:
        """The state that `show` asks for."""
        return self.show.partition(":")[2]

    @property
    def sort_key(self) -> str:
        """What the people are ordered by."""
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the order is turned round."""
        return self.sort.startswith("-")

    def sorted_by(self, key: str) -> "Filter":
        """The same people ordered by `key`; turned round where they already are."""
        return replace(self, sort=f"-{key}" if self.sort == key else key)

    def query(self) -> dict[str, str]:
        """The filter as an address's query; what is left out is not there."""
        wanted = {
            "q": self.q,
            "department": self.department,
            "workshop": self.workshop,
            "plan": self.plan,
            "show": self.show,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "left": "1" if self.left else "",
            "sort": "" if self.sort == "name" else self.sort,
        }
        return {name: value for name, value in wanted.items() if value}

    def address(self) -> str:
        """The query as text."""
        return urlencode(self.query())

    def told(self) -> str:
        """The filter in the audit log: no personal data."""
        # a name that was looked for is one
        query = self.query() | ({"q": "…"} if self.q else {})
        return " ".join(f"{name}={value}" for name, value in query.items()) or "everybody"


#: The names of an address's query that are a filter's.
FIELDS = tuple(field.name for field in fields(Filter))


def read_filter(query: Mapping[str, str], known: Known) -> Filter:
    """The filter of an address.

    Raises:
        BadRequest: it names something that there is none of.
    """
    given = {name: query.get(name, "").strip() for name in FIELDS}
    sort = given["sort"] or "name"
    for name, values in (
        ("department", known.departments),
        ("plan", known.plans),
        ("workshop", known.workshops),
    ):
        if given[name] and given[name] not in values:
            raise BadRequest
    if sort.removeprefix("-") not in ("name", "department", "done", *known.modules):
        raise BadRequest
    if not _is_known(given["show"], known.modules) or len(given["q"]) > _NAME_MAX:
        raise BadRequest
    return Filter(
        q=given["q"],
        department=given["department"],
        workshop=given["workshop"],
        plan=given["plan"],
        show=given["show"],
        since=_day(given["since"]),
        until=_day(given["until"]),
        left=given["left"] == "1",
        sort=sort,
    )


def query_of(text: str) -> dict[str, str]:
    """The fields of a query that was kept as text.

    Raises:
        BadRequest: it is longer than any; cut off it would choose other people.
    """
    if len(text) > QUERY_MAX:
        raise BadRequest
    return dict(parse_qsl(text))


def _is_known(show: str, modules: Sequence[str]) -> bool:
    if not show:
        return True
    about, _, state = show.partition(":")
    if about == WHOLE_COURSE:
        return state in list(Whole)
    if about == PLANNED:
        return state in list(Due)
    return about in modules and state in list(State)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadRequest from error
