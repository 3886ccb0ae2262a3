"""Totals of causes: nobody can be found in them, by looking or by subtracting."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motesklar.equipment.causes import FEWEST, REST, Met, causes_of, parts_of
from motesklar.equipment.verdicts import Check, VerdictName


def met(person: int, finding: str = "muted", name: str = "fail", **where: str) -> Met:
    return Met(f"p-{person}", Check.MICROPHONE, finding, VerdictName(name), **where)


def test_five_people_are_told_and_four_are_not() -> None:
    causes = causes_of([*map(met, range(5)), *(met(one, "silent") for one in range(4))])
    assert [(one.finding, one.people) for one in causes] == [("muted", 5)]


def test_one_person_who_meets_a_cause_often_is_one() -> None:
    assert causes_of([met(1) for _ in range(20)]) == []


@pytest.mark.parametrize("name", ["pass", "skipped"])
def test_what_works_or_is_skipped_is_no_cause(name: str) -> None:
    assert causes_of([met(one, "works", name) for one in range(9)]) == []


def test_a_small_part_is_put_together_with_others_until_it_hides_nobody() -> None:
    chrome, edge, safari = ["chrome"] * 20, ["edge"] * 7, ["safari"] * 2
    # two of safari would be 29 - 20 - 7: edge goes with it
    assert parts_of([*chrome, *edge, *safari]) == (("chrome", 20), (REST, 9))
    assert parts_of([*chrome, *edge]) == (("chrome", 20), ("edge", 7))
    assert parts_of([*edge, *["safari"] * 4, *["firefox"] * 1]) == (("edge", 7), (REST, 5))
    assert parts_of(["a", "b", "c", "d", "e"]) == ((REST, 5),)


def test_who_has_no_department_is_among_the_others() -> None:
    assert parts_of([""] * 5 + ["Vård"] * 6) == (("Vård", 6), (REST, 5))
    assert parts_of([""] * 2 + ["Vård"] * 6) == ((REST, 8),)


def test_a_person_stands_in_the_part_where_they_met_it_last() -> None:
    first = [met(one, browser="edge") for one in range(5)]
    later = [met(one, browser="chrome") for one in range(5)]
    (cause,) = causes_of([*first, *later])
    assert cause.people == 5
    assert cause.splits["browser"] == (("chrome", 5),)


@given(st.lists(st.sampled_from(["", "a", "b", "c", "d", "e", "f"]), min_size=FEWEST, max_size=60))
def test_parts_add_up_and_no_difference_of_totals_is_small(names: list[str]) -> None:
    parts = parts_of(names)
    assert sum(people for _, people in parts) == len(names)
    # whatever somebody subtracts from the whole is nobody, or five and more
    for size in range(len(parts) + 1):
        for some in combinations(parts, size):
            left = len(names) - sum(people for _, people in some)
            assert left == 0 or left >= FEWEST
    counted = Counter(names)
    for name, people in parts:
        assert name == REST or people == counted[name]


@given(
    st.lists(
        st.builds(
            met,
            st.integers(0, 30),
            st.sampled_from(["muted", "silent", "denied"]),
            st.sampled_from(["fail", "warn", "pass"]),
            browser=st.sampled_from(["", "edge", "chrome", "safari"]),
            system=st.sampled_from(["windows", "macos"]),
            department=st.sampled_from(["", "Vård", "Skola", "Kultur"]),
        ),
        max_size=120,
    )
)
def test_no_number_below_five_is_ever_told(facts: list[Met]) -> None:
    for cause in causes_of(facts):
        numbers = [
            cause.people,
            *(people for parts in cause.splits.values() for _, people in parts),
        ]
        assert min(numbers) >= FEWEST
        for parts in cause.splits.values():
            assert sum(people for _, people in parts) == cause.people
