"""A reviewer reminds people of what is left: look through, then send."""

import asyncio
from typing import Any

from tornado.web import RequestHandler

from motesklar.accounts.forms import AccountHandler
from motesklar.errors import BadRequest, NotFound
from motesklar.i18n import N_
from motesklar.letters.choosing import running_plans
from motesklar.letters.manager import Letters
from motesklar.letters.outbox import Choice
from motesklar.letters.states import Kind
from motesklar.letters.table import letters_csv
from motesklar.store.review_tables import Plan
from motesklar.web.access import Access


class NobodyChosen(BadRequest):
    """No row was ticked."""

    message = N_("Nobody is chosen.")
    next_step = N_("Go back to the table, tick those whom you want to remind, and try again.")


class Remind(AccountHandler):
    """`POST /review/remind`: `person` (ids) or `everyone` and the table's `query`; `sure`."""

    access = Access.REVIEWER

    @property
    def letters(self) -> Letters:
        """The part that this is about."""
        return self.services.letters

    def get(self) -> None:
        """Somebody reloaded or came back: to the table."""
        self.go(self.url("/review"))

    async def post(self) -> None:
        """Show who gets a reminder and how it looks; with `sure` send it, or hand it out."""
        people, plans, plan = await asyncio.to_thread(self._read)
        choice = await asyncio.to_thread(self.letters.outbox.choose, Kind.REMINDER, people, plan)
        if self.field("sure"):
            await self._send(people, plan)
        elif self.field("as") == "csv":
            await self._hand_out(choice, plan)
        else:
            self._show(people, choice, plans, plan)

    def _read(self) -> tuple[list[str], list[Plan], Plan | None]:
        review = self.services.review
        sight = review.sight(self.person.person_id)
        named = self.get_body_arguments("person")
        if self.field("everyone"):
            people = review.people_of(self.field("query"), sight)
        else:
            people = review.in_sight(list(dict.fromkeys(named)), sight)
        if not people:
            # somebody of another department is as unknown as somebody who isn't there
            raise NotFound(N_("There is no such person.")) if named else NobodyChosen
        seen = {plan.id for plan in review.plans.current(sight)}
        with self.services.database.transaction() as session:
            plans = [plan for plan in running_plans(session) if plan.id in seen]
        asked = self.field("plan")
        plan = next((one for one in plans if one.id == asked), None)
        if asked and plan is None:
            raise NotFound(N_("There is no such plan, or it is ended."))
        return people, plans, plan

    def _show(
        self, people: list[str], choice: Choice, plans: list[Plan], plan: Plan | None
    ) -> None:
        about = self.letters.outbox.remaining.wanted(plan)
        self.render_page(
            "letters/remind.html",
            people=people,
            report=choice.report,
            plans=plans,
            plan=plan,
            words=self.letters.writer.sample(Kind.REMINDER, self.language, about),
            by_mail=self.letters.mailer.available,
        )

    async def _send(self, people: list[str], plan: Plan | None) -> None:
        report = await asyncio.to_thread(
            self.letters.outbox.queue,
            Kind.REMINDER,
            people,
            actor_id=self.person.person_id,
            plan=plan,
        )
        self.go(self.url("/review/reminded"), queued=str(report.queued), chosen=str(report.total))

    async def _hand_out(self, choice: Choice, plan: Plan | None) -> None:
        letters = await asyncio.to_thread(
            self.letters.to_copy, Kind.REMINDER, choice, plan, with_links=False
        )
        about = f"{Kind.REMINDER} {len(letters)}"
        self.letters.outbox.note(self.person.person_id, "letters handed out", about)
        letters_csv(self, letters)


class Reminded(AccountHandler):
    """`GET /review/reminded`: what was sent."""

    access = Access.REVIEWER

    def get(self) -> None:
        """How many, and when they go out."""
        hours, now = self.services.letters.outbox.hours, self.services.letters.outbox.now()
        self.render_page(
            "letters/reminded.html",
            queued=self._count("queued"),
            chosen=self._count("chosen"),
            quiet=not hours.are_over(now),
        )

    def _count(self, name: str) -> int:
        asked: Any = self.get_query_argument(name, "0")
        return int(asked) if asked.isdecimal() and len(asked) < 7 else 0


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/review/remind", Remind),
    (r"/review/reminded", Reminded),
]
