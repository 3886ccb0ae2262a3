"""What goes wrong around hand-ins costs nobody an answer, and is told in plain words."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from motesklar.errors import BadAnswer, NotFound
from motesklar.exercises.attempts import UNFINISHED, attempt_view
from motesklar.exercises.nbgrader_root import prepare_course
from motesklar.i18n import LOCALE_DIR, load_languages
from motesklar.paths import DataFolder
from motesklar.store.models import Answer, Attempt, AttemptState, utcnow
from tests.exercises.conftest import Classroom
from tests.exercises.lessons import CHOOSE, exercise, lesson, step, whole_lesson, write_module

pytestmark = pytest.mark.slow

WAIT_SECONDS = 60
#: A tmpfs of this size holds no graded notebook.
TINY = "8k"


@pytest.fixture(scope="session")
def tiny_course(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DataFolder]:
    """One module as it should be, and one whose test never ends."""
    folder = tmp_path_factory.mktemp("faults")
    overlay = folder / "overlay"
    endless = exercise("first-meeting", CHOOSE, '"b"', "any(iter(int, 1))")
    write_module(overlay / "modules", "m1", whole_lesson())
    write_module(overlay / "modules", "m2", lesson(step("read"), *endless))
    data = DataFolder(folder / "data")
    data.prepare()
    prepare_course(["m1", "m2"], data, overlay)
    return overlay, data


def answers(classroom: Classroom, person: str) -> dict[str, Any]:
    found: dict[str, Any] = classroom.exercises.state(person, "m1")["answers"]
    return found


def test_the_same_hand_in_from_two_windows_at_once_is_one(
    make_classroom: Any,
) -> None:
    classroom = make_classroom()
    person, both = classroom.person(), Barrier(2)

    def add(_number: int) -> bool:
        attempt = Attempt(
            id="attempt-1",
            person_id=person,
            module="m1",
            version="v",
            state=AttemptState.WAITING,
            answers={},
            results=[],
            promoted=False,
            handed_in_at=utcnow(),
        )
        both.wait()
        return bool(classroom.exercises.attempts.add(attempt)[1])

    with ThreadPoolExecutor(2) as windows:
        new = list(windows.map(add, range(2)))
    assert sorted(new) == [False, True]
    assert classroom.exercises.attempts.unfinished() == ["attempt-1"]
    classroom.database.close()


async def test_two_hand_ins_at_once_are_both_graded_and_the_newer_counts(
    classroom: Classroom,
) -> None:
    person = classroom.person()
    classroom.answer(person)
    await asyncio.gather(*(classroom.hand_in(person, f"attempt-{n}") for n in (1, 2)))
    attempts = [await classroom.assert_graded(f"attempt-{number}", 3) for number in (1, 2)]
    assert [attempt.promoted for attempt in attempts] == [False, True]
    assert classroom.exercises.completions(person)[person]["m1"].at == attempts[1].handed_in_at


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """A disk of a few kilobytes at `folder`."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() != 0 or not mount or not umount:
        pytest.skip("only root can mount a tiny disk")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", f"size={TINY}", "tmpfs", folder])
    if made.returncode != 0:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        yield
    finally:
        # lazily: a grading process may still have a file open there
        subprocess.run([umount, "-l", folder], check=True)


async def test_a_full_disk_keeps_the_answers_and_the_next_hand_in_works(
    classroom: Classroom,
) -> None:
    person = classroom.person()
    classroom.answer(person)
    with full_disk(classroom.exercises.queue.folder.staging):
        await classroom.hand_in(person, "attempt-1")
        failed = await classroom.graded("attempt-1")
    assert failed.state is AttemptState.FAILED
    assert answers(classroom, person) == {"first-meeting": "b", "steps": ["on", "say"]}
    assert classroom.exercises.completions(person) == {}
    translation = load_languages(["en"], [LOCALE_DIR], "en").translations["en"]
    view = attempt_view(failed, [], classroom.exercises.course, "en", translation)
    assert "Your answers are saved" in view["message"]

    await classroom.hand_in(person, "attempt-2")
    await classroom.assert_graded("attempt-2", 3)


async def test_a_test_that_never_ends_holds_up_nobody_else(classroom: Classroom) -> None:
    stuck, other = classroom.person(), classroom.person("Bo")
    classroom.exercises.save_answer(stuck, "m2", "first-meeting", "b")
    classroom.answer(other)
    await classroom.hand_in(stuck, "attempt-stuck", "m2")
    for number in (1, 2):
        await classroom.hand_in(other, f"attempt-{number}")
    attempts = classroom.exercises.attempts
    await classroom.exercises.queue.wait_for("attempt-2", WAIT_SECONDS)
    assert attempts.get("attempt-1").score == attempts.get("attempt-2").score == 3
    assert attempts.get("attempt-stuck").state in UNFINISHED

    failed = await classroom.graded("attempt-stuck")
    assert failed.state is AttemptState.FAILED
    assert failed.answers == {"first-meeting": "b"}


@pytest.mark.parametrize("value", ["b" * 100_000, 1, None, {"b": "b"}, [["b"] * 1000]])
async def test_an_answer_that_is_none_leaves_the_one_before(
    classroom: Classroom, value: Any
) -> None:
    person = classroom.person()
    classroom.answer(person)
    with pytest.raises(BadAnswer) as refused:
        classroom.exercises.save_answer(person, "m1", "first-meeting", value)
    assert refused.value.message
    assert refused.value.next_step
    assert answers(classroom, person)["first-meeting"] == "b"


async def test_an_answer_to_an_exercise_that_is_not_there_is_refused(classroom: Classroom) -> None:
    person = classroom.person()
    for module, name in (("m2", "steps"), ("m9", "first-meeting")):
        with pytest.raises(NotFound):
            classroom.exercises.save_answer(person, module, name, "b")


async def test_an_answer_to_an_older_version_counts_as_not_given_and_stays(
    classroom: Classroom,
) -> None:
    person = classroom.person()
    classroom.answer(person)
    with classroom.database.transaction() as session:
        row = session.query(Answer).filter_by(person_id=person, exercise="first-meeting").one()
        row.value = {"value": "an option of last year"}
    await classroom.hand_in(person, "attempt-1")
    await classroom.assert_graded("attempt-1", 2)
    assert answers(classroom, person)["first-meeting"] == "an option of last year"
    classroom.answer(person, first="b", order=False)
    await classroom.hand_in(person, "attempt-2")
    await classroom.assert_graded("attempt-2", 3)
