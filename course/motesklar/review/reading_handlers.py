"""Pages where people read answers: what waits, one answer, and on to the next."""

import asyncio
from typing import Any

from tornado.web import RequestHandler

from motesklar.accounts.forms import FieldError
from motesklar.errors import MotesklarError
from motesklar.exercises.questions import OWN_WORDS, Question, answer_in_words, questions_of
from motesklar.review.person_handlers import DecisionHandler
from motesklar.review.readers import COMMENT_MAX, AnswerToRead, BadPoints, ChangedMeanwhile

#: In an address: the reader has asked for the name.
NAME_SHOWN = "shown"


class Grading(DecisionHandler):
    """`GET /review/grading`: which answers wait for somebody to read them."""

    async def get(self) -> None:
        """By exercise: how many, and since when."""
        waiting = await asyncio.to_thread(self.services.readers.waiting, self.person.person_id)
        self.render_page(
            "review/grading.html",
            waiting=[(one, self.question(one.module.name, one.exercise.id)) for one in waiting],
            done=self.get_query_argument("done", ""),
            **self.page(),
        )

    def question(self, module: str, exercise: str) -> str:
        """What an exercise asks, in the visitor's language; its id where nobody wrote it."""
        found = self.services.course.module(module)
        text = questions_of(found).get(exercise, Question()).text
        return found.text(text, self.language) if text else exercise


class FirstAnswer(Grading):
    """`GET /review/grading/<module>/<exercise>`: to the one that has waited longest."""

    async def get(self, module: str, exercise: str) -> None:  # type: ignore[override]
        """Send the browser there."""
        await self.go_to(module, exercise)

    async def go_to(self, module: str, exercise: str, after: str = "") -> None:
        """On to the next who waits; to the list where nobody does."""
        readers = self.services.readers
        person = await asyncio.to_thread(
            readers.next, self.person.person_id, module, exercise, after
        )
        if person is None:
            self.go(self.url("/review/grading"), done="all")
        else:
            self.go(self.url(f"/review/grading/{module}/{exercise}/{person}"), **self.name_shown())

    def name_shown(self) -> dict[str, str]:
        """What an address keeps of the reader's wish to see names; nothing is the default."""
        return {"name": NAME_SHOWN} if self.get_argument("name", "") == NAME_SHOWN else {}


class Step(FirstAnswer):
    """`GET …/<person>/next` and `…/previous`: the way through the answers."""

    async def get(self, module: str, exercise: str, person: str, way: str) -> None:  # type: ignore[override]
        """Send the browser there."""
        if way == "next":
            await self.go_to(module, exercise, person)
            return
        readers = self.services.readers
        before = await asyncio.to_thread(
            readers.previous, self.person.person_id, module, exercise, person
        )
        place = before or person
        self.go(self.url(f"/review/grading/{module}/{exercise}/{place}"), **self.name_shown())


class ReadAnswer(FirstAnswer):
    """`/review/grading/<module>/<exercise>/<person>`: one answer."""

    async def get(self, module: str, exercise: str, person: str) -> None:  # type: ignore[override]
        """Show it, without the name until somebody asks for it."""
        shown = await asyncio.to_thread(self._look, module, exercise, person)
        self._show(shown)

    async def post(self, module: str, exercise: str, person: str) -> None:
        """Save what the reader says, and go on."""
        readers, typed = self.services.readers, self._typed()
        shown = await asyncio.to_thread(
            readers.answer, self.person.person_id, module, exercise, person
        )
        try:
            await readers.save(
                self.person.person_id, shown, typed["mark"], typed["points"], typed["comment"]
            )
        except BadPoints as error:
            self._show(shown, typed, self.tell(error, error.field))
            return
        except (ChangedMeanwhile, MotesklarError) as error:
            # what stands there now, beside what was typed
            now = await asyncio.to_thread(
                readers.answer, self.person.person_id, module, exercise, person
            )
            self._show(now, typed, self.tell(error))
            return
        await self.go_to(module, exercise, person)

    def _typed(self) -> dict[str, str]:
        return {name: self.field(name) for name in ("mark", "points", "comment")}

    def _look(self, module: str, exercise: str, person: str) -> AnswerToRead:
        actor = self.person.person_id
        shown = self.services.readers.answer(actor, module, exercise, person)
        action = "answer read with name" if self.name_shown() else "answer read"
        self.services.deciding.note_view(actor, action, person, f"{module} {exercise}")
        return shown

    def _show(
        self,
        shown: AnswerToRead,
        typed: dict[str, str] | None = None,
        error: FieldError | None = None,
    ) -> None:
        reading = shown.reading
        question = questions_of(shown.module).get(shown.exercise.id, Question())
        told: dict[str, Any] = {"question": self.question(shown.module.name, shown.exercise.id)}
        given = reading.points if reading.points is not None else reading.automatic
        stands = {
            "points": "" if given is None else f"{given:g}",
            "comment": reading.comment,
        }
        self.render_page(
            "review/answer.html",
            shown=shown,
            answer=self._in_words(shown, shown.value),
            guidance="" if question.solution is None else self._in_words(shown, question.solution),
            own_words=shown.exercise.kind in OWN_WORDS,
            typed=typed or stands,
            stands=stands,
            error=error,
            name_shown=bool(self.name_shown()),
            comment_max=COMMENT_MAX,
            **told,
            **self.page(),
        )

    def _in_words(self, shown: AnswerToRead, value: Any) -> str:
        words = answer_in_words(
            shown.module, shown.exercise, value, self.language, self.translation.gettext
        )
        return shown.module.text(words, self.language)


_EXERCISE = r"/review/grading/([a-z0-9-]+)/([a-z][a-z0-9-]*)"
_ONE = _EXERCISE + r"/(p-[a-z0-9]+)"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/review/grading", Grading),
    (_EXERCISE, FirstAnswer),
    (_ONE, ReadAnswer),
    (_ONE + r"/(next|previous)", Step),
]
