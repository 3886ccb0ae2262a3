"""An answer belongs to the version of the exercise that it was given to."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from motesklar.course import Exercise, ExerciseKind
from motesklar.errors import Conflict
from tests.conftest import RunningCourse
from tests.exercises.conftest import Classroom
from tests.exercises.lessons import exercise, lesson, order, step, write_module
from tests.exercises.test_api import MODULE, state

OTHER = 'ChooseOne("first-meeting", question=_("Vad gör du?"), options={"b": _("B"), "c": _("C")})'
CHOSEN = Exercise("first-meeting", ExerciseKind.CHOOSE_ONE, 1, ("a", "b"), "Därför")


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"choices": ("b", "a")}, True),
        ({"explanation": "Ett bättre ord"}, True),
        ({"points": 2}, True),
        ({"choices": ("b", "c")}, False),
        ({"kind": ExerciseKind.CLICK_PLACE}, False),
        ({"targets": ("x",)}, False),
        ({"moves": {"start": {"go": "end"}}}, False),
        ({"numeric": True}, False),
    ],
)
def test_a_version_changes_with_what_answers_refer_to(changed: dict[str, Any], same: bool) -> None:
    assert (replace(CHOSEN, **changed).version == CHOSEN.version) is same


@pytest.mark.slow
async def test_an_answer_to_an_earlier_version_waits_and_counts_for_nothing(
    make_classroom: Callable[..., Classroom], tmp_path: Path
) -> None:
    classroom = make_classroom()
    await classroom.start()
    person = classroom.person()
    classroom.answer(person, first="b")
    before = classroom.exercises.course.module("m1").exercise("first-meeting").version
    changed = exercise("first-meeting", OTHER, '"b"', 'first_meeting == "b"')
    cells = (step("read"), *changed, step("do", kind="answer"), *order())
    write_module(tmp_path / "overlay" / "modules", "m1", lesson(*cells))
    await classroom.restart()
    try:
        # "b" would fit, but its neighbours were others when it was chosen
        assert classroom.exercises.state(person, "m1")["answers"] == {"steps": ["on", "say"]}
        await classroom.hand_in(person, "attempt-1")
        await classroom.assert_graded("attempt-1", 2)
        with pytest.raises(Conflict):
            classroom.exercises.save_answer(person, "m1", "first-meeting", "b", before)
        classroom.answer(person, first="b")
        await classroom.hand_in(person, "attempt-2")
        await classroom.assert_graded("attempt-2", 3)
    finally:
        await classroom.stop()
        classroom.database.close()


@pytest.mark.slow
def test_a_page_as_it_was_before_is_told_so(course: RunningCourse) -> None:
    client: httpx.Client = course.client(course.person("Sven"))
    path = f"/api/modules/{MODULE}/answers/first-meeting"
    stale = client.put(path, json={"value": "online", "version": "0" * 12})
    assert stale.status_code == 409
    told = stale.json()
    assert "ändrad" in str(told)
    assert "Ladda om sidan" in str(told)
    assert state(client)["answers"] == {}

    [version] = re.findall(r"first-meeting:([0-9a-f]{12})", client.get(f"/m/{MODULE}").text)
    assert client.put(path, json={"value": "online", "version": version}).status_code == 200
    assert state(client)["answers"] == {"first-meeting": "online"}
