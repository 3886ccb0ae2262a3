"""Runs hand-ins' cells from a grading process, each hand-in in a process of its own.

What a module's hand-ins have in common is run once; see `motesklar.kernels.grading`.
"""

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motesklar.exercises.jobs import GradingFailed, WorkerDied
from motesklar.exercises.nbgrader_settings import CELL_SECONDS
from motesklar.kernels.fork_client import ForkedProcess, ForkFailed, fork, is_listening
from motesklar.kernels.frames import FrameReader, unpack_message

#: Modules whose common cells are kept run; each costs some megabytes.
KEPT_MODULES = 3
_READ_BYTES = 256 * 1024

#: What one cell did: `{"reply", "messages"}`.
Record = dict[str, Any]


@dataclass(frozen=True)
class Work:
    """A module's hand-ins.

    Args:
        key: changes when anything of the module does.
        first: how many cells from the top are the same in all of them.
        files: the folder whose files lie beside the notebook.
    """

    key: str
    first: int
    files: Path


@dataclass(eq=False)
class _Start:
    """A process in which the common cells have been run."""

    process: ForkedProcess
    channel: "_Channel"
    path: str
    first: int
    records: list[Record]
    language: dict[str, Any]
    folder: Path

    def close(self) -> None:
        self.process.close()
        self.channel.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Runner:
    """Keeps the processes from which hand-ins are forked.

    Args:
        scratch: for the folders in which common cells run.
    """

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self._starts: dict[tuple[str, str], _Start] = {}

    def run(
        self, work: Work, cells: Sequence[str | None], kernels: str, folder: Path
    ) -> tuple[list[Record], dict[str, Any]]:
        """What each cell did, and the language's name and version as notebooks have it.

        Args:
            work: the module.
            cells: sources from the top; None where nothing is run.
            kernels: where the root template listens.
            folder: where the hand-in runs.

        Raises:
            GradingFailed: a cell ran too long, or ended the process.
            WorkerDied: the root template, or the process of the common cells, has ended.
        """
        try:
            return asyncio.run(self._run(work, cells, kernels, folder))
        except ForkFailed as error:
            raise WorkerDied(str(error)) from error

    async def _run(
        self, work: Work, cells: Sequence[str | None], kernels: str, folder: Path
    ) -> tuple[list[Record], dict[str, Any]]:
        start = await self._start(work, cells, kernels)
        asked = {"cells": list(cells[start.first :]), "folder": str(folder)}
        async with _forked(start.path, "hand-in", asked) as (_, channel):
            try:
                numbers = range(start.first, len(cells))
                records = [await channel.receive(number) for number in numbers]
            except GradingFailed:
                if start.process.poll() is not None:  # the hand-in ended with it
                    raise WorkerDied("the process of the common cells ended") from None
                raise
        return start.records + records, start.language

    async def _start(self, work: Work, cells: Sequence[str | None], kernels: str) -> _Start:
        key = (kernels, work.key)
        found = self._starts.pop(key, None)
        if found is not None and found.process.poll() is not None:
            found.close()
            found = None
        if found is None:
            found = await self._new_start(work, cells[: work.first], kernels)
        self._starts[key] = found  # the latest stands last
        while len(self._starts) > KEPT_MODULES:
            self._starts.pop(next(iter(self._starts))).close()
        return found

    async def _new_start(self, work: Work, cells: Sequence[str | None], kernels: str) -> _Start:
        folder = Path(tempfile.mkdtemp(dir=self.scratch, prefix="common-"))
        shutil.copytree(work.files, folder / "here", ignore=shutil.ignore_patterns("*.ipynb"))
        # a socket's path may have 107 characters; beside the template's own there is room
        path = f"{kernels}-{os.getpid()}-{folder.name}"
        asked = {
            "cells": list(cells),
            "folder": str(folder / "here"),
            "environment": os.environ | {"NBGRADER_EXECUTION": "autograde"},
            "path": path,
        }
        try:
            process, channel = await _fork(kernels, "grading", asked)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        start = _Start(process, channel, path, len(cells), [], {}, folder)
        try:
            for number in range(len(cells)):
                start.records.append(await channel.receive(number))
            told = await channel.receive(len(cells))
        except BaseException as error:
            start.close()
            if isinstance(error, GradingFailed) and not is_listening(kernels):
                raise WorkerDied("the template process ended") from error
            raise
        start.language = told["language"]
        if told["threads"] and cells:
            # they would be missing in a fork, so each hand-in runs everything itself
            start.close()
            return await self._new_start(work, (), kernels)
        return start


class _Channel:
    """The socket on which a process tells what its cells did."""

    def __init__(self, ours: socket.socket) -> None:
        self._ours = ours
        self._reader = FrameReader()
        self._frames: list[dict[str, Any]] = []

    async def receive(self, number: int) -> dict[str, Any]:
        """The next frame, which the cell with that index has to bring.

        Raises:
            GradingFailed: it took too long, or the process ended.
        """
        try:
            async with asyncio.timeout(CELL_SECONDS):
                while not self._frames:
                    await self._read(number)
        except TimeoutError as error:
            raise GradingFailed(f"cell {number + 1}: ran longer than {CELL_SECONDS} s") from error
        return self._frames.pop(0)

    async def _read(self, number: int) -> None:
        data = await asyncio.get_running_loop().sock_recv(self._ours, _READ_BYTES)
        if not data:
            raise GradingFailed(f"cell {number + 1}: the process ended")
        for kind, payload in self._reader.feed(data):
            self._frames.append(unpack_message(kind, payload)[0])

    def close(self) -> None:
        """Hang up; safe to call twice."""
        self._ours.close()


async def _fork(path: str, job: str, arguments: dict[str, Any]) -> tuple[ForkedProcess, _Channel]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with theirs:
        try:
            return await fork(path, job, arguments, [theirs.fileno()]), _Channel(ours)
        except BaseException:
            ours.close()
            raise


@asynccontextmanager
async def _forked(
    path: str, job: str, arguments: dict[str, Any]
) -> AsyncIterator[tuple[ForkedProcess, _Channel]]:
    process, channel = await _fork(path, job, arguments)
    try:
        yield process, channel
    finally:
        process.close()
        channel.close()
