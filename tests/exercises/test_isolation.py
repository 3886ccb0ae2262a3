"""A hand-in's code reaches nobody: no network, not even this machine's own, and no endless use."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.exercises.conftest import Classroom
from tests.exercises.lessons import CHOOSE, exercise, lesson, step, write_module

pytestmark = pytest.mark.slow

#: A lesson's first cell that leaves a thread behind.
THREAD = """
import threading, time
threading.Thread(target=time.sleep, args=(99,), daemon=True).start()
"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody on this machine's loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def namespaces_allowed() -> bool:
    done = subprocess.run(
        ["unshare", "--net", "--map-root-user", "true"], capture_output=True, check=False
    )
    return done.returncode == 0


async def graded_with_test(
    make_classroom: Callable[..., Classroom], tmp_path: Path, test: str
) -> Classroom:
    """A running classroom whose module m1 has this test, with one hand-in called attempt-1."""
    classroom = make_classroom("m1", "m2")
    cells = exercise("first-meeting", CHOOSE, '"b"', test)
    write_module(tmp_path / "overlay" / "modules", "m1", lesson(step("do", kind="answer"), *cells))
    await classroom.restart()
    person = classroom.person()
    classroom.exercises.save_answer(person, "m1", "first-meeting", "b")
    await classroom.hand_in(person, "attempt-1")
    return classroom


@pytest.mark.skipif(not namespaces_allowed(), reason="this system allows no namespaces")
async def test_a_test_cell_can_not_reach_a_listener_on_loopback(
    make_classroom: Callable[..., Classroom], tmp_path: Path, listener: socket.socket
) -> None:
    port = listener.getsockname()[1]
    test = f'__import__("socket").create_connection(("127.0.0.1", {port}), 5)'
    classroom = await graded_with_test(make_classroom, tmp_path, test)
    try:
        await classroom.assert_graded("attempt-1", 0)
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
    finally:
        await classroom.stop()


async def test_a_test_cell_that_eats_memory_earns_nothing_and_nobody_else_notices(
    make_classroom: Callable[..., Classroom], tmp_path: Path
) -> None:
    classroom = await graded_with_test(make_classroom, tmp_path, "bytearray(8 * 1024**3)")
    try:
        other = classroom.person("Bo")
        await classroom.hand_in(other, "attempt-2", "m2")
        await classroom.assert_graded("attempt-2", 0)
        await classroom.assert_graded("attempt-1", 0)
    finally:
        await classroom.stop()


async def test_threads_of_the_first_cells_are_there_in_every_hand_in(
    make_classroom: Callable[..., Classroom], tmp_path: Path
) -> None:
    # a fork would lose the thread, so such a module's hand-ins run everything themselves
    test = "__import__('threading').active_count() > 1 and first_meeting == 'b'"
    classroom = make_classroom("m1", "m2")
    cells = exercise("first-meeting", CHOOSE, '"b"', test)
    cells[0].source += THREAD
    write_module(tmp_path / "overlay" / "modules", "m1", lesson(step("do", kind="answer"), *cells))
    await classroom.restart()
    try:
        for number in range(2):
            person = classroom.person(f"P{number}")
            classroom.exercises.save_answer(person, "m1", "first-meeting", "b")
            await classroom.hand_in(person, f"attempt-{number}")
            await classroom.assert_graded(f"attempt-{number}", 1)
    finally:
        await classroom.stop()
