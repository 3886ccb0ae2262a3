"""`GET /review/questions`: hard questions, for those who write the course."""

import asyncio
from collections.abc import Iterator

from sqlalchemy import select
from tornado.web import RequestHandler

from motesklar.course import Module
from motesklar.exercises.questions import Question, answer_in_words, questions_of
from motesklar.review.person_handlers import DecisionHandler
from motesklar.review.questions import FEWEST, FirstTry, Hardness, hardness
from motesklar.store.database import Database
from motesklar.store.models import Attempt, AttemptState


class HardQuestions(DecisionHandler):
    """One part of the course at a time."""

    async def get(self) -> None:
        """How its exercises went at the first try."""
        modules = [one for one in self.services.course.modules if one.max_score > 0]
        chosen = self.get_query_argument("module", "") or (modules[0].name if modules else "")
        found: list[Hardness] = []
        if chosen:
            # everybody's hand-ins are read, and others are waiting
            found = await asyncio.to_thread(self._hardness, self.services.course.module(chosen))
        self.render_page(
            "review/questions.html",
            modules=modules,
            chosen=chosen,
            found=[(one, self._question(chosen, one)) for one in found],
            fewest=FEWEST,
            **self.page(),
        )

    def _hardness(self, module: Module) -> list[Hardness]:
        return hardness(
            module,
            first_tries(self.services.database, module.name),
            lambda exercise, value: answer_in_words(
                module, exercise, value, self.language, self.translation.gettext
            ),
        )

    def _question(self, name: str, one: Hardness) -> str:
        module = self.services.course.module(name)
        text = questions_of(module).get(one.exercise.id, Question()).text
        return module.text(text, self.language) if text else one.exercise.id


def first_tries(database: Database, module: str) -> Iterator[FirstTry]:
    """Everybody's first hand-in of a module that was graded."""
    query = (
        select(Attempt.person_id, Attempt.answers, Attempt.results)
        .where(Attempt.module == module, Attempt.state == AttemptState.GRADED)
        .order_by(Attempt.person_id, Attempt.handed_in_at, Attempt.id)
        .execution_options(yield_per=500)
    )
    before = None
    with database.transaction() as session:
        for person, answers, results in session.execute(query):
            if person != before:
                before = person
                right = {one["exercise"]: one["score"] >= one["max_score"] for one in results}
                yield FirstTry(answers, right)


ROUTES: list[tuple[str, type[RequestHandler]]] = [(r"/review/questions", HardQuestions)]
