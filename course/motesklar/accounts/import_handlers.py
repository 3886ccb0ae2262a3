"""A file of people: what it would change is looked through, and then saved."""

import asyncio

from tornado.web import RequestHandler

from motesklar.accounts.editing import LastAdministrator
from motesklar.accounts.import_plan import ImportPlan
from motesklar.accounts.people import AdministratorHandler
from motesklar.accounts.people_csv import BadPeopleFile
from motesklar.accounts.roster import PlanChanged
from motesklar.errors import BadCsv, BadRequest, MotesklarError, TooLarge
from motesklar.web.uploads import carried, carried_file, chosen_file

#: 13,000 people are about 1 MB.
_MAX_FILE_BYTES = 4 * 1024 * 1024
#: More problems than anybody corrects in one go.
_MAX_PROBLEMS = 30
#: Rows of each list that are shown; all are counted.
_MAX_ROWS = 100


class _ImportForm(AdministratorHandler):
    """Takes a file of people."""

    def get(self) -> None:
        """Somebody reloaded or came back: to the list."""
        self.go(self.url("/people"))

    async def show_plan(
        self, data: bytes, error: MotesklarError | None = None, *, leavers: bool = False
    ) -> None:
        """What the file would do, or its problems when it can't be used."""
        try:
            if len(data) > _MAX_FILE_BYTES:
                raise TooLarge
            plan = await asyncio.to_thread(
                self.accounts.plan_import, data, actor_id=self.person.person_id
            )
        except (BadCsv, TooLarge) as problem:
            self.show_problems(problem)
            return
        self._show(plan, carried(data), error, leavers=leavers)

    def show_problems(self, error: MotesklarError) -> None:
        """Every problem with its line, and the way to choose the corrected file."""
        self.tell(error)
        problems = error.problems if isinstance(error, BadPeopleFile) else (error,)
        self.render_page(
            "accounts/import_problems.html",
            problems=[self.told(problem) for problem in problems[:_MAX_PROBLEMS]],
            more=max(0, len(problems) - _MAX_PROBLEMS),
        )

    def show_done(self, plan: ImportPlan, *, leavers: bool) -> None:
        """What the file has done."""
        self._show(plan, "", None, leavers=leavers)

    def _show(
        self, plan: ImportPlan, file: str, error: MotesklarError | None, *, leavers: bool
    ) -> None:
        self.render_page(
            "accounts/import.html",
            plan=plan,
            file=file,
            most=_MAX_ROWS,
            error=self.tell(error) if error else None,
            leavers=leavers,
        )


class ImportPreview(_ImportForm):
    """`POST /people/preview`: what the file would do."""

    async def post(self) -> None:
        """Nothing is saved; the file travels in the page until it is confirmed."""
        try:
            data = chosen_file(self.request)
        except BadRequest as error:
            self.show_problems(error)
            return
        await self.show_plan(data)


class Import(_ImportForm):
    """`POST /people/import`: do it."""

    async def post(self) -> None:
        """Save exactly what the page showed, or show what it would be now."""
        data = carried_file(self.field("file"))
        leavers = bool(self.field("leavers"))
        try:
            if len(data) > _MAX_FILE_BYTES:
                raise TooLarge
            plan = await asyncio.to_thread(
                self.accounts.import_people,
                data,
                actor_id=self.person.person_id,
                mark=self.field("mark"),
                leavers=leavers,
            )
        except (PlanChanged, LastAdministrator) as error:
            await self.show_plan(data, error, leavers=leavers)
        except (BadCsv, TooLarge) as error:
            self.show_problems(error)
        else:
            self.services.sessions.sockets.look()
            self.show_done(plan, leavers=leavers)


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/people/preview", ImportPreview),
    (r"/people/import", Import),
]
