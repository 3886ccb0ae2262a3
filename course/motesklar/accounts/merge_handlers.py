"""The same person twice: found, compared, made one."""

import asyncio
from typing import Any

from tornado.web import RequestHandler

from motesklar.accounts.duplicates import find_pairs
from motesklar.accounts.editing import LastAdministrator
from motesklar.accounts.forms import FieldError
from motesklar.accounts.merging import SamePerson
from motesklar.accounts.people import PERSON, AdministratorHandler
from motesklar.errors import BadRequest, Conflict, MotesklarError
from motesklar.i18n import N_

#: Pairs that are shown; all are counted.
_MAX_PAIRS = 100


class Duplicates(AdministratorHandler):
    """`GET /people/duplicates`: who may be in the course twice."""

    async def get(self) -> None:
        """Pairs, the surest first."""
        pairs = await asyncio.to_thread(find_pairs, self.services.database)
        self.accounts.note(self.person.person_id, "duplicates seen", str(len(pairs)))
        self.render_page("accounts/duplicates.html", pairs=pairs[:_MAX_PAIRS], total=len(pairs))


class Merge(AdministratorHandler):
    """`/people/<id>/merge?with=<other>`: what each has, and the button that makes them one."""

    def get(self, person_id: str) -> None:
        """Compare; nothing is changed."""
        self._show(person_id, self.get_query_argument("with", ""))

    async def post(self, person_id: str) -> None:
        """Merge into the one who was chosen, once the box is ticked."""
        other = self.accounts.roster.find(self.field("with")).id
        kept = self.field("keep")
        if kept not in (person_id, other):
            raise BadRequest
        gone = other if kept == person_id else person_id
        try:
            if not self.field("sure"):
                raise BadRequest(
                    N_("Nothing has been merged yet."),
                    N_("Tick the box to show that you are sure, then press the button again."),
                )
            await self.accounts.merging.merge(
                gone,
                kept,
                actor_id=self.person.person_id,
                merge_results=self.services.exercises.merge,
                promoted=self._promoted,
            )
        except (BadRequest, Conflict) as error:
            self._show(person_id, other, error, kept)
            return
        self.services.sessions.sockets.look()
        self.go(self.url(f"/people/{kept}"), done="merged")

    def _promoted(self, person_id: str) -> dict[str, Any]:
        results = self.services.exercises.completions(person_id).get(person_id, {})
        return {module: result.at for module, result in results.items()}

    def _show(
        self, person_id: str, other: str, error: MotesklarError | None = None, kept: str = ""
    ) -> None:
        here = self.accounts.roster.get(person_id)
        there = self.accounts.roster.find(other)
        if here.id == there.id:
            raise SamePerson
        sides = self.accounts.merging.compare(here.id, there.id, actor_id=self.person.person_id)
        done = [
            sum(
                one.done
                for one in self.services.exercises.completions(side.person.id)
                .get(side.person.id, {})
                .values()
            )
            for side in sides
        ]
        self.render_page(
            "accounts/merge.html",
            sides=sides,
            done=done,
            other=there.id,
            kept=kept or self._likely(sides),
            error=self._told(error),
        )

    @staticmethod
    def _likely(sides: list[Any]) -> str:
        """Whoever can sign in by address or account, else the one who was here first."""
        best = min(
            sides,
            key=lambda side: (
                not side.person.subject,
                not side.person.email,
                side.person.created_at,
            ),
        )
        return str(best.person.id)

    def _told(self, error: MotesklarError | None) -> FieldError | None:
        if error is None:
            return None
        return self.tell(error, "keep" if isinstance(error, LastAdministrator) else "sure")


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/people/duplicates", Duplicates),
    (PERSON + r"/merge", Merge),
]
