"""Grading anew after a test was mended: shown first, done when asked, and nobody loses a module."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from motesklar.cli import main
from motesklar.store.models import AttemptState
from tests.exercises.conftest import Classroom
from tests.exercises.lessons import CHOOSE, exercise, lesson, order, step, write_module
from tests.exercises.test_reviews import give, told

pytestmark = pytest.mark.slow


def mend(folder: Path, test: str) -> None:
    """Change the first exercise's test, with everything else as it was."""
    changed = exercise("first-meeting", CHOOSE, '"b"', test)
    write_module(
        folder / "overlay" / "modules",
        "m1",
        lesson(step("read"), *changed, step("do", kind="answer"), *order()),
    )


def regrade(classroom: Classroom, *options: str) -> Result:
    toml = classroom.overlay / "course.toml"
    toml.write_text('[course]\nmodules = ["m1", "m2"]\n', encoding="utf-8")
    arguments = ["regrade", "m1", "--data", str(classroom.data.root), *options]
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


async def in_thread(classroom: Classroom, *options: str) -> Result:
    """The command has an event loop of its own."""
    return await asyncio.to_thread(regrade, classroom, *options)


async def test_a_mended_test_gives_points_when_asked_and_not_before(
    classroom: Classroom, tmp_path: Path
) -> None:
    done, wrong = classroom.person("Anna"), classroom.person("Bo")
    for person, first in ((done, "b"), (wrong, "a")):
        classroom.answer(person, first=first)
        await classroom.hand_in(person, f"attempt-{person}")
        await classroom.graded(f"attempt-{person}")
    refused = await in_thread(classroom)
    assert refused.exit_code == 1
    assert "The course is running" in refused.output

    await classroom.stop()
    mend(tmp_path, 'first_meeting == "a"')
    shown = await in_thread(classroom)
    assert f"Anna ({done}): first-meeting: 1 → 0  (stays: the module is completed)" in shown.output
    assert f"Bo ({wrong}): first-meeting: 0 → 1" in shown.output
    assert "2 hand-ins looked at, 1 would change." in shown.output
    assert not classroom.exercises.completions(wrong)[wrong]["m1"].done
    assert classroom.exercises.attempts.get(f"attempt-{wrong}").score == 2

    applied = await in_thread(classroom, "--apply")
    assert "2 hand-ins looked at, 1 changed." in applied.output
    for person in (done, wrong):
        assert classroom.exercises.completions(person)[person]["m1"].done
        attempt = classroom.exercises.attempts.get(f"attempt-{person}")
        assert (attempt.state, attempt.score, attempt.promoted) == (AttemptState.GRADED, 3, True)
    [fact] = [one for one in classroom.facts.of_person(wrong) if one.kind == "regraded"]
    assert fact.detail["before"] == {"first-meeting": 0, "steps": 2}
    again = await in_thread(classroom, "--apply")
    assert "2 hand-ins looked at, 0 changed." in again.output


async def test_what_a_reviewer_gave_stays(classroom: Classroom, tmp_path: Path) -> None:
    person = classroom.person()
    classroom.answer(person, first="a", order=False)
    await classroom.hand_in(person, "attempt-1")
    await classroom.graded("attempt-1")
    give(classroom, person, "first-meeting", 0.5)
    await classroom.stop()
    mend(tmp_path, 'first_meeting == "a"')
    output = (await in_thread(classroom, "--apply")).output
    assert "1 hand-ins looked at, 0 changed." in output
    assert told(classroom, "attempt-1")["first-meeting"]["score"] == 0.5
