"""Pages that show what grading a part anew would change, before anybody does it."""

import asyncio
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from tornado.web import RequestHandler

from motesklar.errors import Conflict, NotFound
from motesklar.exercises.regrade import Effect
from motesklar.i18n import N_
from motesklar.review.person_handlers import DecisionHandler
from motesklar.review.regrading import OneAtATime, Preview, PreviewState
from motesklar.store.alphabet import alphabetical_key
from motesklar.store.chunks import chunks
from motesklar.store.models import Person

#: People shown on one page.
_PAGE = 100


@dataclass(frozen=True)
class Seen:
    """The part of a preview that a reviewer sees.

    Args:
        counts: effect to how many people in sight.
        people: (id, name, effect) of those for whom something changes.
    """

    counts: Counter[Effect]
    people: list[tuple[str, str, Effect]]


class Regrade(DecisionHandler):
    """`/review/regrade`: choose a part, and see how far the look has come."""

    def get(self) -> None:
        """The latest preview, and the choice of another."""
        self._show()

    async def post(self) -> None:
        """Begin, or stop what is under way."""
        previews = self.services.previews
        if self.field("stop"):
            await previews.stop()
        else:
            module = self.field("module")
            try:
                previews.start(module)
            except (OneAtATime, NotFound) as error:
                self._show(error)
                return
            self.services.deciding.note_view(self.person.person_id, "regrade preview", "", module)
        self.go(self.url("/review/regrade"))

    def _show(self, error: Conflict | NotFound | None = None) -> None:
        preview = self.services.previews.latest
        running = preview is not None and preview.state is PreviewState.RUNNING
        self.render_page(
            "review/regrade.html",
            preview=preview,
            running=running,
            modules=[one for one in self.services.course.modules if one.exercises],
            error=self.tell(error) if error else None,
            **self.page(),
        )


EFFECT_WORDS = {
    Effect.COMPLETES: N_("Would be done"),
    Effect.POINTS: N_("Other points, done or not as before"),
    Effect.KEEPS: N_("Stays done, though the answers would not be all right"),
    Effect.FAILED: N_("Could not be graded, stays as it is"),
    Effect.SAME: N_("Nothing changes"),
}


class RegradeResult(DecisionHandler):
    """`GET /review/regrade/result`: for whom what would change, of the people in sight."""

    async def get(self) -> None:
        """The numbers, and the people."""
        preview = self.services.previews.latest
        if preview is None:
            self.go(self.url("/review/regrade"))
            return
        seen = await asyncio.to_thread(self._seen, preview)
        actor = self.person.person_id
        self.services.deciding.note_view(actor, "regrade preview viewed", "", preview.module)
        asked = self.get_query_argument("page", "1")
        pages = max(1, -(-len(seen.people) // _PAGE))
        page = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 7 else 1
        self.render_page(
            "review/regrade_result.html",
            preview=preview,
            counts={effect.value: seen.counts[effect] for effect in Effect},
            people=seen.people[(page - 1) * _PAGE : page * _PAGE],
            page_number=page,
            pages=pages,
            effects=self.words_of(EFFECT_WORDS),
            **self.page(),
        )

    def _seen(self, preview: Preview) -> Seen:
        outcomes = {one.person_id: one for one in preview.outcomes}
        names = self._names(list(outcomes))
        effects = {person: outcomes[person].effect for person in names}
        people: list[tuple[str, str, Effect]] = [
            (person, names[person], effect)
            for person, effect in effects.items()
            if effect is not Effect.SAME
        ]
        return Seen(Counter(effects.values()), people)

    def _names(self, people: list[str]) -> dict[str, str]:
        """Id to name of those whom this reviewer sees, in the Swedish order of names."""
        found: dict[str, str] = {}
        sight = self.sight()
        with self.services.database.transaction() as session:
            for some in chunks(people):
                query = select(Person.id, Person.name).where(
                    Person.id.in_(some), sight.where(Person.department)
                )
                found |= {row.id: row.name for row in session.execute(query)}
        return dict(sorted(found.items(), key=lambda one: alphabetical_key(one[1])))


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/review/regrade", Regrade),
    (r"/review/regrade/result", RegradeResult),
]
