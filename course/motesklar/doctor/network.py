"""The port here, and the address that people type: does the one lead to the other?"""

import asyncio
import json
import socket
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketError, websocket_connect

from motesklar import __version__
from motesklar.doctor.report import Check, Level, fail, ok, warn

TIMEOUT_SECONDS = 10.0
_PROXY_GUIDE = "see the proxy example in docs/running.md"


@dataclass(frozen=True)
class Health:
    """What `/health` answered.

    Args:
        version: of the Mötesklar that answered; empty where it was not one.
        problem: why there was no such answer.
    """

    version: str = ""
    problem: str = ""


@dataclass(frozen=True)
class SocketFacts:
    """How a websocket arrived.

    Args:
        scheme: as the server saw it, `http` or `https`; empty where none arrived.
        status: the HTTP status that refused it, 0 for none.
        problem: what went wrong otherwise.
    """

    scheme: str = ""
    status: int = 0
    problem: str = ""


def judge_port(port: int, is_free: bool, health: Health, reason: str = "") -> Check:
    """Whether the course has its port, or can have it."""
    name = f"port {port}"
    if is_free:
        return ok(name, "is free; the course is not running")
    if health.version == __version__:
        return ok(name, f"this course answers, version {health.version}")
    if health.version:
        return warn(
            name,
            f"version {health.version} answers, installed is {__version__}",
            "Restart the course",
        )
    return fail(
        name,
        f"is not free and no course answers there: {reason or health.problem}",
        "Stop the other program, or choose another port with --port",
    )


def judge_address(url: str) -> list[Check]:
    """Whether browsers will give camera and microphone to a page at this address."""
    name = "public address"
    if not url:
        return [
            warn(
                name,
                "none is given, so it was not tried",
                "Run the doctor again with --public-url https://…, as for serve",
            )
        ]
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return [fail(name, f"{url} is no web address", "Write it like https://course.example")]
    if parts.path.strip("/") or parts.query or parts.fragment:
        next_step = "Leave the path out here and give it as --base-url"
        return [fail(name, f"{url} has more than a name and a port", next_step)]
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        return [
            fail(
                name,
                "is not https, and browsers give camera and microphone to https pages alone",
                "Give --tls-cert and --tls-key, or let a proxy do TLS and add --behind-proxy",
            )
        ]
    return [ok(name, f"{url} may use camera and microphone")]


def judge_resolved(host: str, addresses: list[str], problem: str) -> Check:
    """Whether the name leads anywhere."""
    if addresses:
        return ok("name", f"{host} is {', '.join(addresses)}")
    return fail(
        "name", f"{host} is not known here: {problem}", "Enter the name in your organisation's DNS"
    )


def judge_health(url: str, health: Health) -> Check:
    """Whether the course answers at the public address."""
    if health.version:
        return ok("page through the public address", f"{url} answers, version {health.version}")
    return fail(
        "page through the public address",
        f"{url} does not answer as the course: {health.problem}",
        f"Start the course, open the port for people, and {_PROXY_GUIDE}",
    )


def judge_socket(facts: SocketFacts, scheme: str, behind_proxy: bool) -> list[Check]:
    """Whether a websocket gets through, and arrives with the scheme that people use."""
    name = "websocket through the public address"
    if facts.status == 403:
        next_step = f"Let the proxy pass the Host header on; {_PROXY_GUIDE}"
        return [fail(name, "is refused because it arrives under another name", next_step)]
    if not facts.scheme:
        told = f"status {facts.status}" if facts.status else facts.problem
        next_step = f"Let the proxy pass the headers Upgrade and Connection on; {_PROXY_GUIDE}"
        return [fail(name, f"does not get through: {told}", next_step)]
    checks = [ok(name, "gets through")]
    if facts.scheme != scheme:
        if behind_proxy:
            next_step = f"Let the proxy set X-Forwarded-Proto; {_PROXY_GUIDE}"
        else:
            next_step = "Start the course with --behind-proxy"
        sentence = f"people use {scheme}, but the course sees {facts.scheme}"
        checks.append(fail("scheme through the proxy", sentence, next_step))
    elif behind_proxy:
        checks.append(ok("scheme through the proxy", f"the course sees {facts.scheme}"))
    return checks


async def check_port(host: str, port: int, base_url: str, tls: bool) -> list[Check]:
    """Try to take the port, else ask who has it."""
    reason = _try_port(host, port)
    if not reason:
        return [judge_port(port, True, Health())]
    shown = f"[{host}]" if ":" in host else host
    scheme = "https" if tls else "http"
    asked = shown if host not in ("0.0.0.0", "::") else "localhost"  # noqa: S104 - compared only
    # the certificate is for the public name and is judged by itself
    health = await ask_health(f"{scheme}://{asked}:{port}{base_url}health", verify=False)
    return [judge_port(port, False, health, reason)]


async def check_public(url: str, base_url: str, behind_proxy: bool) -> list[Check]:
    """Go the way that people's browsers go."""
    checks = judge_address(url)
    parts = urlsplit(url)
    if not parts.hostname:
        return checks
    host = parts.hostname or ""
    resolved = judge_resolved(host, *await _resolve(host))
    checks.append(resolved)
    if resolved.level is not Level.OK:
        return checks
    root = url.rstrip("/") + base_url
    checks.append(judge_health(f"{root}health", await ask_health(f"{root}health")))
    if checks[-1].level is Level.OK:
        facts = await ask_socket(f"{root}health/connection", url.rstrip("/"))
        checks += judge_socket(facts, parts.scheme, behind_proxy)
    return checks


async def ask_health(url: str, verify: bool = True) -> Health:
    """Fetch `/health`."""
    request = HTTPRequest(
        url,
        connect_timeout=TIMEOUT_SECONDS,
        request_timeout=TIMEOUT_SECONDS,
        validate_cert=verify,
        follow_redirects=False,
    )
    try:
        response = await AsyncHTTPClient().fetch(request)
        answer: Any = json.loads(response.body)
        if answer["status"] != "ok":
            return Health(problem="it says that it is not well")
        return Health(version=str(answer["version"]))
    except (HTTPClientError, OSError) as error:
        return Health(problem=_reason(error))
    except (ValueError, KeyError, TypeError):
        return Health(problem="something else answers there")


async def ask_socket(url: str, origin: str) -> SocketFacts:
    """Open a websocket as a page of `origin` would."""
    request = HTTPRequest(
        url.replace("http", "ws", 1), headers={"Origin": origin}, connect_timeout=TIMEOUT_SECONDS
    )
    try:
        socket_ = await websocket_connect(request)
    except HTTPClientError as error:
        return SocketFacts(status=error.code)
    except (OSError, WebSocketError) as error:
        return SocketFacts(problem=_reason(error))
    try:
        told = await asyncio.wait_for(socket_.read_message(), TIMEOUT_SECONDS)
        return SocketFacts(scheme=str(json.loads(told or "{}")["scheme"]))
    except (TimeoutError, ValueError, KeyError, TypeError):
        return SocketFacts(problem="it opened but nothing came through")
    finally:
        socket_.close()


def _try_port(host: str, port: int) -> str:
    """Why the port can't be taken; empty if it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # as the course itself does: a connection that is closing is no obstacle
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


async def _resolve(host: str) -> tuple[list[str], str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        return [], error.strerror or str(error)
    return sorted({str(address[4][0]) for address in found}), ""


def _reason(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted: {error.verify_message}"
    if isinstance(error, HTTPClientError):
        return f"status {error.code}: {error.message}"
    return str(error) or type(error).__name__
