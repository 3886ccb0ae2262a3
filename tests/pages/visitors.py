"""People on a running course: what their pages know, and what they say to their kernels."""

import ast
import asyncio
import json
import re
import struct
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import httpx
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from motesklar.kernels.frames import FrameKind, unpack_message
from motesklar.web.visitor import SESSION_COOKIE
from tests.pages.lessons import Modules

#: Nothing here takes longer than a moment; a test that waits so long has failed.
ANSWER_SECONDS = 60

#: A widget that evaluates what the test asks, inside the kernel. Authors' code can do anything.
PROBE = """
    import os

    import ipywidgets

    probe = ipywidgets.Label()
    probe.on_msg(lambda w, content, buffers: w.send({"value": repr(eval(content["ask"]))}))
    probe
"""
#: A slider whose double is calculated in Python.
DOUBLE = """
    import ipywidgets

    slider = ipywidgets.IntSlider(value=1, max=1_000_000)
    double = ipywidgets.IntText(2)
    slider.observe(lambda change: setattr(double, "value", 2 * change.new), "value")
    ipywidgets.VBox([slider, double])
"""
PROBE_MODULE = "20-probe"
SECOND_MODULE = "21-double"
PROBE_MODULES: Modules = {PROBE_MODULE: [PROBE, DOUBLE], SECOND_MODULE: [DOUBLE]}


@dataclass(frozen=True)
class PageView:
    """A module page as a browser has it."""

    module: str
    version: str
    build: str
    models: dict[str, Any]
    source: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @classmethod
    def read(cls, module: str, source: str) -> "PageView":
        """From the page's HTML."""
        found = re.search(r'id="widget-state"[^>]*>(.*?)</script>', source, re.DOTALL)
        assert found, source
        told = json.loads(found[1])
        return cls(module, told["version"], told["build"], told["models"], source)

    def model(self, name: str) -> str:
        """The id of the one widget of this kind."""
        (found,) = [i for i, model in self.models.items() if model["model_name"] == name]
        return found


def open_page(client: httpx.Client, module: str = PROBE_MODULE) -> PageView:
    """A new page view of a module."""
    answer = client.get(f"/m/{module}")
    assert answer.status_code == 200, answer.text
    return PageView.read(module, answer.text)


@dataclass
class KernelLine:
    """A page's websocket."""

    view: PageView
    socket: WebSocketClientConnection

    async def receive(self) -> dict[str, Any] | None:
        """The next message; None when the server has closed."""
        async with asyncio.timeout(ANSWER_SECONDS):
            raw = await self.socket.read_message()
        if raw is None:
            return None
        if isinstance(raw, str):
            message: dict[str, Any] = json.loads(raw)
            return message
        message, buffers = unpack_message(FrameKind.BINARY, raw)
        return message | {"buffers": buffers}

    async def until(self, kind: str, **parts: Any) -> list[dict[str, Any]]:
        """What comes until a message of a type with these parts, with it."""
        received = []
        while message := await self.receive():
            received.append(message)
            if message["type"] == kind and parts.items() <= message.items():
                return received
        raise AssertionError(f"closed with {self.socket.close_code} after {received}")

    async def ready(self) -> dict[str, Any]:
        """Wait for the kernel."""
        return (await self.until("ready"))[-1]

    async def place(self) -> int:
        """Wait to be told a place in line."""
        place: int = (await self.until("waiting"))[-1]["place"]
        return place

    async def closed(self) -> int | None:
        """Read until the server has closed; returns the code."""
        while await self.receive():
            pass
        return self.socket.close_code

    async def send(self, frame: str | bytes) -> None:
        """Say something, whatever it is."""
        await self.socket.write_message(frame, binary=isinstance(frame, bytes))

    async def tell(
        self, comm_id: str, data: dict[str, Any], *buffers: bytes, opening: str | None = None
    ) -> list[dict[str, Any]]:
        """Tell a widget, or open a comm for a target; returns what came until it was handled."""
        message_id = str(uuid.uuid4())
        message = {"type": "comm_msg", "id": message_id, "comm_id": comm_id, "data": data}
        if opening is not None:
            message |= {"type": "comm_open", "target_name": opening}
            message["metadata"] = {"version": "1.0.0"}
        await self.send(pack(message, *buffers))
        return await self.until_idle(message_id)

    async def until_idle(self, message_id: str) -> list[dict[str, Any]]:
        """What comes until a message is acknowledged."""
        received = []
        while True:
            received += await self.until("status", parent=message_id)
            if received[-1]["content"]["execution_state"] == "idle":
                return received

    async def double(self, number: int) -> int:
        """Move the slider; returns what the kernel made of it."""
        update = {"method": "update", "state": {"value": number}, "buffer_paths": []}
        received = await self.tell(self.view.model("IntSliderModel"), update)
        told = updates(received)[self.view.model("IntTextModel")]
        value: int = told["value"]
        return value

    async def evaluate(self, expression: str) -> Any:
        """A literal that the probe finds in the kernel."""
        asked = {"method": "custom", "content": {"ask": expression}}
        received = await self.tell(self.view.model("LabelModel"), asked)
        (answer,) = [m for m in received if m["type"] == "comm_msg"]
        return ast.literal_eval(answer["content"]["data"]["content"]["value"])

    async def states(self) -> dict[str, Any]:
        """The values that the kernel has now, by model."""
        control = str(uuid.uuid4())
        await self.tell(control, {}, opening="jupyter.widget.control")
        received = await self.tell(control, {"method": "request_states"})
        (answer,) = [m for m in received if m["type"] == "comm_msg"]
        states = answer["content"]["data"]["states"]
        return {model_id: model["state"] for model_id, model in states.items()}

    def lose(self) -> None:
        """The network is gone, without a word."""
        assert self.socket.protocol
        assert self.socket.protocol.stream
        self.socket.protocol.stream.close()


def updates(received: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Model id to the values that the kernel changed."""
    changed: dict[str, dict[str, Any]] = {}
    for message in received:
        if message["type"] == "comm_msg" and message["content"]["data"]["method"] == "update":
            content = message["content"]
            changed.setdefault(content["comm_id"], {}).update(content["data"]["state"])
    return changed


def pack(message: dict[str, Any], *buffers: bytes) -> str | bytes:
    """A frame as the page's front end makes it."""
    if not buffers:
        return json.dumps(message)
    header = json.dumps(message | {"buffer_lengths": [len(b) for b in buffers]}).encode()
    return struct.pack("!I", len(header)) + header + b"".join(buffers)


async def dial(
    client: httpx.Client,
    view: PageView,
    kernel: str | None = None,
    *,
    asked: Mapping[str, str] = MappingProxyType({}),
    headers: Mapping[str, str] = MappingProxyType({}),
) -> KernelLine:
    """Open a page's websocket with the client's own cookie.

    Raises:
        HTTPClientError: the server refused.
    """
    query = {"version": view.version, "page": view.id, **asked}
    if kernel:
        query["kernel"] = kernel
    url = f"{str(client.base_url).rstrip('/')}/api/modules/{view.module}/kernel?{urlencode(query)}"
    cookie = f"{SESSION_COOKIE}={client.cookies.get(SESSION_COOKIE) or ''}"
    request = HTTPRequest(url.replace("http", "ws", 1), headers={"Cookie": cookie, **headers})
    return KernelLine(view, await websocket_connect(request))


@asynccontextmanager
async def kernel_of(
    client: httpx.Client, view: PageView, kernel: str | None = None
) -> AsyncIterator[KernelLine]:
    """A page's websocket, closed with goodbye."""
    line = await dial(client, view, kernel)
    try:
        yield line
    finally:
        line.socket.close(4000)
