"""Pages as a browser has them, without a browser: opened, and their first widget touched.

Ours and stock Voilà's are asked by the same HTTP client and touched over the same websocket client.
"""

import asyncio
import json
import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from benchmarks.lesson import MODULE, WIDGETS
from benchmarks.servers import Server
from motesklar.web.visitor import SESSION_COOKIE

#: A server that has not answered by then has failed.
ANSWER_SECONDS = 60.0
#: More than any benchmark asks at once, so that nothing waits in the client.
_AT_ONCE = 2000
_GOODBYE = 4000


class Failed(Exception):
    """A server did not do what was asked of it."""


#: What the world outside can make of a request.
FAILURES = (Failed, HTTPClientError, OSError, TimeoutError)


@dataclass(frozen=True)
class Touch:
    """How long it took after the touch, in milliseconds.

    Args:
        connected: until the websocket was open.
        ready: until the server said that there is a kernel; a peer's has been there before.
        answered: until what the kernel calculated had come.
    """

    connected: float
    ready: float
    answered: float


class OpenPage(Protocol):
    """A page that has been opened, and knows its widgets."""

    async def touch(self) -> Touch:
        """Change the first widget's value and wait for what its kernel makes of it.

        Raises:
            Failed: the kernel ended, or something else came.
        """

    def close(self) -> None:
        """Leave the page; safe to call twice."""


class Visitors:
    """People who ask a server for the lesson; the client is the same for every server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._http = AsyncHTTPClient(force_instance=True, max_clients=_AT_ONCE)

    def close(self) -> None:
        """Close the client; safe to call twice."""
        self._http.close()

    async def fetch(self, person: int = 0) -> tuple[float, str]:
        """Seconds until the whole page was there, and the page.

        Raises:
            Failed: it is no whole page with all widgets.
        """
        headers = self._headers(person)
        request = HTTPRequest(
            self._server.page,
            headers=headers,
            connect_timeout=ANSWER_SECONDS,
            request_timeout=ANSWER_SECONDS,
            decompress_response=True,
        )
        started = time.perf_counter()
        answer = await self._http.fetch(request)
        took = time.perf_counter() - started
        html = answer.body.decode()
        _check_whole(html)
        return took, html

    async def open(self, person: int = 0) -> OpenPage:
        """A page view of one's own."""
        _, html = await self.fetch(person)
        return self.page(html, person)

    def page(self, html: str, person: int = 0) -> OpenPage:
        """The page view that was fetched."""
        if self._server.sessions:
            return CoursePage(self._server, html, self._headers(person))
        return VoilaPage(self._server, html)

    def _headers(self, person: int) -> dict[str, str]:
        if not self._server.sessions:
            return {}
        return {"Cookie": f"{SESSION_COOKIE}={self._server.sessions[person]}"}


def _check_whole(html: str) -> None:
    """Every widget stands in the page, and the page does not stop in the middle."""
    boxes = len(re.findall(r"data-model-id=", html)) or len(re.findall(r'"model_id"', html))
    if boxes < WIDGETS or "</html>" not in html[-200:]:
        raise Failed(f"the page has {boxes} widgets and {len(html)} characters")


class CoursePage:
    """A module page of ours; its widgets' states are in it."""

    def __init__(self, server: Server, html: str, headers: dict[str, str]) -> None:
        found = re.search(r'id="widget-state"[^>]*>(.*?)</script>', html, re.DOTALL)
        if found is None:
            raise Failed("the page has no widget states")
        told = json.loads(found[1])
        counters = [i for i, model in told["models"].items() if "doubled" in model["state"]]
        if len(counters) != WIDGETS:
            raise Failed(f"the page has the states of {len(counters)} widgets")
        self._counter = counters[0]
        self._value = 0
        query = urlencode({"version": told["version"], "page": str(uuid.uuid4())})
        self._url = f"{_websocket(server.page)}/api/modules/{MODULE}/kernel?{query}"
        self._headers = headers
        self._socket: WebSocketClientConnection | None = None

    async def touch(self) -> Touch:
        """See `OpenPage`."""
        async with asyncio.timeout(ANSWER_SECONDS):
            started = time.perf_counter()
            fresh = self._socket is None
            if fresh:
                await self.ask()
            connected = time.perf_counter()
            if fresh:
                await self.until_ready()
            ready = time.perf_counter()
            await self._calculate()
            answered = time.perf_counter()
        return Touch(*(1000 * (at - started) for at in (connected, ready, answered)))

    async def ask(self) -> None:
        """Ask for a kernel."""
        self._socket = await websocket_connect(HTTPRequest(self._url, headers=self._headers))

    async def until_ready(self) -> None:
        """Wait for the kernel, in line if need be."""
        await self._until(lambda message: message["type"] == "ready")

    async def until_in_line(self) -> int:
        """Wait to be told a place in line; returns it."""
        place: int = (await self._until(lambda message: message["type"] == "waiting"))["place"]
        return place

    async def _calculate(self) -> None:
        self._value += 1
        await self._send(
            {
                "type": "comm_msg",
                "id": str(uuid.uuid4()),
                "comm_id": self._counter,
                "data": _update(self._value),
            }
        )
        await self._until(
            lambda message: (
                message["type"] == "comm_msg" and _doubled(message["content"]) == 2 * self._value
            )
        )

    async def _send(self, message: dict[str, Any]) -> None:
        assert self._socket
        await self._socket.write_message(json.dumps(message))

    async def _until(self, wanted: "_Wanted") -> dict[str, Any]:
        assert self._socket
        return await _read_until(self._socket, wanted, ends=("lost", "renewed", "error"))

    def close(self) -> None:
        """See `OpenPage`."""
        if self._socket is not None:
            self._socket.close(_GOODBYE)
            self._socket = None


class VoilaPage:
    """A page of stock Voilà; its kernel runs since it was rendered."""

    def __init__(self, server: Server, html: str) -> None:
        kernel = re.search(r'"kernelId": "([0-9a-f-]+)"', html)
        model = re.search(r'"model_id": "([0-9a-f]+)"', html)
        if kernel is None or model is None:
            raise Failed("the page has no kernel, or no widgets")
        self._counter = model[1]
        self._value = 0
        self._session = str(uuid.uuid4())
        query = urlencode({"session_id": self._session})
        self._url = f"{_websocket(server.page)}/api/kernels/{kernel[1]}/channels?{query}"
        self._socket: WebSocketClientConnection | None = None

    async def touch(self) -> Touch:
        """See `OpenPage`."""
        async with asyncio.timeout(ANSWER_SECONDS):
            started = time.perf_counter()
            if self._socket is None:
                self._socket = await websocket_connect(self._url)
            connected = time.perf_counter()
            self._value += 1
            await self._socket.write_message(json.dumps(self._message()))
            await _read_until(
                self._socket,
                lambda message: (
                    message["msg_type"] == "comm_msg"
                    and _doubled(message["content"]) == 2 * self._value
                ),
            )
            answered = time.perf_counter()
        return Touch(*(1000 * (at - started) for at in (connected, connected, answered)))

    def _message(self) -> dict[str, Any]:
        return {
            "header": {
                "msg_id": str(uuid.uuid4()),
                "msg_type": "comm_msg",
                "session": self._session,
                "username": "",
                "version": "5.3",
                "date": "",
            },
            "parent_header": {},
            "metadata": {},
            "content": {"comm_id": self._counter, "data": _update(self._value)},
            "channel": "shell",
            "buffers": [],
        }

    def close(self) -> None:
        """See `OpenPage`."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class _Wanted(Protocol):
    def __call__(self, message: dict[str, Any], /) -> bool: ...


async def _read_until(
    socket: WebSocketClientConnection, wanted: _Wanted, ends: Sequence[str] = ()
) -> dict[str, Any]:
    while (raw := await socket.read_message()) is not None:
        message: dict[str, Any] = json.loads(raw)
        if wanted(message):
            return message
        if message.get("type") in ends:
            raise Failed(f"the server says {message}")
    raise Failed(f"closed with {socket.close_code}")


def _update(value: int) -> dict[str, Any]:
    return {"method": "update", "state": {"value": value}, "buffer_paths": []}


def _doubled(content: dict[str, Any]) -> int | None:
    state = content["data"].get("state", {})
    doubled: int | None = state.get("doubled")
    return doubled


def _websocket(page: str) -> str:
    parts = urlsplit(page)
    return f"ws://{parts.netloc}"
