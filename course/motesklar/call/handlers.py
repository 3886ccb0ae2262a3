"""The calls' websockets: check who asks, read messages, hand them on, and tell the answers."""

import asyncio
import logging

from tornado.web import RequestHandler
from tornado.websocket import WebSocketClosedError

from motesklar.call.directory import Visit
from motesklar.call.errors import as_message
from motesklar.call.manager import Caller
from motesklar.call.messages import (
    COME_BACK,
    OVER,
    AnyClientMessage,
    Join,
    Ping,
    Pong,
    ServerMessage,
    read_message,
)
from motesklar.errors import BadRequest, MotesklarError
from motesklar.web.access import Access
from motesklar.web.websocket import CourseSocket

log = logging.getLogger("motesklar.call")

MAX_FRAME_BYTES = 64 * 1024
#: A connection that doesn't join is no call.
JOIN_SECONDS = 20.0
#: A dead page is noticed within twice this.
HEARTBEAT_SECONDS = 5.0
#: Messages that a slow page has not yet taken.
UNSENT_MAX = 200


class CallSocket(CourseSocket):
    """One page's connection. Who isn't signed in is refused before there is a websocket."""

    access = Access.SIGNED_IN
    max_message_size = MAX_FRAME_BYTES
    ping_interval = HEARTBEAT_SECONDS
    ping_timeout = HEARTBEAT_SECONDS

    _visit: Visit | None = None
    _joining = False
    _counted = False
    _unsent = 0
    _ended = False

    def open(self, *args: str, **kwargs: str) -> None:
        """The websocket is there."""
        super().open(*args, **kwargs)
        self.set_nodelay(True)
        loop = asyncio.get_running_loop()
        self._join_timer = loop.call_later(JOIN_SECONDS, self._close_if_idle)
        try:
            self.services.calls.budgets.open_socket(self.person.person_id)
            self._counted = True
            self.check_place(args[0])
        except MotesklarError as error:
            self._fail(error)

    async def on_message(self, message: str | bytes) -> None:
        """Do what the page asks; tornado reads no further message meanwhile."""
        if self._ended:
            return
        try:
            self.services.calls.budgets.message(self.person.person_id, len(message))
            await self._do(read_message(message))
        except MotesklarError as error:
            self._fail(error)

    async def _do(self, message: AnyClientMessage) -> None:
        if isinstance(message, Ping):
            self.tell(Pong())
        elif isinstance(message, Join):
            await self._join(message)
        elif self._visit is None:
            raise BadRequest
        else:
            self.services.calls.say(self._visit, message)

    async def _join(self, message: Join) -> None:
        if self._visit is not None or self._joining:
            raise BadRequest
        self._joining = True
        person = self.person
        caller = Caller(person.person_id, person.name, self.language, listener=self)
        self._visit = await self.come_in(caller, message)
        if self._ended or self.ws_connection is None:
            # the page went away while its place was made
            self.services.calls.hang_up(self._visit)

    def check_place(self, place: str) -> None:
        """Whether there is such a place, as far as everybody may know.

        Raises:
            MotesklarError: there is none.
        """
        self.place = place

    async def come_in(self, caller: Caller, message: Join) -> Visit:
        """Let the caller in."""
        raise NotImplementedError

    # -- what calls tell a page (`directory.Listener`)

    def tell(self, message: ServerMessage) -> None:
        """Send a message; a page that takes nothing is closed."""
        self.tell_text(message.model_dump_json())

    def tell_text(self, text: str) -> None:
        """The same for what is JSON already."""
        if self.ws_connection is None or self._ended:
            return
        if self._unsent >= UNSENT_MAX:
            log.info("a page takes no messages and is closed")
            self.close_with(COME_BACK)
            return
        try:
            sent = self.write_message(text)
        except WebSocketClosedError:
            return  # `on_close` follows
        self._unsent += 1
        sent.add_done_callback(self._on_sent)

    def close_with(self, code: int) -> None:
        """Close the connection and say whether to come back."""
        self._ended = True
        self.close(code)
        # at once: a page may take its time to close, or never do it
        self._leave()

    def cut(self, again: bool) -> None:
        """Hang up for somebody who has gone, or is known as somebody else now."""
        self.close_with(COME_BACK if again else OVER)

    def on_close(self) -> None:
        """The page has gone, or we have closed."""
        super().on_close()
        self._ended = True
        self._join_timer.cancel()
        if self._counted:
            self.services.calls.budgets.close_socket(self.person.person_id)
        self._leave()

    def _leave(self) -> None:
        if self._visit is not None:
            self.services.calls.hang_up(self._visit)

    def _fail(self, error: MotesklarError) -> None:
        self.tell(as_message(error, self.translation))
        self.close_with(OVER)

    def _close_if_idle(self) -> None:
        if self._visit is None:
            self.close_with(OVER)

    def _on_sent(self, sent: "asyncio.Future[None]") -> None:
        self._unsent -= 1
        if not sent.cancelled() and sent.exception() is not None:
            log.debug("a message did not reach its page: %r", sent.exception())


class PracticeSocket(CallSocket):
    """Alone with the partner, in a module."""

    def check_place(self, place: str) -> None:
        """Whether the course has such a module."""
        self.services.course.module(place)
        super().check_place(place)

    async def come_in(self, caller: Caller, message: Join) -> Visit:
        """Let the caller practise."""
        return await self.services.calls.practise(caller, self.place, message)


class RoomSocket(CallSocket):
    """With others, in a room; whether there is one for this person is told when they join."""

    async def come_in(self, caller: Caller, message: Join) -> Visit:
        """Let the caller into the room."""
        return await self.services.calls.enter_room(caller, self.place, message)


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/api/call/([a-z0-9-]{1,60})", PracticeSocket),
    (r"/api/rooms/([A-Za-z0-9_-]{1,60})", RoomSocket),
]
