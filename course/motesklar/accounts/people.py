"""The administrator's rooms: people, those who wait for a link, import, export, erasure."""

import asyncio
import base64
import binascii

from tornado.web import RequestHandler

from motesklar.accounts.forms import AccountHandler, FieldError
from motesklar.accounts.manager import Accounts
from motesklar.accounts.me import send_file
from motesklar.accounts.people_csv import BadPeopleFile
from motesklar.errors import BadCsv, BadRequest, Conflict, TooLarge
from motesklar.i18n import N_
from motesklar.web.access import Access

_PAGE = 50
#: 13,000 people are about 1 MB.
_MAX_FILE_BYTES = 4 * 1024 * 1024
#: More problems than anybody corrects in one go.
_MAX_PROBLEMS = 30
_PERSON = r"/people/(p-[a-z0-9]+)"


class AdministratorHandler(AccountHandler):
    """Only administrators come here."""

    access = Access.ADMINISTRATOR


class People(AdministratorHandler):
    """`GET /people`: everybody, and who waits for a link."""

    def get(self) -> None:
        """A page of the list; `q` searches, `page` turns."""
        text = self.get_query_argument("q", "")
        found = self.accounts.roster.search(text)
        pages = max(1, -(-len(found) // _PAGE))
        asked = self.get_query_argument("page", "1")
        page = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 7 else 1
        self.render_page(
            "accounts/people.html",
            people=found[(page - 1) * _PAGE : page * _PAGE],
            total=len(found),
            text=text,
            page=page,
            pages=pages,
            waiting=self.accounts.waiting.people(),
            by_mail=self.accounts.mailer.available,
            done=self.get_query_argument("done", ""),
        )


class PersonPage(AdministratorHandler):
    """`GET /people/<id>`: one person."""

    def get(self, person_id: str) -> None:
        """Who it is and what can be done."""
        self.show_person(person_id)

    def show_person(self, person_id: str, error: FieldError | None = None) -> None:
        """The page, with an error beside the erasure when there is one."""
        who = self.accounts.roster.get(person_id)
        self.render_page("accounts/person.html", who=who, error=error)


class PersonLink(PersonPage):
    """`POST /people/<id>/link`: a new link, in a text to copy."""

    def post(self, person_id: str) -> None:
        """The text; it is shown this once."""
        who = self.accounts.roster.get(person_id)
        letter = self.accounts.letter_for(who, actor_id=self.person.person_id)
        days = self.services.settings.signin.link_days
        waits = any(one.person_id == who.id for one in self.accounts.waiting.people())
        self.render_page("accounts/letter.html", who=who, letter=letter, days=days, waits=waits)


class PersonRequestDone(PersonPage):
    """`POST /people/<id>/done`: the link has been handed over."""

    def post(self, person_id: str) -> None:
        """Take the person off the list of those who wait."""
        self.accounts.waiting.remove(person_id)
        self.go(self.url("/people"), done="handed-over")


class PersonExport(AdministratorHandler):
    """`GET /people/<id>/export`: a person's data, for one who asks on paper."""

    async def get(self, person_id: str) -> None:
        """JSON to save."""
        known = await asyncio.to_thread(
            self.accounts.export_person,
            person_id,
            self.services.data,
            actor_id=self.person.person_id,
        )
        send_file(self, known, f"motesklar-{person_id}.json")


class PersonErase(PersonPage):
    """`POST /people/<id>/erase`."""

    async def post(self, person_id: str) -> None:
        """Remove everything, once the box is ticked."""
        if not self.field("sure"):
            problem = BadRequest(
                N_("Nothing has been removed yet."),
                N_("Tick the box to show that you are sure, then press the button again."),
            )
            self.show_person(person_id, self.tell(problem, "sure"))
            return
        try:
            await self.accounts.erase_person(
                person_id, self.services.exercises.erase, actor_id=self.person.person_id
            )
        except Conflict as error:
            self.show_person(person_id, self.tell(error, "sure"))
            return
        self.go(self.url("/people"), done="erased")


class _ImportForm(AdministratorHandler):
    """Takes a file of people."""

    def get(self) -> None:
        """Somebody reloaded or came back: to the list."""
        self.go(self.url("/people"))

    async def run(self, data: bytes, *, dry_run: bool) -> None:
        """Import, or only tell what would happen; the problems when it can't be used."""
        accounts: Accounts = self.accounts
        try:
            if len(data) > _MAX_FILE_BYTES:
                raise TooLarge
            report = await asyncio.to_thread(
                accounts.import_people, data, actor_id=self.person.person_id, dry_run=dry_run
            )
        except (BadCsv, TooLarge) as error:
            self.tell(error)
            problems = error.problems if isinstance(error, BadPeopleFile) else (error,)
            self.render_page(
                "accounts/import_problems.html",
                problems=[self.told(problem) for problem in problems[:_MAX_PROBLEMS]],
                more=max(0, len(problems) - _MAX_PROBLEMS),
            )
            return
        self.render_page(
            "accounts/import.html",
            report=report,
            dry_run=dry_run,
            file=base64.b64encode(data).decode() if dry_run else "",
        )


class ImportPreview(_ImportForm):
    """`POST /people/preview`: what the file would do."""

    async def post(self) -> None:
        """Nothing is saved; the file travels in the page until it is confirmed."""
        files = self.request.files.get("file", [])
        if not files or not files[0].filename:
            problem = BadRequest(N_("No file was chosen."), N_("Choose the file and try again."))
            self.tell(problem)
            self.render_page("accounts/import_problems.html", problems=[self.told(problem)], more=0)
            return
        await self.run(files[0].body, dry_run=True)


class Import(_ImportForm):
    """`POST /people/import`: do it."""

    async def post(self) -> None:
        """Import what the preview showed, checked again."""
        try:
            data = base64.b64decode(self.field("file"), validate=True)
        except binascii.Error as error:
            raise BadRequest from error
        await self.run(data, dry_run=False)


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/people", People),
    (r"/people/preview", ImportPreview),
    (r"/people/import", Import),
    (_PERSON, PersonPage),
    (_PERSON + r"/link", PersonLink),
    (_PERSON + r"/done", PersonRequestDone),
    (_PERSON + r"/export", PersonExport),
    (_PERSON + r"/erase", PersonErase),
]
