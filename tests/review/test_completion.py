"""The rules of the reviewer's page, without any database."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from motesklar.errors import BadRequest
from motesklar.review.completion import Cell, Filter, State, cells_of, read_filter

MODULES = ("01-first", "02-second")
DEPARTMENTS = ("Vård", "Kultur & fritid")


@dataclass
class Given:
    done: bool
    at: datetime | None = None


def states(*values: State) -> dict[str, Cell]:
    return dict(zip(MODULES, map(Cell, values), strict=True))


def test_there_are_three_states_and_no_points() -> None:
    at = datetime(2026, 11, 24)
    cells = cells_of(("a", "b", "c"), {"a": Given(True, at), "b": Given(False, at)})
    assert cells == {
        "a": Cell(State.DONE, at),
        "b": Cell(State.HANDED_IN, at),
        "c": Cell(State.NOT_YET, None),
    }


def test_an_address_without_a_query_is_everybody() -> None:
    chosen = read_filter({}, DEPARTMENTS, MODULES)
    assert chosen == Filter()
    assert chosen.query() == {}
    assert chosen.wants(states(State.NOT_YET, State.NOT_YET))


@pytest.mark.parametrize(
    "query",
    [
        {"department": "Kultur & fritid"},
        {"show": "02-second:handed-in", "sort": "-name"},
        {"department": "Vård", "show": "all:not-done"},
    ],
)
def test_a_filter_reads_back_from_its_own_address(query: dict[str, str]) -> None:
    assert read_filter(query, DEPARTMENTS, MODULES).query() == query


@pytest.mark.parametrize(
    "query",
    [
        {"department": "Raketer"},
        {"show": "99-unknown:done"},
        {"show": "01-first"},
        {"show": "01-first:not-done"},
        {"show": "all:handed-in"},
        {"show": ":"},
        {"sort": "score"},
        {"sort": "name; DROP TABLE person"},
    ],
)
def test_what_there_is_none_of_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(BadRequest):
        read_filter(query, DEPARTMENTS, MODULES)


def test_a_filter_of_one_module_looks_at_that_module_alone() -> None:
    chosen = read_filter({"show": "02-second:done"}, DEPARTMENTS, MODULES)
    assert chosen.wants(states(State.NOT_YET, State.DONE))
    assert not chosen.wants(states(State.DONE, State.HANDED_IN))


def test_the_whole_course_is_done_or_not_and_nobody_is_both() -> None:
    done = read_filter({"show": "all:done"}, DEPARTMENTS, MODULES)
    left = read_filter({"show": "all:not-done"}, DEPARTMENTS, MODULES)
    for first in (State.DONE, State.HANDED_IN, State.NOT_YET):
        cells = states(first, State.DONE)
        assert done.wants(cells) == (first is State.DONE)
        assert done.wants(cells) != left.wants(cells)
