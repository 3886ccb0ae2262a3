"""The practice call's websocket: checks who asks, reads messages, tells the person the answers."""

import asyncio
import logging
from typing import Any

from tornado.web import RequestHandler
from tornado.websocket import WebSocketClosedError

from motesklar.call.messages import (
    Answer,
    ErrorMessage,
    Join,
    Leave,
    Ping,
    Pong,
    ServerMessage,
    Text,
    read_message,
)
from motesklar.call.room import Ending, Room
from motesklar.errors import BadRequest, Conflict, MotesklarError, TooMany
from motesklar.i18n import N_
from motesklar.web.access import Access
from motesklar.web.rate_limit import RateLimit
from motesklar.web.websocket import CourseSocket

log = logging.getLogger("motesklar.call")

MAX_FRAME_BYTES = 64 * 1024
#: Typing quickly makes about ten messages a second.
MESSAGES_PER_SECOND = 20.0
MESSAGES_AT_ONCE = 60.0
#: A connection that doesn't join is no call.
JOIN_SECONDS = 20.0
#: A dead page is noticed within twice this.
HEARTBEAT_SECONDS = 5.0
#: Messages that a slow page has not yet taken.
UNSENT_MAX = 100

#: Close codes (RFC 6455 7.4.2: 4000 and up are ours). `call_client.js` comes back by itself
#: unless it is told that the call is over.
OVER = 4000
COME_BACK = 4001


class Replaced(Conflict):
    """The same person has opened the call somewhere else."""

    code = "replaced"
    message = N_("The call goes on in another window or on another device.")
    next_step = N_("Press the button if you want to continue here instead.")


class TimeUp(MotesklarError):
    """The call has lasted as long as it may."""

    code = "time_up"
    message = N_("The practice call has ended because its time is up.")
    next_step = N_("Everything is saved. Press the button if you want to practise again.")


class CallSocket(CourseSocket):
    """One page's connection. Who isn't signed in is refused before there is a websocket."""

    access = Access.SIGNED_IN
    max_message_size = MAX_FRAME_BYTES
    ping_interval = HEARTBEAT_SECONDS
    ping_timeout = HEARTBEAT_SECONDS

    _room: Room | None = None
    _joining = False
    _unsent = 0
    _ended = False

    def open(self, *args: str, **kwargs: str) -> None:
        """The websocket is there."""
        self._module = args[0]
        self._limit = RateLimit(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE)
        self.set_nodelay(True)
        loop = asyncio.get_running_loop()
        self._join_timer = loop.call_later(JOIN_SECONDS, self._close_if_idle)
        try:
            self.services.course.module(self._module)
        except MotesklarError as error:
            self._end(error)

    async def on_message(self, message: str | bytes) -> None:
        """Do what the page asks; tornado reads no further message meanwhile."""
        if self._ended:
            return
        if not self._limit.take():
            self._end(TooMany())
            return
        try:
            await self._do(read_message(message))
        except MotesklarError as error:
            self._end(error)

    async def _do(self, message: Any) -> None:
        match message:
            case Ping():
                self.tell(Pong())
            case Join():
                await self._join(message.client_id)
            case Answer():
                await self._joined_room().answer(message.sdp)
            case Text():
                self._joined_room().write(message.text)
            case Leave():
                self.services.calls.hang_up(self._joined_room())

    async def _join(self, client_id: str) -> None:
        if self._room is not None or self._joining:
            raise BadRequest
        self._joining = True
        self._room = await self.services.calls.join(
            self.person.person_id,
            self._module,
            language=self.language,
            client_id=client_id,
            listener=self,
        )
        if self._ended or self.ws_connection is None:
            # the page went away while its room was made
            self.services.calls.hang_up(self._room)

    def _joined_room(self) -> Room:
        if self._room is None:
            raise BadRequest
        return self._room

    def tell(self, message: ServerMessage) -> None:
        """Send a message; a page that takes nothing is closed."""
        if self.ws_connection is None or self._ended:
            return
        if self._unsent >= UNSENT_MAX:
            log.info("a page takes no messages and is closed")
            self.close(COME_BACK)
            return
        try:
            sent = self.write_message(message.model_dump_json())
        except WebSocketClosedError:
            return  # `on_close` follows
        self._unsent += 1
        sent.add_done_callback(self._on_sent)

    def tell_error(self, error: MotesklarError) -> None:
        """Say what is wrong and what to do, in the person's language."""
        told = self.explained(error)
        self.tell(
            ErrorMessage(code=told["code"], message=told["message"], next_step=told["next_step"])
        )

    def room_ended(self, ending: Ending) -> None:
        """The room is gone: say why, and whether to come back."""
        if ending is Ending.REPLACED:
            self._end(Replaced())
        elif ending is Ending.TIME_UP:
            self._end(TimeUp())
        else:
            self._close(OVER if ending is Ending.LEFT else COME_BACK)

    def on_close(self) -> None:
        """The page has gone, or we have closed."""
        self._ended = True
        self._join_timer.cancel()
        if self._room is not None:
            self.services.calls.hang_up(self._room)

    def _end(self, error: MotesklarError) -> None:
        self.tell_error(error)
        self._close(OVER)

    def _close(self, code: int) -> None:
        self._ended = True
        self.close(code)

    def _close_if_idle(self) -> None:
        if self._room is None:
            self._close(OVER)

    def _on_sent(self, sent: "asyncio.Future[None]") -> None:
        self._unsent -= 1
        if not sent.cancelled() and sent.exception() is not None:
            log.debug("a message did not reach its page: %r", sent.exception())


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/api/call/([a-z0-9-]{1,60})", CallSocket),
]
