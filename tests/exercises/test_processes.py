"""Grading processes live and die with the server, however it ends, and print nothing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from motesklar.exercises.grader import Slot, WorkerDied

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")]

GONE_SECONDS = 60

#: Stands for the server: grades in one process until it is told to stop.
SERVER = """
import asyncio, os, signal, sys
from pathlib import Path
from motesklar.exercises.grader import Slot

async def main():
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    slot = Slot(Path(sys.argv[1]) / "grading.log", Path(sys.argv[1]))
    pid = await slot.warm()
    print(pid, flush=True)
    await stop.wait()
    slot.kill()

if __name__ == "__main__":
    asyncio.run(main())
"""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_until_gone(*pids: int) -> None:
    deadline = time.monotonic() + GONE_SECONDS
    while any(map(alive, pids)):
        assert time.monotonic() < deadline, f"still there: {[p for p in pids if alive(p)]}"
        time.sleep(0.1)


@pytest.fixture
def server(tmp_path: Path) -> subprocess.Popen[str]:
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    return subprocess.Popen(
        [sys.executable, script, tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a terminal's process group of its own
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_processes_end_with_the_server(
    server: subprocess.Popen[str], number: signal.Signals
) -> None:
    assert server.stdout
    process = int(server.stdout.readline())
    assert alive(process)
    server.send_signal(number)
    _, errors = server.communicate(timeout=GONE_SECONDS)
    wait_until_gone(process)
    if number is not signal.SIGKILL:  # then Python's own resource tracker says what it cleans up
        assert errors == ""
    assert "Traceback" not in errors


@pytest.mark.parametrize("ready", [True, False], ids=["when warm", "while starting"])
def test_ctrl_c_in_the_terminal_prints_no_traceback(
    server: subprocess.Popen[str], ready: bool
) -> None:
    assert server.stdout
    if ready:
        server.stdout.readline()
    else:
        _wait_for_child(server.pid)
    os.killpg(server.pid, signal.SIGINT)  # as a terminal does: everybody gets it
    _, errors = server.communicate(timeout=GONE_SECONDS)
    assert "Traceback" not in errors


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _wait_for_child(pid: int) -> None:
    deadline = time.monotonic() + GONE_SECONDS
    while len(children(pid)) < 2:  # the resource tracker and the process
        assert time.monotonic() < deadline
        time.sleep(0.01)


async def test_a_job_that_hangs_ends_with_its_process_and_the_next_one_works(
    tmp_path: Path,
) -> None:
    slot = Slot(tmp_path / "grading.log", tmp_path)
    try:
        first = await slot.warm()
        with pytest.raises(WorkerDied, match="took longer"):
            await slot.run(time.sleep, 600.0, 0.5)
        wait_until_gone(first)
        assert await slot.run(abs, -1, 60) == 1
    finally:
        slot.kill()
