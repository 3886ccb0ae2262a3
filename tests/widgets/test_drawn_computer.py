"""The drawn computer's rules: what repairs it, what does nothing, and what is no repair at all."""

import itertools
from typing import Any

import pytest

from motesklar_widgets import FixPractice, fix_works
from motesklar_widgets.drawn_computer import (
    CONTROLS,
    FAULTS,
    MOST_ACTIONS,
    NEEDS,
    PANELS,
    after,
    all_actions,
    broken,
    table,
    unmet,
)

REPAIRS = {
    "permission": ["site-menu:open", "microphone-permission:allow"],
    "wrong-microphone": ["meeting-settings:open", "microphone:headset"],
    "muted-system": ["sound-settings:open", "system-microphone:on"],
    "muted-headset": ["headset-switch:on"],
    "wrong-speaker": ["meeting-settings:open", "speaker:headset"],
    "network": ["network-settings:open", "wifi:on"],
}


def test_every_fault_has_its_repair_here() -> None:
    assert set(REPAIRS) == set(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_doing_nothing_repairs_nothing(fault: str) -> None:
    assert not fix_works(fault, [])
    assert unmet(broken(fault)) is not None


@pytest.mark.parametrize("fault", FAULTS)
def test_the_repair_works_and_each_half_of_it_does_not(fault: str) -> None:
    assert fix_works(fault, REPAIRS[fault])
    for place in range(len(REPAIRS[fault])):
        assert not fix_works(fault, REPAIRS[fault][:place])


@pytest.mark.parametrize("fault", FAULTS)
def test_a_repair_of_another_fault_is_none(fault: str) -> None:
    others = [repair for name, repair in REPAIRS.items() if name != fault]
    assert not any(fix_works(fault, repair) for repair in others)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_detour_is_allowed_but_not_what_breaks_something_else(fault: str) -> None:
    detour = ["meeting-camera:off", "sound-settings:open", "volume:75", *REPAIRS[fault]]
    assert fix_works(fault, detour)
    assert not fix_works(fault, [*detour, "meeting-microphone:off"])
    assert fix_works(fault, [*detour, "meeting-microphone:off", "meeting-microphone:on"])


def test_a_value_behind_a_closed_panel_cannot_be_chosen() -> None:
    assert not fix_works("permission", ["microphone-permission:allow"])
    assert not fix_works("permission", ["microphone-permission:allow", "site-menu:open"])
    closed_again = ["site-menu:open", "sound-settings:open", "microphone-permission:allow"]
    assert not fix_works("permission", closed_again)


def test_opening_a_panel_closes_the_others() -> None:
    settings = broken("network")
    for panel in PANELS:
        settings = after(settings, f"{panel}:open")
        assert [name for name in PANELS if settings[name] == "open"] == [panel]


@pytest.mark.parametrize("fault", ["wrong-microphone", "muted-headset"])
def test_the_computers_own_microphone_is_another_way_and_as_good(fault: str) -> None:
    assert fix_works(fault, ["meeting-settings:open", "microphone:computer"])


def test_what_is_no_action_does_nothing() -> None:
    strange = ["", ":", "wifi", "wifi:", ":on", "wifi:of", "headset-switch:on:on", "__class__:on"]
    assert not fix_works("muted-headset", strange)
    assert fix_works("muted-headset", [*strange, "headset-switch:on"])


@pytest.mark.parametrize(
    "value", [None, True, 1, "headset-switch:on", {"headset-switch": "on"}, [None], [["a"]], ("a",)]
)
def test_what_is_no_list_of_words_is_no_repair(value: Any) -> None:
    assert not fix_works("muted-headset", value)


def test_more_actions_than_anybody_does_are_not_looked_at() -> None:
    many = ["meeting-camera:off"] * MOST_ACTIONS
    assert not fix_works("muted-headset", [*many, "headset-switch:on"])
    assert fix_works("muted-headset", [*many[1:], "headset-switch:on"])


def test_a_fault_that_is_unknown_is_told() -> None:
    with pytest.raises(ValueError, match="'rain' is no fault"):
        FixPractice("a-fix", question="What now?", fault="rain")
    with pytest.raises(ValueError, match="'rain' is no fault"):
        fix_works("rain", [])


def test_the_table_speaks_of_controls_and_values_that_there_are() -> None:
    known = {(name, value) for name, control in CONTROLS.items() for value in control.values}
    for need in NEEDS.values():
        assert set(need.settings) <= known
    for fault in FAULTS.values():
        assert set(fault.items()) <= known
    assert {control.panel for control in CONTROLS.values()} <= {*PANELS, ""}
    assert set(all_actions()) == {":".join(pair) for pair in known}


def test_each_fault_is_one_need_that_is_not_met() -> None:
    missing = [
        [n for n, need in NEEDS.items() if not any(broken(f)[c] == v for c, v in need.settings)]
        for f in FAULTS
    ]
    assert [len(needs) for needs in missing] == [1] * len(FAULTS)
    assert len(set(itertools.chain(*missing))) == len(FAULTS)


def test_the_browser_gets_the_table_whole() -> None:
    widget = FixPractice("a-fix", question="What now?", fault="network")
    assert widget.get_state("computer")["computer"] == table("network")
    assert widget.computer["start"]["wifi"] == "off"
