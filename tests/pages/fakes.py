"""A desk with kernels and pages that do as they are told, and a clock that stands still."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from motesklar.kernels.fork_client import ForkFailed
from motesklar.kernels.frames import FrameKind, FrameReader, unpack_message
from motesklar.kernels.page_client import PageClient
from motesklar.pages.desk import Desk, Seat
from motesklar.pages.snapshots import Rendered, Snapshot, Source

#: So often everything that is ready has run.
MANY_TURNS = 200
IDLE_SECONDS = 1800.0


async def until(true: Callable[[], object]) -> None:
    """Let tasks run until it is true."""
    for _ in range(MANY_TURNS):
        if true():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never becomes true")


async def settled() -> None:
    """Let tasks run until all of them wait."""
    for _ in range(MANY_TURNS):
        await asyncio.sleep(0)


class FakeProcess:
    """A kernel's process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.ended = asyncio.Event()

    async def wait(self) -> int:
        await self.ended.wait()
        assert self.returncode is not None
        return self.returncode


class FakeKernel:
    """A page's kernel that says what the test tells it to."""

    _pids = itertools.count(1000)

    def __init__(self) -> None:
        self.process = FakeProcess(next(self._pids))
        self.heard: list[dict[str, Any]] = []
        self.closed = False
        self._says: asyncio.Queue[tuple[FrameKind, bytes] | None] = asyncio.Queue()

    def says(self, **message: Any) -> None:
        self.says_frame(FrameKind.TEXT, json.dumps(message).encode())

    def says_frame(self, kind: FrameKind, payload: bytes) -> None:
        self._says.put_nowait((kind, payload))

    def dies(self, status: int = -9) -> None:
        self.process.returncode = status
        self.process.ended.set()
        self._says.put_nowait(None)

    async def send(self, frame: bytes) -> None:
        if self.closed or self.process.returncode is not None:
            raise ConnectionResetError
        (told,) = FrameReader().feed(frame)
        self.heard.append(unpack_message(*told)[0])

    async def frames(self) -> AsyncIterator[tuple[FrameKind, bytes]]:
        while (frame := await self._says.get()) is not None:
            yield frame

    def close(self) -> None:
        self.closed = True
        self.dies()


class FakePage:
    """A page's end of the line."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.closed: int | None = None
        #: Clear it, and what is sent does not get through any more.
        self.reachable = asyncio.Event()
        self.reachable.set()
        self.gone = False

    async def send(self, payload: bytes, *, binary: bool) -> None:
        await self.reachable.wait()
        if self.gone:
            raise ConnectionError
        self.tell_frame(payload, binary=binary)

    def tell(self, message: dict[str, Any]) -> None:
        self.told.append(message)

    def tell_frame(self, payload: bytes, *, binary: bool) -> None:
        kind = FrameKind.BINARY if binary else FrameKind.TEXT
        self.told.append(unpack_message(kind, payload)[0])

    def end(self, code: int) -> None:
        self.closed = code

    def of(self, kind: str) -> list[dict[str, Any]]:
        """All messages of a type."""
        return [message for message in self.told if message["type"] == kind]

    @property
    def ready(self) -> dict[str, Any] | None:
        return next(iter(self.of("ready")[-1:]), None)

    @property
    def place(self) -> int | None:
        """In line, as it was told last."""
        return next((message["place"] for message in self.of("waiting")[-1:]), None)


@dataclass
class View:
    """One page view: its seat and its end of the line."""

    seat: Seat
    page: FakePage

    @property
    def kernel(self) -> FakeKernel:
        assert self.seat.client
        return cast(FakeKernel, self.seat.client)

    @property
    def is_served(self) -> bool:
        return self.page.ready is not None


def snapshot_of(module: str, version: str = "v1", build: str = "b1") -> Snapshot:
    """One whose process is never asked."""
    nothing: Any = None
    return Snapshot(
        source=Source(module, "sv", "{}", Path()),
        version=version,
        build=build,
        rendered=Rendered("", {}),
        files={},
        process=nothing,
        path="",
        channel=nothing,
    )


@dataclass
class Hall:
    """A desk, and everything around it."""

    cap: int = 100
    now: float = 1000.0
    kernels: list[FakeKernel] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    snapshots: dict[tuple[str, str], Snapshot] = field(default_factory=dict)
    #: Raised instead of forking, once each.
    failures: list[Exception] = field(default_factory=list)
    #: Clear it, and forks take for ever.
    forks_go_on: asyncio.Event = field(default_factory=asyncio.Event)
    forking: int = 0
    most_forking: int = 0
    #: A snapshot that has taken over.
    successor: Snapshot | None = None
    _pages: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.forks_go_on.set()
        self.snapshots[("travel", "v1")] = snapshot_of("travel")
        self.snapshots[("sound", "v1")] = snapshot_of("sound")
        self.desk = Desk(
            find=self._find,
            fork=self._fork,
            add_file=self.files.append,
            cap=self.cap,
            idle_seconds=IDLE_SECONDS,
            clock=lambda: self.now,
        )

    async def _find(self, module: str, version: str) -> Snapshot | None:
        return self.snapshots.get((module, version))

    async def _fork(self, snapshot: Snapshot) -> tuple[Snapshot, PageClient]:
        self.forking += 1
        self.most_forking = max(self.most_forking, self.forking)
        await self.forks_go_on.wait()
        self.forking -= 1
        if self.failures:
            raise self.failures.pop(0)
        self.kernels.append(FakeKernel())
        return self.successor or snapshot, cast(PageClient, self.kernels[-1])

    async def come(
        self,
        session: str,
        page: str | None = None,
        *,
        module: str = "travel",
        kernel: str | None = None,
    ) -> View:
        """A page asks for its kernel."""
        line = FakePage()
        page = page or f"page-{next(self._pages)}"
        seat = await self.desk.connect(
            line, session=session, module=module, version="v1", page=page, kernel=kernel
        )
        assert seat
        await settled()
        return View(seat, line)

    async def come_back(self, view: View) -> View:
        """The same page view, with what it knows of its kernel."""
        known = view.page.ready["kernel"] if view.page.ready else None
        seat = view.seat
        return await self.come(seat.session, seat.page, module=seat.module, kernel=known)

    async def go(self, view: View, *, bye: bool) -> None:
        """A page leaves, or loses its connection."""
        self.desk.disconnect(view.seat, view.page, bye=bye)
        await settled()

    async def say(self, view: View, message_id: str = "m1") -> None:
        """A page says something to its kernel."""
        message = {"type": "comm_msg", "id": message_id, "comm_id": "c1", "data": {"x": 1}}
        await self.desk.receive(view.seat, json.dumps(message))

    async def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.desk.tick()
        await settled()


__all__ = [
    "FakeKernel",
    "FakePage",
    "ForkFailed",
    "Hall",
    "View",
    "settled",
    "snapshot_of",
    "until",
]
