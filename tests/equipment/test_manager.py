"""What the page is told, what is noted, and what IT is told of it."""

import json

import pytest
from pydantic import ValidationError

from motesklar.equipment.manager import VERDICTS_A_DAY
from motesklar.equipment.messages import VerdictBody
from motesklar.equipment.verdicts import Browser, Check, System
from motesklar.errors import TooMany
from tests.equipment.conftest import Desk


def read_body(**changed: object) -> VerdictBody:
    """What a page sends, as it comes over the wire."""
    right = {"id": "verdict-1", "check": "camera", "verdict": "pass", "finding": "works"}
    return VerdictBody.model_validate_json(json.dumps(right | changed))


def test_the_page_is_told_what_is_known(desk: Desk) -> None:
    ada = desk.person()
    empty = desk.equipment.state(ada, shared_device=True)
    assert (empty.days, empty.shared_device, empty.verdicts, empty.hall) == (30, True, {}, None)
    _, code = desk.workshop()
    desk.workshops.join(code, ada, "bord 4b")
    desk.test(ada, "camera", "fail", "black")
    desk.test(ada, "speaker")
    state = desk.equipment.state(ada, shared_device=False).model_dump(mode="json")
    at = "2026-11-24T09:00:00Z"
    assert state["verdicts"] == {
        "speaker": {"verdict": "pass", "finding": "works", "at": at},
        "camera": {"verdict": "fail", "finding": "black", "at": at},
    }
    assert state["hall"] == {"workshop": "Tisdag", "table": "4B"}


def test_a_test_that_is_too_old_is_not_told(desk: Desk) -> None:
    ada = desk.person()
    desk.make_ready(ada)
    desk.wait(days=30)
    assert desk.equipment.state(ada, shared_device=False).verdicts == {}


def test_a_verdict_that_is_sent_twice_is_noted_once(desk: Desk) -> None:
    ada = desk.person()
    body = read_body(id="verdict-twice")
    assert desk.equipment.record(ada, body)
    assert not desk.equipment.record(ada, body)
    (fact,) = desk.facts.of_person(ada)
    assert (fact.module, fact.step, fact.kind) == ("", "", "verdict")
    assert fact.detail == {
        "test": "camera",
        "verdict": "pass",
        "finding": "works",
        "figures": {},
        "browser": "other",
        "system": "other",
        "hall": False,
    }


def test_a_page_that_runs_wild_is_stopped_and_only_for_a_day(desk: Desk) -> None:
    ada, bo = desk.person("Ada"), desk.person("Bo")
    for _ in range(VERDICTS_A_DAY):
        desk.test(ada, "camera")
    with pytest.raises(TooMany):
        desk.test(ada, "camera")
    desk.test(bo, "camera")
    desk.wait(days=1)
    desk.test(ada, "camera")


@pytest.mark.parametrize(
    "wrong",
    [
        {"check": "trip"},
        {"verdict": "perfect"},
        {"finding": "Not A Name"},
        {"finding": "x" * 41},
        {"id": "x"},
        {"figures": {"a": [1]}},
        {"figures": {"a": float("nan")}},
        {"figures": {f"f{number}": 1 for number in range(41)}},
        {"figures": {"a": "x" * 201}},
        {"browser": "netscape"},
        {"hall": "yes"},
        {"person": "p-somebody-else"},
    ],
)
def test_a_body_of_another_shape_is_refused(wrong: dict[str, object]) -> None:
    read_body()
    with pytest.raises(ValidationError):
        read_body(**wrong)


def test_it_is_told_causes_of_the_last_days_from_modules_and_outside(desk: Desk) -> None:
    for number in range(6):
        person = desk.person(f"Person {number}", "Skola" if number < 5 else "Vård")
        if number < 3:
            desk.test(person, "microphone", "fail", "muted")
        else:
            desk.test_in_module(
                person,
                test="microphone",
                verdict="fail",
                finding="muted",
                browser="edge",
                system="windows",
            )
        desk.test(person, "microphone")  # mended, but it stood in the way
    (cause,) = desk.equipment.causes()
    assert (cause.check, cause.finding, cause.people) == (Check.MICROPHONE, "muted", 6)
    assert cause.splits["browser"] == ((Browser.EDGE.value, 6),)
    assert cause.splits["system"] == ((System.WINDOWS.value, 6),)
    # five of one department and one of another: told apart, the one could be found
    assert cause.splits["department"] == (("*", 6),)
    desk.wait(days=30)
    assert desk.equipment.causes() == []
