"""The server: Voilà's app with our route table, our identity and our own listening.

Stock Voilà lets any signed-in person read notebooks' sources, reach the contents API and open
another's kernel. So nothing of its route table is kept: `routes.py` is an allowlist.
"""

import asyncio
import contextlib
import errno
import gc
import logging
import os
import secrets
import shutil
import signal
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from voila.app import Voila

from motesklar.errors import MotesklarError
from motesklar.i18n import N_
from motesklar.pages.renderer import voila_configuration
from motesklar.paths import DataFolder
from motesklar.web.base import NotFoundHandler
from motesklar.web.build import build_services
from motesklar.web.identity import SessionIdentity
from motesklar.web.log import log_request
from motesklar.web.routes import tornado_routes
from motesklar.web.services import Services

log = logging.getLogger("motesklar.web")

#: Above any upload we accept (a CSV of 13,000 people is about 1 MB).
MAX_BODY_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class ServeOptions:
    """How `motesklar serve` was called.

    Args:
        host: address to listen on; loopback unless chosen.
        base_url: path before every address, `/` unless behind somebody else's proxy.
        behind_proxy: believe X-Forwarded-Proto and -For of the proxy in front.
        tls_cert: PEM file, with `tls_key`.
        overlay: the organisation's own course folder.
    """

    data: DataFolder
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = "/"
    public_url: str = ""
    demo: bool = False
    behind_proxy: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    overlay: Path | None = None

    @property
    def origin(self) -> str:
        """Where people reach the course, without a trailing slash or the base URL."""
        if self.public_url:
            return self.public_url.rstrip("/")
        scheme = "https" if self.tls_cert else "http"
        host = "localhost" if self.host in ("127.0.0.1", "::1") else self.host
        return f"{scheme}://{host}:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.origin.startswith("https:")


class PortTaken(MotesklarError):
    """Somebody already listens there."""

    code = "port_taken"
    message = N_("Port %(port)s is already in use.")
    next_step = N_("Stop the other program, or choose another port: make serve PORT=8001")


class CourseApp(Voila):  # type: ignore[misc]
    """Voilà without its routes, its configuration files and its way of listening."""

    identity_provider_class = SessionIdentity

    def __init__(self, options: ServeOptions, services: Services) -> None:
        super().__init__(
            config_file_paths=[],
            cookie_secret=_secret(options.data),
            base_url=options.base_url,
        )
        self.options = options
        self.services = services

    def load_config_file(self, *_args: Any, **_kwargs: Any) -> None:
        """None: a stray file in the working folder must not change the course."""

    def prepare(self) -> Application:
        """Make Voilà's settings and our application; no socket is opened yet."""
        self.log = log
        self.voila_configuration = voila_configuration(self)
        self.setup_template_dirs()
        self.connection_dir = tempfile.mkdtemp(prefix="motesklar-")
        settings = self.init_settings()
        settings |= {
            "services": self.services,
            "xsrf_cookies": True,
            "xsrf_cookie_kwargs": {
                "samesite": "Lax",
                "secure": self.options.secure,
                "path": self.options.base_url,
            },
            "compress_response": True,
            "log_function": log_request,
            "default_handler_class": NotFoundHandler,
            "websocket_max_message_size": 1024 * 1024,
        }
        return Application(tornado_routes(self.options.base_url), **settings)

    def setup_template_dirs(self) -> None:
        """None of Voilà's: module pages use `pages/templates`."""
        self.template_paths: list[str] = []
        self.static_paths: list[str] = []

    def close(self) -> None:
        """Remove the folder that Voilà wants for connection files; safe to call twice."""
        shutil.rmtree(self.connection_dir, ignore_errors=True)


def _secret(data: DataFolder) -> bytes:
    """The installation's own key, made at first start."""
    path = data.secret_file
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()


def _tls(options: ServeOptions) -> ssl.SSLContext | None:
    if options.tls_cert is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options.tls_cert, options.tls_key)
    return context


def _listen(options: ServeOptions, application: Application) -> HTTPServer:
    """Open the port, never another one.

    Raises:
        PortTaken: somebody has it.
    """
    try:
        sockets = bind_sockets(options.port, options.host)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=options.port) from error
        raise
    server = HTTPServer(
        application,
        ssl_options=_tls(options),
        xheaders=options.behind_proxy,
        max_body_size=MAX_BODY_BYTES,
    )
    server.add_sockets(sockets)
    return server


@contextlib.asynccontextmanager
async def running(options: ServeOptions) -> Any:
    """A running course inside `async with`: yields its services.

    Raises:
        PortTaken: the port is not free; nothing has been started.
    """
    services = build_services(options)
    app = CourseApp(options, services)
    application = app.prepare()
    server = _listen(options, application)
    try:
        services.sessions.sockets.start()
        services.calls.start()
        await services.pages.start()
        services.projection.start()
        services.exports.start()
        await services.exercises.start()
        services.rooms.attendance.start()
        services.retention.start()
        if not services.demo:
            services.backups.start()
        services.privacy.desk.start()
        services.letters.start()
        yield services
    finally:
        server.stop()
        # calls first: their people are told; then grading, then kernels, the database last
        await services.calls.close()
        await services.sessions.sockets.close()
        await services.rooms.attendance.close()
        await services.retention.close()
        await services.backups.close()
        await services.privacy.desk.close()
        await services.projection.close()
        await services.previews.close()
        await services.exports.close()
        await services.letters.close()
        await services.exercises.close()
        await services.pages.close()
        await server.close_all_connections()
        app.close()
        services.database.close()


async def serve(options: ServeOptions, ready: Any) -> None:
    """Run until SIGINT or SIGTERM; `ready(services)` is called once the port is open."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running(options) as services:
        # what is loaded by now stays, and is most of what there is: a full collection that looks at
        # all of it again would hold up everybody's calls for a tenth of a second and more
        gc.freeze()
        ready(services)
        await stop.wait()
        log.info("stopping, pid %s", os.getpid())
