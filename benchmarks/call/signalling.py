"""How a peer meets each kind of server: it gets an offer and gives an answer."""

import asyncio
import contextlib
import json
import secrets
from typing import Any, Protocol, Self

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import (
    WebSocketClientConnection,
    WebSocketClosedError,
    websocket_connect,
)

#: Of one line or message; an offer of nine lines has about 8,000.
_LINE_MAX = 1 << 20


class Signalling(Protocol):
    """One peer's way to the server."""

    async def offer(self) -> str:
        """Come in; the server's offer."""

    async def answer(self, sdp: str) -> None:
        """Give the answer."""

    async def close(self) -> None:
        """Leave."""


class Harness:
    """A server process of ours, over a Unix socket with JSON lines.

    Args:
        path: the socket's.
        joining: what is said to come in.
    """

    def __init__(self, path: str, joining: dict[str, Any]) -> None:
        self._path = path
        self._joining = joining

    async def offer(self) -> str:
        """Come in."""
        self._reader, self._writer = await asyncio.open_unix_connection(self._path, limit=_LINE_MAX)
        answer = await self._ask(self._joining)
        return str(answer["sdp"])

    async def answer(self, sdp: str) -> None:
        """Give the answer."""
        await self._ask({"sdp": sdp})

    async def close(self) -> None:
        """Leave."""
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    async def _ask(self, what: dict[str, Any]) -> dict[str, Any]:
        self._writer.write(json.dumps(what).encode() + b"\n")
        told: dict[str, Any] = json.loads(await self._reader.readline())
        return told


class Janus:
    """A viewer of one of Janus's streams, for less than the minute that a session lasts unasked.

    Args:
        url: of its HTTP interface.
        stream: id of the stream.
    """

    def __init__(self, url: str, stream: int) -> None:
        self._url = url
        self._stream = stream
        self._client = AsyncHTTPClient(force_instance=True, max_clients=100)

    @classmethod
    async def with_stream(cls, url: str, media: list[dict[str, Any]]) -> Self:
        """Make a stream of so many lines, each fed through a port of its own."""
        self = cls(url, secrets.randbelow(1 << 30) + 1)
        await self._attach()
        told = await self._post(
            self._handle,
            janus="message",
            body={"request": "create", "type": "rtp", "id": self._stream, "media": media},
        )
        assert told["plugindata"]["data"]["streaming"] == "created", told
        return self

    @property
    def stream(self) -> int:
        """Its id."""
        return self._stream

    async def offer(self) -> str:
        """Watch."""
        await self._attach()
        body = {"request": "watch", "id": self._stream}
        await self._post(self._handle, janus="message", body=body)
        while True:
            event = await self._event()
            if "jsep" in event:
                return str(event["jsep"]["sdp"])
            assert event.get("janus") != "error", event

    async def answer(self, sdp: str) -> None:
        """Give the answer; no more candidates will come."""
        jsep = {"type": "answer", "sdp": sdp}
        await self._post(self._handle, janus="message", body={"request": "start"}, jsep=jsep)
        await self._post(self._handle, janus="trickle", candidate={"completed": True})

    async def close(self) -> None:
        """Leave."""
        await self._post(self._session, janus="destroy")
        self._client.close()

    async def _attach(self) -> None:
        session = (await self._post(self._url, janus="create"))["data"]["id"]
        self._session = f"{self._url}/{session}"
        plugin = "janus.plugin.streaming"
        handle = (await self._post(self._session, janus="attach", plugin=plugin))["data"]["id"]
        self._handle = f"{self._session}/{handle}"

    async def _post(self, url: str, **what: Any) -> dict[str, Any]:
        body = json.dumps(what | {"transaction": secrets.token_hex(6)})
        response = await self._client.fetch(HTTPRequest(url, method="POST", body=body))
        told: dict[str, Any] = json.loads(response.body)
        return told

    async def _event(self) -> dict[str, Any]:
        request = HTTPRequest(f"{self._session}?maxev=1", request_timeout=40)
        told: dict[str, Any] = json.loads((await self._client.fetch(request)).body)
        return told


class Course:
    """The course itself, over its websocket.

    Args:
        url: of the websocket.
        cookie: of somebody who is signed in.
        joining: what the page says of itself.
    """

    def __init__(self, url: str, cookie: str, joining: dict[str, Any]) -> None:
        self._request = HTTPRequest(url, headers={"Cookie": cookie})
        self._joining = {"type": "join", "client_id": f"load-{cookie[-8:]}"} | joining
        self.said: list[dict[str, Any]] = []

    async def offer(self) -> str:
        """Come in."""
        self._socket: WebSocketClientConnection = await websocket_connect(self._request)
        await self.tell(self._joining)
        while True:
            message = await self._next()
            if message["type"] == "offer":
                self._reading = asyncio.create_task(self._read())
                return str(message["sdp"])
            if message["type"] == "error":
                raise ConnectionError(message["message"])

    async def answer(self, sdp: str) -> None:
        """Give the answer."""
        await self.tell({"type": "answer", "sdp": sdp})

    async def tell(self, message: dict[str, Any]) -> None:
        """Send one message.

        Raises:
            ConnectionError: the server has closed.
        """
        try:
            await self._socket.write_message(json.dumps(message))
        except WebSocketClosedError as error:
            raise ConnectionError(f"closed: {self._socket.close_code}") from error

    async def close(self) -> None:
        """Leave."""
        with contextlib.suppress(ConnectionError):
            await self.tell({"type": "leave"})
        self._reading.cancel()
        await asyncio.wait([self._reading])
        self._socket.close()

    def vanish(self) -> None:
        """Be gone without a word: the server still believes in the connection."""
        self._reading.cancel()

    async def _next(self) -> dict[str, Any]:
        text = await self._socket.read_message()
        if text is None:
            raise ConnectionError(f"closed: {self._socket.close_code}")
        message: dict[str, Any] = json.loads(text)
        self.said.append(message)
        return message

    async def _read(self) -> None:
        while True:
            await self._next()
