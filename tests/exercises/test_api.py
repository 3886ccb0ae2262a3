"""The doors of the running server, with real modules, sessions and people."""

import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

from motesklar.store.models import Evidence
from tests.conftest import RunningCourse

pytestmark = pytest.mark.slow

MODULE = "01-why-meet-online"
CALL = "03-your-first-practice-call"
GRADED_SECONDS = 90


@pytest.fixture
def learner(course: RunningCourse) -> httpx.Client:
    return course.client(course.person("Anna"))


def state(client: httpx.Client, module: str = MODULE) -> dict[str, Any]:
    answer = client.get(f"/api/modules/{module}/state")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def put(client: httpx.Client, exercise: str, value: Any, module: str = MODULE) -> httpx.Response:
    return client.put(f"/api/modules/{module}/answers/{exercise}", json={"value": value})


def fact(**more: Any) -> dict[str, Any]:
    base = {"id": str(uuid4()), "module": MODULE, "step": "your-trip", "kind": "done"}
    return base | {"detail": {}} | more


def hand_in(client: httpx.Client, module: str = MODULE) -> dict[str, Any]:
    """Hand in and wait for the result."""
    answer = client.post(f"/api/modules/{module}/hand-in", json={"id": str(uuid4())})
    assert answer.status_code == 202, answer.text
    attempt: dict[str, Any] = answer.json()
    deadline = time.monotonic() + GRADED_SECONDS
    while attempt["state"] in ("waiting", "grading"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
        attempt = client.get(f"/api/attempts/{attempt['id']}").json()
    return attempt


def test_a_newcomer_has_an_empty_state(learner: httpx.Client) -> None:
    assert state(learner) == {
        "answers": {},
        "steps": {},
        "verdicts": {},
        "attempt": None,
        "evidence": {
            "sound_seconds": 0.0,
            "picture_seconds": 0.0,
            "text_characters": 0,
            "tasks": {},
        },
    }


def test_an_answer_is_kept_and_the_last_one_counts(learner: httpx.Client) -> None:
    for value in ("wait", "online"):
        saved = put(learner, "first-meeting", value)
        assert saved.status_code == 200
        assert saved.json()["saved_at"].endswith("Z")
    assert state(learner)["answers"] == {"first-meeting": "online"}


def test_facts_make_steps_and_verdicts(learner: httpx.Client) -> None:
    verdict = {"test": "microphone", "verdict": "pass", "figures": {"level": -20}}
    for told in (
        fact(kind="started"),
        fact(kind="done"),
        fact(kind="started"),
        fact(step="when-it-fits", kind="started"),
        fact(kind="verdict", detail=verdict),
    ):
        assert learner.post("/api/facts", json=told).json() == {"recorded": True}
    found = state(learner)
    assert found["steps"] == {"your-trip": "done", "when-it-fits": "started"}
    assert found["verdicts"] == {"your-trip": {"microphone": verdict}}


def test_the_same_fact_twice_changes_nothing(learner: httpx.Client) -> None:
    told = fact()
    assert [learner.post("/api/facts", json=told).json()["recorded"] for _ in range(2)] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        pytest.param(fact(kind="graded"), 400, id="graded"),
        pytest.param(fact(kind="handed_in"), 400, id="handed-in"),
        pytest.param(fact(id="short"), 400, id="short-id"),
        pytest.param(fact(id="../../etc/passwd"), 400, id="path-as-id"),
        pytest.param(fact(id="a" * 41), 400, id="long-id"),
        pytest.param(fact(step="nowhere"), 404, id="unknown-step"),
        pytest.param(fact(module="nowhere"), 404, id="unknown-module"),
        pytest.param(fact(detail={"x": "y" * 3000}), 413, id="large-detail"),
        pytest.param(fact(detail=[]), 400, id="list-as-detail"),
        pytest.param(fact(person_id="p-somebody"), 400, id="other-person"),
        ({}, 400),
        ("text", 400),
    ],
    ids=str,
)
def test_a_page_can_not_tell_everything(learner: httpx.Client, told: Any, status: int) -> None:
    assert learner.post("/api/facts", json=told).status_code == status
    assert state(learner)["steps"] == {}


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"value": NaN}', b'{"value": 1, "x": 2}', b"[]", b"\xff", b'"online"']
)
def test_what_is_no_answer_is_refused_in_words(learner: httpx.Client, body: bytes) -> None:
    refused = learner.put(f"/api/modules/{MODULE}/answers/first-meeting", content=body)
    assert refused.status_code == 400
    assert refused.json()["error"]["next_step"]
    assert state(learner)["answers"] == {}


def test_a_huge_answer_is_refused(learner: httpx.Client) -> None:
    assert put(learner, "first-meeting", "a" * 100_000).status_code == 413


def test_an_answer_to_nothing_is_not_found(learner: httpx.Client) -> None:
    assert put(learner, "nothing", "a").status_code == 404
    assert put(learner, "first-meeting", "online", module="nowhere").status_code == 404


def test_evidence_can_not_be_claimed(learner: httpx.Client) -> None:
    claim = {"sound_seconds": 60, "picture_seconds": 60, "text_characters": 60}
    assert put(learner, "got-through", claim, module=CALL).status_code == 400


def test_a_hand_in_is_graded_and_explained_in_the_readers_language(learner: httpx.Client) -> None:
    put(learner, "first-meeting", "online")
    put(learner, "meeting-order", ["check", "goodbye", "invitation", "link", "talk"])
    attempt = hand_in(learner)
    assert (attempt["state"], attempt["score"], attempt["max_score"]) == ("graded", 1, 3)
    assert attempt["graded_at"] >= attempt["handed_in_at"]
    assert attempt["message"] is None
    by_id = {result["exercise"]: result for result in attempt["results"]}
    assert [r["score"] for r in by_id.values()] == [1, 0, 0]
    assert "kort möte" in by_id["first-meeting"]["explanation"]
    learner.cookies.set("motesklar_language", "en", domain="localhost.local")
    english = state(learner)["attempt"]["results"][0]["explanation"]
    assert english
    assert "möte" not in english


def test_evidence_counts_as_the_server_measured_it(course: RunningCourse) -> None:
    person = course.person("Bo")
    with course.database().transaction() as session:
        session.add(Evidence(person_id=person, module=CALL, text_characters=25))
    attempt = hand_in(course.client(person), CALL)
    assert {r["exercise"]: r["score"] for r in attempt["results"]}["got-through"] == 1


def test_a_hand_in_sent_again_is_the_same(learner: httpx.Client) -> None:
    body = {"id": str(uuid4())}
    first, second = (
        learner.post(f"/api/modules/{MODULE}/hand-in", json=body).json() for _ in range(2)
    )
    assert first["id"] == second["id"] == body["id"]
    assert first["handed_in_at"] == second["handed_in_at"]


def test_whoever_waits_hears_of_the_result_in_one_answer(learner: httpx.Client) -> None:
    attempt_id = str(uuid4())
    learner.post(f"/api/modules/{MODULE}/hand-in", json={"id": attempt_id})
    told = learner.get(f"/api/attempts/{attempt_id}?wait=1", timeout=GRADED_SECONDS)
    assert told.json()["state"] == "graded"
    again = learner.get(f"/api/attempts/{attempt_id}?wait=1")
    assert again.json() == told.json()


def test_anothers_attempt_does_not_exist(course: RunningCourse, learner: httpx.Client) -> None:
    attempt_id = str(uuid4())
    learner.post(f"/api/modules/{MODULE}/hand-in", json={"id": attempt_id})
    stranger = course.client(course.person("Mallory"))
    assert stranger.get(f"/api/attempts/{attempt_id}").status_code == 404
    assert stranger.get(f"/api/attempts/{attempt_id}?wait=1").status_code == 404
    again = stranger.post(f"/api/modules/{MODULE}/hand-in", json={"id": attempt_id})
    assert again.status_code == 404
    assert state(stranger)["attempt"] is None
