"""How far a conversation has come. Survives a lost connection and a lost process as plain JSON."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from motesklar.call.partner.failures import Failure
from motesklar.call.partner.pace import Pace
from motesklar.call.partner.tasks import ORDER, Task, Way


class Progress(BaseModel):
    """What the partner remembers of one person's call.

    Args:
        done: tasks that are done and how; only what really arrived counts.
        passed: tasks that the conversation has left behind without: heard by the page alone.
        skipped: tasks that were skipped once and come back at the end.
        left_out: tasks that were skipped twice and don't come back by themselves.
        answers: the ways in which the person has answered; they are open in every task.
        failure: what is broken on purpose now.
        failures: how many have been tried; the next one is another.
        finished: whether the end has been told.
    """

    model_config = ConfigDict(validate_assignment=True, extra="ignore")

    pace: Pace = Pace.GENTLE
    greeted: bool = False
    heard: bool = False
    done: dict[Task, Way] = {}
    passed: set[Task] = set()
    skipped: list[Task] = []
    left_out: set[Task] = set()
    answers: set[Way] = set()
    failure: Failure | None = None
    failures: int = 0
    returned: bool = False
    finished: bool = False

    @classmethod
    def from_blob(cls, blob: Mapping[str, Any]) -> Self:
        """What `to_blob` gave; a blob of another version starts anew."""
        try:
            return cls.model_validate(blob)
        except ValidationError:
            return cls()

    def to_blob(self) -> dict[str, Any]:
        """Plain JSON, for another process."""
        return self.model_dump(mode="json")

    @property
    def task(self) -> Task | None:
        """What is asked now; None at the end."""
        if self.failure is not None:
            return Task.FAILURE
        behind = {*self.done, *self.passed, *self.skipped, *self.left_out}
        return next((task for task in ORDER if task not in behind), None) or self._skipped()

    def _skipped(self) -> Task | None:
        return self.skipped[0] if self.skipped else None

    @property
    def returning(self) -> bool:
        """Whether the task now is one that was skipped before."""
        return self.failure is None and self.task in self.skipped

    def complete(self, task: Task, way: Way) -> None:
        """Note that it is done; the first way stays."""
        self.done.setdefault(task, way)
        self._leave(task)

    def pass_by(self, task: Task) -> None:
        """Go on without it being done."""
        self.passed.add(task)
        self._leave(task)

    def skip(self, task: Task) -> None:
        """Put it last, or away when it has been there already."""
        if task in self.skipped:
            self._leave(task)
            self.left_out.add(task)
        else:
            self.skipped.append(task)

    def begin_again(self) -> None:
        """Ask everything once more; how the person answers is kept."""
        self.done, self.passed, self.skipped, self.left_out = {}, set(), [], set()
        self.failure, self.returned, self.finished = None, False, False

    def _leave(self, task: Task) -> None:
        self.left_out.discard(task)
        if task in self.skipped:
            self.skipped.remove(task)
