"""The page of those who are expected: import, who has come, who has tested, walk-ins."""

import asyncio
from typing import Any

from tornado.web import RequestHandler

from motesklar.accounts.people_csv import BadPeopleFile
from motesklar.errors import BadCsv, BadRequest, Conflict, MotesklarError, TooLarge
from motesklar.i18n import N_
from motesklar.web.access import Access
from motesklar.web.uploads import carried, carried_file, chosen_file
from motesklar.workshops.handlers import WorkshopHandler
from motesklar.workshops.manager import WorkshopView
from motesklar.workshops.papers.letters import Letter, write_letter
from motesklar.workshops.roster.entries import HowTested
from motesklar.workshops.roster.file import template_file

#: 10,000 people are about 1 MB.
_MAX_FILE_BYTES = 4 * 1024 * 1024
#: More problems than anybody corrects in one go.
_MAX_PROBLEMS = 30

TESTED_NAMES = {
    HowTested.DONE: N_("Has tested"),
    HowTested.STARTED: N_("Has begun to test"),
    HowTested.NOT_YET: N_("Has not tested"),
}


class LeaderPage(WorkshopHandler):
    """Pages about one workshop, for whoever leads it."""

    access = Access.LEADER

    def workshop(self, workshop_id: str) -> WorkshopView:
        """The workshop, with what is planned for it.

        Raises:
            NotFound: the workshop isn't theirs.
        """
        return self.services.workshops.get(workshop_id, self.person)

    def letter(self, letter: Letter, workshop: WorkshopView) -> str:
        """A text to send, in the leader's language."""
        address, plan = self.services.public_url, workshop.plan
        return write_letter(
            letter,
            self.translation,
            {
                "title": workshop.title,
                "when": self.moment(plan.starts_at) if plan.starts_at else "",
                "place": plan.place,
                "test": f"{address}/equipment",
                "join": workshop.join_url,
                "feedback": f"{workshop.join_url}/feedback",
                "course": f"{address}/",
                "phone": self.services.settings.help.phone,
            },
        )


class PeoplePage(LeaderPage):
    """`GET /workshops/<id>/people`."""

    def get(self, workshop_id: str) -> None:
        """Show who is expected, and how it stands."""
        self.show(workshop_id)

    def show(
        self, workshop_id: str, problems: tuple[MotesklarError, ...] = (), sure: bool = False
    ) -> None:
        """The page, with what is wrong with a file or a form at its top."""
        workshop = self.workshop(workshop_id)
        if problems:
            self.set_status(problems[0].status)
        self.render_page(
            "workshops/people.html",
            workshop=workshop,
            roster=self.services.rosters.view(workshop_id, self.person),
            tested_names=TESTED_NAMES,
            problems=[self.explained(problem) for problem in problems[:_MAX_PROBLEMS]],
            more=max(0, len(problems) - _MAX_PROBLEMS),
            not_sure=sure,
            saved=self.get_query_argument("saved", "") == "yes",
            reminder=self.letter(Letter.REMINDER, workshop),
        )


class _File(PeoplePage):
    """Takes a file."""

    def get(self, workshop_id: str) -> None:
        """Somebody reloaded or came back: to the page itself."""
        self.go(f"/workshops/{workshop_id}/people")

    async def read(self, workshop_id: str, data: bytes, *, dry_run: bool) -> Any:
        """What the file does, or None where the page has told what is wrong with it."""
        self.workshop(workshop_id)
        try:
            if len(data) > _MAX_FILE_BYTES:
                raise TooLarge
            return await asyncio.to_thread(
                self.services.rosters.read, workshop_id, data, self.person, dry_run=dry_run
            )
        except BadPeopleFile as error:
            self.show(workshop_id, error.problems)
        except (BadCsv, TooLarge) as error:
            self.show(workshop_id, (error,))
        return None


class PreviewPeople(_File):
    """`POST /workshops/<id>/people/preview`: what the file would do."""

    async def post(self, workshop_id: str) -> None:
        """Nothing is saved; the file travels in the page until it is confirmed."""
        try:
            data = chosen_file(self.request)
        except BadRequest as error:
            self.show(workshop_id, (error,))
            return
        change = await self.read(workshop_id, data, dry_run=True)
        if change is not None:
            self.render_page(
                "workshops/people_preview.html",
                workshop=self.workshop(workshop_id),
                change=change,
                file=carried(data),
            )


class ImportPeople(_File):
    """`POST /workshops/<id>/people/import`: do it."""

    async def post(self, workshop_id: str) -> None:
        """Save what the preview showed, checked again."""
        data = carried_file(self.field("file"))
        if await self.read(workshop_id, data, dry_run=False) is not None:
            self.go(f"/workshops/{workshop_id}/people?saved=yes")


class MatchPerson(_File):
    """`POST /workshops/<id>/people/match`: who somebody is, or that it was a mistake."""

    def post(self, workshop_id: str) -> None:
        """Match, or take the match back where no person is named."""
        entry, person = self.field("entry"), self.field("person")
        try:
            if person:
                self.services.rosters.match(workshop_id, entry, person, self.person)
            else:
                self.services.rosters.unmatch(workshop_id, entry, self.person)
        except Conflict as error:
            self.show(workshop_id, (error,))
            return
        self.go(f"/workshops/{workshop_id}/people")


class EmptyRoster(_File):
    """`POST /workshops/<id>/people/empty`: begin anew."""

    def post(self, workshop_id: str) -> None:
        """Remove the list, once the box is ticked."""
        self.workshop(workshop_id)
        if not self.field("sure"):
            problem = BadRequest(
                N_("Nothing has been removed yet."),
                N_("Tick the box to show that you are sure, then press the button again."),
            )
            self.show(workshop_id, (problem,), sure=True)
            return
        self.services.rosters.empty(workshop_id, self.person)
        self.go(f"/workshops/{workshop_id}/people")


class TemplateFile(LeaderPage):
    """`GET /workshops/<id>/people/template.csv`: an empty list to fill in."""

    def get(self, workshop_id: str) -> None:
        """Hand out the file, with headings in the leader's language."""
        self.workshop(workshop_id)
        gettext = self.translation.gettext
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="motesklar-participants.csv"')
        headings = (gettext("Name"), gettext("E-mail address"), gettext("Department"))
        self.finish(template_file(*headings))


_PEOPLE = r"/workshops/(w-[a-z0-9]{1,18})/people"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (_PEOPLE, PeoplePage),
    (rf"{_PEOPLE}/preview", PreviewPeople),
    (rf"{_PEOPLE}/import", ImportPeople),
    (rf"{_PEOPLE}/match", MatchPerson),
    (rf"{_PEOPLE}/empty", EmptyRoster),
    (rf"{_PEOPLE}/template\.csv", TemplateFile),
]
