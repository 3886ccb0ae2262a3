"""Warm processes that grade, each hand-in apart.

Every slot is a pool of one process, so a process that dies or hangs takes one hand-in with it
and no other. Processes die with the server: Linux ends them when it goes (`PR_SET_PDEATHSIG`),
and their kernels end with them.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from threading import Thread
from typing import TypeVar, cast

from motesklar.exercises import worker
from motesklar.exercises.jobs import WorkerDied
from motesklar.kernels.supervisor import TemplateProcess

Result = TypeVar("Result")
Argument = TypeVar("Argument")

#: Grading processes; each costs about 120 MB.
WORKERS = 2
#: Longer than nbgrader's own limits: only a process that hangs meets it.
JOB_SECONDS = 180.0
#: At most this long is a dead process waited for; milliseconds in practice.
TIDY_SECONDS = 2.0


class Slot:
    """One grading process, started when first needed and again after it died.

    It does one thing at a time: its methods are for one task.
    """

    def __init__(self, log_file: Path, folder: Path) -> None:
        self.log_file = log_file
        self.folder = folder
        self._pool: ProcessPoolExecutor | None = None
        self._pid: int | None = None
        # of pools that were killed; each ends within milliseconds
        self._tidiers: list[Thread] = []

    async def warm(self) -> int:
        """Start the process unless it runs; returns its id.

        Raises:
            WorkerDied: it did not come up.
        """
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                max_workers=1,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=worker.warm_up,
                initargs=(str(self.log_file), str(self.folder), os.getpid()),
            )
            self._pid = await self._submit(worker.ready)
        assert self._pid is not None
        return self._pid

    async def run(
        self, function: Callable[[Argument], Result], argument: Argument, seconds: float
    ) -> Result:
        """Call `function(argument)` in the process; cancelling it ends the process.

        Raises:
            WorkerDied: the process ended, or took longer than `seconds`.
        """
        await self.warm()
        try:
            async with asyncio.timeout(seconds):
                return await self._submit(function, argument)
        except TimeoutError as error:
            self.kill()
            raise WorkerDied(f"took longer than {seconds:g} s") from error
        except asyncio.CancelledError:
            self.kill()
            raise

    async def _submit(self, function: Callable[..., Result], *arguments: Argument) -> Result:
        assert self._pool is not None
        try:
            with _signals_held():  # the pool starts its process at the first call
                running = asyncio.get_running_loop().run_in_executor(
                    self._pool, function, *arguments
                )
            return await running
        except BrokenProcessPool as error:
            self.kill()
            raise WorkerDied("the process ended") from error

    def kill(self) -> None:
        """End the process at once; safe to call twice."""
        pool = self._pool
        self._pool = self._pid = None
        if pool is None:
            return
        # the pool's own record, because a process that is still starting has told us no id yet;
        # left alone it would hold up the server's end (Python 3.14 has `kill_workers` for this)
        for process in list((pool._processes or {}).values()):
            process.kill()
        tidier = cast(Thread | None, pool._executor_manager_thread)  # typeshed names another class
        pool.shutdown(wait=False, cancel_futures=True)
        self._tidiers = [one for one in (*self._tidiers, tidier) if one and one.is_alive()]

    def close(self) -> None:
        """End the process for good; safe to call twice."""
        self.kill()
        for tidier in self._tidiers:
            # Python's exit would wake it while it closes its pipe, and print an error for that
            tidier.join(TIDY_SECONDS)


@contextlib.asynccontextmanager
async def grading_slot(log_file: Path) -> AsyncIterator[tuple[Slot, str]]:
    """For grading outside of a running course: a process, and where its kernels' template listens.

    Raises:
        ForkFailed: the template process does not start.
    """
    template = TemplateProcess(log_file)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        slot = Slot(log_file, Path(folder))
        try:
            await template.start()
            yield slot, template.path
        finally:
            slot.close()
            await template.close()


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """Keep SIGINT and SIGTERM waiting; a process started inside is born with them held."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, worker.STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
