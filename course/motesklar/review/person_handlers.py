"""One person's page for reviewers, decisions about the person's modules, and many at once."""

import asyncio
from typing import Any

from tornado.web import RequestHandler

from motesklar.accounts.forms import FieldError
from motesklar.errors import BadRequest, MotesklarError
from motesklar.i18n import N_
from motesklar.review.deciding import Bulk
from motesklar.review.decisions import WORDS_MAX, NoDecision, Overtaken, read_wanted
from motesklar.review.handlers import ReviewHandler
from motesklar.review.person_file import PersonFiles
from motesklar.review.projection import DecidedKind
from motesklar.review.table_files import STATE_NAMES, iso_date

#: What a decision is called in the history.
KIND_WORDS = {
    DecidedKind.APPROVED: N_("Approved"),
    DecidedKind.RETURNED: N_("Returned"),
    DecidedKind.SET: N_("Set by hand"),
    DecidedKind.TAKEN_BACK: N_("Taken back"),
}
#: People approved in one go; above any organisation this is for.
_MOST_PEOPLE = 20_000


class DecisionHandler(ReviewHandler):
    """What the pages below have in common."""

    def words_of(self, table: dict[Any, str]) -> dict[str, str]:
        """A table of sentences in the visitor's language, by value."""
        return {key.value: self.translation.gettext(words) for key, words in table.items()}

    def title(self, module: str) -> str:
        """A module's title; its name where the course has it no more."""
        for one in self.services.course.modules:
            if one.name == module:
                return one.text(one.title, self.language)
        return module

    def page(self) -> dict[str, Any]:
        """What the templates use."""
        return {
            "states": self.words_of(STATE_NAMES),
            "kinds": self.words_of(KIND_WORDS),
            "title_of": self.title,
            "iso_date": iso_date,
            "shown_date": self.shown_date,
        }


class ReviewPerson(DecisionHandler):
    """`GET /review/people/<id>`: what somebody has done."""

    async def get(self, person_id: str) -> None:
        """Facts, and the way to decide."""
        files = PersonFiles(self.services.deciding, lambda: self.services.course)
        file = await asyncio.to_thread(files.open, self.person.person_id, person_id)
        self.render_page(
            "review/person.html",
            file=file,
            done=self.get_query_argument("done", ""),
            **self.page(),
        )


class ReviewModule(DecisionHandler):
    """`/review/people/<id>/<module>`: decide about one part."""

    async def get(self, person_id: str, module: str) -> None:
        """How it stands, its history, and what can be decided."""
        await asyncio.to_thread(self.services.deciding.person, self.person.person_id, person_id)
        await asyncio.to_thread(self._look, person_id, module)
        self._show(person_id, module)

    async def post(self, person_id: str, module: str) -> None:
        """Decide; what was typed stands there still when it can't be."""
        names = ("kind", "seen", "words", "state")
        form = {name: self.field(name) for name in names}
        try:
            await asyncio.to_thread(
                self.services.deciding.decide,
                self.person.person_id,
                person_id,
                module,
                read_wanted(form),
            )
        except (NoDecision, Overtaken) as error:
            self._show(person_id, module, form, error)
            return
        self.go(self.url(f"/review/people/{person_id}"), done=form["kind"])

    def _look(self, person_id: str, module: str) -> None:
        deciding = self.services.deciding
        name = self.services.course.module(module).name
        deciding.note_view(self.person.person_id, "person viewed", person_id, name)

    def _show(
        self,
        person_id: str,
        module: str,
        typed: dict[str, str] | None = None,
        error: MotesklarError | None = None,
    ) -> None:
        deciding = self.services.deciding
        who = deciding.person(self.person.person_id, person_id)
        stand = deciding.stands(person_id)[self.services.course.module(module).name]
        told: FieldError | None = None
        if isinstance(error, NoDecision):
            told = self.tell(error, f"{typed['kind']}-{error.field}" if typed else "")
        elif error is not None:
            told = self.tell(error)
        self.render_page(
            "review/decide.html",
            who=who,
            module=module,
            stand=stand,
            typed=typed or {"kind": "", "words": "", "state": ""},
            error=told,
            history=[made for made in deciding.history(person_id) if made.module == module],
            words_max=WORDS_MAX,
            **self.page(),
        )


class ReviewApprove(DecisionHandler):
    """`POST /review/approve`: many people at once, confirmed first."""

    def get(self) -> None:
        """Somebody reloaded or came back: to the table."""
        self.go(self.url("/review"))

    async def post(self) -> None:
        """Who would be approved; with `sure`, do it."""
        people = await asyncio.to_thread(self.chosen_people)
        modules = [one for one in self.services.course.modules if one.exercises]
        module = self.field("module")
        if not people or not module:
            problem = BadRequest(
                N_("Nobody is chosen."), N_("Go back and tick the people you mean.")
            )
            error = None if people else self.tell(problem)
            self._show("review/approve.html", people, module, modules, error)
            return
        deciding = self.services.deciding
        sure = bool(self.field("sure"))
        work = deciding.approve_all if sure else deciding.sort_out
        bulk = await asyncio.to_thread(work, self.person.person_id, people, module)
        page = "review/approved.html" if sure else "review/approve.html"
        self._show(page, people, module, modules, bulk=bulk)

    def chosen_people(self) -> list[str]:
        """Ids of the people who were ticked, or of everybody whom the table's filter chooses.

        Raises:
            BadRequest: more than there can be, or a filter that there is none of.
        """
        if self.field("everyone"):
            return self.review.people_of(self.field("query"), self.sight())
        people = list(dict.fromkeys(self.get_body_arguments("person")))
        if len(people) > _MOST_PEOPLE:
            raise BadRequest
        return people

    def _show(
        self,
        page: str,
        people: list[str],
        module: str,
        modules: list[Any],
        error: FieldError | None = None,
        bulk: Bulk | None = None,
    ) -> None:
        everyone = self.field("everyone")
        self.render_page(
            page,
            bulk=bulk,
            reasons=[(who, self.told(why)) for _, who, why in bulk.left_out] if bulk else [],
            people=[] if everyone else people,
            query=self.field("query"),
            everyone=everyone,
            count=len(people),
            module=module,
            modules=modules,
            error=error,
            **self.page(),
        )


_PERSON = r"/review/people/(p-[a-z0-9]+)"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (_PERSON, ReviewPerson),
    (_PERSON + r"/([a-z0-9-]+)", ReviewModule),
    (r"/review/approve", ReviewApprove),
]
