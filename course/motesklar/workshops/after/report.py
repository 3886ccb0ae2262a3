"""What came of a workshop, in numbers alone, and what they say about the next one. Pure.

`Totals` name nobody: they are what is left when a workshop's people are forgotten, and are kept as
JSON, so a field may be added but none may change its meaning.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from motesklar.workshops.sheet.sheet import SheetItem

#: An item that took so many times what was planned needs another plan.
MUCH_LONGER = 1.5
#: The steps with the most questions; one question says nothing about a step.
MOST_STEPS = 3
FEWEST_QUESTIONS = 2
#: Fewer answers are not shown, so that nobody is known by theirs.
FEWEST_ANSWERS = 3
#: Answers go from 1 to this.
HIGHEST = 4


class _Total(BaseModel):
    model_config = ConfigDict(frozen=True)


class ItemTime(_Total):
    """An item of the run sheet.

    Args:
        planned: minutes.
        real: minutes; None where nobody came to it.
        questions: how many were asked while it went on.
    """

    title: str
    planned: int
    real: float | None = None
    questions: int = 0

    @property
    def much_longer(self) -> bool:
        """Whether it took far longer than planned."""
        return self.real is not None and 0 < self.planned * MUCH_LONGER < self.real


class StepPeople(_Total):
    """How many people have done a step in the workshop."""

    module: str
    step: str
    people: int


class StepQuestions(_Total):
    """How many questions came from those who were at a step."""

    module: str
    step: str
    questions: int


class Problem(_Total):
    """How many people met a finding when they tested."""

    check: str
    finding: str
    verdict: str
    people: int


class Totals(_Total):
    """A workshop in numbers.

    Args:
        expected: how many stood on the roster; `expected_came`, how many of them came.
        came: everybody who joined.
        call_minutes: of all together.
        questions: topic to how many.
        accounts: opened by those who came, since it began.
        useful: how many gave 1, 2, 3 and 4; `dare` alike.
    """

    began_at: datetime | None = None
    ended_at: datetime | None = None
    expected: int = 0
    expected_came: int = 0
    came: int = 0
    in_calls: int = 0
    call_minutes: int = 0
    steps: list[StepPeople] = Field(default_factory=list)
    problems: list[Problem] = Field(default_factory=list)
    questions: dict[str, int] = Field(default_factory=dict)
    asked_at: list[StepQuestions] = Field(default_factory=list)
    accounts: int = 0
    account_goal: int | None = None
    items: list[ItemTime] = Field(default_factory=list)
    useful: list[int] = Field(default_factory=lambda: [0] * HIGHEST)
    dare: list[int] = Field(default_factory=lambda: [0] * HIGHEST)

    @property
    def answers(self) -> int:
        """How many have said what they thought."""
        return sum(self.useful)

    @property
    def slow(self) -> list[ItemTime]:
        """Items that took far longer than planned."""
        return [item for item in self.items if item.much_longer]

    @property
    def hard(self) -> list[StepQuestions]:
        """The steps with the most questions."""
        return [one for one in self.asked_at if one.questions >= FEWEST_QUESTIONS][:MOST_STEPS]


@dataclass(frozen=True)
class Run:
    """An item as it went on once.

    Args:
        item: its number in the run sheet, from 0.
        until: now, while it still goes on.
    """

    item: int
    began_at: datetime
    until: datetime


def item_times(
    items: Sequence[SheetItem], runs: Sequence[Run], asked: Iterable[datetime]
) -> list[ItemTime]:
    """Planned against real, item by item; one that was gone back to has the sum."""
    real: dict[int, float] = {}
    for run in runs:
        minutes = (run.until - run.began_at).total_seconds() / 60
        real[run.item] = real.get(run.item, 0.0) + minutes
    during = Counter(
        next((run.item for run in runs if run.began_at <= at <= run.until), -1) for at in asked
    )
    return [
        ItemTime(
            title=item.title,
            planned=item.minutes,
            real=round(real[number], 1) if number in real else None,
            questions=during[number],
        )
        for number, item in enumerate(items)
    ]


def steps_asked_at(
    asked: Iterable[tuple[str, datetime]], seen: Iterable[tuple[str, datetime, str, str]]
) -> list[StepQuestions]:
    """Where those who asked were, the most questions first.

    Args:
        asked: who and when.
        seen: who, when, module and step; the oldest first.
    """
    moves: dict[str, list[tuple[datetime, tuple[str, str]]]] = {}
    for person, at, module, step in seen:
        moves.setdefault(person, []).append((at, (module, step)))
    counted: Counter[tuple[str, str]] = Counter()
    for person, asked_at in asked:
        before = [where for at, where in moves.get(person, ()) if at <= asked_at]
        if before:
            counted[before[-1]] += 1
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return [StepQuestions(module=m, step=s, questions=number) for (m, s), number in ordered]


def graded(answers: Iterable[int]) -> list[int]:
    """How many gave 1, 2, 3 and 4."""
    counted = Counter(answers)
    return [counted[grade] for grade in range(1, HIGHEST + 1)]
