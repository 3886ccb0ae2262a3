"""Completion as facts: who has done which part of the course, and when. Pure.

There are three states and no points: nobody is ranked. What is chosen by a filter is decided here
and nowhere else, so that the page and the file hold the same people.
"""

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from motesklar.errors import BadRequest

#: In place of a module's name: the course as a whole.
WHOLE_COURSE = "all"


class State(enum.StrEnum):
    """How things stand for one person in one module; the value stands in addresses."""

    DONE = "done"  # every point, or every step where nothing is graded
    HANDED_IN = "handed-in"  # graded, but not all right yet
    NOT_YET = "not-yet"  # nothing graded

    # chosen for the whole course only
    NOT_DONE = "not-done"  # at least one module isn't done


MODULE_STATES = (State.DONE, State.HANDED_IN, State.NOT_YET)
COURSE_STATES = (State.DONE, State.NOT_DONE)


class Result(Protocol):
    """A person's result in a module, as the gradebook has it."""

    @property
    def done(self) -> bool:
        """Whether all points are there."""

    @property
    def at(self) -> datetime | None:
        """When the counting hand-in was made, UTC."""


Results = Mapping[str, Mapping[str, Result]]


class CompletionSource(Protocol):
    """Where results come from: the exercises' manager, which reads nbgrader's gradebook."""

    def completions(
        self,
        person_id: str | None = None,
        *,
        people: Collection[str] | None = None,
        module: str | None = None,
    ) -> Results:
        """Person id to module to result, of everybody or of some, in all modules or one."""


@dataclass(frozen=True)
class DoneByFacts:
    """The result in a module that has nothing to hand in: every step is done."""

    at: datetime | None
    done: bool = True


@dataclass(frozen=True)
class Cell:
    """One person in one module."""

    state: State
    at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One person in all modules, in the order of the course."""

    person_id: str
    name: str
    department: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Filter:
    """Which people are shown, and in which order.

    Args:
        department: empty for all.
        module: a module's name, or `WHOLE_COURSE`; empty where the state doesn't matter.
        descending: from Ö to A.
    """

    department: str = ""
    module: str = ""
    state: State | None = None
    descending: bool = False

    @property
    def show(self) -> str:
        """Module and state as they stand in an address; empty for everybody."""
        return f"{self.module}:{self.state}" if self.state else ""

    @property
    def sort(self) -> str:
        """The order as it stands in an address."""
        return "-name" if self.descending else "name"

    def query(self) -> dict[str, str]:
        """The filter as an address's query; what is left out is not there."""
        wanted = {
            "department": self.department,
            "show": self.show,
            "sort": "-name" if self.descending else "",
        }
        return {name: value for name, value in wanted.items() if value}

    def told(self) -> str:
        """The filter in the audit log: no personal data."""
        return " ".join(f"{name}={value}" for name, value in self.query().items()) or "everybody"

    def wants(self, cells: Mapping[str, Cell]) -> bool:
        """Whether somebody with these cells (module to cell) is shown."""
        if self.state is None:
            return True
        if self.module != WHOLE_COURSE:
            return cells[self.module].state is self.state
        whole = all(cell.state is State.DONE for cell in cells.values())
        return whole == (self.state is State.DONE)


def read_filter(
    query: Mapping[str, str], departments: Iterable[str], modules: Sequence[str]
) -> Filter:
    """The filter of an address.

    Raises:
        BadRequest: it names a department, module, state or order that there is none of.
    """
    department = query.get("department", "")
    sort = query.get("sort", "") or "name"
    if (department and department not in departments) or sort not in ("name", "-name"):
        raise BadRequest
    module, state = _read_show(query.get("show", ""), modules)
    return Filter(department, module, state, descending=sort == "-name")


def cells_of(modules: Iterable[str], results: Mapping[str, Result]) -> dict[str, Cell]:
    """Module to cell of one person."""
    return {module: _cell(results.get(module)) for module in modules}


def _read_show(show: str, modules: Sequence[str]) -> tuple[str, State | None]:
    if not show:
        return "", None
    module, _, state = show.partition(":")
    states = COURSE_STATES if module == WHOLE_COURSE else MODULE_STATES
    if state not in states or (module != WHOLE_COURSE and module not in modules):
        raise BadRequest
    return module, State(state)


def _cell(result: Result | None) -> Cell:
    if result is None:
        return Cell(State.NOT_YET)
    return Cell(State.DONE if result.done else State.HANDED_IN, result.at)
