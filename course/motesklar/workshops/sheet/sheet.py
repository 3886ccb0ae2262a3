"""A run sheet: the timed items of a workshop, and the clock of how it really goes. Pure.

A model is a run sheet in a file, without a date and without people. Every accepted key of such a
file stands in this module.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from motesklar.course import Course

ITEMS_MAX = 60
MINUTES_MAX = 240

#: Words in one language, or language to words.
Words = str | dict[str, str]


class ItemKind(enum.StrEnum):
    """What happens meanwhile."""

    TALK = "talk"  # somebody shows or tells
    TRY = "try"  # everybody does a step
    ACCOUNT = "account"  # everybody gets an account
    HELP = "help"  # time for questions
    BREAK = "break"  # coffee
    END = "end"  # sum up, and what comes next


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    minutes: Annotated[int, Field(ge=1, le=MINUTES_MAX)]
    kind: ItemKind = ItemKind.TALK
    module: Annotated[str, Field(max_length=60)] = ""
    step: Annotated[str, Field(max_length=60)] = ""


class SheetItem(_Item):
    """A timed item.

    Args:
        minutes: how long it is planned to take.
        kind: what happens meanwhile.
        module: the part of the course it goes through; empty for none.
        step: the step of that part; empty for all of it.
        title: what it is, for everybody.
        notes: what the leader is to say and do.
        role: who does it, such as `helper 2`; empty for the leader.
    """

    title: Annotated[str, Field(min_length=1, max_length=120)]
    notes: Annotated[str, Field(max_length=2000)] = ""
    role: Annotated[str, Field(max_length=60)] = ""


class ModelItem(_Item):
    """An item of a model: its words may be in several languages."""

    title: Words
    notes: Words = ""
    role: Words = ""


class SheetModel(BaseModel):
    """A model of a workshop.

    Args:
        title: what it is called.
        summary: for whom it is.
        people: for how many.
        items: in the order in which they come.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Words
    summary: Words = ""
    people: Annotated[int, Field(ge=1, le=1000)]
    items: Annotated[list[ModelItem], Field(min_length=1, max_length=ITEMS_MAX)]

    def sheet(self, language: str) -> tuple[SheetItem, ...]:
        """The run sheet in a language.

        Raises:
            pydantic.ValidationError: words are missing or too long.
        """
        return tuple(
            SheetItem.model_validate(
                {name: in_language(value, language) for name, value in item.model_dump().items()}
            )
            for item in self.items
        )

    def unknown_places(self, course: Course) -> list[str]:
        """What the course doesn't have, as `module/step`."""
        known = {module.name: {step.id for step in module.steps} for module in course.modules}
        return [
            f"{item.module}/{item.step}".rstrip("/")
            for item in self.items
            if item.module
            and (item.module not in known or (item.step and item.step not in known[item.module]))
        ]


def in_language(value: Any, language: str) -> Any:
    """Words in that language, or in the first that there is; anything else as it is."""
    if isinstance(value, dict):
        return value.get(language) or next(iter(value.values()), "")
    return value


def read_sheet(stored: Sequence[Any]) -> tuple[SheetItem, ...]:
    """A run sheet as the database has it."""
    return tuple(SheetItem.model_validate(item) for item in stored)


def first_module(sheet: Sequence[SheetItem], other: str) -> str:
    """The first part of the course that a sheet goes through; `other` where it names none."""
    return next((item.module for item in sheet if item.module), other)


@dataclass(frozen=True)
class BoardStep:
    """A step that a workshop goes through."""

    module: str
    step: str

    @property
    def key(self) -> str:
        """Unique in the whole course."""
        return f"{self.module}/{self.step}"


def board_steps(sheet: Sequence[SheetItem], module: str, course: Course) -> list[BoardStep]:
    """The steps that everybody does, in order, each once.

    A workshop whose sheet names no part of the course goes through `module`. What the course
    doesn't have any more is left out.
    """
    places = [(item.module, item.step) for item in sheet if item.module] or [(module, "")]
    known = {one.name: [step.id for step in one.steps] for one in course.modules}
    steps = [
        BoardStep(name, step)
        for name, only in places
        for step in known.get(name, [])
        if only in ("", step)
    ]
    return list(dict.fromkeys(steps))


@dataclass(frozen=True)
class Run:
    """An item as it really went; `ended_at` is None while it goes on."""

    item: int
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Clock:
    """How the workshop stands against its plan.

    Args:
        planned_end: when the item that goes on should end, counted from when the first began.
        behind: how much later than planned it is now; negative is time saved.
        end: when everything will be over if the rest takes as long as planned.
    """

    planned_end: datetime
    behind: timedelta
    end: datetime


def clock(sheet: Sequence[SheetItem], runs: Sequence[Run], now: datetime) -> Clock | None:
    """The clock; None before the first item and where there is no sheet.

    Going back to an item gives no time back: what has been used is used.
    """
    if not sheet or not runs:
        return None
    began, current = runs[0].began_at, runs[-1]
    before = sum((minutes(item) for item in sheet[: current.item]), timedelta())
    own = minutes(sheet[current.item])
    planned_end = began + before + own
    # an item that is going on takes its planned time, and longer only once it has
    will_end = max(current.began_at + own, now) if current.ended_at is None else current.ended_at
    rest = sum((minutes(item) for item in sheet[current.item + 1 :]), timedelta())
    return Clock(planned_end, will_end - planned_end, will_end + rest)


def minutes(item: SheetItem) -> timedelta:
    """How long an item is planned to take."""
    return timedelta(minutes=item.minutes)


def real_time(runs: Sequence[Run], item: int, now: datetime) -> timedelta | None:
    """How long an item has really taken, all times together; None when it never began."""
    spans = [(run.ended_at or now) - run.began_at for run in runs if run.item == item]
    return sum(spans, timedelta()) if spans else None
