"""What a leader sees of a workshop's participants, live and no more than that."""

import json

import pytest
from sqlalchemy import event

from motesklar.equipment.messages import group_message
from motesklar.equipment.readiness import Group, Member, Readiness
from motesklar.errors import NotFound
from tests.equipment.conftest import Desk


def members(group: Group) -> dict[str, Member]:
    return {one.name: one for one in group.members}


@pytest.fixture
def workshop(desk: Desk) -> str:
    """A workshop with Ada and Bo in it."""
    workshop_id, code = desk.workshop()
    for name, table in (("Ada", "4"), ("Bo", "")):
        desk.workshops.join(code, desk.person(name), table)
    return workshop_id


def test_a_leader_sees_verdicts_and_findings_and_no_figures(desk: Desk, workshop: str) -> None:
    ada = members(desk.equipment.groups.get(workshop))["Ada"].person_id
    desk.test(ada, "microphone", "fail", "muted", peak_dbfs=-71.5)
    message = group_message(desk.equipment.groups.get(workshop))
    told = message.model_dump_json()
    assert "-71.5" not in told
    assert "windows" not in told
    assert "2026" not in told
    (person, bo) = json.loads(told)["people"]
    assert person["verdicts"] == {"microphone": {"verdict": "fail", "finding": "muted"}}
    assert (person["readiness"], bo["readiness"]) == ("failed", "untested")
    assert message.counts[Readiness.FAILED] == 1
    (trouble,) = message.troubles
    assert trouble.people == [ada]


def test_who_is_in_another_workshop_is_not_seen(desk: Desk, workshop: str) -> None:
    other, code = desk.workshop()
    stranger = desk.person("Cia")
    desk.workshops.join(code, stranger)
    desk.test(stranger, "camera", "fail", "black")
    assert set(members(desk.equipment.groups.get(workshop))) == {"Ada", "Bo"}
    assert set(members(desk.equipment.groups.get(other))) == {"Cia"}


def test_what_was_tested_in_the_module_counts_as_well(desk: Desk, workshop: str) -> None:
    ada = members(desk.equipment.groups.get(workshop))["Ada"].person_id
    for test in ("speaker", "microphone", "camera"):
        desk.test_in_module(ada, test=test, verdict="pass", figures={})
    desk.test(ada, "network")
    assert members(desk.equipment.groups.get(workshop))["Ada"].readiness is Readiness.READY


def test_a_test_counts_for_its_days_and_no_longer(desk: Desk, workshop: str) -> None:
    ada = members(desk.equipment.groups.get(workshop))["Ada"].person_id
    desk.make_ready(ada)
    desk.wait(days=6)
    assert members(desk.equipment.groups.get(workshop))["Ada"].readiness is Readiness.READY
    # in a workshop of next month it has to be done again
    desk.wait(days=25)
    later, code = desk.workshop()
    desk.workshops.join(code, ada)
    assert members(desk.equipment.groups.get(later))["Ada"].readiness is Readiness.UNTESTED


def test_skipping_on_one_device_leaves_what_another_found(desk: Desk, workshop: str) -> None:
    ada = members(desk.equipment.groups.get(workshop))["Ada"].person_id
    desk.make_ready(ada)
    desk.wait(minutes=1)
    desk.test(ada, "camera", "skipped", "not-here")
    assert members(desk.equipment.groups.get(workshop))["Ada"].readiness is Readiness.READY


def test_nobody_is_left_to_see_when_it_is_over(desk: Desk) -> None:
    leader = desk.leader()
    workshop_id, code = desk.workshop(leader)
    desk.workshops.join(code, desk.person())
    told: list[int] = []
    desk.equipment.groups.subscribe(workshop_id, lambda: told.append(1))
    assert desk.equipment.groups.get(workshop_id).members
    desk.workshops.end(workshop_id, leader)
    assert told
    group = desk.equipment.groups.get(workshop_id)
    assert group.ended
    assert group.members == ()


def test_a_workshop_that_is_not_there_is_told(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.equipment.groups.get("w-none")


def test_a_watched_group_follows_every_verdict_without_a_query(desk: Desk, workshop: str) -> None:
    groups = desk.equipment.groups
    told: list[int] = []
    end = groups.subscribe(workshop, lambda: told.append(1))
    ada = members(groups.get(workshop))["Ada"].person_id
    desk.test(ada, "microphone", "fail", "muted")
    assert told == [1]
    asked: list[str] = []
    event.listen(
        desk.database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_: asked.append(statement),
    )
    assert members(groups.get(workshop))["Ada"].readiness is Readiness.FAILED
    assert asked == []
    desk.test(ada, "microphone")
    assert members(groups.get(workshop))["Ada"].readiness is Readiness.STARTED
    end()
    end()
    desk.test(ada, "camera")
    assert told == [1, 1]


def test_a_watched_group_hears_who_comes_and_not_of_strangers(desk: Desk) -> None:
    groups = desk.equipment.groups
    workshop_id, code = desk.workshop()
    told: list[int] = []
    groups.subscribe(workshop_id, lambda: told.append(1))
    assert groups.get(workshop_id).members == ()
    ada = desk.person("Ada")
    desk.test(ada, "camera", "fail", "black")
    assert told == []
    desk.workshops.join(code, ada)
    assert told == [1]
    assert members(groups.get(workshop_id))["Ada"].readiness is Readiness.FAILED


def test_what_another_process_noted_is_read_at_the_next_refresh(desk: Desk, workshop: str) -> None:
    groups = desk.restarted().groups
    groups.subscribe(workshop, lambda: None)
    ada = members(groups.get(workshop))["Ada"].person_id
    desk.test(ada, "camera")
    groups.forget(workshop)
    assert members(groups.get(workshop))["Ada"].readiness is Readiness.STARTED
