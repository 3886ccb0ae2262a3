"""Starts the call workers, notices when one dies or hangs, and starts another in its place.

One worker starts with the server, the others when somebody comes into a call: a course in which
nobody calls pays for one. A room stays with its worker, so while the others load for the first
time the rooms that come after the first one wait, rather than crowd into the one that is there.
"""

import asyncio
import contextlib
import enum
import logging
import os
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from motesklar.call.worker import wire
from motesklar.call.worker.link import Link

log = logging.getLogger("motesklar.call")

BEAT_SECONDS = 1.0
#: A worker that has answered nothing for so many beats hangs.
BEATS_MISSED_MAX = 5
#: Loading takes about a second; this long on a machine that does much else.
START_SECONDS = 60.0
#: After Stop a worker tells its people and closes their connections.
STOP_SECONDS = 5.0
#: Waits before a worker that died is started again, one after the other.
RESTART_WAITS = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)
#: A worker that has worked this long is started again at once.
STABLE_SECONDS = 30.0


class WorkerState(enum.Enum):
    """How a worker is."""

    UNUSED = "unused"  # has no process yet, because nobody has called
    STARTING = "starting"  # its first process loads
    READY = "ready"  # has its port and takes people
    REPLACED = "replaced"  # its process could not start or is gone; another one comes
    STOPPED = "stopped"  # the server stops


@dataclass(frozen=True)
class WorkerEvents:
    """Whom the supervisor tells; workers are told apart by their number.

    Args:
        report: a worker has said this.
        lost: a worker that was ready is gone, with all its calls.
        load: a worker has new figures.
    """

    report: Callable[[int, wire.AnyReport], None]
    lost: Callable[[int], None]
    load: Callable[[int], None]


class WorkerKeeper:
    """One worker's place, over all the processes that come to fill it.

    Args:
        number: of the worker.
        configuration: what its process is told first.
        events: whom to tell.
        changed: set whenever the state changes.
    """

    def __init__(
        self,
        number: int,
        configuration: wire.Configure,
        events: WorkerEvents,
        changed: asyncio.Event,
    ) -> None:
        self.number = number
        self.state = WorkerState.UNUSED
        self.load: wire.Load | None = None
        self.pid: int | None = None
        self.problem = ""
        self._changed = changed
        self._configuration = configuration
        self._events = events
        self._link: Link[wire.AnyReport] | None = None
        self._silent_beats = 0
        self._stopping = asyncio.Event()

    def send(self, order: BaseModel) -> None:
        """Order something; a worker that isn't there does nothing."""
        if self._link is not None:
            self._link.send(order)

    def start(self) -> "asyncio.Task[None]":
        """Have a process in this place until `stop`. Cancelling the task kills it."""
        self._set_state(WorkerState.STARTING)
        return asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        deaths = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                await self._live()
            except OSError:
                log.exception("call worker %s could not be started", self.number)
                self._set_state(WorkerState.REPLACED)
            if time.monotonic() - began >= STABLE_SECONDS:
                deaths = 0
            wait = RESTART_WAITS[min(deaths, len(RESTART_WAITS) - 1)]
            deaths += 1
            if not self._stopping.is_set():
                log.warning("call worker %s is gone; another starts in %s s", self.number, wait)
                await self._pause(wait)
        self._set_state(WorkerState.STOPPED)

    def stop(self) -> None:
        """Let the worker end its calls and exit; the task ends when it has."""
        self._stopping.set()
        self.send(wire.Stop())

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _live(self) -> None:
        """One process from its start to its end."""
        here, there = socket.socketpair()
        with there:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                "motesklar.call.worker",
                str(there.fileno()),
                str(os.getpid()),
                pass_fds=[there.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                # Ctrl-C is for the server, which tells people before it stops the workers
                start_new_session=True,
            )
        self.pid = process.pid
        self._link = await Link.open(here, wire.REPORTS)
        try:
            self.send(self._configuration)
            if self._stopping.is_set():  # it was asked to while the process was made
                self.send(wire.Stop())
            await self._listen()
        finally:
            await self._bury(process)

    async def _listen(self) -> None:
        """Until the process is gone or must be taken to be."""
        assert self._link is not None
        reading = asyncio.create_task(self._read(self._link))
        beating = asyncio.create_task(self._beat())
        try:
            await asyncio.wait([reading, beating], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (reading, beating):
                task.cancel()
            results = await asyncio.gather(reading, beating, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                log.error("call worker %s failed", self.number, exc_info=result)

    async def _read(self, link: Link[wire.AnyReport]) -> None:
        while (report := await link.receive()) is not None:
            self._silent_beats = 0
            self._take(report)

    def _take(self, report: wire.AnyReport) -> None:
        match report:
            case wire.Started():
                log.info("call worker %s has port %s", self.number, report.port)
                self.problem = ""
                self._set_state(WorkerState.READY)
            case wire.CannotStart():
                log.error("call worker %s: %s", self.number, report.problem)
                self.problem = report.problem
                self._set_state(WorkerState.REPLACED)
            case wire.Load():
                self.load = report
                self._events.load(self.number)
            case wire.Logged():
                logging.getLogger(report.name).log(report.level, "%s", report.message)
            case wire.Beat():
                pass  # that it came is what counts
            case _:
                self._events.report(self.number, report)

    async def _beat(self) -> None:
        """Ask whether it is there, until it no longer says so.

        Our own silences are not the worker's: beats are counted, not seconds, so that a server
        that was held up for long looks what has come before it judges.
        """
        beats, began = 0, time.monotonic()
        self._silent_beats = 0
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            if self.state is not WorkerState.READY:
                if not self._stopping.is_set() and time.monotonic() - began < START_SECONDS:
                    continue
                break
            self._silent_beats += 1
            if self._silent_beats > BEATS_MISSED_MAX:
                break
            beats += 1
            self.send(wire.Beat(number=beats))
        log.error("call worker %s does not answer and is killed", self.number)

    async def _bury(self, process: asyncio.subprocess.Process) -> None:
        """See to it that the process has ended, and tell."""
        assert self._link is not None
        link, self._link, self.pid = self._link, None, None
        try:
            if self._stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(STOP_SECONDS):
                        await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
        await process.wait()
        await link.close()
        self.load = None
        was_ready = self.state is WorkerState.READY
        self._set_state(WorkerState.REPLACED)
        if was_ready:
            self._events.lost(self.number)

    def _set_state(self, state: WorkerState) -> None:
        if state is self.state:
            return
        log.debug("call worker %s: %s -> %s", self.number, self.state.value, state.value)
        self.state = state
        self._changed.set()


class Supervisor:
    """All call workers.

    Args:
        configurations: one for each worker.
        events: whom to tell.
    """

    def __init__(self, configurations: Sequence[wire.Configure], events: WorkerEvents) -> None:
        self._changed = asyncio.Event()
        self._closing = False
        self.keepers = [
            WorkerKeeper(number, configuration, events, self._changed)
            for number, configuration in enumerate(configurations)
        ]
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start the first worker, without waiting for it."""
        self._start(self.keepers[:1])

    def needed(self) -> None:
        """Somebody comes into a call: start the workers that aren't there yet; safe to repeat."""
        if not self._closing:
            self._start(self.keepers[len(self._tasks) :])

    def _start(self, keepers: Sequence[WorkerKeeper]) -> None:
        self._tasks += [keeper.start() for keeper in keepers]

    def send(self, number: int, order: BaseModel) -> None:
        """Order something of a worker."""
        self.keepers[number].send(order)

    def ready(self) -> list[WorkerKeeper]:
        """Those that take people now."""
        return [keeper for keeper in self.keepers if keeper.state is WorkerState.READY]

    async def wait_ready(self, seconds: float) -> bool:
        """Wait until a worker takes people; False when none did in time, or none will."""
        await self._wait(self.ready, seconds)
        return bool(self.ready())

    async def wait_started(self, seconds: float) -> None:
        """Wait until every worker that was started has been ready or has failed once."""
        await self._wait(self._all_started, seconds)

    def _all_started(self) -> bool:
        return all(keeper.state is not WorkerState.STARTING for keeper in self.keepers)

    async def _wait(self, condition: Callable[[], object], seconds: float) -> None:
        """Until the condition, the server's end or the end of this time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not condition() and not self._closing:
                    self._changed.clear()
                    await self._changed.wait()

    async def close(self) -> None:
        """Let every worker end its calls, and wait until all processes are gone; idempotent."""
        self._closing = True
        self._changed.set()
        for keeper in self.keepers:
            keeper.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS + 1)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
