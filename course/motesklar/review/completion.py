"""Completion as facts: who has done which part of the course, and when. Pure.

There are three states and no points: nobody is ranked.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class State(enum.StrEnum):
    """How things stand for one person in one module; the value stands in addresses."""

    DONE = "done"  # what the module's rule asks for, or what a reviewer has decided
    HANDED_IN = "handed-in"  # graded, but not all right yet
    NOT_YET = "not-yet"  # nothing graded


class Result(Protocol):
    """A person's result in a module."""

    @property
    def done(self) -> bool:
        """Whether it is done."""

    @property
    def share(self) -> float | None:
        """Score from 0 to 1; None where nothing graded is handed in."""

    @property
    def enough(self) -> bool:
        """Whether it is enough for the certificate."""

    @property
    def at(self) -> datetime | None:
        """Since when, UTC."""


@dataclass(frozen=True)
class Stored:
    """A person's result in a module, as the table of completion has it."""

    done: bool
    share: float | None
    enough: bool
    at: datetime | None


@dataclass(frozen=True)
class Cell:
    """One person in one module.

    Args:
        version: which version of the module it is about, short; empty where that isn't known.
        set_by: name of the reviewer who has decided it; empty where it is earned.
    """

    state: State
    at: datetime | None = None
    version: str = ""
    set_by: str = ""


@dataclass(frozen=True)
class Line:
    """One person in all modules, in the order of the course.

    Args:
        left_at: since when the person is no longer with the organisation.
    """

    person_id: str
    name: str
    department: str
    cells: tuple[Cell, ...]
    left_at: datetime | None = None

    @property
    def done(self) -> int:
        """How many modules are done."""
        return sum(cell.state is State.DONE for cell in self.cells)


def cells_in_order(starting: Mapping[str, State], known: Mapping[str, Cell]) -> tuple[Cell, ...]:
    """A cell for each module; `starting` is module to state where nothing is known."""
    return tuple(known.get(module) or Cell(state) for module, state in starting.items())
