"""The running server's door to answers: whatever comes in, it says what to do and goes on."""

import json
from typing import Any

import httpx
import pytest

from motesklar.config import load_settings
from motesklar.course import Exercise
from motesklar.exercises.handin import check_answer
from motesklar.exercises.library import find_sources
from motesklar.exercises.notebook import solutions_of
from motesklar.paths import shipped_modules, shipped_settings
from tests.conftest import RunningCourse

pytestmark = pytest.mark.slow

#: Bodies as bytes, because most of them are nothing that a JSON writer would write.
RAW = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b'"value"',
    b"{'value': 1}",
    b'{"value": 1, "more": 2}',
    b'{"value": "a", "__proto__": {}}',
    b'{"value": NaN}',
    b'{"value": -Infinity}',
    b'{"value": 1e999}',
    b'{"value": ' + b"9" * 10_000 + b"}",
    b'{"value": "\\ud800"}',
    b'{"value": "\xff\xfe"}',
    b'\xef\xbb\xbf{"value": "a"}',
    b'{"value": "a\x00"}',
    b'{"value": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    b'{"value": ' + b'{"a":' * 9_000 + b"1" + b"}" * 9_000 + b"}",
    b'{"value": ' + b"[" * 60_000,
    b'{"value": "' + b"a" * 60_000 + b'"}',
    b'{"value": "' + b"a" * 200_000 + b'"}',
    b'{"value": [' + b'"a",' * 12_000 + b'"a"]}',
    b'{"value": {' + b'"a":"b",' * 6_000 + b'"c":"d"}}',
    b"<xml/>",
    b"value=a",
)


def exercises() -> list[tuple[str, Exercise, Any]]:
    """One of each kind in the shipped course: module, exercise and solution."""
    names = load_settings(shipped_settings()).course.modules
    found = {}
    for source in find_sources(names, [shipped_modules()]):
        module = source.module(shipped_modules(), b"")
        right = solutions_of(module, source.notebook())
        for exercise in module.exercises:
            found[exercise.kind, exercise.numeric] = (module.name, exercise, right[exercise.id])
    return list(found.values())


@pytest.fixture
def learner(course: RunningCourse) -> httpx.Client:
    return course.client(course.person("Ina Injektion"))


@pytest.mark.parametrize(
    ("module", "exercise", "right"), exercises(), ids=lambda v: getattr(v, "id", "")
)
def test_a_hostile_body_is_refused_in_plain_words_and_changes_nothing(
    learner: httpx.Client, module: str, exercise: Exercise, right: Any
) -> None:
    address = f"/api/modules/{module}/answers/{exercise.id}"
    headers = {"Content-Type": "application/json"}
    saved = learner.put(address, json={"value": right})
    before = learner.get(f"/api/modules/{module}/state").json()["answers"]
    assert (saved.status_code == 200) == (before == {exercise.id: right})
    for body in RAW:
        answer = learner.put(address, content=body, headers=headers)
        told = answer.json()
        if answer.status_code == 200:
            # words of one's own may be anything that is text
            assert check_answer(exercise, json.loads(body)["value"]) == json.loads(body)["value"]
            assert learner.put(address, json={"value": right}).status_code == 200
            continue
        assert answer.status_code in (400, 413), (answer.status_code, body[:60])
        assert told["error"]["message"]
        assert told["error"]["next_step"]
        assert "Traceback" not in answer.text
    assert learner.get(f"/api/modules/{module}/state").json()["answers"] == before


def test_an_answer_goes_nowhere_but_to_its_exercise(learner: httpx.Client) -> None:
    module, exercise, right = exercises()[0]
    for address in (
        f"/api/modules/{module}/answers/no-such-exercise",
        f"/api/modules/no-such-module/answers/{exercise.id}",
        f"/api/modules/{module}/answers/{exercise.answer_cell}",
        f"/api/modules/..%2f{module}/answers/{exercise.id}",
        f"/api/modules/{module}/answers/{exercise.id}%00",
        f"/api/modules/{module}/answers/{exercise.id}%0a",
        f"/api/modules/{module}/answers/%E2%80%AE{exercise.id}",
    ):
        answer = learner.put(address, json={"value": right})
        assert answer.status_code == 404, address
    assert learner.get(f"/api/modules/{module}/state").json()["answers"] == {}
