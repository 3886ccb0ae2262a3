"""What the course knows about you: seen, downloaded, asked to be corrected or erased."""

import asyncio
from datetime import datetime
from typing import Any

from tornado.web import RequestHandler

from motesklar.accounts.forms import AccountHandler, FieldError
from motesklar.accounts.records import export_rows, gradebook_rows
from motesklar.clock import shown_time
from motesklar.errors import BadRequest, Conflict
from motesklar.privacy.processing import controllers, officer
from motesklar.privacy.requests import ANSWER_WITHIN, WORDS_MAX
from motesklar.privacy.told import Teller
from motesklar.store.models import utcnow
from motesklar.web.access import Access

#: Entries of one kind on the page; all of them stand in the files.
_SHOWN = 30


class PrivacyHandler(AccountHandler):
    """What the pages of this room share."""

    access = Access.ADMINISTRATOR

    @property
    def teller(self) -> Teller:
        """Tells rows in the reader's language."""
        settings, titles = self.services.settings, self.module_titles
        return Teller(self.translation, settings, titles, self.shown_time)

    @property
    def module_titles(self) -> dict[str, str]:
        """Name to title in the reader's language."""
        return {m.name: m.text(m.title, self.language) for m in self.services.course.modules}

    def shown_time(self, at: datetime) -> str:
        """A time as the reader writes it."""
        return shown_time(at, self.language)

    def controller_of(self, department: str) -> str:
        """Who answers for the data of that department's people."""
        named = dict(controllers(self.services.settings, self.translation))
        return named.get(department, named[""])

    def send(self, text: str, kind: str, name: str) -> None:
        """Answer with a file that the browser saves."""
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(text)


class MyData(PrivacyHandler):
    """`GET /me/data`: everything that is known about you, in words."""

    access = Access.SIGNED_IN

    async def get(self) -> None:
        """The page."""
        await self.show()

    async def show(self, error: FieldError | None = None, **typed: str) -> None:
        """The page, with an error beside its field and what was typed still there."""
        self.render_page(
            "privacy/my_data.html",
            **await self.known(),
            requests=self.services.privacy.requests.of_person(self.person.person_id),
            error=error,
            typed={"kind": "", "words": ""} | typed,
            words_max=WORDS_MAX,
            days=ANSWER_WITHIN.days,
            most=_SHOWN,
            asked=bool(self.get_query_argument("asked", "")),
        )

    async def known(self) -> dict[str, Any]:
        """What both the page and the file show."""
        services = self.services
        person = self.accounts.roster.get(self.person.person_id)

        def read() -> dict[str, Any]:
            rows = export_rows(services.database, person)
            return rows | {"gradebook": gradebook_rows(services.data, person.id)}

        # a gradebook of many people takes a moment, and others are waiting
        rows = await asyncio.to_thread(read)
        return {
            "who": person,
            "groups": self.teller.tell(rows),
            "controller": self.controller_of(person.department),
            "officer": officer(services.settings),
            "shown_time": self.shown_time,
            "made_at": utcnow(),
        }


class MyDataFile(MyData):
    """`GET /me/data.html`: the same as one file that can be read without the course."""

    async def get(self) -> None:
        """HTML to save."""
        known = await self.known()
        self.accounts.note(self.person.person_id, "data exported", self.person.person_id)
        self.set_header("Content-Disposition", 'attachment; filename="motesklar-my-data.html"')
        self.render_page("privacy/my_data_file.html", **known)


class Ask(MyData):
    """`POST /me/data/ask`: ask for correction or erasure."""

    async def get(self) -> None:
        """Somebody reloaded or came back: to the page itself."""
        self.go(self.url("/me/data"))

    async def post(self) -> None:
        """Note it, or say what is wrong beside the field."""
        kind, words = self.field("kind"), self.field("words")
        try:
            self.services.privacy.requests.ask(self.person.person_id, kind, words)
        except (BadRequest, Conflict) as error:
            await self.show(self.tell(error, "words" if kind else "kind"), kind=kind, words=words)
            return
        self.go(self.url("/me/data"), asked="1")


class Told(PrivacyHandler):
    """`POST /me/told`: the information has been read; this is no consent."""

    access = Access.SIGNED_IN

    def post(self) -> None:
        """Do not show it again until it changes."""
        self.services.privacy.informing.tell(self.person.person_id)
        self.go(self.url("/"))


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/me/data", MyData),
    (r"/me/data\.html", MyDataFile),
    (r"/me/data/ask", Ask),
    (r"/me/told", Told),
]
