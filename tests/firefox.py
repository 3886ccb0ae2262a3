"""How tests drive the system's own Firefox: a little WebDriver BiDi, enough to press and to ask.

Playwright drives only its own build of Firefox, or newer ones than a long-term release. One page,
one command at a time.
"""

import contextlib
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import ClientConnection, connect

from motesklar.web.visitor import LANGUAGE_COOKIE, SESSION_COOKIE
from tests.conftest import RunningCourse

START_SECONDS = 60
#: A greeting and an answer take half a minute, and both cores may be busy.
WAIT_SECONDS = 100

#: Quiet, and with a pretended microphone and camera that nobody has to allow.
PREFERENCES: Mapping[str, bool | int | str] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}

#: The first visible button, or choice, with these words.
_BUTTON = """(words) => [...document.querySelectorAll("button, label")].find((button) =>
  button.checkVisibility() && button.textContent.trim().startsWith(words))"""


def firefox_path() -> str:
    """The system's own Firefox; without it the test is skipped, and says so."""
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    if found is None:
        pytest.skip("NOT TESTED: Firefox is missing; `make test` as root installs it from Debian")
    return found


class FirefoxPage:
    """The page of a running Firefox.

    Args:
        socket: to the browser, with a session on it.
        context: the page's name on the wire.
    """

    def __init__(self, socket: ClientConnection, context: str) -> None:
        self._socket = socket
        self._context = context
        self._last_id = 0

    def goto(self, address: str) -> None:
        """Open an address, and wait until it is loaded."""
        self.command(
            "browsingContext.navigate", context=self._context, url=address, wait="complete"
        )

    def add_init_script(self, script: str) -> None:
        """Run this in each page before its own scripts."""
        self.command("script.addPreloadScript", functionDeclaration=f"() => {{ {script} }}")

    def add_cookie(self, address: str, name: str, value: str) -> None:
        """Keep a cookie as if the host of that address had set it."""
        cookie = {
            "name": name,
            "value": {"type": "string", "value": value},
            "domain": urlsplit(address).hostname,
            "path": "/",
        }
        self.command("storage.setCookie", cookie=cookie)

    def ask(self, function: str, *arguments: str) -> Any:
        """What a function of the page returns, once it is there; plain JSON."""
        told = self._call(
            f"async (...given) => JSON.stringify(await ({function})(...given))", arguments
        )
        return json.loads(told["value"]) if "value" in told else None

    def sign_in(self, course: RunningCourse, name: str) -> None:
        """Be a new person of that name, in Swedish."""
        self.add_cookie(course.url, SESSION_COOKIE, course.session_of(course.person(name)))
        self.add_cookie(course.url, LANGUAGE_COOKIE, "sv")

    def wait_for(self, function: str, *arguments: str) -> None:
        """Wait until a function of the page returns something true."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not self.ask(function, *arguments):
            assert time.monotonic() < deadline, f"not within {WAIT_SECONDS} s: {function}"
            time.sleep(0.1)  # between two looks

    def press(self, words: str) -> None:
        """Press the button with these words as a hand does, so that sound may begin."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                return self._press_now(words)
            except AssertionError as error:
                # only where the page has drawn the button anew just now
                if "move target out of bounds" not in str(error) or time.monotonic() > deadline:
                    raise

    def _press_now(self, words: str) -> None:
        self.wait_for(f"(words) => Boolean(({_BUTTON})(words))", words)
        button = self._call(
            f"(words) => {{ const found = ({_BUTTON})(words);"
            ' found.scrollIntoView({ block: "center", behavior: "instant" }); return found; }',
            (words,),
        )
        origin = {"type": "element", "element": {"sharedId": button["sharedId"]}}
        self.command(
            "input.performActions",
            context=self._context,
            actions=[
                {
                    "type": "pointer",
                    "id": "mouse",
                    "actions": [
                        {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
                        {"type": "pointerDown", "button": 0},
                        {"type": "pointerUp", "button": 0},
                    ],
                }
            ],
        )

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command, and its answer."""
        self._last_id += 1
        order = {"id": self._last_id, "method": method, "params": parameters}
        self._socket.send(json.dumps(order))
        while True:
            answer = json.loads(self._socket.recv(WAIT_SECONDS))
            if answer.get("id") == self._last_id:
                break
        assert answer["type"] == "success", f"{method}: {answer}"
        result: dict[str, Any] = answer["result"]
        return result

    def _call(self, function: str, arguments: tuple[str, ...]) -> dict[str, Any]:
        told = self.command(
            "script.callFunction",
            functionDeclaration=function,
            arguments=[{"type": "string", "value": value} for value in arguments],
            target={"context": self._context},
            awaitPromise=True,
        )
        assert told["type"] == "success", told.get("exceptionDetails")
        result: dict[str, Any] = told["result"]
        return result


@contextlib.contextmanager
def running_firefox(folder: Path) -> Iterator[FirefoxPage]:
    """A Firefox with a profile of its own in `folder`; it is gone afterwards."""
    preferences = (f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items())
    (folder / "user.js").write_text("\n".join(preferences), encoding="utf-8")
    log = folder / "firefox.log"
    switches = ("--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(folder))
    with (
        log.open("w") as out,
        subprocess.Popen([firefox_path(), *switches], stdout=out, stderr=out) as process,
    ):
        try:
            address = _address(log, process)
            with connect(f"{address}/session", max_size=None, compression=None) as socket:
                yield _new_page(socket)
        finally:
            process.terminate()


def _address(log: Path, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + START_SECONDS
    while not (found := re.search(r"listening on (ws://\S+)", log.read_text())):
        alive = process.poll() is None and time.monotonic() < deadline
        assert alive, f"Firefox did not start:\n{log.read_text()}"
        time.sleep(0.1)  # between two looks
    return found[1]


def _new_page(socket: ClientConnection) -> FirefoxPage:
    browser = FirefoxPage(socket, "")
    browser.command("session.new", capabilities={})
    # the first page is the browser's own, and may not be driven
    context: str = browser.command("browsingContext.create", type="tab")["context"]
    return FirefoxPage(socket, context)
