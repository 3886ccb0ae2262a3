"""`WS /health/connection`: says how a connection arrives, for the doctor at the other end."""

import contextlib
import json

from tornado.web import RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from motesklar import __version__
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler


class ConnectionEcho(CourseHandler, WebSocketHandler):
    """Tells the caller the scheme that its own request arrived with, and hangs up."""

    access = Access.PUBLIC

    async def open(self, *_args: str, **_kwargs: str) -> None:
        """Answer once; nothing is read from the caller."""
        told = json.dumps({"scheme": self.request.protocol, "version": __version__})
        with contextlib.suppress(WebSocketClosedError):  # the caller may hang up first
            await self.write_message(told)
        self.close()

    def on_message(self, message: str | bytes) -> None:
        """Nothing is expected."""


ROUTES: list[tuple[str, type[RequestHandler]]] = [(r"/health/connection", ConnectionEcho)]
