"""The capacity panel of a real course: true figures, for administrators, kept new by itself."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from motesklar.store.models import Role
from motesklar.web.visitor import SESSION_COOKIE
from tests.conftest import RunningCourse

pytestmark = pytest.mark.slow

MODULE = "01-why-meet-online"
MIB = 1024**2


@asynccontextmanager
async def calculating(client: httpx.Client) -> AsyncIterator[WebSocketClientConnection]:
    """A page of this person's whose kernel is ready."""
    page = (await asyncio.to_thread(client.get, f"/m/{MODULE}")).text
    state = json.loads(page.split('id="widget-state">')[1].split("</script>")[0])
    query = f"version={state['version']}&page={uuid.uuid4()}"
    url = f"{client.base_url}/api/modules/{MODULE}/kernel?{query}".replace("http", "ws", 1)
    cookie = f"{SESSION_COOKIE}={client.cookies.get(SESSION_COOKIE)}"
    socket = await websocket_connect(HTTPRequest(url, headers={"Cookie": cookie}))
    async with asyncio.timeout(60):
        told = json.loads(await socket.read_message() or "{}")
    assert told["type"] == "ready"
    yield socket
    socket.close(4000)


def figures(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/capacity").json()
    return found


async def test_a_page_that_calculates_is_counted_with_its_memory(course: RunningCourse) -> None:
    administrator = course.client(course.person("Ada", Role.ADMINISTRATOR))
    before = figures(administrator)
    async with calculating(course.client(course.person("Kalle"))):
        now = figures(administrator)
        assert now["kernels"] == before["kernels"] + 1
        assert now["cap"] == before["cap"] >= 8
        assert MIB < now["kernel_bytes"]["max"] < 40 * MIB
        made_of = [t for t in now["templates"] if t["module"] == MODULE and t["language"] == "sv"]
        assert made_of[0]["kernels"] >= 1
        assert made_of[0]["state"] == "ready"
        page = administrator.get("/capacity").text
        assert f"{now['kernels']} av {now['cap']}" in page
        assert "ipykernel" in page


def test_every_module_has_a_template_in_every_language(course: RunningCourse) -> None:
    administrator = course.client(course.person("Ada", Role.ADMINISTRATOR))
    for module in (MODULE, "02-test-your-equipment", "03-your-first-practice-call"):
        for language in ("sv", "en"):
            client = course.client(course.person("Läsare"))
            client.post("/language", data={"language": language, "next": "/"})
            assert client.get(f"/m/{module}").status_code == 200
    there = {(t["module"], t["language"]) for t in figures(administrator)["templates"]}
    assert (None, None) in there
    assert {(MODULE, "sv"), ("03-your-first-practice-call", "en")} <= there


def test_nobody_else_sees_it(course: RunningCourse) -> None:
    for role in (Role.LEARNER, Role.LEADER, Role.REVIEWER):
        client = course.client(course.person("Nyfiken", role))
        assert client.get("/api/capacity").status_code == 403
        assert client.get("/capacity").status_code == 403
