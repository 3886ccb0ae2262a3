"""The live board's websocket: sends the whole board at each change, at a bearable pace."""

import asyncio
import logging

from tornado.ioloop import PeriodicCallback
from tornado.websocket import WebSocketClosedError

from motesklar.errors import MotesklarError
from motesklar.web.access import Access, check_access
from motesklar.web.visitor import SESSION_COOKIE
from motesklar.web.websocket import CourseSocket
from motesklar.workshops.messages import board_message
from motesklar.workshops.pace import Pace

log = logging.getLogger("motesklar.workshops")

#: Eighty people at work make more changes than anybody can read.
PUSH_SECONDS = 0.2
#: A board goes out so often even when nothing is known to have changed: as a sign of life, and
#: because another process, or time itself, may have changed what it shows.
REFRESH_SECONDS = 10.0
#: A dead page is noticed within twice this.
HEARTBEAT_SECONDS = 15.0
#: The page has nothing to say; anything long is a mistake or worse.
MAX_FRAME_BYTES = 1024

#: Close code (RFC 6455 7.4.2: 4000 and up are ours): don't come back. `board.js` comes back by
#: itself after any other.
OVER = 4000


class LiveBoardSocket(CourseSocket):
    """`WS /api/workshops/<id>/live`: one leader's page; who may not see it gets no upgrade."""

    access = Access.LEADER
    max_message_size = MAX_FRAME_BYTES
    ping_interval = HEARTBEAT_SECONDS
    ping_timeout = HEARTBEAT_SECONDS

    def prepare(self) -> None:
        """Refuse also those who lead other workshops."""
        super().prepare()
        self.services.workshops.get(self.path_args[0], self.person)

    def open(self, *args: str, **kwargs: str) -> None:
        """Follow the board, and send it as it is."""
        self._workshop_id = args[0]
        self._sending: asyncio.Future[None] | None = None
        self._waiting = False
        self._loop = asyncio.get_running_loop()
        self._pace = Pace(self._push, PUSH_SECONDS, self._loop)
        self._unsubscribe = self.services.workshops.subscribe(self._workshop_id, self._on_change)
        self._refreshing = PeriodicCallback(self._refresh, REFRESH_SECONDS * 1000)
        self._refreshing.start()
        self._pace.ask()

    def on_message(self, message: str | bytes) -> None:
        """The page only listens: what the leader does comes as HTTP, with its XSRF token."""
        self.close(OVER)

    def on_close(self) -> None:
        """The page has gone, or we have closed."""
        self._unsubscribe()
        self._refreshing.stop()
        self._pace.stop()

    def _on_change(self) -> None:
        # facts may be recorded by another thread
        self._loop.call_soon_threadsafe(self._pace.ask)

    def _refresh(self) -> None:
        self.services.workshops.refresh(self._workshop_id)
        self._pace.ask()

    def _push(self) -> None:
        """Send the board; a page that is still taking the last one gets the newest afterwards."""
        if self._sending is not None and not self._sending.done():
            self._waiting = True
            return
        try:
            # signed out, or no longer a leader, since the page was opened
            check_access(
                self.access, self.services.sessions.find(self.get_cookie(SESSION_COOKIE) or "")
            )
            text, ended = self._read_board()
        except MotesklarError as error:
            log.info("a board is closed: %s", error.code)
            self.close(OVER)
            return
        try:
            self._sending = self.write_message(text)
        except WebSocketClosedError:
            return  # `on_close` follows
        self._sending.add_done_callback(self._on_sent)
        if ended:
            self.close(OVER)

    def _read_board(self) -> tuple[str, bool]:
        live = self.services.workshops.board(self._workshop_id)
        modules = {module.name: module for module in self.services.course.modules}
        module = modules.get(live.module)
        titles = [module.text(step.title, self.language) for step in module.steps] if module else []
        message = board_message(live.board, steps=titles, ended=live.ended)
        return message.model_dump_json(), live.ended

    def _on_sent(self, sent: "asyncio.Future[None]") -> None:
        if not sent.cancelled() and sent.exception() is not None:
            log.debug("a board did not reach its page: %r", sent.exception())
        if self._waiting:
            self._waiting = False
            self._pace.ask()
