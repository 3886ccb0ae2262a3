"""The pages' doors to answers, facts, hand-ins and results."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from tornado.web import RequestHandler

from motesklar.exercises.attempts import attempt_view
from motesklar.store.facts import FactRecord
from motesklar.store.models import Attempt, iso
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler

#: Ids that pages make.
_CLIENT_ID = r"[A-Za-z0-9-]{8,40}"


class AnswerBody(BaseModel):
    """An answer as it is given."""

    model_config = ConfigDict(extra="forbid", strict=True)

    value: Any
    #: The exercise's, as it stands on the page.
    version: str = Field(default="", max_length=12)


class FactBody(BaseModel):
    """Something that happened on a page."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(pattern=rf"^{_CLIENT_ID}$")
    module: str = Field(max_length=60)
    step: str = Field(max_length=60)
    kind: str = Field(max_length=30)
    detail: dict[str, Any] = Field(default_factory=dict)


class HandInBody(BaseModel):
    """A hand-in: the answers are already saved, so it is only a name."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(pattern=rf"^{_CLIENT_ID}$")


class ExerciseHandler(CourseHandler):
    """What the doors below have in common."""

    access = Access.SIGNED_IN

    def view(self, attempt: Attempt) -> dict[str, Any]:
        """An attempt in the visitor's language."""
        results = self.services.exercises.results(attempt)
        course = self.services.course
        return attempt_view(attempt, results, course, self.language, self.translation)


class ModuleState(ExerciseHandler):
    """`GET /api/modules/<module>/state`."""

    def get(self, module: str) -> None:
        """Where the visitor is in a module."""
        state = self.services.exercises.state(self.person.person_id, module)
        attempt = state["attempt"]
        self.write_json(state | {"attempt": self.view(attempt) if attempt else None})


class SavedAnswer(ExerciseHandler):
    """`PUT /api/modules/<module>/answers/<exercise>`."""

    def put(self, module: str, exercise: str) -> None:
        """Keep the visitor's latest answer."""
        body = self.read_json(AnswerBody)
        at = self.services.exercises.save_answer(
            self.person.person_id, module, exercise, body.value, body.version
        )
        self.write_json({"saved_at": iso(at)})


class CheckedAnswer(ExerciseHandler):
    """`POST /api/modules/<module>/answers/<exercise>/check`."""

    async def post(self, module: str, exercise: str) -> None:
        """Whether the visitor's saved answer is right, and why."""
        exercises = self.services.exercises
        right, msgid = await exercises.check(self.person.person_id, module, exercise)
        explanation = self.services.course.module(module).text(msgid, self.language)
        self.write_json({"right": right, "explanation": explanation})


class Facts(ExerciseHandler):
    """`POST /api/facts`."""

    def post(self) -> None:
        """Note what happened on the visitor's page."""
        body = self.read_json(FactBody)
        fact = FactRecord(person_id=self.person.person_id, **body.model_dump())
        self.write_json({"recorded": self.services.exercises.record_fact(fact)})


class HandIn(ExerciseHandler):
    """`POST /api/modules/<module>/hand-in`."""

    async def post(self, module: str) -> None:
        """Hand in the visitor's saved answers."""
        body = self.read_json(HandInBody)
        attempt = await self.services.exercises.hand_in(self.person.person_id, module, body.id)
        self.write_json(self.view(attempt), 202)


class AttemptDoor(ExerciseHandler):
    """`GET /api/attempts/<id>`; with `?wait=1` the answer comes when there is a result."""

    async def get(self, attempt_id: str) -> None:
        """How far the visitor's own hand-in has come."""
        exercises, person = self.services.exercises, self.person.person_id
        if self.get_query_argument("wait", ""):
            attempt = await exercises.settled_attempt(person, attempt_id)
        else:
            attempt = exercises.attempt(person, attempt_id)
        self.write_json(self.view(attempt))


_MODULE = r"([a-z0-9-]+)"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (rf"/api/modules/{_MODULE}/state", ModuleState),
    (rf"/api/modules/{_MODULE}/answers/([A-Za-z0-9-]+)", SavedAnswer),
    (rf"/api/modules/{_MODULE}/answers/([A-Za-z0-9-]+)/check", CheckedAnswer),
    (rf"/api/modules/{_MODULE}/hand-in", HandIn),
    (r"/api/facts", Facts),
    (rf"/api/attempts/({_CLIENT_ID})", AttemptDoor),
]
