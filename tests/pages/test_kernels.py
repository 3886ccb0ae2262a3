"""A page's kernel answers its own page and nobody else, and runs no code of the browser's."""

import asyncio
import json
import os
import re
import signal
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from motesklar.web.visitor import SESSION_COOKIE
from tests.conftest import RunningCourse

pytestmark = pytest.mark.slow

MODULE = "01-why-meet-online"
ANSWER_SECONDS = 15


def open_page(client: httpx.Client, module: str = MODULE) -> tuple[str, dict[str, Any], str]:
    """Kernel id, widget states and source of a module page."""
    page = client.get(f"/m/{module}")
    assert page.status_code == 200, page.text
    kernel = re.search(r'data-kernel="([0-9a-f-]{36})"', page.text)
    states = re.search(r'id="widget-state">(.*?)</script>', page.text, re.DOTALL)
    assert kernel
    assert states
    return kernel[1], json.loads(states[1]), page.text


@asynccontextmanager
async def channels(
    client: httpx.Client, kernel_id: str
) -> AsyncIterator[WebSocketClientConnection]:
    """The kernel's websocket, opened with the client's own cookie."""
    url = f"{client.base_url}/api/kernels/{kernel_id}/channels?session_id={uuid.uuid4()}"
    cookie = f"{SESSION_COOKIE}={client.cookies.get(SESSION_COOKIE) or ''}"
    socket = await websocket_connect(
        HTTPRequest(url.replace("http", "ws", 1), headers={"Cookie": cookie})
    )
    try:
        yield socket
    finally:
        socket.close()


def message(msg_type: str, content: dict[str, Any]) -> str:
    """A kernel message as the page's front end sends it."""
    header = {
        "msg_id": str(uuid.uuid4()),
        "msg_type": msg_type,
        "session": "test",
        "username": "",
        "date": "2026-01-01T00:00:00Z",
        "version": "5.3",
    }
    frame = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}}
    return json.dumps(frame | {"content": content, "buffers": []})


async def next_of(socket: WebSocketClientConnection, msg_type: str) -> dict[str, Any]:
    """The next message of a type."""
    async with asyncio.timeout(ANSWER_SECONDS):
        while True:
            raw = await socket.read_message()
            assert isinstance(raw, str), "the kernel's websocket closed"
            found: dict[str, Any] = json.loads(raw)
            if found["header"]["msg_type"] == msg_type:
                return found


async def test_a_touched_widget_is_answered_by_its_own_kernel(course: RunningCourse) -> None:
    client = course.client(course.person("Kerstin"))
    kernel_id, states, _ = open_page(client)
    calculator, model = next(
        (i, m) for i, m in states.items() if m["state"]["_module_name"] == "trip_calculator"
    )
    km = model["state"]["km"]
    async with channels(client, kernel_id) as socket:
        update = {"method": "update", "state": {"km": km * 2}, "buffer_paths": []}
        await socket.write_message(message("comm_msg", {"comm_id": calculator, "data": update}))
        while True:
            told = await next_of(socket, "comm_msg")
            if told["content"]["data"]["method"] == "update":
                break
    assert told["content"]["comm_id"] == calculator


async def test_code_sent_to_the_kernel_is_never_run(course: RunningCourse) -> None:
    client = course.client(course.person("Mallory"))
    kernel_id, _, _ = open_page(client)
    async with channels(client, kernel_id) as socket:
        code = {"code": "print('run')", "silent": False, "store_history": False}
        await socket.write_message(message("execute_request", code))
        await socket.write_message(message("kernel_info_request", {}))
        # the kernel answers in order, so a run would have told of itself before this reply
        seen = []
        async with asyncio.timeout(ANSWER_SECONDS):
            while "kernel_info_reply" not in seen:
                raw = await socket.read_message()
                assert isinstance(raw, str)
                seen.append(json.loads(raw)["header"]["msg_type"])
    assert not {"execute_reply", "stream", "execute_result", "error"} & set(seen)


async def test_another_person_reaches_neither_websocket_nor_door(course: RunningCourse) -> None:
    kernel_id, _, _ = open_page(course.client(course.person("Anna")))
    stranger = course.client(course.person("Bo"))
    with pytest.raises(HTTPClientError, match="404"):
        async with channels(stranger, kernel_id):
            pass
    assert stranger.delete(f"/api/kernels/{kernel_id}").status_code == 404
    nobody = course.client()
    with pytest.raises(HTTPClientError, match="403"):
        async with channels(nobody, kernel_id):
            pass


def test_the_same_person_on_another_device_has_another_kernel(course: RunningCourse) -> None:
    person = course.person("Cilla")
    first, second = course.client(person), course.client(person)
    kernel_id, _, _ = open_page(first)
    assert second.delete(f"/api/kernels/{kernel_id}").status_code == 404
    assert first.delete(f"/api/kernels/{kernel_id}").status_code == 204
    assert first.delete(f"/api/kernels/{kernel_id}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/api/kernels",
        "/api/contents",
        "/api/sessions",
        "/api/terminals",
        "/voila/tree",
        "/voila/render/lesson.ipynb",
        f"/voila/files/{MODULE}/lesson.ipynb",
        "/voila/api/contents/lesson.ipynb",
        "/voila/api/shutdown/x",
        "/voila/query/00000000-0000-0000-0000-000000000000",
        "/tree",
        "/lab",
        "/static/000000000000/../../lesson.ipynb",
        "/static/000000000000/widgets/../__init__.py",
        "/static/000000000000/../app.py",
    ],
)
def test_nothing_else_of_jupyter_or_the_disk_can_be_reached(
    course: RunningCourse, path: str
) -> None:
    client = course.client(course.person("Mallory"))
    raw = httpx.Request("GET", course.url + path, headers=dict(client.headers))
    raw.url = httpx.URL(course.url).copy_with(raw_path=path.encode())
    assert client.send(raw).status_code in (403, 404)


def test_hidden_tests_and_right_answers_are_not_in_the_page(course: RunningCourse) -> None:
    client = course.client(course.person("Dan"))
    for module in ("01-why-meet-online", "02-test-your-equipment", "03-your-first-practice-call"):
        _, _, source = open_page(client, module)
        for word in ("HIDDEN TESTS", "BEGIN SOLUTION", "assert ", "explanation ="):
            assert word not in source


def test_a_kernel_that_dies_takes_nothing_along(course: RunningCourse) -> None:
    client = course.client(course.person("Eva"))
    open_page(client)
    answer = client.get(f"/api/modules/{MODULE}/state").json()
    for process in _kernels_of(course):
        os.kill(process, signal.SIGKILL)
    assert client.get(f"/api/modules/{MODULE}/state").json() == answer
    open_page(client)  # a new page has a new kernel


def _kernels_of(course: RunningCourse) -> list[int]:
    """Process ids of the course's kernels: children of the server that run ipykernel."""
    assert course.process
    children = f"/proc/{course.process.pid}/task/{course.process.pid}/children"
    with open(children) as file:
        pids = [int(pid) for pid in file.read().split()]

    def is_kernel(pid: int) -> bool:
        with open(f"/proc/{pid}/cmdline") as file:
            return "ipykernel" in file.read()

    found = [pid for pid in pids if is_kernel(pid)]
    assert found
    return found
