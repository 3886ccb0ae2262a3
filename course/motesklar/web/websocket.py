"""The base of our websockets."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from tornado.websocket import WebSocketHandler

from motesklar.web.base import CourseHandler
from motesklar.web.close_codes import COME_BACK, OVER


class CourseSocket(CourseHandler, WebSocketHandler):
    """A websocket of the course. Who may not come here is refused before there is one.

    Who may not stay is cut: see `web.open_sockets`. Subclasses call `open` and `on_close` of this.
    """

    _forget: Callable[[], None] | None = None

    def open(self, *args: str, **kwargs: str) -> Awaitable[None] | None:
        """From here on it ends with its session."""
        person = self.person
        add = self.services.sessions.sockets.add
        self._forget = add(person.token_hash, person.person_id, self.cut)
        return None

    def on_close(self) -> None:
        """The page has gone, or we have closed."""
        if self._forget is not None:
            self._forget()

    def cut(self, again: bool) -> None:
        """End it: the person has gone, or, with `again`, is known as somebody else now."""
        self.close(COME_BACK if again else OVER)

    def check_origin(self, origin: str) -> bool:
        """Another host's pages may do nothing in a person's name; our public address may.

        Tornado has let our own host in already; behind a proxy it may be known by another name.
        """
        return urlsplit(origin).netloc == urlsplit(self.services.public_url).netloc
