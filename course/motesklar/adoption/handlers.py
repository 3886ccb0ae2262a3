"""The adoption page, its report and files, and the import of the service's list of accounts."""

import asyncio
import logging
from collections.abc import Callable
from datetime import date
from typing import Any

from tornado.web import RequestHandler

from motesklar.accounts.forms import AccountHandler
from motesklar.accounts.people_csv import BadPeopleFile
from motesklar.accounts.sight import sight_of
from motesklar.adoption.charts import HEIGHT, WIDTH, path, trend_chart
from motesklar.adoption.fewest import FEWEST
from motesklar.adoption.imports import Preview
from motesklar.adoption.manager import Adoption, Overview
from motesklar.adoption.scopes import Kind
from motesklar.adoption.tables import as_json, as_workbook
from motesklar.adoption.words import Words
from motesklar.errors import BadCsv, BadRequest, MotesklarError, NotFound, TooLarge
from motesklar.i18n import N_
from motesklar.service.profile import said
from motesklar.web.access import Access
from motesklar.web.table_csv import write_csv
from motesklar.web.uploads import carried, carried_file, chosen_file

log = logging.getLogger("motesklar.adoption")

#: 50,000 accounts with a dozen columns are about 6 MB.
_MAX_FILE_BYTES = 8 * 1024 * 1024
#: More problems than anybody corrects in one go.
_MAX_PROBLEMS = 30


class AdoptionHandler(AccountHandler):
    """What the page, the report and the files have in common."""

    access = Access.REVIEWER

    @property
    def adoption(self) -> Adoption:
        """The room's manager."""
        return self.services.adoption

    @property
    def words(self) -> Words:
        """Numbers and tables in the visitor's language."""
        return Words(self.translation, self.language)

    async def overview(self) -> Overview:
        """What the visitor may see, of the group that the address names."""
        sight = sight_of(self.services.accounts.roster.get(self.person.person_id))
        asked = self.get_query_argument("of", "")
        # thousands of people take a moment to count, and others are waiting
        return await asyncio.to_thread(self.adoption.overview, sight, asked)

    def show(self, template: str, view: Overview) -> None:
        """A page about the change."""
        words = self.words
        settings = self.services.settings
        self.render_page(
            template,
            view=view,
            words=words,
            tables=words.tables(view),
            chart=trend_chart(view.goal.points, view.goal.goal, words.day),
            chart_size=(WIDTH, HEIGHT),
            line=path,
            scope_names={kind.value: name for kind, name in _SCOPES.items()},
            active_days=settings.accounts.active_days,
            fewest=FEWEST,
            travel=settings.travel,
            sources=said(settings.travel.sources or {"": ""}, self.language),
            service=said(self.services.profile.name, self.language),
        )


_SCOPES = {
    Kind.DEPARTMENT: N_("Departments"),
    Kind.PLAN: N_("Plans"),
    Kind.WORKSHOP: N_("Workshops"),
}


class AdoptionPage(AdoptionHandler):
    """`GET /adoption`."""

    async def get(self) -> None:
        """Show it."""
        self.show("adoption/page.html", await self.overview())


class Report(AdoptionHandler):
    """`GET /adoption/report`: one page for the steering group."""

    async def get(self) -> None:
        """Show it."""
        self.show("adoption/report.html", await self.overview())


class TableCsv(AdoptionHandler):
    """`GET /adoption/<table>.csv`."""

    async def get(self, name: str) -> None:
        """Hand out the table."""
        tables = self.words.tables(await self.overview())
        if name not in tables:
            raise NotFound
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self._save_as(f"motesklar-{name}.csv")
        self.finish(write_csv(tables[name].header, tables[name].texts()))

    def _save_as(self, name: str) -> None:
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')


class TablesFile(TableCsv):
    """`GET /adoption/tables.xlsx` and `.json`: all tables of the page."""

    async def get(self, kind: str) -> None:
        """Hand out the file."""
        tables = list(self.words.tables(await self.overview()).values())
        self._save_as(f"motesklar-adoption.{kind}")
        if kind == "json":
            self.write_json(as_json(tables))
            return
        self.set_header(
            "Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
        self.finish(await asyncio.to_thread(as_workbook, tables))


class ImportPage(AdoptionHandler):
    """`GET /adoption/import`."""

    access = Access.ADMINISTRATOR

    def get(self) -> None:
        """Show the form."""
        self.show_form()

    def show_form(self, problems: tuple[MotesklarError, ...] = (), field: str = "file") -> None:
        """The form, with what is wrong beside its field."""
        if problems:
            self.set_status(problems[0].status)
            log.info("list of accounts refused: %s problems", len(problems))
        told = [self.told(one, field) for one in problems[:_MAX_PROBLEMS]]
        self.render_page(
            "adoption/import.html",
            problems=told,
            more=max(0, len(problems) - _MAX_PROBLEMS),
            field=field if problems else "",
            day=self.get_body_argument("day", ""),
            service=said(self.services.profile.name, self.language),
            active_days=self.services.settings.accounts.active_days,
        )

    async def read(self, data: bytes, work: Callable[[bytes, date | None], Preview]) -> Any:
        """What the list does, or None where the page has told what is wrong with it."""
        try:
            day = _day(self.field("day"))
        except BadRequest as error:
            self.show_form((error,), "day")
            return None
        try:
            if len(data) > _MAX_FILE_BYTES:
                raise TooLarge(
                    N_("The file is bigger than a list of accounts can be."),
                    N_("Choose the list that the meeting service has made."),
                )
            return await asyncio.to_thread(work, data, day)
        except BadPeopleFile as error:
            self.show_form(error.problems)
        except BadCsv as error:
            self.show_form((error,))
        except BadRequest as error:
            self.show_form((error,), "day")
        except TooLarge as error:
            self.show_form((error,))
        return None


class PreviewImport(ImportPage):
    """`POST /adoption/import/preview`: what the list would do."""

    def get(self) -> None:
        """Somebody reloaded: to the form."""
        self.go(self.url("/adoption/import"))

    async def post(self) -> None:
        """Nothing is saved; the file travels in the page until it is confirmed."""
        try:
            data = chosen_file(self.request)
        except BadRequest as error:
            self.show_form((error,))
            return
        preview = await self.read(data, self.adoption.imports.preview)
        if preview is not None:
            self.render_page(
                "adoption/preview.html",
                preview=preview,
                words=self.words,
                active_days=self.services.settings.accounts.active_days,
                file=carried(data),
            )


class TakeIn(ImportPage):
    """`GET` and `POST /adoption/import`: the form, and doing what the preview showed."""

    async def post(self) -> None:
        """Count what the preview showed, checked again."""
        data = carried_file(self.field("file"))
        imports = self.adoption.imports
        actor = self.person.person_id

        def work(data: bytes, day: date | None) -> Preview:
            return imports.take_in(actor, data, day)

        preview = await self.read(data, work)
        if preview is not None:
            log.info("list of accounts imported: %s accounts", preview.registered)
            self.go(self.url("/adoption"), imported=preview.day.isoformat())


def _day(text: str) -> date | None:
    """The day that the form names.

    Raises:
        BadRequest: it names none that there is.
    """
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadRequest(
            N_("The day can't be read."),
            N_("Write it as year-month-day, such as 2026-11-24, or leave it empty."),
        ) from error


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/adoption", AdoptionPage),
    (r"/adoption/report", Report),
    (r"/adoption/import", TakeIn),
    (r"/adoption/import/preview", PreviewImport),
    (r"/adoption/tables\.(xlsx|json)", TablesFile),
    (r"/adoption/([a-z]{1,20})\.csv", TableCsv),
]
