"""The review table: people × modules, what waits for a reviewer, saved views."""

import asyncio
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import parse_qsl

from babel.dates import format_date
from tornado.web import RequestHandler

from motesklar.accounts.forms import AccountHandler, FieldError
from motesklar.accounts.sight import Sight
from motesklar.clock import local_day
from motesklar.errors import BadRequest, MotesklarError
from motesklar.i18n import N_
from motesklar.review.completion import State
from motesklar.review.exports import AT_ONCE
from motesklar.review.filters import (
    FIELDS,
    PLANNED,
    WHOLE_COURSE,
    Whole,
    query_of,
)
from motesklar.review.manager import Need, Review
from motesklar.review.names import DUE_NAMES, WHOLE_NAMES
from motesklar.review.table_files import STATE_NAMES, iso_date
from motesklar.review.views import NAME_MAX
from motesklar.web.access import Access

NEED_NAMES = {
    f"{WHOLE_COURSE}:{Whole.AGAIN}": N_("Handed in again after you returned it"),
    f"{WHOLE_COURSE}:{Whole.FAILED}": N_("Hand-ins that could not be checked"),
}


@lru_cache(maxsize=4096)
def _day_in_words(day: date, language: str) -> str:
    # a page has hundreds of dates, most of them alike
    told: str = format_date(day, format="medium", locale=language)
    return told


class ReviewHandler(AccountHandler):
    """What the pages of review have in common."""

    access = Access.REVIEWER

    @property
    def review(self) -> Review:
        """The room's manager."""
        return self.services.review

    def sight(self) -> Sight:
        """Whose data the reader sees."""
        return self.review.sight(self.person.person_id)

    def asked(self) -> dict[str, str]:
        """The fields of a filter as they stand in the address."""
        return {name: self.get_query_argument(name, "") for name in FIELDS}

    def titles(self) -> list[str]:
        """The modules' titles, in the order of the course."""
        return [m.text(m.title, self.language) for m in self.services.course.modules]

    def address(self, path: str, query: str) -> str:
        """An address with a query, if there is one."""
        return self.url(path) + (f"?{query}" if query else "")

    def shown_date(self, at: datetime) -> str:
        """A stored time as a day in words."""
        return _day_in_words(local_day(at), self.language)

    def note(self, action: str, subject: str) -> None:
        """Log what the reader has done."""
        self.review.note(self.person.person_id, action, subject)


class ReviewTable(ReviewHandler):
    """`GET /review`: people × modules, fifty at a time; first what waits for the reader."""

    async def get(self) -> None:
        """Show the people whom the filter chooses."""
        await self.show()

    async def show(
        self, asked: dict[str, str] | None = None, error: FieldError | None = None, name: str = ""
    ) -> None:
        """Show the table; `error` is about a view that was to be saved as `name`."""
        sight = await asyncio.to_thread(self.sight)
        chosen = await asyncio.to_thread(self.review.read, asked or self.asked(), sight)
        number = 1 if asked else self._page_number()
        page = await asyncio.to_thread(self.review.page, chosen, sight, number)
        self.note("review viewed", chosen.told())
        is_start = not chosen.query() and page.number == 1
        needs = await asyncio.to_thread(self.review.needs, sight) if is_start else []
        plans = self.review.plans.current(sight)
        self.render_page(
            "review/table.html",
            table=page,
            chosen=chosen,
            error=error,
            view_name=name,
            view_name_max=NAME_MAX,
            is_start=is_start,
            needs=[(self._need(need), need.people, self._need_address(need)) for need in needs],
            departments=self.review.departments(sight),
            plans=plans,
            workshops=[
                (id_, f"{title}, {self.shown_date(day)}")
                for id_, title, day in self.review.workshops()
            ],
            columns=self._columns(),
            choices=self._choices(),
            state_names={state: self.translation.gettext(n) for state, n in STATE_NAMES.items()},
            versions={m.name: m.version for m in self.services.course.modules},
            iso_date=iso_date,
            shown_date=self.shown_date,
            views=self.services.saved_views.of(self.person.person_id),
            at_once=page.total <= AT_ONCE,
            query=chosen.address(),
            sort_address=lambda key: self.address("/review", chosen.sorted_by(key).address()),
            file_address=lambda kind: self.address(f"/review.{kind}", chosen.address()),
            page_address=lambda n: self.address(
                "/review", f"{chosen.address()}&page={n}".lstrip("&")
            ),
        )

    def _page_number(self) -> int:
        number = self.get_query_argument("page", "1")
        if not (number.isascii() and number.isdigit() and len(number) <= 6):
            raise BadRequest
        return int(number)

    def _columns(self) -> list[tuple[str, str]]:
        gettext = self.translation.gettext
        return [
            ("name", gettext("Name")),
            ("department", gettext("Department")),
            ("done", gettext("Parts done")),
            *zip([m.name for m in self.services.course.modules], self.titles(), strict=True),
        ]

    def _choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """(group, [(value, words)]) of what can be chosen; the whole course first."""
        gettext = self.translation.gettext
        whole = [(f"{WHOLE_COURSE}:{one}", gettext(name)) for one, name in WHOLE_NAMES.items()]
        due = [(f"{PLANNED}:{one}", gettext(name)) for one, name in DUE_NAMES.items()]
        groups = [(gettext("The whole course"), whole), (gettext("Plans"), due)]
        for module, title in zip(self.services.course.modules, self.titles(), strict=True):
            states = [(f"{module.name}:{s}", gettext(STATE_NAMES[s])) for s in State]
            groups.append((title, states))
        return groups

    def _need(self, need: Need) -> str:
        gettext = self.translation.gettext
        if need.plan is not None:
            return gettext("Late by the plan %(plan)s") % {"plan": need.plan.title}
        name = NEED_NAMES.get(need.chosen.show, N_("Answers that wait for somebody to read them"))
        return gettext(name)

    def _need_address(self, need: Need) -> str:
        if need.chosen.show == f"{WHOLE_COURSE}:{Whole.WAITING}":
            return self.url("/review/grading")
        return self.address("/review", need.chosen.address())


class SaveView(ReviewTable):
    """`POST /review/views`: keep the filter under a name."""

    async def post(self) -> None:
        """Keep it, and show the table with it."""
        sight = self.sight()
        asked = query_of(self.field("query"))
        chosen = self.review.read(asked, sight)
        name = self.field("view-name")
        try:
            self.services.saved_views.save(self.person.person_id, name, chosen)
        except MotesklarError as error:
            await self.show(asked, self.tell(error, "view-name"), name)
            return
        self.go(self.address("/review", chosen.address()))


class RemoveView(ReviewHandler):
    """`POST /review/views/<id>/remove`: forget a saved view."""

    def post(self, view_id: str) -> None:
        """Forget it, and go back to where the reader was."""
        self.services.saved_views.remove(self.person.person_id, view_id)
        query = dict(parse_qsl(self.field("query")))
        chosen = self.review.read(query, self.sight())
        self.go(self.address("/review", chosen.address()))


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/review", ReviewTable),
    (r"/review/views", SaveView),
    (r"/review/views/(v-[a-z0-9]{1,18})/remove", RemoveView),
]
