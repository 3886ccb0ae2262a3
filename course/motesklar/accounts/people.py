"""The administrator's rooms: people, those who wait for a link, one person, export, erasure."""

import asyncio
from dataclasses import asdict
from typing import Any

from tornado.web import RequestHandler

from motesklar.accounts.editing import PersonForm
from motesklar.accounts.forms import AccountHandler, FieldError
from motesklar.accounts.me import send_file
from motesklar.accounts.sight import EVERYBODY
from motesklar.errors import BadRequest, Conflict
from motesklar.i18n import N_
from motesklar.store.models import Role
from motesklar.web.access import Access

_PAGE = 50
PERSON = r"/people/(p-[a-z0-9]+)"


class AdministratorHandler(AccountHandler):
    """Only administrators come here."""

    access = Access.ADMINISTRATOR


class People(AdministratorHandler):
    """`GET /people`: everybody, and who waits for a link."""

    def get(self) -> None:
        """A page of the list; `q` searches, `page` turns, `left` shows who has left."""
        text = self.get_query_argument("q", "")
        left = bool(self.get_query_argument("left", ""))
        found = self.accounts.roster.search(text, left=left)
        pages = max(1, -(-len(found) // _PAGE))
        asked = self.get_query_argument("page", "1")
        page = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 7 else 1
        self.render_page(
            "accounts/people.html",
            people=found[(page - 1) * _PAGE : page * _PAGE],
            total=len(found),
            text=text,
            left=left,
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
        self.accounts.note(self.person.person_id, "person seen", person_id)
        self.show_person(person_id)

    def show_person(
        self,
        person_id: str,
        error: FieldError | None = None,
        typed: dict[str, Any] | None = None,
        changed: list[str] | None = None,
    ) -> None:
        """The page, with an error beside its field and what was typed still there.

        `changed` are the fields that somebody else has changed meanwhile.
        """
        who = self.accounts.roster.get(person_id)
        saved = PersonForm.of(who)
        shown = asdict(saved) | {"everybody": EVERYBODY in saved.sees}
        self.render_page(
            "accounts/person.html",
            who=who,
            error=error,
            typed=shown | (typed or {}),
            saved=shown,
            mark=saved.mark,
            changed=changed or [],
            roles_there=list(Role),
            departments=self.accounts.roster.departments(
                self.services.settings.organisation.departments
            ),
            done=self.get_query_argument("done", ""),
        )


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
            await self.erase(person_id)
        except Conflict as error:
            self.show_person(person_id, self.tell(error, "sure"))
            return
        self.go(self.url("/people"), done="erased")


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/people", People),
    (PERSON, PersonPage),
    (PERSON + r"/link", PersonLink),
    (PERSON + r"/done", PersonRequestDone),
    (PERSON + r"/export", PersonExport),
    (PERSON + r"/erase", PersonErase),
]
