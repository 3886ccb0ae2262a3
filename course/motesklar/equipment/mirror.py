"""The mirror: a websocket over which a page gets its own sound and picture back, and measures them.

It is a call in which one is alone with oneself (`call.forwarding.mirror`), with the messages of
every other call; before `join` a page may `ping`, to measure the websocket itself. What comes back
is never looked into, and nothing of it is kept.
"""

import asyncio

from tornado.web import RequestHandler

from motesklar.call.directory import Visit
from motesklar.call.handlers import CallSocket
from motesklar.call.manager import Caller
from motesklar.call.messages import OVER, Join
from motesklar.web.access import Access

#: A measurement takes ten seconds or so; no page may use the mirror for longer than this.
MIRROR_SECONDS = 30.0


class MirrorSocket(CallSocket):
    """One connection of one measurement."""

    access = Access.SIGNED_IN

    def open(self, *args: str, **kwargs: str) -> None:
        """The websocket is there, and its time runs."""
        loop = asyncio.get_running_loop()
        self._over_timer = loop.call_later(MIRROR_SECONDS, self.close_with, OVER)
        super().open(*args, **kwargs)

    async def come_in(self, caller: Caller, message: Join) -> Visit:
        """Mirror the caller."""
        return await self.services.calls.mirror(caller, message)

    def on_close(self) -> None:
        """The page has gone, or its time is up."""
        self._over_timer.cancel()
        super().on_close()


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/api/equipment/(mirror)", MirrorSocket),
]
