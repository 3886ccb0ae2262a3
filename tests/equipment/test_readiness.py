"""Who is ready, what stands in the way, and in which order tables take turns."""

import random

import pytest

from motesklar.equipment.readiness import (
    NEEDED,
    Member,
    Readiness,
    counts,
    make_group,
    readiness_of,
    table_order,
    tables_of,
    troubles_of,
)
from motesklar.equipment.verdicts import Check, Verdict
from tests.equipment.conftest import verdict


def all_well() -> dict[Check, Verdict]:
    return {check: verdict(check) for check in NEEDED}


def member(name: str, table: str = "", **verdicts: Verdict) -> Member:
    return Member(name, name, "Vård", table, {Check(c): v for c, v in verdicts.items()})


def test_ready_is_who_hears_is_heard_is_seen_and_gets_through() -> None:
    assert readiness_of(all_well()) is Readiness.READY
    for check in NEEDED:
        left = {one: found for one, found in all_well().items() if one is not check}
        assert readiness_of(left) is Readiness.STARTED, check
    assert readiness_of({}) is Readiness.UNTESTED


@pytest.mark.parametrize("check", list(Check))
def test_anything_that_does_not_work_stands_in_the_way(check: Check) -> None:
    assert readiness_of(all_well() | {check: verdict(check, "fail", "x")}) is Readiness.FAILED


@pytest.mark.parametrize(("name", "finding"), [("warn", "weak"), ("skipped", "not-for-me")])
def test_who_can_take_part_is_ready(name: str, finding: str) -> None:
    for check in NEEDED:
        found = all_well() | {check: verdict(check, name, finding)}
        assert readiness_of(found) is Readiness.READY


def test_not_on_this_device_says_nothing() -> None:
    assert not counts(verdict("camera", "skipped", "not-here"))
    assert counts(verdict("camera", "skipped", "not-for-me"))
    assert counts(verdict("camera"))


def test_the_worst_and_most_common_is_told_first() -> None:
    muted = verdict("microphone", "fail", "muted")
    weak = verdict("microphone", "warn", "weak")
    group = make_group(
        [
            member("Ada", microphone=weak, camera=verdict("camera", "fail", "denied")),
            member("Bo", microphone=weak),
            member("Cia", microphone=weak),
            member("Dan", microphone=muted),
            member("Eva", microphone=muted),
            member("Fia", microphone=verdict("microphone")),
        ]
    )
    told = [(one.check, one.finding, one.people) for one in group.troubles]
    assert told == [
        ("microphone", "muted", ("Dan", "Eva")),
        ("camera", "denied", ("Ada",)),
        ("microphone", "weak", ("Ada", "Bo", "Cia")),
    ]


def test_a_group_stands_by_name() -> None:
    group = make_group([member("bo"), member("Ada"), member("Cia")])
    assert [one.name for one in group.members] == ["Ada", "bo", "Cia"]


def test_tables_take_turns_as_people_count_and_those_without_come_last() -> None:
    names = ["1", "2", "2B", "10", "Fönstret", "Scenen", ""]
    mixed = random.Random(4).sample(names, len(names))
    assert sorted(mixed, key=table_order) == names


def test_a_table_tells_how_many_of_it_are_ready() -> None:
    ready = {check.value: verdict(check) for check in NEEDED}
    tables = tables_of(
        [member("Ada", "2", **ready), member("Bo", "2"), member("Cia", "1"), member("Dan", "")]
    )
    assert [(one.name, one.people, one.ready) for one in tables] == [
        ("1", 1, 0),
        ("2", 2, 1),
        ("", 1, 0),
    ]


def test_nothing_is_in_nobodys_way() -> None:
    assert troubles_of([]) == []
    assert tables_of([]) == []
