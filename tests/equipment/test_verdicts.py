"""What facts say about a check, and what of it may be kept."""

from datetime import timedelta
from typing import Any

import pytest

from motesklar.equipment.verdicts import (
    Browser,
    Check,
    System,
    VerdictName,
    latest,
    plain_detail,
    plain_figures,
    read_verdict,
)
from tests.equipment.conftest import MORNING, verdict


def test_a_fact_of_today_is_read_whole() -> None:
    detail = {
        "test": "microphone",
        "verdict": "fail",
        "finding": "muted",
        "figures": {"peak_dbfs": -71.5},
        "browser": "edge",
        "system": "windows",
        "hall": True,
    }
    read = read_verdict(detail, MORNING)
    assert read is not None
    assert (read.check, read.verdict, read.finding) == (Check.MICROPHONE, VerdictName.FAIL, "muted")
    assert (read.browser, read.system, read.hall) == (Browser.EDGE, System.WINDOWS, True)
    assert read.figures == {"peak_dbfs": -71.5}


@pytest.mark.parametrize(
    ("detail", "finding"),
    [
        ({"figures": {"reason": "no-sound"}}, "no-sound"),
        ({"figures": {}}, "fail"),
        ({}, "fail"),
        ({"finding": "black", "figures": {"reason": "no-sound"}}, "black"),
        ({"finding": "<b>Ada</b>"}, "fail"),
    ],
)
def test_a_finding_from_before_they_had_names_is_still_known(
    detail: dict[str, Any], finding: str
) -> None:
    read = read_verdict({"test": "camera", "verdict": "fail"} | detail, MORNING)
    assert read is not None
    assert read.finding == finding


@pytest.mark.parametrize(
    "detail",
    [
        {},
        {"test": "trip", "verdict": "pass"},
        {"test": "camera", "verdict": "perfect"},
        {"test": ["camera"], "verdict": {}},
        {"test": None, "verdict": None},
    ],
)
def test_what_is_no_verdict_of_these_checks_is_passed_over(detail: dict[str, Any]) -> None:
    assert read_verdict(detail, MORNING) is None


def test_an_unknown_browser_is_not_guessed() -> None:
    read = read_verdict({"test": "camera", "verdict": "pass", "browser": "netscape"}, MORNING)
    assert read is not None
    assert read.browser is None
    assert read.system is None


def test_figures_that_may_hold_a_name_are_left_out() -> None:
    figures = {
        "peak_dbfs": -3.5,
        "heard": True,
        "candidate": "relay/udp",
        "label": "x",
        "microphoneLabel": "x",
        "deviceId": "4fe1",
        "device_id": "4fe1",
        "groupId": "4fe1",
        "device": "Ada Bergs AirPods",
        "note": "två ord",
        "bad name": 1,
        "nested": {"a": 1},
        "list": [1],
        "nothing": None,
    }
    assert plain_figures(figures) == {"peak_dbfs": -3.5, "heard": True, "candidate": "relay/udp"}


def test_a_modules_verdict_is_stored_without_devices_too() -> None:
    detail = {"test": "camera", "figures": {"width": 640, "label": "Adas kamera"}}
    assert plain_detail(detail) == {"test": "camera", "figures": {"width": 640}}
    assert plain_detail({"test": "camera", "figures": "none"})["figures"] == {}


def test_the_newest_of_each_check_counts() -> None:
    old = verdict("camera", "fail", "black")
    new = verdict("camera", at=MORNING + timedelta(minutes=1))
    other = verdict("speaker")
    assert latest([new, old, other]) == {Check.SPEAKER: other, Check.CAMERA: new}
