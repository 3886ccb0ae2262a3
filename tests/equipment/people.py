"""Somebody in the running course whose equipment is tested over HTTP."""

import uuid
from typing import Any

import httpx

from tests.workshops.hall import Attendee, RunningHall, newcomer


def join_at(hall: RunningHall, name: str, table: str = "", department: str = "") -> Attendee:
    """A new person joins a workshop at a table."""
    attendee = newcomer(hall.course, name, department=department)
    answer = attendee.client.post(f"/w/{hall.code}", data={"table": table})
    assert answer.status_code == 303, answer.text
    return attendee


def send_verdict(
    attendee: Attendee, check: str, verdict: str = "pass", finding: str = "works", **more: Any
) -> httpx.Response:
    """A check has ended on their page."""
    body = {"id": uuid.uuid4().hex, "check": check, "verdict": verdict, "finding": finding}
    return attendee.client.post(
        "/api/equipment/verdicts", json=body | {"browser": "edge", "system": "windows"} | more
    )


def make_ready(attendee: Attendee) -> None:
    """Everything works for them."""
    for check in ("browser", "speaker", "microphone", "camera", "network"):
        answer = send_verdict(attendee, check)
        assert answer.status_code == 200, answer.text


def make_report(attendee: Attendee) -> str:
    """A report of theirs; returns its code as people read it."""
    answer = attendee.client.post("/api/equipment/report", json={})
    assert answer.status_code == 201, answer.text
    code: str = answer.json()["code"]
    return code
