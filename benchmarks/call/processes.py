"""The processes of a call's benchmark: servers on Unix sockets, and the load."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.servers import START_SECONDS

_LINE_MAX = 1 << 22


class Told:
    """A process that does what lines of JSON tell it, and answers each with one."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.pid = process.pid
        self._process = process

    async def do(self, what: str, **more: Any) -> dict[str, Any]:
        """Have something done.

        Raises:
            RuntimeError: it has died; it has told why on our own error stream.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what} | more).encode() + b"\n")
        await self._process.stdin.drain()
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"died while it was to {what}")
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def told(module: str, *arguments: str) -> AsyncIterator[Told]:
    """One of our modules as such a process."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments), stdin=pipe, stdout=pipe, limit=_LINE_MAX
    )
    try:
        yield Told(process)
    finally:
        await asyncio.shield(_end(process))


@asynccontextmanager
async def on_socket(module: str, path: Path, *arguments: str) -> AsyncIterator[int]:
    """One of our modules as a server on the Unix socket `path`; its process id."""
    command = (sys.executable, "-m", module, str(path), *arguments)
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL)
    try:
        async with asyncio.timeout(START_SECONDS):
            while not os.access(path, os.F_OK):
                if process.returncode is not None:
                    raise RuntimeError(f"{module} did not start")
                await asyncio.sleep(0.05)
        yield process.pid
    finally:
        await asyncio.shield(_end(process))


async def outcome(command: Sequence[str]) -> dict[str, Any]:
    """What a command of ours says at its end. Cancelling it ends the command.

    Raises:
        RuntimeError: it has failed; it has told why on our own error stream.
    """
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        said, _ = await process.communicate()
    finally:
        await asyncio.shield(_end(process))
    if process.returncode:
        raise RuntimeError(f"failed: {' '.join(command)}")
    result: dict[str, Any] = json.loads(said)
    return result


def cancel_on_term() -> None:
    """Let SIGTERM cancel the task that calls this, so that it ends what it has started."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    await process.wait()


async def together(loads: Sequence[Told], what: str, **more: Any) -> list[dict[str, Any]]:
    """Have all do the same at the same time."""
    return await asyncio.gather(*(load.do(what, **more) for load in loads))
