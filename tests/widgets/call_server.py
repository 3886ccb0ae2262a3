"""A server that plays the other end of a call as a test tells it to, in the words of the wire."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketHandler

from motesklar.call.media.port import MediaPort
from motesklar.call.media.shape import PRACTICE, ROOM
from motesklar.i18n import load_languages
from motesklar.web.bundles import WEB_STATIC, WIDGET_STATIC
from motesklar.web.security import HEADERS
from tests.widgets.call_media import Media

HARNESS = Path(__file__).parent / "harness"
CLIP = next(Path("course/motesklar/call").rglob("clips/en/*.opus"))
WAIT_SECONDS = 60

Message = dict[str, Any]
Kind = Literal["practice", "room"]

#: Close codes: over, and come back.
OVER, COME_BACK = 4000, 1012
LIMITS = {
    "width": 320,
    "framerate": 12,
    "bitrate": 200_000,
    "screen_width": 1280,
    "screen_framerate": 5,
    "screen_bitrate": 800_000,
}


def member(member_id: str, name: str, **more: bool) -> Message:
    """A member who sends nothing, unless said otherwise."""
    flags = ("microphone", "camera", "screen", "hand", "hall", "partner", "leader")
    return {"id": member_id, "name": name} | dict.fromkeys(flags, False) | more


@dataclass
class Script:
    """How the server behaves from now on.

    Args:
        media: whether it offers sound and picture.
        refuse: whether it sends everybody away who comes.
        deaf: whether it no longer answers pings.
        lines: what has been written before the page comes.
    """

    kind: Kind = "room"
    title: str = "Room 3"
    leader: bool = False
    media: bool = False
    refuse: bool = False
    deaf: bool = False
    lines: list[Message] = field(default_factory=list)


@dataclass
class Visit:
    """One websocket of the page, and what came on it."""

    socket: "CallSocket"
    media: Media | None = None
    received: list[Message] = field(default_factory=list)

    def of(self, kind: str) -> list[Message]:
        return [message for message in self.received if message["type"] == kind]


class _Handler(RequestHandler):
    def initialize(self, server: "CallServer") -> None:
        self.server = server

    def set_default_headers(self) -> None:
        for name, value in HEADERS.items():
            self.set_header(name, value)


class _Page(_Handler):
    def get(self, kind: str, language: str) -> None:
        sentences = load_languages()[language].sentences
        self.render(
            str(HARNESS / "call.html"),
            kind=kind,
            language=language,
            catalogue=json.dumps(sentences).replace("<", "\\u003c"),
        )


class _Me(_Handler):
    def get(self) -> None:
        self.write({"person": {"id": "p-1", "name": "Alma Ek"}, "shared_device": True})


class _Clip(_Handler):
    def get(self, language: str, line: str) -> None:
        self.server.clips.append((language, line))
        self.set_header("Content-Type", "audio/ogg")
        self.write(CLIP.read_bytes())


class CallSocket(WebSocketHandler):
    def initialize(self, server: "CallServer") -> None:
        self.server = server

    def open(self, *args: str) -> None:
        if self.server.script.refuse:
            self.close(COME_BACK)
            return
        self.visit = Visit(self)
        self.server.visits.append(self.visit)

    async def on_message(self, frame: str | bytes) -> None:
        message = json.loads(frame)
        self.visit.received.append(message)
        if message["type"] == "join":
            await self._join()
        elif message["type"] == "answer" and self.visit.media:
            await self.visit.media.accept(message["sdp"])
        elif message["type"] == "ping" and not self.server.script.deaf:
            await self.write_message({"type": "pong"})
        elif message["type"] == "leave":
            self.close(OVER)

    async def _join(self) -> None:
        script = self.server.script
        shape = ROOM if script.kind == "room" else PRACTICE
        await self.write_message(
            {
                "type": "joined",
                "room": "r-1",
                "kind": script.kind,
                "title": script.title,
                "you": "m-you",
                "leader": script.leader,
                "shape": {"audio": shape.audio, "video": shape.video, "screen": shape.screen},
                "limits": LIMITS,
                "ice_servers": [],
                "lines": script.lines,
            }
        )
        if script.media:
            self.visit.media = Media(await self.server.media_port(), shape)
            await self.write_message({"type": "offer", "sdp": await self.visit.media.offer()})

    def on_close(self) -> None:
        if (visit := getattr(self, "visit", None)) and visit.media:
            self.server.closing.append(asyncio.ensure_future(visit.media.close()))


class CallServer:
    """The server on a loopback port, in a thread of its own; its methods are for the test's."""

    def __init__(self) -> None:
        self.script = Script()
        self.visits: list[Visit] = []
        self.clips: list[tuple[str, str]] = []
        self.closing: list[asyncio.Future[None]] = []
        self.port = 0
        self._media_port: MediaPort | None = None
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()

    def reset(self) -> None:
        """Forget the last test."""
        self.script, self.visits, self.clips = Script(), [], []

    def url(self, kind: Kind, language: str = "en") -> str:
        return f"http://localhost:{self.port}/call/{kind}/{language}"

    async def media_port(self) -> MediaPort:
        if self._media_port is None:
            self._media_port = await MediaPort.open(["127.0.0.1"], loopback=True)
        return self._media_port

    # -- for tests

    @property
    def visit(self) -> Visit:
        """The page's present one."""
        self.until(lambda: self.visits, "the page")
        return self.visits[-1]

    def until(self, condition: Callable[[], Any], what: str) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain for {what}"
            time.sleep(0.02)  # between two looks: the page tells nobody when it has sent

    def receives(self, kind: str, /, **fields: Any) -> Message:
        """Wait for such a message on the present visit."""

        def found() -> list[Message]:
            return [m for m in self.visit.of(kind) if m | fields == m]

        self.until(found, f"{kind} {fields}, got {self.visit.received[-5:]}")
        return found()[-1]

    def send(self, kind: str, /, **fields: Any) -> None:
        socket = self.visit.socket
        self._do(lambda: socket.write_message({"type": kind} | fields))

    def disconnect(self, code: int = COME_BACK) -> None:
        socket = self.visit.socket
        self._do(lambda: socket.close(code))

    def _do(self, work: Callable[[], Any]) -> None:
        async def done() -> None:
            work()

        asyncio.run_coroutine_threadsafe(done(), self._loop).result(WAIT_SECONDS)

    # -- the thread

    async def _run(self) -> None:
        sockets = bind_sockets(0, "127.0.0.1")
        self.port = sockets[0].getsockname()[1]
        server = HTTPServer(self._application())
        server.add_sockets(sockets)
        self._ready.set()
        await self._stop.wait()
        server.stop()
        await server.close_all_connections()
        await asyncio.gather(*self.closing)
        if self._media_port is not None:
            await self._media_port.close()

    def _application(self) -> Application:
        own = {"server": self}
        return Application(
            [
                (r"/call/(room|practice)/(\w+)", _Page, own),
                (r"/api/me", _Me, own),
                (r"/api/(?:rooms|call)/.+", CallSocket, own),
                (r"/call/clips/(\w+)/(.+)\.opus", _Clip, own),
                (r"/harness/(.*)", StaticFileHandler, {"path": str(HARNESS)}),
                (r"/static/0/widgets/(.*)", StaticFileHandler, {"path": str(WIDGET_STATIC)}),
                (r"/static/0/(.*)", StaticFileHandler, {"path": str(WEB_STATIC)}),
            ]
        )
