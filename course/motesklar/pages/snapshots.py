"""Snapshots: each module in each language, run once, with the page made of it.

A snapshot's version is made of everything that goes into it, so the same course gives the same
version, and the same model ids, after a restart: a page that stayed open goes on.
"""

import asyncio
import contextlib
import hashlib
import itertools
import json
import logging
import secrets
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from motesklar.errors import MotesklarError, Unavailable
from motesklar.i18n import N_
from motesklar.kernels.fork_client import UNKNOWN_STATUS, ForkedProcess, ForkFailed
from motesklar.kernels.frames import FrameReader, unpack_message
from motesklar.kernels.page_client import PageClient
from motesklar.kernels.supervisor import TemplateProcess, TemplateSupervisor
from motesklar.store.models import utcnow
from motesklar_widgets.course_facts import COURSE_VARIABLE
from motesklar_widgets.gettext import LANGUAGE_VARIABLE

log = logging.getLogger("motesklar.pages")

VERSION_DIGITS = 12
#: A notebook runs in well under a second; one that takes so long never will.
RUN_SECONDS = 60.0
#: A process that has closed its socket has ended, or will have by then.
END_SECONDS = 1.0


class BrokenModule(MotesklarError):
    """The module's own code failed. The learner can do nothing about it.

    Args:
        reason: for who runs the course, not for learners.
    """

    def __init__(self, reason: str = "") -> None:
        super().__init__()
        self.reason = reason

    code = "broken_module"
    message = N_("This part of the course has a fault and can't be shown.")
    next_step = N_("Go on with another part. If it stays, call for help and say which part it is.")


class NotReady(Unavailable):
    """There is no template process at this moment."""

    code = "not_ready"
    message = N_("This page is not ready yet.")
    next_step = N_("Wait a moment and load the page again.")


@dataclass(frozen=True)
class Source:
    """What a snapshot is made of.

    Args:
        module: the module's name.
        language: of the reader.
        notebook: the released notebook as JSON text, its prose in that language.
        folder: where it runs.
        facts: of the organisation, as `motesklar_widgets.course_facts` reads them.
        content: everything else that decides what the page shows and calculates.
    """

    module: str
    language: str
    notebook: str
    folder: Path
    facts: str = ""
    content: bytes = b""

    @property
    def version(self) -> str:
        """Twelve hex digits of all of it."""
        digest = hashlib.sha256()
        for part in (self.module, self.language, self.notebook, self.facts):
            digest.update(part.encode() + b"\0")
        digest.update(self.content)
        return digest.hexdigest()[:VERSION_DIGITS]


@dataclass(frozen=True)
class Rendered:
    """A module page's inside, the same for everybody.

    Args:
        html: the steps, as sections.
        models: model id to `{model_name, model_module, model_module_version, state, buffers}`.
        prologue: frames that bring a fresh kernel to the state that the page shows.
    """

    html: str
    models: dict[str, Any]
    prologue: tuple[bytes, ...] = ()


@dataclass(eq=False)
class Snapshot:
    """A module that has been run, and the process that forks kernels for its pages."""

    source: Source
    version: str
    build: str
    rendered: Rendered
    files: dict[str, str]
    process: ForkedProcess
    path: str
    channel: socket.socket
    built_at: datetime = field(default_factory=utcnow)
    kernels: int = 0

    @cached_property
    def page_state(self) -> str:
        """What the page's front end is told, as JSON; the same for every visitor."""
        told = {"version": self.version, "build": self.build, "models": self.rendered.models}
        return json.dumps(told, ensure_ascii=False)

    def close(self) -> None:
        """End its process; kernels that were forked from it go on. Safe to call twice."""
        # in this order: at the end of its channel the process would end the kernels, too
        self.process.close()
        self.channel.close()


Render = Callable[[Source, list[dict[str, Any]]], Awaitable[Rendered]]


class SnapshotMaker:
    """Runs notebooks in forks of the template, and has the pages rendered.

    Args:
        supervisor: has the template.
        render: makes the page of a source and of what its cells published.
    """

    def __init__(self, supervisor: TemplateSupervisor, render: Render) -> None:
        self.supervisor = supervisor
        self.render = render
        self._numbers = itertools.count(1)

    async def make(self, source: Source) -> Snapshot:
        """Run a source and render it; cancelling it ends its process.

        Raises:
            BrokenModule: a cell failed, or never ended.
            ForkFailed: there is no template.
        """
        template = await self.supervisor.template()
        path = str(template.folder / f"s{next(self._numbers)}")
        version = source.version
        ours, theirs = socket.socketpair()
        with contextlib.ExitStack() as undo:
            undo.callback(ours.close)
            process = await self._fork(source, version, path, theirs)
            undo.callback(process.close)
            told = await self._outcome(source, process, ours)
            rendered = await self.render(source, told["records"])
            undo.pop_all()
        return Snapshot(
            source=source,
            version=version,
            build=secrets.token_hex(6),
            rendered=rendered,
            files=told["files"],
            process=process,
            path=path,
            channel=ours,
        )

    async def _fork(
        self, source: Source, version: str, path: str, theirs: socket.socket
    ) -> ForkedProcess:
        request = {
            "notebook": source.notebook,
            "folder": str(source.folder),
            "environment": {LANGUAGE_VARIABLE: source.language, COURSE_VARIABLE: source.facts},
            "model_prefix": version,
            "path": path,
        }
        try:
            return await self.supervisor.fork("snapshot", request, [theirs.fileno()])
        finally:
            theirs.close()

    async def _outcome(
        self, source: Source, process: ForkedProcess, channel: socket.socket
    ) -> dict[str, Any]:
        try:
            async with asyncio.timeout(RUN_SECONDS):
                told = await _read_message(channel)
        except TimeoutError as error:
            raise BrokenModule(f"did not end within {RUN_SECONDS:g} s") from error
        if told is None:
            status = await process.wait()
            if status == UNKNOWN_STATUS:  # the module can't help that its template is gone
                raise ForkFailed("the template process ended")
            raise BrokenModule(f"ended its process: {status}")
        for record in told["records"]:
            if record["reply"]["status"] != "ok":
                trace = "\n".join(record["reply"].get("traceback", []))
                log.error("module %s does not run: %s", source.module, trace)
                raise BrokenModule(f"{record['reply']['ename']}: {record['reply']['evalue']}")
        if told["threads"]:
            log.warning(
                "module %s starts threads, which pages lack: %s", source.module, told["threads"]
            )
        return told


async def has_ended(process: ForkedProcess | TemplateProcess) -> bool:
    """Whether a process is gone; one that was killed a moment ago counts."""
    try:
        async with asyncio.timeout(END_SECONDS):
            await process.wait()
    except TimeoutError:
        return False
    return True


async def fork_page(snapshot: Snapshot) -> PageClient:
    """A page's own kernel, in the state that the page shows.

    Raises:
        ForkFailed: the snapshot's process is gone.
    """
    client = await PageClient.start(snapshot.path)
    try:
        for frame in snapshot.rendered.prologue:
            await client.send(frame)
    except OSError as error:
        client.close()
        raise ForkFailed("the kernel ended at once") from error
    return client


async def _read_message(channel: socket.socket) -> dict[str, Any] | None:
    """One message, or None when the other side closes instead."""
    loop = asyncio.get_running_loop()
    channel.setblocking(False)
    reader = FrameReader()
    while data := await loop.sock_recv(channel, 256 * 1024):
        for kind, payload in reader.feed(data):
            return unpack_message(kind, payload)[0]
    return None
