"""The partner's clips as files, for pages that no sound reaches."""

import asyncio
from types import SimpleNamespace

import httpx
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from motesklar.call.partner.clips import CLIPS_DIR
from motesklar.call.partner.handlers import ROUTES
from motesklar.i18n import load_languages

GREETING = (CLIPS_DIR / "sv" / "greeting.opus").read_bytes()


def answers(*requests: httpx.Request) -> list[httpx.Response]:
    """What the handler answers, over a real socket."""
    return asyncio.run(_answers(*requests))


async def _answers(*requests: httpx.Request) -> list[httpx.Response]:
    services = SimpleNamespace(languages=load_languages(), demo=False, overlay=None)
    server = HTTPServer(Application(list(ROUTES), services=services, base_url="/"))
    sockets = bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    address = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=address) as client:
            return [await client.send(_at(client, request)) for request in requests]
    finally:
        server.stop()
        await server.close_all_connections()


def _at(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Request:
    return client.build_request(request.method, request.url.path, headers=request.headers)


def ask(path: str, method: str = "GET", **headers: str) -> httpx.Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Request(method, f"http://course{path}", headers=named)


def test_a_clip_is_an_ogg_file_that_may_be_kept_for_a_while() -> None:
    [answer] = answers(ask("/call/clips/sv/greeting.opus"))
    assert answer.content == GREETING
    assert answer.headers["Content-Type"] == "audio/ogg; codecs=opus"
    assert "max-age" in answer.headers["Cache-Control"]


def test_a_browser_may_ask_for_a_part_and_for_the_length() -> None:
    part, head = answers(
        ask("/call/clips/sv/greeting.opus", Range="bytes=0-99"),
        ask("/call/clips/sv/greeting.opus", "HEAD"),
    )
    assert (part.status_code, part.content) == (206, GREETING[:100])
    assert int(head.headers["Content-Length"]) == len(GREETING)
    assert not head.content


def test_a_clip_that_has_not_changed_is_not_sent_again() -> None:
    [first] = answers(ask("/call/clips/sv/greeting.opus"))
    [again] = answers(ask("/call/clips/sv/greeting.opus", If_None_Match=first.headers["Etag"]))
    assert again.status_code == 304


def test_a_language_without_a_voice_hears_the_courses_own() -> None:
    [answer] = answers(ask("/call/clips/fi/greeting.opus"))
    assert answer.content == GREETING


def test_what_is_no_clip_is_not_found() -> None:
    paths = ("/call/clips/sv/nothing.opus", "/call/clips/sv/..%2f..%2fclips.py", "/call/clips/sv/")
    assert [answer.status_code for answer in answers(*map(ask, paths))] == [404, 404, 404]
