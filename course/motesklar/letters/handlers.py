"""The administrator's room of letters, and the addresses of all who have to do with them."""

import asyncio
from typing import Any

from babel.dates import format_datetime
from tornado.web import RequestHandler

from motesklar.accounts.forms import AccountHandler
from motesklar.clock import MOMENT
from motesklar.errors import BadRequest
from motesklar.i18n import N_
from motesklar.letters.choosing import people_of, running_plans
from motesklar.letters.manager import Letters
from motesklar.letters.outbox import Choice
from motesklar.letters.refusals import WORDS
from motesklar.letters.remind_handlers import ROUTES as REMIND
from motesklar.letters.states import RETRIABLE, Kind, State
from motesklar.letters.stop_handlers import ROUTES as STOP
from motesklar.letters.table import letters_csv
from motesklar.store.review_tables import Plan
from motesklar.web.access import Access

STATE_NAMES = {
    State.WAITING: N_("Waits"),
    State.SENDING: N_("Is being sent"),
    State.SENT: N_("Sent"),
    State.FAILED: N_("Failed"),
    State.UNSURE: N_("Unsure"),
    State.STOPPED: N_("Stopped"),
    State.UNNEEDED: N_("Not needed any more"),
}
_NUMBER_MAX = 6


class LettersHandler(AccountHandler):
    """Only administrators come here."""

    access = Access.ADMINISTRATOR

    @property
    def letters(self) -> Letters:
        """The part that this is about."""
        return self.services.letters

    def shown_time(self, at: Any) -> str:
        """A stored time on the organisation's clock."""
        told: str = format_datetime(
            self.letters.outbox.hours.local(at), MOMENT, locale=self.language
        )
        return told


class LettersPage(LettersHandler):
    """`GET /letters`: what waits, was sent and failed."""

    def get(self) -> None:
        """A page of them; `state` chooses, `page` turns."""
        self.show_letters()

    def show_letters(self, sure_error: BadRequest | None = None) -> None:
        """The page, with an error beside the buttons that need a tick when there is one."""
        outbox, now = self.letters.outbox, self.letters.outbox.now()
        state = self._state()
        page = outbox.page(state, self._number())
        outbox.note(self.person.person_id, "letters viewed", state or "all")
        with self.services.database.transaction() as session:
            plans = running_plans(session)
        gettext = self.translation.gettext
        waits_until = outbox.first_waiting()
        self.render_page(
            "letters/page.html",
            page=page,
            state=state,
            states=[(one, gettext(name)) for one, name in STATE_NAMES.items()],
            state_names={one: gettext(name) for one, name in STATE_NAMES.items()},
            reasons={one: tuple(map(gettext, words)) for one, words in WORDS.items()},
            retriable=RETRIABLE,
            departments=self.services.settings.organisation.departments,
            plans=plans,
            by_mail=self.letters.mailer.available,
            trouble=self.letters.sender.trouble,
            quiet_until=None if outbox.hours.are_over(now) else outbox.hours.next_allowed(now),
            waits_until=waits_until,
            shown_time=self.shown_time,
            done=self.get_query_argument("done", ""),
            count=self.get_query_argument("count", "")[:_NUMBER_MAX],
            error=self.tell(sure_error, "sure") if sure_error else None,
        )

    def _state(self) -> State | None:
        asked = self.get_query_argument("state", "")
        if asked and asked not in list(State):
            raise BadRequest
        return State(asked) if asked else None

    def _number(self) -> int:
        asked = self.get_query_argument("page", "1")
        return int(asked) if asked.isdecimal() and len(asked) <= _NUMBER_MAX else 1


class Invite(LettersHandler):
    """`/letters/invite`: look through an invitation, then send it, or take it as a file."""

    async def get(self) -> None:
        """Who gets it and how it will look; nothing is sent."""
        whom = self.get_query_argument("whom", "")
        choice, plan = await asyncio.to_thread(self._choose, whom)
        about = self.letters.outbox.remaining.wanted(plan)
        self.render_page(
            "letters/invite.html",
            whom=whom,
            report=choice.report,
            words=self.letters.writer.sample(Kind.INVITATION, self.language, about),
            by_mail=self.letters.mailer.available,
            days=self.services.settings.signin.link_days,
        )

    async def post(self) -> None:
        """Queue them; with `as=csv` hand out a table of letters with links instead."""
        choice, plan = await asyncio.to_thread(self._choose, self.field("whom"))
        actor, outbox = self.person.person_id, self.letters.outbox
        if self.field("as") == "csv":
            # everybody's links are made, which takes a while for many
            letters = await asyncio.to_thread(
                self.letters.to_copy, Kind.INVITATION, choice, plan, with_links=True
            )
            outbox.note(actor, "letters handed out", f"{Kind.INVITATION} {len(letters)}")
            letters_csv(self, letters)
            return
        report = await asyncio.to_thread(
            outbox.queue,
            Kind.INVITATION,
            [person.id for person in choice.people],
            actor_id=actor,
            plan=plan,
        )
        self.go(self.url("/letters"), done="queued", count=str(report.queued))

    def _choose(self, whom: str) -> tuple[Choice, Plan | None]:
        with self.services.database.transaction() as session:
            people = people_of(session, whom)
        kind, _, name = whom.partition(":")
        plan = self.letters.outbox.plan(name) if kind == "plan" else None
        return self.letters.outbox.choose(Kind.INVITATION, people, plan), plan


class _ForAllThatWait(LettersPage):
    """A button for all letters that wait; a tick says that it is meant."""

    def get(self) -> None:
        """Somebody reloaded or came back: to the list."""
        self.go(self.url("/letters"))

    def is_sure(self) -> bool:
        """Whether the box is ticked; otherwise the page says that it isn't."""
        if self.field("sure"):
            return True
        self.show_letters(
            BadRequest(
                N_("Nothing has been done yet."),
                N_("Tick the box to show that you are sure, then press the button again."),
            )
        )
        return False


class StopAll(_ForAllThatWait):
    """`POST /letters/stop`: none that waits goes out."""

    def post(self) -> None:
        """Stop them."""
        if self.is_sure():
            stopped = self.letters.outbox.stop_all(self.person.person_id)
            self.go(self.url("/letters"), done="stopped", count=str(stopped))


class SendNow(_ForAllThatWait):
    """`POST /letters/now`: those that wait go out in quiet hours too."""

    def post(self) -> None:
        """Hurry them."""
        if self.is_sure():
            hurried = self.letters.outbox.send_now(self.person.person_id)
            self.go(self.url("/letters"), done="hurried", count=str(hurried))


class Again(LettersHandler):
    """`POST /letters/<id>/again`: one that failed is tried once more."""

    def post(self, letter_id: str) -> None:
        """Put it back among those that wait."""
        self.letters.outbox.again(letter_id, self.person.person_id)
        self.go(self.url("/letters"), done="again")


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/letters", LettersPage),
    (r"/letters/invite", Invite),
    (r"/letters/stop", StopAll),
    (r"/letters/now", SendNow),
    (r"/letters/(o-[a-z0-9]+)/again", Again),
    *REMIND,
    *STOP,
]
