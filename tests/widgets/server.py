"""A page with widgets on it, and a server that keeps what they save as the real one does."""

import asyncio
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler, StaticFileHandler

from motesklar.i18n import load_languages
from motesklar.web.bundles import WEB_STATIC, WIDGET_STATIC
from motesklar.web.security import HEADERS
from motesklar_widgets import CourseWidget

HARNESS = Path(__file__).parent / "harness"


@dataclass
class Saved:
    """What the server has of the person; tests read and set it."""

    person: str = "p-anna"
    shared_device: bool = False
    answers: dict[str, Any] = field(default_factory=dict)
    #: Answers that are right.
    right: list[Any] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    verdicts: dict[str, Any] = field(default_factory=dict)
    attempt: dict[str, Any] | None = None
    evidence: dict[str, Any] = field(
        default_factory=lambda: {"sound_seconds": 0, "picture_seconds": 0, "text_characters": 0}
    )
    #: Each look at an attempt takes the next of these, and stays at the last.
    grading: list[dict[str, Any]] = field(default_factory=list)
    #: Status answered to every API request instead of the real answer.
    broken: int | None = None
    requests: list[tuple[str, str]] = field(default_factory=list)
    #: What of the equipment was told outside a module.
    equipment: list[dict[str, Any]] = field(default_factory=list)
    #: `{workshop, table}` where the person is in a hall.
    hall: dict[str, str] | None = None

    def attempt_now(self) -> dict[str, Any] | None:
        """The attempt as it has come by now."""
        if self.attempt and self.grading:
            self.attempt |= self.grading.pop(0)
        return self.attempt

    def verdicts_of(self, step: str) -> list[str]:
        """The step's verdicts, in the order in which they were recorded."""
        return [f["detail"]["verdict"] for f in self.facts if f["step"] == step]


@dataclass(frozen=True)
class PageOfWidgets:
    """Widgets in order, each in a step of its own."""

    widgets: dict[str, CourseWidget]
    language: str
    live: bool


class _Handler(RequestHandler):
    def initialize(self, harness: "Harness") -> None:
        self.harness = harness

    def set_default_headers(self) -> None:
        for name, value in HEADERS.items():
            self.set_header(name, value)


class _Page(_Handler):
    def get(self, number: str) -> None:
        page = self.harness.pages[int(number)]
        states = {w.model_id: w.get_state() for w in page.widgets.values()}
        self.render(
            str(HARNESS / "page.html"),
            language=page.language,
            live=page.live,
            widgets=[(step, widget.model_id) for step, widget in page.widgets.items()],
            catalogue=for_script(load_languages()[page.language].sentences),
            states=for_script(states),
        )


def for_script(value: Any) -> str:
    """JSON that can stand in a script element."""
    return json.dumps(value, default=str).replace("<", "\\u003c")


class _Equipment(_Handler):
    def get(self, language: str) -> None:
        catalogue = for_script(load_languages()[language].sentences)
        self.render(str(HARNESS / "equipment.html"), language=language, catalogue=catalogue)


class _Model(_Handler):
    def post(self, model_id: str) -> None:
        page = next(p for p in self.harness.pages if model_id in _by_id(p))
        widget = _by_id(page)[model_id]
        changes = json.loads(self.request.body)
        for name, value in changes.items():
            setattr(widget, name, value)
        state = widget.get_state()
        self.write({name: value for name, value in state.items() if name not in changes})


def _by_id(page: PageOfWidgets) -> dict[str, CourseWidget]:
    return {widget.model_id: widget for widget in page.widgets.values()}


class _Api(_Handler):
    def prepare(self) -> None:
        saved = self.harness.saved
        saved.requests.append((self.request.method or "", self.request.path))
        if self.request.method != "GET":
            assert self.request.headers["X-XSRFToken"] == "token-of-the-page"
        if saved.broken:
            self.set_status(saved.broken)
            message = {"code": "x", "message": "It is broken.", "next_step": "Do this instead."}
            self.finish({"error": message})

    def get(self, path: str) -> None:
        saved = self.harness.saved
        if path == "me":
            person = {"id": saved.person, "name": "Anna", "role": "learner", "department": ""}
            self.write({"person": person, "shared_device": saved.shared_device})
        elif path == "equipment/state":
            state = {"days": 30, "shared_device": saved.shared_device, "hall": saved.hall}
            self.write(state | {"verdicts": {}})
        elif path.startswith("attempts/"):
            self.write(saved.attempt_now() or {})
        else:
            names = ("answers", "verdicts", "attempt", "evidence")
            self.write({"steps": {}} | {name: getattr(saved, name) for name in names})

    def put(self, path: str) -> None:
        exercise = path.rsplit("/", 1)[1]
        self.harness.saved.answers[exercise] = json.loads(self.request.body)["value"]
        self.write({"saved_at": "2026-01-01T12:00:00"})

    def post(self, path: str) -> None:
        saved = self.harness.saved
        body = json.loads(self.request.body)
        if path == "facts":
            known = any(fact["id"] == body["id"] for fact in saved.facts)
            if not known:
                saved.facts.append(body)
            self.write({"recorded": not known})
        elif path.endswith("/check"):
            right = saved.answers.get(path.split("/")[-2]) in saved.right
            self.write({"right": right, "explanation": "Because it is so."})
        elif path == "equipment/verdicts":
            saved.equipment.append(body)
            self.write({"recorded": True})
        elif path == "equipment/report":
            address = f"http://localhost:{self.harness.port}/equipment/report/K7RM2XQW"
            expires = "2026-12-01T12:00:00+00:00"
            self.write({"code": "K7RM2XQW", "address": address, "expires_at": expires})
        else:
            saved.attempt = {
                "id": body["id"],
                "module": "02-test-your-equipment",
                "state": "waiting",
                "score": None,
                "max_score": None,
                "results": [],
                "handed_in_at": "2026-01-01T12:00:00",
                "graded_at": None,
            }
            self.set_status(202)
            self.write(saved.attempt)


class Harness:
    """The server on a loopback port, in a thread of its own."""

    def __init__(self) -> None:
        self.saved = Saved()
        self.pages: list[PageOfWidgets] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="widget-harness")
        self._ready = threading.Event()

    def start(self) -> None:
        """Listen; done when the port is open."""
        self._thread.start()
        self._ready.wait()

    def close(self) -> None:
        """Stop and wait for the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def equipment(self, language: str = "en") -> str:
        """The address of the page with the one flow."""
        return f"http://localhost:{self.port}/equipment/{language}"

    def show(
        self, widgets: dict[str, CourseWidget], *, language: str = "en", live: bool = True
    ) -> str:
        """The address of a page with these widgets, by step."""
        self.pages.append(PageOfWidgets(widgets, language, live))
        return f"http://localhost:{self.port}/page/{len(self.pages) - 1}"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        sockets = bind_sockets(0, "localhost")
        # IPv4 and IPv6 get ports of their own when the system chooses; one is enough
        self.port = sockets[0].getsockname()[1]
        server = HTTPServer(self._application())
        server.add_socket(sockets[0])
        for unused in sockets[1:]:
            unused.close()
        self._ready.set()
        self._loop.run_forever()
        server.stop()
        self._loop.run_until_complete(server.close_all_connections())
        self._loop.close()

    def _application(self) -> Application:
        own = {"harness": self}
        return Application(
            [
                (r"/page/(\d+)", _Page, own),
                (r"/equipment/(\w+)", _Equipment, own),
                (r"/harness/models/(\w+)", _Model, own),
                (r"/api/(.*)", _Api, own),
                (r"/harness/(.*)", StaticFileHandler, {"path": str(HARNESS)}),
                (r"/static/0/widgets/(.*)", StaticFileHandler, {"path": str(WIDGET_STATIC)}),
                (r"/static/0/(.*)", StaticFileHandler, {"path": str(WEB_STATIC)}),
            ]
        )
