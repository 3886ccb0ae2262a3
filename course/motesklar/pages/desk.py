"""Gives page views their kernels, lets them come back to them, and takes them away in time.

A *seat* is one page view's claim to a kernel: it stands in line, then it has a kernel, then it is
over. Its page is connected or, for a while, not.
"""

import asyncio
import contextlib
import logging
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Protocol
from uuid import uuid4

from motesklar.errors import NotFound
from motesklar.kernels.frames import FrameKind, pack_message
from motesklar.kernels.page_client import PageClient
from motesklar.pages import messages
from motesklar.pages.admission import Line
from motesklar.pages.snapshots import Snapshot
from motesklar.store.models import utcnow

log = logging.getLogger("motesklar.pages")

#: One browser may hold this many pages with kernels, or in line; one more ends its oldest.
SEATS_PER_SESSION = 4
#: So long a page that lost its connection finds its kernel, or its place in line, again.
AWAY_SECONDS = 60.0
#: A connection can be dead for so long before it is noticed (`handlers.HEARTBEAT_SECONDS`, twice).
UNNOTICED_SECONDS = 40.0
#: An ended kernel's exit status is there at once, unless its parent has ended, too.
STATUS_SECONDS = 1.0
#: While others wait, a kernel that nobody has used for so long is given to them.
RECLAIM_IDLE_SECONDS = 30.0
#: Between two looks at what is idle, away, or due a new place in line.
TICK_SECONDS = 1.0
#: A template forks one after the other anyway; more would only fill its socket's queue.
FORKS_AT_ONCE = 8
#: What a kernel says while its page is away: so many messages, then the page must ask anew.
BACKLOG_FRAMES = 500
BACKLOG_BYTES = 1024 * 1024


class VersionGone(Exception):
    """What the page was made of can't be calculated any more."""


class SeatState(Enum):
    """Where a page view is with its kernel."""

    WAITING = "waiting"
    """In line."""
    STARTING = "starting"
    """Its kernel is being forked."""
    LIVE = "live"
    """It has a kernel."""
    OVER = "over"
    """It has none and will not get one; the page may ask anew."""


class PageConnection(Protocol):
    """The page's end of the line."""

    async def send(self, payload: bytes, *, binary: bool) -> None:
        """Send a frame; waits while the network is slow.

        Raises:
            ConnectionError: the page is gone.
        """

    def tell(self, message: dict[str, Any]) -> None:
        """Send one of the server's own messages; one that can't arrive is dropped."""

    def tell_frame(self, payload: bytes, *, binary: bool) -> None:
        """Send a frame without waiting; one that can't arrive is dropped."""

    def end(self, code: int) -> None:
        """Close the connection."""


@dataclass(eq=False)
class Seat:
    """One page view's claim to a kernel."""

    session: str
    module: str
    snapshot: Snapshot
    asked_at: float
    page: str = ""
    id: str = field(default_factory=lambda: str(uuid4()))
    state: SeatState = SeatState.WAITING
    connection: PageConnection | None = None
    away_since: float | None = None
    client: PageClient | None = None
    used_at: float = 0.0
    started_at: datetime | None = None
    sent_at: float = float("-inf")
    told_place: int = 0
    backlog: deque[tuple[bool, bytes]] = field(default_factory=deque)
    backlog_bytes: int = 0
    missed: bool = False

    def set_state(self, state: SeatState) -> None:
        """Move on."""
        if state is not self.state:
            log.debug("seat %s: %s -> %s", self.id, self.state.value, state.value)
            self.state = state

    def keep(self, payload: bytes, *, binary: bool) -> None:
        """Keep a frame until the page is back; too many, and it has to ask for everything."""
        if self.missed:
            return
        self.backlog.append((binary, payload))
        self.backlog_bytes += len(payload)
        if len(self.backlog) > BACKLOG_FRAMES or self.backlog_bytes > BACKLOG_BYTES:
            self.forget_backlog()
            self.missed = True

    def forget_backlog(self) -> None:
        """Drop what was kept."""
        self.backlog.clear()
        self.backlog_bytes = 0


class Desk:
    """The seats of all pages.

    Args:
        find: the snapshot of a module's version; None when that can't be calculated any more.
        fork: makes a kernel for a page of a snapshot, or of one with the same version that has
            taken over; tells which. Raises `ForkFailed` or `VersionGone`.
        add_file: keeps a script or style sheet that a widget brought with it.
        cap: how many kernels may live.
        idle_seconds: a kernel that nobody has used for so long is ended.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        *,
        find: Callable[[str, str], Awaitable[Snapshot | None]],
        fork: Callable[[Snapshot], Awaitable[tuple[Snapshot, PageClient]]],
        add_file: Callable[[bytes], None],
        cap: int,
        idle_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.cap = cap
        self._find = find
        self._fork = fork
        self._add_file = add_file
        self._idle_seconds = idle_seconds
        self._clock = clock
        self._seats: dict[str, Seat] = {}
        self._line: Line[str] = Line()
        self._forks = asyncio.Semaphore(FORKS_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    # what pages ask

    async def connect(
        self,
        connection: PageConnection,
        *,
        session: str,
        module: str,
        version: str,
        page: str,
        kernel: str | None = None,
    ) -> Seat | None:
        """Give a page the kernel it had, its place in line, or a new one.

        Returns None, and has told the page, when its version can't be calculated any more.
        """
        seat = self._with_kernel(session, module, page, kernel)
        if seat is None:
            snapshot = await self._find(module, version)
            if snapshot is None:
                connection.tell(messages.RENEWED)
                return None
            # meanwhile the same page may have come by another connection
            seat = self._with_kernel(session, module, page, kernel)
            seat = seat or self._take_place(session, page, snapshot)
        self._attach(seat, connection)
        self._admit()
        return seat

    async def receive(self, seat: Seat, frame: str | bytes) -> None:
        """Hand a page's message to its kernel; waits while the kernel is busy.

        Raises:
            BadRequest: it is no message for a widget.
        """
        message, buffers = messages.read_page_message(frame)
        if isinstance(message, messages.Ping):
            if seat.connection is not None:
                seat.connection.tell(messages.PONG)
            return
        seat.used_at = self._clock()
        if seat.client is not None:
            with contextlib.suppress(ConnectionError):  # the pump tells that it has ended
                await seat.client.send(pack_message(message.model_dump(), buffers))

    def disconnect(self, seat: Seat, connection: PageConnection, *, bye: bool) -> None:
        """The page's connection is closed; with `bye` it leaves for good.

        A place in line is kept even then: the page may be loaded anew.
        """
        if seat.connection is not connection:
            return  # it has come back meanwhile
        seat.connection = None
        seat.away_since = self._clock()
        if bye and seat.state is not SeatState.WAITING:
            self._end(seat)
            self._admit()

    def release(self, kernel: str, session: str) -> None:
        """End one's own kernel.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        seat = self._seats.get(kernel)
        if seat is None or seat.session != session:
            raise NotFound
        self._end(seat)
        self._admit()

    def dismiss(self, seat: Seat) -> None:
        """End a seat whose person may not be here any more; safe to call twice."""
        self._end(seat)
        self._admit()

    # what time does

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.tick()

    def tick(self) -> None:
        """End what is over its time, serve who waits, and tell places in line."""
        now = self._clock()
        for seat in list(self._seats.values()):
            away = seat.away_since is not None and now - seat.away_since > AWAY_SECONDS
            idle = seat.state is SeatState.LIVE and now - seat.used_at > self._idle_seconds
            if away or idle:
                self._end(seat)
        self._reclaim(now)
        self._admit()
        for place, seat in enumerate(self._in_line(), start=1):
            self._tell_place(seat, place)

    def _reclaim(self, now: float) -> None:
        """Take kernels that nobody uses from pages, for those who wait; never more than needed."""
        wanted = sum(seat.connection is not None for seat in self._in_line()) - self._free()
        if wanted <= 0:
            return
        idle = [
            seat
            for seat in self._seats.values()
            if seat.state is SeatState.LIVE and now - seat.used_at > RECLAIM_IDLE_SECONDS
        ]
        for seat in sorted(idle, key=lambda each: each.used_at)[:wanted]:
            self._end(seat)

    async def close(self) -> None:
        """End every kernel; safe to call twice."""
        for seat in list(self._seats.values()):
            self._end(seat)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # what the panel shows

    @property
    def live(self) -> list[Seat]:
        """Seats that have a kernel."""
        return [seat for seat in self._seats.values() if seat.state is SeatState.LIVE]

    @property
    def waiting(self) -> list[float]:
        """How many seconds each has waited, the first in line first."""
        now = self._clock()
        return [now - seat.asked_at for seat in self._in_line()]

    def idle_seconds_of(self, seat: Seat) -> float:
        """How long nobody has used its kernel."""
        return self._clock() - seat.used_at

    # seats

    def _with_kernel(self, session: str, module: str, page: str, kernel: str | None) -> Seat | None:
        """The seat of a kernel, or of a page that lost its connection before it knew of one."""
        for seat in self._seats.values():
            own = (seat.session, seat.module) == (session, module)
            asked = seat.id == kernel or seat.page == page
            if own and asked and seat.state is not SeatState.WAITING:
                return seat
        return None

    def _take_place(self, session: str, page: str, snapshot: Snapshot) -> Seat:
        """The place in line of this page, or of one that has gone; at the end if there is none.

        A page that is loaded anew, or exchanged for another, is known by its browser alone.
        """
        mine = [seat for seat in self._in_line() if seat.session == session]
        same = [seat for seat in mine if seat.page == page]
        gone = [seat for seat in mine if seat.connection is None]
        seat = next(iter(same + gone), None) or self._add(session, snapshot)
        seat.page, seat.snapshot, seat.module = page, snapshot, snapshot.source.module
        return seat

    def _add(self, session: str, snapshot: Snapshot) -> Seat:
        mine = [seat for seat in self._seats.values() if seat.session == session]
        for seat in mine[: max(0, len(mine) + 1 - SEATS_PER_SESSION)]:
            self._end(seat)
        seat = Seat(session, snapshot.source.module, snapshot, asked_at=self._clock())
        self._seats[seat.id] = seat
        self._line.join(seat.id, session)
        return seat

    def _in_line(self) -> list[Seat]:
        """Who waits, the next to be served first."""
        away = {seat.id for seat in self._seats.values() if seat.connection is None}
        return [self._seats[seat_id] for seat_id in self._line.order(self._kernels(), away)]

    def _attach(self, seat: Seat, connection: PageConnection) -> None:
        if seat.connection is not None:
            seat.connection.end(messages.CLOSE_OVER)
        now = self._clock()
        lost_at = now if seat.away_since is None else seat.away_since
        seat.connection = connection
        seat.away_since = None
        seat.told_place = 0
        if seat.state is not SeatState.LIVE:
            return
        seat.used_at = now
        # what was sent on a connection that was dead already has never arrived
        missed = seat.missed or lost_at - seat.sent_at < UNNOTICED_SECONDS
        connection.tell(messages.ready(seat.id, seat.snapshot.build, resumed=True, missed=missed))
        for binary, payload in seat.backlog:
            connection.tell_frame(payload, binary=binary)
            seat.sent_at = now
        seat.forget_backlog()
        seat.missed = False

    def _tell_place(self, seat: Seat, place: int) -> None:
        if place != seat.told_place and seat.connection is not None:
            seat.told_place = place
            seat.connection.tell(messages.waiting(place))

    def _kernels(self) -> Counter[str]:
        having = (SeatState.STARTING, SeatState.LIVE)
        return Counter(seat.session for seat in self._seats.values() if seat.state in having)

    def _free(self) -> int:
        return self.cap - sum(self._kernels().values())

    def _admit(self) -> None:
        """Fork for those who are first in line, as far as there is room."""
        # a page that is away keeps its place, but is passed over: nobody would use its kernel
        present = [seat for seat in self._in_line() if seat.connection is not None]
        for seat in present[: max(0, self._free())]:
            self._line.leave(seat.id)
            seat.set_state(SeatState.STARTING)
            self._own(self._start(seat))
        for place, seat in enumerate(self._in_line(), start=1):
            if not seat.told_place:  # others are told by the next tick, so that many cost little
                self._tell_place(seat, place)

    def _own(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _start(self, seat: Seat) -> None:
        try:
            async with self._forks:
                snapshot, client = await self._fork(seat.snapshot)
        except VersionGone:
            self._end(seat, messages.RENEWED)
        except Exception:  # whatever it is, the seat must not be taken for ever
            log.exception("no kernel for %s", seat.module)
            self._end(seat)
        else:
            self._seat_down(seat, snapshot, client)
        # whatever has become of it, the next may be free to go
        self._admit()

    def _seat_down(self, seat: Seat, snapshot: Snapshot, client: PageClient) -> None:
        """Give a fresh kernel to the page that waits for it."""
        if seat.state is not SeatState.STARTING:  # the page has left meanwhile
            client.close()
            return
        seat.snapshot = snapshot
        seat.client = client
        seat.used_at = self._clock()
        seat.started_at = utcnow()
        seat.set_state(SeatState.LIVE)
        snapshot.kernels += 1
        if seat.connection is not None:
            ready = messages.ready(seat.id, snapshot.build, resumed=False, missed=False)
            seat.connection.tell(ready)
        self._own(self._pump(seat, client))

    async def _pump(self, seat: Seat, client: PageClient) -> None:
        """Give the page what its kernel says, until the kernel ends."""
        try:
            async for kind, payload in client.frames():
                if kind is FrameKind.FILE:
                    self._add_file(payload)
                    continue
                await self._give(seat, payload, binary=kind is FrameKind.BINARY)
        except Exception:  # a widget's code can reach the channel, and say anything there
            log.exception("what a kernel of %s says can't be understood", seat.module)
            client.close()
        if seat.state is SeatState.LIVE:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STATUS_SECONDS):
                    await client.process.wait()
            log.warning("a kernel of %s ended: %s", seat.module, client.process.returncode)
            self._end(seat)
            self._admit()

    async def _give(self, seat: Seat, payload: bytes, *, binary: bool) -> None:
        """Send a frame to the page, or keep it until the page is back."""
        while (connection := seat.connection) is not None:
            seat.sent_at = self._clock()
            try:
                await connection.send(payload, binary=binary)
            except ConnectionError:
                if seat.connection is connection:
                    break  # it will be told that this one is closed
            else:
                return
        seat.keep(payload, binary=binary)

    def _end(self, seat: Seat, told: dict[str, Any] = messages.LOST) -> None:
        """Take the seat away and tell its page; with `LOST` it may ask anew."""
        if seat.state is SeatState.OVER:
            return
        if seat.client is not None:
            seat.client.close()
            seat.snapshot.kernels -= 1
        seat.set_state(SeatState.OVER)
        self._line.leave(seat.id)
        del self._seats[seat.id]
        connection, seat.connection = seat.connection, None
        if connection is not None:
            connection.tell(told)
            connection.end(messages.CLOSE_OVER)
