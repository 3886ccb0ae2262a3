"""Real worker processes: started, watched, killed, replaced and stopped."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from motesklar.call.worker import supervisor as supervisor_module
from motesklar.call.worker import wire
from motesklar.call.worker.supervisor import Supervisor, WorkerEvents, WorkerState
from motesklar.i18n import LOCALE_DIR
from tests.call.conftest import until
from tests.call.worker.fakes import order

pytestmark = pytest.mark.slow


def configuration(**changes: object) -> wire.Configure:
    values: dict[str, object] = {
        "addresses": ["127.0.0.1"],
        "port": 0,
        "loopback": True,
        "public_address": "",
        "languages": ["sv", "en"],
        "locale_folders": [str(LOCALE_DIR)],
        "partner_name": "Kim",
        "minutes_max": 15,
    }
    return wire.Configure.model_validate(values | changes)


@dataclass
class Watch:
    """What the supervisor told."""

    reports: list[tuple[int, wire.AnyReport]] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    loads: list[int] = field(default_factory=list)

    @property
    def events(self) -> WorkerEvents:
        return WorkerEvents(
            report=lambda number, report: self.reports.append((number, report)),
            lost=self.lost.append,
            load=self.loads.append,
        )

    def said(self, number: int, kind: type[wire.Tell] | type[wire.Bye]) -> list[wire.AnyReport]:
        return [each for who, each in self.reports if who == number and isinstance(each, kind)]


@pytest.fixture
def watch() -> Watch:
    return Watch()


Supervise = Callable[..., Supervisor]


@pytest_asyncio.fixture
async def supervise(watch: Watch) -> AsyncIterator[Supervise]:
    made: list[Supervisor] = []

    def supervise(*configurations: wire.Configure) -> Supervisor:
        made.append(Supervisor(configurations or [configuration()], watch.events))
        made[-1].start()
        return made[-1]

    yield supervise
    for each in made:
        await each.close()


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def ready(supervisor: Supervisor) -> int:
    """Waits for the first worker; returns its process id."""
    assert await supervisor.wait_ready(60)
    pid = supervisor.ready()[0].pid
    assert pid is not None
    return pid


async def test_a_worker_takes_people_tells_its_load_and_ends_when_it_is_asked_to(
    supervise: Supervise, watch: Watch
) -> None:
    supervisor = supervise()
    pid = await ready(supervisor)
    supervisor.send(0, order(1, room="a"))
    await until(lambda: watch.said(0, wire.Tell), "what the page is told")
    await until(lambda: watch.loads, "the load")
    load = supervisor.keepers[0].load
    assert load is not None
    await until(lambda: supervisor.keepers[0].load.people == 1, "the person in the load")  # type: ignore[union-attr]
    await supervisor.close()
    await supervisor.close()
    assert [each.visit for each in watch.said(0, wire.Bye)] == [1]  # type: ignore[union-attr]
    assert not is_running(pid)
    assert supervisor.keepers[0].state is WorkerState.STOPPED


async def test_one_worker_is_enough_until_somebody_calls(supervise: Supervise) -> None:
    supervisor = supervise(configuration(), configuration(), configuration())
    first = await ready(supervisor)
    await supervisor.wait_started(60)
    assert [keeper.state for keeper in supervisor.keepers[1:]] == [WorkerState.UNUSED] * 2
    supervisor.needed()
    supervisor.needed()
    await supervisor.wait_started(60)
    assert [keeper.number for keeper in supervisor.ready()] == [0, 1, 2]
    assert supervisor.keepers[0].pid == first
    assert len({keeper.pid for keeper in supervisor.keepers}) == 3


async def test_nobody_waits_for_long_for_a_worker_that_cannot_start(supervise: Supervise) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        supervisor = supervise(configuration(), configuration(port=taken.getsockname()[1]))
        await ready(supervisor)
        supervisor.needed()
        async with asyncio.timeout(60):
            await supervisor.wait_started(600)
        assert [keeper.number for keeper in supervisor.ready()] == [0]
        assert supervisor.keepers[1].state is WorkerState.REPLACED


async def test_workers_that_were_never_needed_stay_away_after_the_end(supervise: Supervise) -> None:
    supervisor = supervise(configuration(), configuration())
    await ready(supervisor)
    await supervisor.close()
    supervisor.needed()
    assert supervisor.keepers[1].state is WorkerState.UNUSED


async def test_a_worker_that_dies_is_told_and_replaced_and_the_other_one_is_left_alone(
    supervise: Supervise, watch: Watch
) -> None:
    supervisor = supervise(configuration(), configuration())
    supervisor.needed()
    await until(lambda: len(supervisor.ready()) == 2, "both workers")
    killed, spared = (keeper.pid for keeper in supervisor.keepers)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    await until(lambda: watch.lost == [0], "the notice")
    await until(lambda: len(supervisor.ready()) == 2, "another worker")
    assert supervisor.keepers[0].pid not in (None, killed)
    assert supervisor.keepers[1].pid == spared


async def test_a_worker_that_hangs_is_killed(
    supervise: Supervise, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "BEAT_SECONDS", 0.2)
    # a busy machine may hold a healthy one up as well
    monkeypatch.setattr(supervisor_module, "BEATS_MISSED_MAX", 20)
    supervisor = supervise()
    pid = await ready(supervisor)
    os.kill(pid, signal.SIGSTOP)
    await until(lambda: watch.lost == [0], "the notice")
    await until(lambda: not is_running(pid), "its end")
    assert await ready(supervisor) != pid


async def test_a_worker_that_hangs_at_the_end_is_not_waited_for_for_long(
    supervise: Supervise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "STOP_SECONDS", 0.5)
    supervisor = supervise()
    pid = await ready(supervisor)
    os.kill(pid, signal.SIGSTOP)
    await supervisor.close()
    assert not is_running(pid)


async def test_a_port_that_is_taken_is_told_and_tried_again(
    supervise: Supervise, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        supervisor = supervise(configuration(port=port))
        await until(lambda: supervisor.keepers[0].problem, "the problem")
        assert str(port) in supervisor.keepers[0].problem
        assert "127.0.0.1" in supervisor.keepers[0].problem
        assert supervisor.ready() == []
    assert any(str(port) in record.getMessage() for record in caplog.records)
    await ready(supervisor)
    assert supervisor.keepers[0].problem == ""


async def test_closing_before_a_worker_is_ready_leaves_no_process(supervise: Supervise) -> None:
    supervisor = supervise()
    await until(lambda: supervisor.keepers[0].pid, "the process")
    pid = supervisor.keepers[0].pid
    waiting = asyncio.create_task(supervisor.wait_ready(60))
    await asyncio.sleep(0)
    await supervisor.close()
    assert pid is not None
    assert not is_running(pid)
    assert await waiting is False


async def test_a_worker_dies_with_the_server_even_when_it_hangs() -> None:
    script = (
        "import asyncio, os, signal, sys\n"
        "from motesklar.call.worker.supervisor import Supervisor, WorkerEvents\n"
        "from tests.call.worker.test_supervisor import configuration\n"
        "async def main():\n"
        "    nothing = lambda *told: None\n"
        "    made = Supervisor([configuration()], WorkerEvents(nothing, nothing, nothing))\n"
        "    made.start()\n"
        "    assert await made.wait_ready(60)\n"
        "    pid = made.keepers[0].pid\n"
        "    os.kill(pid, signal.SIGSTOP)\n"
        "    print(pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    assert process.stdout is not None
    pid = int(await process.stdout.readline())
    await process.wait()
    await until(lambda: not is_running(pid), "the worker's end")
