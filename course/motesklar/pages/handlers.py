"""Module pages and the doors to their kernels; nothing else of Voilà or Jupyter is reachable."""

import asyncio
import json
import logging
from typing import Any

from markupsafe import Markup
from tornado.web import RequestHandler
from tornado.websocket import WebSocketClosedError

from motesklar.errors import BadRequest, MotesklarError, TooMany
from motesklar.pages import messages
from motesklar.pages.desk import Seat
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler
from motesklar.web.rate_limit import RateLimit
from motesklar.web.unchanging import UnchangingHandler
from motesklar.web.websocket import CourseSocket

log = logging.getLogger("motesklar.pages")

#: Larger than any state a person can make by hand; a picture from a camera fits.
MAX_FRAME_BYTES = 1024 * 1024
#: A slider that is dragged sends one message for each picture of the screen.
MESSAGES_PER_SECOND = 100.0
MESSAGES_AT_ONCE = 500.0
#: A dead connection is noticed within twice this.
HEARTBEAT_SECONDS = 20.0


class ModulePage(CourseHandler):
    """`GET /m/<module>`: the notebook as a page. It costs no kernel."""

    access = Access.SIGNED_IN

    async def get(self, name: str) -> None:
        """The module's snapshot, in this visitor's frame."""
        snapshot = await self.services.pages.page(name, self.language)
        module = self.services.course.module(name)
        self.render_page(
            "module/page.html",
            module=module,
            returned=self.services.deciding.returned_module(self.person.person_id, name),
            title=module.text(module.title, self.language),
            summary=module.text(module.summary, self.language),
            step_titles={s.id: module.text(s.title, self.language) for s in module.steps},
            body=Markup(snapshot.rendered.html),  # noqa: S704 - by Voilà, of the course's own notebook
            states=_for_script(snapshot.page_state),
        )


def _for_script(text: str) -> Markup:
    """JSON that can stand in a script element: no `<` can end it or open a comment."""
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704


class WidgetFile(UnchangingHandler):
    """`GET /widget-files/<name>`: a script or style sheet that a third-party widget brought."""

    access = Access.PUBLIC
    #: The name is made of the content.
    current = True

    async def get(self, name: str) -> None:
        """The file."""
        text = self.services.pages.files.read(name)
        kind = "text/javascript" if name.endswith(".js") else "text/css"
        await self.answer(name, text.encode, f"{kind}; charset=utf-8")


class KernelDoor(CourseHandler):
    """`DELETE /api/kernels/<id>`: the page says goodbye and frees its kernel."""

    access = Access.SIGNED_IN

    def delete(self, kernel_id: str) -> None:
        """End the visitor's own kernel."""
        self.services.pages.desk.release(kernel_id, self.person.token_hash)
        self.set_status(204)


class KernelSocket(CourseSocket):
    """`WS /api/modules/<module>/kernel`: one page view and its kernel; see `messages.py`."""

    access = Access.SIGNED_IN
    max_message_size = MAX_FRAME_BYTES
    ping_interval = HEARTBEAT_SECONDS
    ping_timeout = HEARTBEAT_SECONDS

    _seat: Seat | None = None

    async def open(self, *args: str, **kwargs: str) -> None:
        """Give the page its kernel, or its place in line."""
        super().open(*args, **kwargs)
        self._limit = RateLimit(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE)
        self.set_nodelay(True)
        try:
            self._seat = await self.services.pages.desk.connect(
                self,
                session=self.person.token_hash,
                module=self.services.course.module(args[0]).name,
                version=self._argument("version"),
                page=self._argument("page"),
                kernel=self.get_query_argument("kernel", None),
            )
        except MotesklarError as error:
            self._refuse(error)
            return
        if self._seat is None:
            self.end(messages.CLOSE_OVER)
        elif self.ws_connection is None:  # it was closed meanwhile
            self.services.pages.desk.disconnect(self._seat, self, bye=False)

    def _argument(self, name: str) -> str:
        value = self.get_query_argument(name, "")
        if not 0 < len(value) <= 64:
            raise BadRequest
        return value

    async def on_message(self, message: str | bytes) -> None:
        """Hand it to the kernel; tornado reads no further message meanwhile."""
        if self._seat is None:
            return
        try:
            if not self._limit.take():
                raise TooMany
            await self.services.pages.desk.receive(self._seat, message)
        except MotesklarError as error:
            self._refuse(error)

    def on_close(self) -> None:
        """The page has gone, or its network."""
        super().on_close()
        if self._seat is not None:
            bye = self.close_code == messages.CLOSE_BYE
            self.services.pages.desk.disconnect(self._seat, self, bye=bye)

    def cut(self, again: bool) -> None:
        """End the kernel of somebody who has gone; who is known otherwise now keeps it."""
        if again:
            return
        if self._seat is not None:
            self.services.pages.desk.dismiss(self._seat)
        self.end(messages.CLOSE_OVER)

    async def send(self, payload: bytes, *, binary: bool) -> None:
        """Send a frame; waits while the network is slow.

        Raises:
            ConnectionError: the page is gone.
        """
        try:
            await self.write_message(payload if binary else payload.decode(), binary=binary)
        except WebSocketClosedError as error:
            raise ConnectionError from error

    def tell_frame(self, payload: bytes, *, binary: bool) -> None:
        """Send a frame without waiting; one that can't arrive is dropped."""
        if self.ws_connection is None:
            return
        written = self.write_message(payload if binary else payload.decode(), binary=binary)
        written.add_done_callback(_take_note)

    def tell(self, message: dict[str, Any]) -> None:
        """Send one of the server's own messages; one that can't arrive is dropped."""
        self.tell_frame(json.dumps(message, ensure_ascii=False).encode(), binary=False)

    def end(self, code: int) -> None:
        """Close the connection."""
        self.close(code)

    def _refuse(self, error: MotesklarError) -> None:
        self.tell({"type": "error", **self.explained(error)})
        self.end(messages.CLOSE_OVER)


def _take_note(written: "asyncio.Future[None]") -> None:
    # an exception that nobody looks at would be logged as a fault
    if not written.cancelled():
        written.exception()


_KERNEL = r"([0-9a-f]{8}-[0-9a-f-]{27})"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/m/([a-z0-9-]+)", ModulePage),
    (r"/widget-files/([0-9a-f]{32}\.(?:js|css))", WidgetFile),
    (r"/api/modules/([a-z0-9-]+)/kernel", KernelSocket),
    (rf"/api/kernels/{_KERNEL}", KernelDoor),
]
