"""A seat: one visit's connection in a room, from its offer until it ends."""

import asyncio
import enum
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from motesklar.call.errors import MediaBlocked
from motesklar.call.forwarding.outlet import Outlet
from motesklar.call.media.peer import PeerEvents
from motesklar.call.media.shape import Shape, Track
from motesklar.call.messages import COME_BACK, OVER, ErrorMessage, Offer, ServerMessage
from motesklar.call.worker.wire import AnyReport, Enter
from motesklar.errors import BadRequest, MotesklarError

log = logging.getLogger("motesklar.call")

#: Sound and picture need a second or two; after this long they are taken to be blocked.
CONNECT_SECONDS = 12.0
#: A browser's checks come every few seconds; after this long without any packet it has gone.
SILENT_SECONDS = 12.0


class PeerLike(Outlet, Protocol):
    """What a seat needs of `media.Peer`."""

    @property
    def heard_at(self) -> float:
        """When its last authentic packet came."""

    async def create_offer(self) -> str:
        """Say where we are."""

    async def accept_answer(self, sdp: str) -> None:
        """Connect to the browser that gave this answer."""

    async def close(self) -> None:
        """End it."""


class Host(Protocol):
    """What rooms and their seats need of the process they are in."""

    def make_peer(self, shape: Shape, events: PeerEvents) -> PeerLike:
        """A connection that isn't connected yet."""

    def tell(self, visits: Sequence[int], message: ServerMessage) -> None:
        """Send a message to these pages."""

    def report(self, report: AnyReport) -> None:
        """Tell the server."""

    def explain(self, error: MotesklarError, language: str) -> ErrorMessage:
        """The error in the person's language."""

    def left(self, visit: int, code: int) -> None:
        """A visit has ended here: its websocket is to be closed with this code."""

    def start(self, job: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Run a small job, and wait for it at the end."""

    def clock(self) -> float:
        """Seconds that only grow."""


class SeatState(enum.Enum):
    """How far a connection has come."""

    OFFERED = "offered"  # an offer is being made, or the answer is awaited, or media are on the way
    BLOCKED = "blocked"  # nothing came through in time; may still become connected
    CONNECTED = "connected"  # sound and picture can flow
    CLOSED = "closed"  # it is over


@dataclass(frozen=True)
class SeatEvents:
    """Whom a seat tells.

    Args:
        ready: the peer can be sent to from now on; called before the page gets its offer.
        connected: media can flow.
        blocked: the page must do without media.
        closed: it is over, whoever ended it.
        rtp: a packet has come.
        rtcp: a report has come.
    """

    ready: Callable[["Seat"], None]
    connected: Callable[["Seat"], None]
    blocked: Callable[["Seat"], None]
    closed: Callable[["Seat"], None]
    rtp: Callable[[str, Track, bytes, float], None]
    rtcp: Callable[[str, bytes], None]


class Seat:
    """One page in a room.

    Args:
        order: who comes.
        shape: the lines of the offer.
        events: whom to tell.
    """

    def __init__(self, order: Enter, shape: Shape, events: SeatEvents, host: Host) -> None:
        self.visit = order.visit
        self.member = order.member
        self.language = order.language
        self.state = SeatState.OFFERED
        self.is_ready = False
        self._events = events
        self._host = host
        self._began = host.clock()
        self._opening: asyncio.Task[None] | None = None
        self._answering: asyncio.Task[None] | None = None
        self.peer = host.make_peer(
            shape, PeerEvents(self._on_connected, self._on_lost, self._on_rtp, self._on_rtcp)
        )

    def open(self) -> None:
        """Make the offer and send it."""
        self._opening = self._host.start(self._open())

    def answer(self, sdp: str) -> None:
        """The browser's answer has come; one that can't be used ends this seat.

        Raises:
            BadRequest: there is no offer yet, or there was an answer already.
        """
        if self._opening is None or not self._opening.done() or self._answering is not None:
            raise BadRequest
        self._answering = self._host.start(self._accept(sdp))

    def tell(self, message: ServerMessage) -> None:
        """Send the page a message."""
        if self.state is not SeatState.CLOSED:
            self._host.tell([self.visit], message)

    def tell_error(self, error: MotesklarError) -> None:
        """Say what is wrong and what to do, in the person's language."""
        self.tell(self._host.explain(error, self.language))

    def end(self, error: MotesklarError | None = None, code: int = OVER) -> None:
        """Close the page's websocket, with the reason if there is one; safe to call twice."""
        if self.state is SeatState.CLOSED:
            return
        if error is not None:
            self.tell_error(error)
        self.close()
        self._host.left(self.visit, code)

    def close(self) -> None:
        """End the connection; nothing of it comes through any more. Safe to call twice."""
        if self.state is SeatState.CLOSED:
            return
        self._set_state(SeatState.CLOSED)
        for task in (self._opening, self._answering):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        self._host.start(self.peer.close())
        self._events.closed(self)

    def tick(self, now: float) -> None:
        """Notice what doesn't happen."""
        if self.state is SeatState.OFFERED and now - self._began >= CONNECT_SECONDS:
            self._block()
        elif self.state is SeatState.CONNECTED and now - self.peer.heard_at >= SILENT_SECONDS:
            log.info("visit %s: nothing is heard any more", self.visit)
            self.end(code=COME_BACK)

    async def _open(self) -> None:
        sdp = await self.peer.create_offer()
        if self.state is not SeatState.CLOSED:
            self.is_ready = True
            self._events.ready(self)
            self.tell(Offer(sdp=sdp))

    async def _accept(self, sdp: str) -> None:
        try:
            await self.peer.accept_answer(sdp)
        except BadRequest as error:
            self.end(error)

    def _on_connected(self) -> None:
        if self.state in (SeatState.OFFERED, SeatState.BLOCKED):
            self._set_state(SeatState.CONNECTED)
            self._events.connected(self)

    def _on_lost(self) -> None:
        if self.state is SeatState.CONNECTED:
            self.end(code=COME_BACK)
        elif self.state is SeatState.OFFERED:
            self._block()

    def _block(self) -> None:
        self._set_state(SeatState.BLOCKED)
        self.tell_error(MediaBlocked())
        self._events.blocked(self)

    def _on_rtp(self, track: Track, packet: bytes, arrival: float) -> None:
        if self.state is not SeatState.CLOSED:
            self._events.rtp(self.member, track, packet, arrival)

    def _on_rtcp(self, packet: bytes) -> None:
        if self.state is not SeatState.CLOSED:
            self._events.rtcp(self.member, packet)

    def _set_state(self, state: SeatState) -> None:
        if state is not self.state:
            log.debug("visit %s: %s -> %s", self.visit, self.state.value, state.value)
            self.state = state
