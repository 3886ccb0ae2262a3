"""What one invented person does, over the network as a browser would."""

import asyncio
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

from motesklar.rehearsal.people import Invented
from motesklar.rehearsal.verdict import Act
from motesklar.web.visitor import SESSION_COOKIE

REQUEST_SECONDS = 30.0
#: Longer than a hand-in is ever waited for on a page.
RESULT_SECONDS = 120.0
CALL_SECONDS = 20.0
_XSRF = secrets.token_hex(16)


class Refused(Exception):
    """The course did something else than it should."""


@dataclass(frozen=True)
class Part:
    """What everybody goes through.

    Args:
        module: of the workshop.
        steps: ids of its steps.
        answers: exercise id to an answer that is right.
        call: the module with the practice call.
    """

    module: str
    steps: tuple[str, ...]
    answers: Mapping[str, Any]
    call: str


class Participant:
    """One of them.

    Args:
        url: the course's, base URL included, no trailing slash.
    """

    def __init__(self, url: str, who: Invented, http: AsyncHTTPClient) -> None:
        self.url = url
        self.who = who
        self.http = http
        self.took: dict[Act, float] = {}

    async def open(self, part: Part) -> None:
        """Open the module's page."""
        await self._timed(Act.OPEN, self._get(f"/m/{part.module}"))

    async def join(self, code: str) -> None:
        """Take part in the workshop."""
        answer = self._send(f"/w/{code}", "POST", urlencode({"_xsrf": _XSRF}), form=True)
        await self._timed(Act.JOIN, answer)

    async def test(self) -> None:
        """Tell how the tests of the equipment went."""
        for check in ("microphone", "speaker", "camera"):
            verdict: dict[str, Any] = {
                "id": secrets.token_hex(8),
                "check": check,
                "verdict": "pass",
                "finding": "works",
                "figures": {},
                "browser": "chrome",
                "system": "windows",
                "hall": True,
            }
            await self._timed(Act.STEP, self._json("/api/equipment/verdicts", "POST", verdict))

    async def step(self, part: Part, number: int) -> None:
        """Have a step done."""
        fact = {
            "id": secrets.token_hex(16),
            "module": part.module,
            "step": part.steps[number % len(part.steps)],
            "kind": "done",
        }
        await self._timed(Act.STEP, self._json("/api/facts", "POST", fact))

    async def hand_in(self, part: Part) -> None:
        """Answer everything, hand in, and wait for the result."""
        for exercise, value in part.answers.items():
            path = f"/api/modules/{part.module}/answers/{exercise}"
            await self._json(path, "PUT", {"value": value})
        await self._timed(Act.HAND_IN, self._graded(part))

    async def call(self, part: Part) -> None:
        """Call the practice partner, and hear the first sound."""
        await self._timed(Act.CALL, self._heard(part))

    async def _graded(self, part: Part) -> None:
        body = {"id": secrets.token_hex(10)}
        attempt = await self._json(f"/api/modules/{part.module}/hand-in", "POST", body)
        async with asyncio.timeout(RESULT_SECONDS):
            while attempt["state"] in ("waiting", "grading"):
                attempt = json.loads(
                    (await self._get(f"/api/attempts/{attempt['id']}?wait=1")).body
                )
        if attempt["state"] != "graded":
            raise Refused(f"the hand-in is {attempt['state']}")

    async def _heard(self, part: Part) -> None:
        address = f"{self.url.replace('http', 'ws', 1)}/api/call/{part.call}"
        # no servers: aiortc's default asks a public one
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        tracks: asyncio.Queue[Any] = asyncio.Queue()
        peer.on("track", tracks.put_nowait)
        async with asyncio.timeout(CALL_SECONDS):
            socket = await websocket_connect(HTTPRequest(address, headers=self._headers()))
            try:
                await self._meet(socket, peer)
                while (track := await tracks.get()).kind != "audio":
                    pass
                await track.recv()
            except MediaStreamError as error:
                raise Refused("the call ended") from error
            finally:
                socket.close()
                await peer.close()

    async def _meet(self, socket: WebSocketClientConnection, peer: RTCPeerConnection) -> None:
        await socket.write_message(json.dumps({"type": "join", "client_id": secrets.token_hex(8)}))
        while (raw := await socket.read_message()) is not None:
            message = json.loads(raw)
            if message["type"] == "error":
                raise Refused(message["message"])
            if message["type"] == "offer":
                break
        else:
            raise Refused("the call was not let in")
        await peer.setRemoteDescription(RTCSessionDescription(message["sdp"], "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        answer = {"type": "answer", "sdp": peer.localDescription.sdp}
        await socket.write_message(json.dumps(answer))

    async def _timed(self, act: Act, doing: Any) -> None:
        """Keep the longest time that an act took."""
        started = time.monotonic()
        await doing
        self.took[act] = max(self.took.get(act, 0.0), time.monotonic() - started)

    async def _get(self, path: str) -> HTTPResponse:
        return await self._send(path, "GET", None)

    async def _json(self, path: str, method: str, body: Any) -> Any:
        return json.loads((await self._send(path, method, json.dumps(body))).body)

    async def _send(
        self, path: str, method: str, body: str | None, *, form: bool = False
    ) -> HTTPResponse:
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        request = HTTPRequest(
            self.url + path,
            method=method,
            body=body,
            headers=self._headers() | {"Content-Type": kind},
            follow_redirects=False,
            connect_timeout=REQUEST_SECONDS,
            request_timeout=REQUEST_SECONDS,
        )
        answer = await self.http.fetch(request, raise_error=False)
        if answer.code not in (200, 202, 303):
            raise Refused(f"{method} {path}: {answer.code} {answer.error or ''}".strip())
        return answer

    def _headers(self) -> dict[str, str]:
        # the cookie and the header have to say the same, whatever it is
        return {
            "Cookie": f"{SESSION_COOKIE}={self.who.token}; _xsrf={_XSRF}",
            "X-XSRFToken": _XSRF,
            "Origin": self.url,
        }
