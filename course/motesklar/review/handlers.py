"""Pages of review: people × modules, and the same as a file."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

from babel.dates import LOCALTZ, format_date
from tornado.web import RequestHandler

from motesklar.errors import BadRequest
from motesklar.i18n import N_
from motesklar.review.completion import (
    COURSE_STATES,
    MODULE_STATES,
    WHOLE_COURSE,
    Filter,
    Line,
    State,
    read_filter,
)
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler
from motesklar.web.table_csv import write_csv

STATE_NAMES = {
    State.DONE: N_("Done"),
    State.HANDED_IN: N_("Handed in, not all right yet"),
    State.NOT_YET: N_("Not yet"),
}


class ReviewHandler(CourseHandler):
    """What the page and the file have in common."""

    access = Access.REVIEWER

    def read_filter(self, departments: list[str]) -> Filter:
        """What the address asks for.

        Raises:
            BadRequest: it asks for something that there is none of.
        """
        query = {name: self.get_query_argument(name, "") for name in ("department", "show", "sort")}
        return read_filter(query, departments, [m.name for m in self.services.course.modules])

    def titles(self) -> list[str]:
        """The modules' titles, in the order of the course."""
        return [m.text(m.title, self.language) for m in self.services.course.modules]

    def address(self, path: str, chosen: Filter, **more: str) -> str:
        """An address that keeps the filter."""
        query = urlencode(chosen.query() | more)
        return self.url(path) + (f"?{query}" if query else "")


class ReviewTable(ReviewHandler):
    """`GET /review`: people × modules, fifty at a time."""

    async def get(self) -> None:
        """Show the people whom the filter chooses."""
        review = self.services.review
        departments = await asyncio.to_thread(review.departments)
        chosen = self.read_filter(departments)
        # the gradebook of a big organisation takes seconds to read, and others are waiting
        page = await asyncio.to_thread(review.page, chosen, self._page_number())
        review.note(self.person.person_id, "review viewed", chosen)
        other = Filter(chosen.department, chosen.module, chosen.state, not chosen.descending)
        self.render_page(
            "review/table.html",
            page=page,
            chosen=chosen,
            departments=departments,
            titles=self.titles(),
            choices=self._choices(),
            state_names={state: self.translation.gettext(n) for state, n in STATE_NAMES.items()},
            iso_date=iso_date,
            shown_date=self._shown_date,
            csv_address=self.address("/review.csv", chosen),
            sort_address=self.address("/review", other),
            page_address=lambda number: self.address("/review", chosen, page=str(number)),
        )

    def _page_number(self) -> int:
        number = self.get_query_argument("page", "1")
        if not (number.isascii() and number.isdigit() and len(number) <= 6):
            raise BadRequest
        return int(number)

    def _choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """(module's title, [(value, words)]) of what can be chosen; the whole course first."""
        gettext = self.translation.gettext
        whole = {
            State.DONE: gettext("Done with the whole course"),
            State.NOT_DONE: gettext("Something is left"),
        }
        groups = [
            (
                gettext("The whole course"),
                [(f"{WHOLE_COURSE}:{s}", whole[s]) for s in COURSE_STATES],
            )
        ]
        for module in self.services.course.modules:
            states = [(f"{module.name}:{s}", gettext(STATE_NAMES[s])) for s in MODULE_STATES]
            groups.append((module.text(module.title, self.language), states))
        return groups

    def _shown_date(self, at: datetime) -> str:
        told: str = format_date(_local(at), format="medium", locale=self.language)
        return told


class ReviewCsv(ReviewHandler):
    """`GET /review.csv`: everybody whom the filter of the page chooses."""

    async def get(self) -> None:
        """Hand out the file."""
        review = self.services.review
        chosen = self.read_filter(await asyncio.to_thread(review.departments))
        lines = await asyncio.to_thread(review.lines, chosen)
        review.note(self.person.person_id, "review exported", chosen)
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="motesklar-review.csv"')
        self.finish(write_csv(self._header(), map(self._row, lines)))

    def _header(self) -> list[str]:
        gettext = self.translation.gettext
        header = [gettext("Name"), gettext("Department")]
        for title in self.titles():
            header += [title, gettext("%(title)s, date") % {"title": title}]
        return header

    def _row(self, line: Line) -> list[str]:
        return [line.name, line.department, *self._cells(line)]

    def _cells(self, line: Line) -> Iterator[str]:
        for cell in line.cells:
            yield self.translation.gettext(STATE_NAMES[cell.state])
            yield iso_date(cell.at) if cell.at else ""


def iso_date(at: datetime) -> str:
    """The day on the server's clock, as spreadsheets and screens' machinery read it."""
    return _local(at).date().isoformat()


def _local(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC).astimezone(LOCALTZ)


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/review", ReviewTable),
    (r"/review\.csv", ReviewCsv),
]
