"""Keeps one root template process running, and another while it is being replaced."""

import asyncio
import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from motesklar.kernels.fork_client import ForkedProcess, ForkFailed, fork

log = logging.getLogger("motesklar.kernels")

#: Between a template's unexpected end and the next try.
RESTART_SECONDS = (0.0, 1.0, 5.0, 15.0)
READY_SECONDS = 60.0
#: A template that does not end by itself in this time is killed.
END_SECONDS = 5.0
#: A longer log is put aside when a template starts.
LOG_BYTES = 8 * 1024 * 1024
#: Course code needs no secret of the server's, and each learner's page the same surroundings.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "MPLCONFIGDIR")
_SURROUNDINGS = {
    # threads don't survive a fork, and each arena costs memory in every one
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "JUPYTER_PLATFORM_DIRS": "1",
    # one browser a kernel: nobody else has to be told what it said
    "JUPYTER_WIDGETS_ECHO": "0",
}


class TemplateProcess:
    """One root template process. `start` it, and `close` it."""

    def __init__(self, log_file: Path) -> None:
        self.log_file = log_file
        # a socket's path may have 107 characters, so it is never under DATA; mode 0700
        self._folder = tempfile.TemporaryDirectory(prefix="mk-", ignore_cleanup_errors=True)
        self.folder = Path(self._folder.name)
        self.path = str(self.folder / "root")
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    async def start(self) -> None:
        """Start it and wait until it can fork; cancelling it ends the process.

        Raises:
            ForkFailed: it can't be started, ended, or took longer than a minute.
        """
        try:
            async with asyncio.timeout(READY_SECONDS):
                line = await self._first_line()
            if line != b"ready\n":
                raise ForkFailed(f"the template process ended; see {self.log_file}")
        except OSError as error:  # TimeoutError is one, too
            await self.close()
            raise ForkFailed(f"the template process does not start: {error}") from error
        except BaseException:
            await self.close()
            raise

    async def _first_line(self) -> bytes:
        self._begin_log_anew()
        with self.log_file.open("ab") as told:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "motesklar.kernels.template",
                self.path,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=told,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is the server's to handle
            )
        assert self._process.stdout is not None
        return await self._process.stdout.readline()

    async def wait(self) -> int:
        """Wait for its end; returns the exit status."""
        assert self._process is not None
        return await self._process.wait()

    def _begin_log_anew(self) -> None:
        """Keep one older log, so that both together stay bounded."""
        with contextlib.suppress(FileNotFoundError):
            if self.log_file.stat().st_size > LOG_BYTES:
                self.log_file.replace(self.log_file.with_suffix(".old.log"))

    async def close(self) -> None:
        """End it and everything below it; safe to call twice."""
        process = self._process
        if process is not None and process.stdin is not None:
            # the end of its lifeline: it kills and reaps its descendants before it goes itself
            process.stdin.close()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(END_SECONDS):
                    await process.wait()
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        self._folder.cleanup()


class TemplateSupervisor:
    """Has a template process ready, whatever happens to it.

    Args:
        log_file: where the template and its kernels write.
        died: called when the template has ended by itself and another one is ready; what it had
            forked for itself is gone, pages' kernels go on.
    """

    def __init__(self, log_file: Path, died: Callable[[], None]) -> None:
        self.log_file = log_file
        self.restarts = 0
        self._died = died
        self._current: asyncio.Future[TemplateProcess] | None = None
        self._retired: list[TemplateProcess] = []
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The template's process id while it can fork."""
        ready = self._current is not None and self._current.done()
        return self._current.result().pid if ready and self._current else None

    async def start(self) -> None:
        """Begin to start the template. It is waited for by the first who needs it."""
        self._current = asyncio.get_running_loop().create_future()
        self._watch = asyncio.create_task(self._keep_running())

    async def template(self) -> TemplateProcess:
        """The template, ready to fork.

        Raises:
            ForkFailed: it could not be started, and is tried again by itself; or all is closed.
        """
        if self._current is None:
            raise ForkFailed("there is no template process")
        return await asyncio.shield(self._current)

    async def fork(
        self, job: str, arguments: Mapping[str, Any], descriptors: Sequence[int] = ()
    ) -> ForkedProcess:
        """Do a job of the template in a child.

        Raises:
            ForkFailed: the template is gone, or refused.
        """
        return await fork((await self.template()).path, job, arguments, descriptors)

    async def renew(self) -> None:
        """Replace the template by a fresh one; what the old one forked lives until `drop_old`.

        Raises:
            ForkFailed: the new one does not start; the old one stays.
        """
        await self.template()
        fresh = TemplateProcess(self.log_file)
        await fresh.start()
        await self._stop_watching()
        if self._current is None:  # closed meanwhile
            await fresh.close()
            raise ForkFailed("there is no template process")
        if self._current.done():
            self._retired.append(self._current.result())
            self._current = asyncio.get_running_loop().create_future()
        # else the old one has ended meanwhile, and somebody may be waiting for the next
        self._current.set_result(fresh)
        self._watch = asyncio.create_task(self._keep_running(fresh))

    async def drop_old(self, used: Collection[Path] = ()) -> None:
        """End the templates that were replaced, but for those whose folders are still used."""
        for template in [each for each in self._retired if each.folder not in used]:
            self._retired.remove(template)
            await template.close()

    async def close(self) -> None:
        """End every template; safe to call twice."""
        await self._stop_watching()
        await self.drop_old()
        current, self._current = self._current, None
        if current is None:
            return
        if current.done():
            await current.result().close()
        else:
            _fail(current, ForkFailed("there is no template process any more"))

    async def _stop_watching(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            await asyncio.wait({watch})

    async def _keep_running(self, running: TemplateProcess | None = None) -> None:
        tries = 0
        while True:
            if running is None:
                running = await self._start_one()
            if running is not None:
                tries = 0
                status = await running.wait()
                log.error("the template process ended with status %s", status)
                # at once: from now on everybody waits for the next one
                self._current = asyncio.get_running_loop().create_future()
                await running.close()
                running = None
            self.restarts += 1
            await asyncio.sleep(RESTART_SECONDS[min(tries, len(RESTART_SECONDS) - 1)])
            tries += 1

    async def _start_one(self) -> TemplateProcess | None:
        assert self._current is not None
        try:
            template = TemplateProcess(self.log_file)
            await template.start()
        except OSError as error:
            log.exception("no template process")
            failed, self._current = self._current, asyncio.get_running_loop().create_future()
            _fail(failed, error if isinstance(error, ForkFailed) else ForkFailed(str(error)))
            return None
        self._current.set_result(template)
        if self.restarts:
            self._died()
        return template


def _fail(future: "asyncio.Future[TemplateProcess]", error: ForkFailed) -> None:
    future.set_exception(error)
    future.exception()  # somebody may be waiting for it, or nobody


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | _SURROUNDINGS
