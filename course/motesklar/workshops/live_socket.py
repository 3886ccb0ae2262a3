"""The base of websockets that only tell: everything, at each change, at a bearable pace."""

import asyncio
import logging
from collections.abc import Callable

from tornado.ioloop import PeriodicCallback
from tornado.websocket import WebSocketClosedError

from motesklar.errors import MotesklarError
from motesklar.web.access import check_access
from motesklar.web.close_codes import OVER
from motesklar.web.visitor import SESSION_COOKIE
from motesklar.web.websocket import CourseSocket
from motesklar.workshops.pace import Pace

log = logging.getLogger("motesklar.workshops")

#: Eighty people at work make more changes than anybody can read.
PUSH_SECONDS = 0.12
#: A message goes out so often even when nothing is known to have changed: as a sign of life, and
#: because another process, or time itself, may have changed what it tells.
REFRESH_SECONDS = 10.0
#: A dead page is noticed within twice this.
HEARTBEAT_SECONDS = 15.0
#: The page has nothing to say; anything long is a mistake or worse.
MAX_FRAME_BYTES = 1024


def end_all(*ends: Callable[[], None]) -> Callable[[], None]:
    """What ends several subscriptions at once."""

    def end() -> None:
        for one in ends:
            one()

    return end


class LiveSocket(CourseSocket):
    """One page that follows something. Subclasses say what, by the three methods below."""

    max_message_size = MAX_FRAME_BYTES
    ping_interval = HEARTBEAT_SECONDS
    ping_timeout = HEARTBEAT_SECONDS

    def follow(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have `listener` called, in whichever thread, after each change; returns what ends it."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Have what is told read anew."""

    def read(self) -> tuple[str, bool]:
        """What to tell now, and whether it is the last.

        Raises:
            MotesklarError: there is nothing to tell to this person any more.
        """
        raise NotImplementedError

    async def get(self, *args: str, **kwargs: str) -> None:
        """Open; or tell once, where a page's network lets no websocket through and it asks instead.

        `live_connection.js` asks at the websocket's own address.
        """
        if self.request.headers.get("Upgrade", "").lower() == "websocket":
            await super().get(*args, **kwargs)
            return
        text, _ = self.read()
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(text)

    def open(self, *args: str, **kwargs: str) -> None:
        """Follow, and tell how things are."""
        super().open(*args, **kwargs)
        self._sending: asyncio.Future[None] | None = None
        self._waiting = False
        self._loop = asyncio.get_running_loop()
        self._pace = Pace(self._push, PUSH_SECONDS, self._loop)
        self._unfollow = self.follow(self._on_change)
        self._refreshing = PeriodicCallback(self._refresh, REFRESH_SECONDS * 1000)
        self._refreshing.start()
        self._pace.ask()

    def on_message(self, message: str | bytes) -> None:
        """The page only listens: what people do comes as HTTP, with its XSRF token."""
        self.close(OVER)

    def on_close(self) -> None:
        """The page has gone, or we have closed."""
        super().on_close()
        self._unfollow()
        self._refreshing.stop()
        self._pace.stop()

    def _on_change(self) -> None:
        # the change may have been made by another thread
        self._loop.call_soon_threadsafe(self._pace.ask)

    def _refresh(self) -> None:
        self.refresh()
        self._pace.ask()

    def _push(self) -> None:
        """Tell; a page that is still taking the last message gets the newest afterwards."""
        if self._sending is not None and not self._sending.done():
            self._waiting = True
            return
        try:
            # signed out, or of another role, since the page was opened
            check_access(
                self.access, self.services.sessions.find(self.get_cookie(SESSION_COOKIE) or "")
            )
            text, last = self.read()
        except MotesklarError as error:
            log.info("a live page is closed: %s", error.code)
            self.close(OVER)
            return
        try:
            self._sending = self.write_message(text)
        except WebSocketClosedError:
            return  # `on_close` follows
        self._sending.add_done_callback(self._on_sent)
        if last:
            self.close(OVER)

    def _on_sent(self, sent: "asyncio.Future[None]") -> None:
        if not sent.cancelled() and sent.exception() is not None:
            log.debug("a message did not reach its page: %r", sent.exception())
        if self._waiting:
            self._waiting = False
            self._pace.ask()
