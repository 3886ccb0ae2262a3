"""The port and the public address; real sockets, with and without a proxy that gets it wrong."""

import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler, websocket_connect

from motesklar import __version__
from motesklar.doctor.handlers import ROUTES
from motesklar.doctor.network import (
    Health,
    SocketFacts,
    ask_health,
    check_port,
    check_public,
    judge_address,
    judge_port,
    judge_socket,
)
from motesklar.doctor.report import Check, Level
from tests.doctor.certificates import Authority

Headers = dict[str, str]


class FakeHealth(RequestHandler):
    def get(self) -> None:
        self.write({"status": "ok", "version": __version__})


@asynccontextmanager
async def listening(
    routes: list[Any], xheaders: bool = False, tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    server = HTTPServer(Application(routes), xheaders=xheaders, ssl_options=tls)
    server.listen(0, "127.0.0.1")
    try:
        [listener] = server._sockets.values()
        yield listener.getsockname()[1]
    finally:
        server.stop()
        await server.close_all_connections()


class Proxy(WebSocketHandler):
    """A small proxy; `change` decides which headers go on."""

    def initialize(self, port: int, change: Callable[[Headers], None]) -> None:
        self.behind = f"127.0.0.1:{port}"
        self.change = change

    async def get(self, *args: Any, **kwargs: Any) -> None:
        headers = self._passed_on()
        if headers.pop("Upgrade", ""):
            try:
                address = f"ws://{self.behind}{self.request.path}"
                self.connection = await websocket_connect(HTTPRequest(address, headers=headers))
            except HTTPClientError as error:
                self.set_status(error.code)
                return
            await super().get(*args, **kwargs)
            return
        request = HTTPRequest(f"http://{self.behind}{self.request.path}", headers=headers)
        answer = await AsyncHTTPClient().fetch(request, raise_error=False)
        self.set_status(answer.code)
        self.finish(answer.body)

    def _passed_on(self) -> Headers:
        sent = self.request.headers
        headers = {name: sent[name] for name in ("Host", "Origin", "Upgrade") if name in sent}
        headers["X-Forwarded-Proto"] = "https"
        self.change(headers)
        return headers

    def check_origin(self, origin: str) -> bool:
        return True

    async def open(self, *args: str, **kwargs: str) -> None:
        await self.write_message(await self.connection.read_message() or "")
        self.connection.close()
        self.close()

    def on_message(self, message: str | bytes) -> None:
        raise AssertionError("the doctor sends nothing")


@asynccontextmanager
async def course_behind_proxy(
    change: Callable[[Headers], None],
) -> AsyncIterator[str]:
    routes = [(r"/health", FakeHealth), *ROUTES]
    async with (
        listening(routes, xheaders=True) as course,
        listening([(r"/.*", Proxy, {"port": course, "change": change})]) as proxy,
    ):
        yield f"http://localhost:{proxy}"


@contextmanager
def occupied() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def only(checks: list[Check], level: Level) -> list[Check]:
    return [check for check in checks if check.level is level]


async def test_a_free_port_is_fine() -> None:
    with occupied() as port:
        pass
    [check] = await check_port("127.0.0.1", port, "/", tls=False)
    assert (check.level, check.sentence) == (Level.OK, "is free; the course is not running")


async def test_our_own_running_course_is_fine() -> None:
    async with listening([(r"/base/health", FakeHealth)]) as port:
        [check] = await check_port("127.0.0.1", port, "/base/", tls=False)
    assert check.level is Level.OK
    assert "this course answers" in check.sentence


@pytest.fixture
def untrusted(tmp_path: Path) -> ssl.SSLContext:
    """TLS with a certificate that no browser trusts."""
    authority = Authority("localhost")
    (tmp_path / "cert.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(authority.pem())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return context


async def test_our_own_course_with_tls_is_found_whatever_name_its_certificate_has(
    untrusted: ssl.SSLContext,
) -> None:
    async with listening([(r"/health", FakeHealth)], tls=untrusted) as port:
        [check] = await check_port("127.0.0.1", port, "/", tls=True)
    assert check.level is Level.OK


async def test_a_certificate_that_browsers_do_not_trust_is_told(
    untrusted: ssl.SSLContext,
) -> None:
    async with listening([(r"/health", FakeHealth)], tls=untrusted) as port:
        checks = await check_public(f"https://localhost:{port}", "/", behind_proxy=False)
    assert checks[-1].level is Level.FAIL
    assert "the certificate is not trusted: self-signed certificate" in checks[-1].sentence


async def test_a_stranger_on_the_port_fails() -> None:
    async with listening([]) as port:
        [check] = await check_port("127.0.0.1", port, "/", tls=False)
    assert check.level is Level.FAIL
    assert "Address already in use" in check.sentence


def test_another_version_on_the_port_asks_for_a_restart() -> None:
    check = judge_port(8000, False, Health(version="0.0.1"))
    assert (check.level, check.next_step) == (Level.WARN, "Restart the course")


@pytest.mark.parametrize(
    ("url", "level", "sentence"),
    [
        ("", Level.WARN, "none is given"),
        ("http://course.example", Level.FAIL, "is not https"),
        ("https://course.example", Level.OK, "may use camera and microphone"),
        ("http://localhost:8000", Level.OK, "may use camera and microphone"),
        ("course.example", Level.FAIL, "is no web address"),
        ("https://course.example/base", Level.FAIL, "more than a name and a port"),
    ],
)
def test_the_address_is_judged_as_browsers_do(url: str, level: Level, sentence: str) -> None:
    [check] = judge_address(url)
    assert check.level is level
    assert sentence in check.sentence


async def test_a_course_without_a_proxy_is_reached_whole() -> None:
    async with listening([(r"/health", FakeHealth), *ROUTES]) as port:
        checks = await check_public(f"http://localhost:{port}", "/", behind_proxy=False)
    assert only(checks, Level.FAIL) == []
    assert checks[-1].sentence == "gets through"


async def test_a_proxy_that_drops_the_upgrade_is_found() -> None:
    def lose_upgrade(headers: Headers) -> None:
        headers.pop("Upgrade", None)

    async with course_behind_proxy(lose_upgrade) as url:
        [check] = only(await check_public(url, "/", behind_proxy=True), Level.FAIL)
    assert "does not get through: status 400" in check.sentence
    assert "Upgrade" in check.next_step


async def test_a_proxy_that_hides_the_name_is_found() -> None:
    def rename(headers: Headers) -> None:
        headers["Host"] = "inner.example"

    async with course_behind_proxy(rename) as url:
        [check] = only(await check_public(url, "/", behind_proxy=True), Level.FAIL)
    assert check.sentence == "is refused because it arrives under another name"


async def test_a_scheme_that_does_not_arrive_is_found() -> None:
    # the proxy says https, people of this test come by http: any difference counts
    async with course_behind_proxy(lambda headers: None) as url:
        [check] = only(await check_public(url, "/", behind_proxy=True), Level.FAIL)
    assert check.sentence == "people use http, but the course sees https"


def test_without_the_option_the_proxy_is_not_believed() -> None:
    [_, check] = judge_socket(SocketFacts(scheme="http"), "https", behind_proxy=False)
    assert check.next_step == "Start the course with --behind-proxy"


def test_a_proxy_that_tells_the_scheme_is_fine() -> None:
    checks = judge_socket(SocketFacts(scheme="https"), "https", behind_proxy=True)
    assert [check.level for check in checks] == [Level.OK, Level.OK]


def test_a_refused_name_is_told_apart_from_a_lost_upgrade() -> None:
    [check] = judge_socket(SocketFacts(status=403), "https", behind_proxy=True)
    assert "Host" in check.next_step


async def test_an_unknown_name_is_told() -> None:
    checks = await check_public("https://nowhere.invalid", "/", behind_proxy=False)
    assert "is not known here" in checks[-1].sentence


async def test_a_course_that_does_not_run_is_told() -> None:
    with occupied() as port:
        pass
    checks = await check_public(f"http://localhost:{port}", "/", behind_proxy=False)
    assert "does not answer as the course" in checks[-1].sentence


async def test_something_else_at_the_address_is_not_taken_for_the_course() -> None:
    class Other(RequestHandler):
        def get(self) -> None:
            self.write("hello")

    async with listening([(r"/health", Other)]) as port:
        health = await ask_health(f"http://127.0.0.1:{port}/health")
    assert health == Health(problem="something else answers there")
