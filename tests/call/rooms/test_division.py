"""Who meets whom: nobody alone, nobody twice, and no two mixtures alike."""

from collections import Counter
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motesklar.call.rooms.division import (
    SIZE_MAX,
    SIZE_MIN,
    Attendee,
    Group,
    Way,
    divide,
    pairs,
)


def people_of(**departments: int) -> list[Attendee]:
    """So many people of each department."""
    return [
        Attendee(f"p-{department}{number}", department)
        for department, count in departments.items()
        for number in range(count)
    ]


def at_tables(*tables: str) -> list[Attendee]:
    return [Attendee(f"p-{number}", table_number=table) for number, table in enumerate(tables)]


def sizes(groups: list[Group]) -> list[int]:
    return sorted(len(group.people) for group in groups)


def departments_of(group: Group) -> Counter[str]:
    return Counter(person.removeprefix("p-").rstrip("0123456789") for person in group.people)


attendees = st.lists(
    st.builds(Attendee, st.uuids().map(str), st.sampled_from("abc"), st.sampled_from(["", *"123"])),
    min_size=2,
    max_size=60,
    unique_by=lambda one: one.person_id,
)


@given(attendees, st.sampled_from(Way), st.integers(SIZE_MIN, SIZE_MAX))
def test_everybody_is_in_one_room_and_nobody_alone(
    people: list[Attendee], way: Way, size: int
) -> None:
    groups = divide(people, way, size)
    placed = list(chain.from_iterable(group.people for group in groups))
    assert sorted(placed) == sorted(one.person_id for one in people)
    assert min(sizes(groups)) >= 2
    if way is not Way.TABLE:
        assert max(sizes(groups)) <= size + 1


@given(attendees, st.sampled_from(Way))
def test_what_was_shown_is_what_is_opened(people: list[Attendee], way: Way) -> None:
    assert divide(people, way, 3, seed="w-1") == divide(people[::-1], way, 3, seed="w-1")


@pytest.mark.parametrize(
    ("people", "size", "expected"),
    [(2, 2, [2]), (3, 2, [3]), (7, 2, [2, 2, 3]), (4, 3, [2, 2]), (7, 4, [3, 4]), (5, 12, [5])],
)
def test_rooms_are_of_nearly_the_same_size(people: int, size: int, expected: list[int]) -> None:
    assert sizes(divide(people_of(a=people), Way.ANYBODY, size)) == expected


def test_one_person_gets_a_room_rather_than_none() -> None:
    assert sizes(divide(people_of(a=1), Way.ANYBODY, 2)) == [1]
    assert divide([], Way.ANYBODY, 2) == []


@pytest.mark.parametrize("size", [SIZE_MIN - 1, SIZE_MAX + 1])
def test_a_size_that_is_no_conversation_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="people"):
        divide(people_of(a=3), Way.ANYBODY, size)


def test_mixed_rooms_share_every_department_evenly() -> None:
    groups = divide(people_of(vård=12, skola=8, park=4), Way.MIXED, 4)
    assert sizes(groups) == [4] * 6
    assert all(departments_of(group)["vård"] == 2 for group in groups)
    assert all(departments_of(group)["skola"] in (1, 2) for group in groups)


def test_pairs_of_two_departments_are_never_of_one() -> None:
    groups = divide(people_of(vård=10, skola=10), Way.MIXED, 2)
    assert all(len(departments_of(group)) == 2 for group in groups)


def test_departments_stay_among_themselves_and_their_only_ones_meet() -> None:
    groups = divide(people_of(vård=5, skola=2, park=1, kansli=1), Way.DEPARTMENT, 2)
    mixed = [group for group in groups if len(departments_of(group)) > 1]
    assert [departments_of(group) for group in mixed] == [Counter(park=1, kansli=1)]
    assert sizes(groups) == [2, 2, 2, 3]


def test_the_only_one_left_over_joins_the_fewest() -> None:
    groups = divide(people_of(vård=4, skola=2, park=1), Way.DEPARTMENT, 4)
    assert sizes(groups) == [3, 4]
    assert departments_of(groups[-1])["vård"] + departments_of(groups[0])["vård"] == 4


def test_the_only_one_left_over_gets_company_where_every_room_is_full() -> None:
    groups = divide(people_of(vård=3, skola=1), Way.DEPARTMENT, 2)
    assert sizes(groups) == [2, 2]
    assert sizes(divide(people_of(vård=3, park=3, skola=1), Way.DEPARTMENT, 2)) == [2, 2, 3]


def test_a_table_is_a_room_in_the_order_of_the_hall() -> None:
    people = at_tables("10", "2", "10", "2", "Fönster", "Fönster", "2")
    groups = divide(people, Way.TABLE, 2)
    assert [(group.table_number, len(group.people)) for group in groups] == [
        ("2", 3),
        ("10", 2),
        ("Fönster", 2),
    ]


def test_who_sits_at_no_table_meets_others_like_that() -> None:
    groups = divide(at_tables("1", "1", "", "", "7"), Way.TABLE, 3)
    assert [(group.table_number, len(group.people)) for group in groups] == [("1", 2), ("", 3)]
    joined = divide(at_tables("1", "1", ""), Way.TABLE, 3)
    assert [(group.table_number, len(group.people)) for group in joined] == [("1", 3)]


def test_the_second_time_people_meet_others() -> None:
    people = people_of(vård=10, skola=10)
    first = divide(people, Way.MIXED, 2, seed="w-1/1")
    met = {pair for group in first for pair in pairs(group.people)}
    second = divide(people, Way.MIXED, 2, seed="w-1/2", met=met)
    again = met & {pair for group in second for pair in pairs(group.people)}
    assert again == set()
