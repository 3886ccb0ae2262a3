"""The filter of the reviewer's page, without any database."""

from datetime import date

import pytest

from motesklar.errors import BadRequest
from motesklar.review.completion import Cell, Line, State, cells_in_order
from motesklar.review.filters import QUERY_MAX, Filter, Known, query_of, read_filter

KNOWN = Known(
    modules=("01-first", "02-second"),
    departments=("Vård", "Kultur & fritid"),
    plans=("l-plan",),
    workshops=("w-one",),
)


def test_an_address_without_a_query_is_everybody() -> None:
    chosen = read_filter({}, KNOWN)
    assert chosen == Filter()
    assert chosen.query() == {}
    assert chosen.told() == "everybody"


@pytest.mark.parametrize(
    "query",
    [
        {"department": "Kultur & fritid"},
        {"show": "02-second:handed-in", "sort": "-name"},
        {"department": "Vård", "show": "all:not-done"},
        {"plan": "l-plan", "show": "plan:late", "sort": "02-second"},
        {"workshop": "w-one", "since": "2026-11-01", "until": "2026-11-30"},
        {"q": "Åsa", "left": "1", "sort": "-done"},
    ],
)
def test_a_filter_reads_back_from_its_own_address(query: dict[str, str]) -> None:
    chosen = read_filter(query, KNOWN)
    assert chosen.query() == query
    assert read_filter(query_of(chosen.address()), KNOWN) == chosen


@pytest.mark.parametrize(
    "query",
    [
        {"department": "Raketer"},
        {"plan": "l-other"},
        {"workshop": "w-other"},
        {"show": "99-unknown:done"},
        {"show": "01-first"},
        {"show": "01-first:not-done"},
        {"show": "all:handed-in"},
        {"show": "plan:done"},
        {"show": ":"},
        {"sort": "score"},
        {"sort": "name; DROP TABLE person"},
        {"since": "yesterday"},
        {"until": "2026-02-30"},
        {"q": "a" * 101},
    ],
)
def test_what_there_is_none_of_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(BadRequest):
        read_filter(query, KNOWN)


def test_a_kept_query_that_is_too_long_is_refused_rather_than_cut_off() -> None:
    with pytest.raises(BadRequest):
        query_of("q=" + "a" * QUERY_MAX)


def test_the_log_is_told_no_name_that_was_looked_for() -> None:
    told = Filter(q="Ärla", department="Vård", since=date(2026, 11, 1)).told()
    assert told == "q=… department=Vård since=2026-11-01"


def test_choosing_an_order_again_turns_it_round() -> None:
    once = Filter().sorted_by("done")
    assert (once.sort, once.sorted_by("done").sort) == ("done", "-done")
    assert once.sorted_by("done").sorted_by("done").sort == "done"


def test_a_line_has_a_cell_for_each_module_and_counts_those_that_are_done() -> None:
    starting = {"a": State.NOT_YET, "b": State.DONE, "c": State.NOT_YET}
    cells = cells_in_order(starting, {"a": Cell(State.DONE), "gone": Cell(State.DONE)})
    assert [cell.state for cell in cells] == [State.DONE, State.DONE, State.NOT_YET]
    assert Line("p-1", "Ada", "Vård", cells).done == 2
