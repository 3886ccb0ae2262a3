"""How tests drive the system's own WebKitGTK: a little W3C WebDriver, enough to press and to ask.

Playwright drives only its own build of WebKit. One page at a time, on a screen that nobody sees.
"""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import free_port

#: An answer takes some seconds, and both cores may be busy.
WAIT_SECONDS = 60

#: The name of an element on the wire (WebDriver, 12.2).
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
#: A new window keeps the listeners that it was given while it was empty, so that it also tells what
#: goes wrong in the first script of the page it opens. Only a press may open one.
_OPENER = """const opener = document.createElement("button");
opener.addEventListener("click", () => {
  const page = open(arguments[0]);
  page.faults = [];
  page.addEventListener("error", ({ message }) => page.faults.push(message));
  page.addEventListener("unhandledrejection", ({ reason }) => page.faults.push(String(reason)));
});
document.body.prepend(opener);
return opener;"""
_LOADED = "return location.href !== 'about:blank' && document.readyState === 'complete'"
#: The first visible thing to press with these words.
_PRESSED = """const found = [...document.querySelectorAll("button, label, a")].find((each) =>
  each.getClientRects().length && each.textContent.trim().startsWith(arguments[0]));
found?.scrollIntoView({ block: "center", behavior: "instant" });
return found ?? null;"""


def _program(*names: Path | str) -> str:
    for name in names:
        if found := shutil.which(name):
            return str(found)
    pytest.skip("NOT TESTED: WebKitGTK or Xvfb is missing; `make test` as root installs them")


class WebKitPage:
    """The page of a running WebKitGTK.

    Args:
        client: to the driver, at the address of a session.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def command(self, method: str, path: str, **body: Any) -> Any:
        """One command, and its answer."""
        answer = self._client.request(method, path, json=body if method == "POST" else None)
        value = answer.json()["value"]
        assert answer.is_success, f"{path}: {value}"
        return value

    def goto_watched(self, address: str) -> None:
        """Open an address of the same site in a window that keeps the faults of its scripts."""
        old = self.command("GET", "window")
        self._click(self.ask(_OPENER, address))
        new = next(each for each in self.command("GET", "window/handles") if each != old)
        self.command("DELETE", "window")
        self.command("POST", "window", handle=new)
        self.wait_for(_LOADED)

    def faults(self) -> list[str]:
        """What went wrong in scripts of a watched page."""
        found = self.ask("return globalThis.faults ?? null")
        assert isinstance(found, list), "this window is not watched"
        return found

    def ask(self, script: str, *arguments: str) -> Any:
        """What the body of a function returns in the page; plain JSON."""
        return self.command("POST", "execute/sync", script=script, args=arguments)

    def wait_for(self, script: str, *arguments: str) -> None:
        """Wait until the body of a function returns something true."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not self.ask(script, *arguments):
            assert time.monotonic() < deadline, f"not within {WAIT_SECONDS} s: {script} {arguments}"
            time.sleep(0.1)  # between two looks

    def press(self, words: str) -> None:
        """Press the first button, choice or link with these words."""
        self.wait_for(_PRESSED, words)
        self._click(self.ask(_PRESSED, words))

    def type(self, selector: str, text: str) -> None:
        """Type into the field that the selector finds."""
        field = self.command("POST", "element", using="css selector", value=selector)
        self.command("POST", f"element/{field[_ELEMENT]}/value", text=text)

    def _click(self, element: dict[str, str]) -> None:
        self.command("POST", f"element/{element[_ELEMENT]}/click")


@contextlib.contextmanager
def _child(command: list[str], **options: Any) -> Iterator[None]:
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, **options) as process:
        try:
            yield
        finally:
            process.terminate()


@contextlib.contextmanager
def _screen() -> Iterator[str]:
    """A screen that nobody sees; the server chooses its number."""
    reading, writing = os.pipe()
    command = [_program("Xvfb"), "-displayfd", str(writing), "-screen", "0", "1280x1000x24"]
    with open(reading) as told, _child(command, pass_fds=[writing]):
        os.close(writing)
        yield f":{told.readline().strip()}"


@contextlib.contextmanager
def running_webkit() -> Iterator[WebKitPage]:
    """A WebKitGTK with a profile of its own, which is gone afterwards."""
    driver, port = _program("WebKitWebDriver"), free_port()
    browser = _program(*Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    options = {"binary": browser, "args": ["--automation"]}
    wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
    address = f"http://127.0.0.1:{port}"
    retries = httpx.HTTPTransport(retries=10)  # it listens a moment later
    with (
        _screen() as display,
        _child([driver, f"--port={port}"], env=os.environ | {"DISPLAY": display}),
        httpx.Client(base_url=address, timeout=WAIT_SECONDS, transport=retries) as client,
    ):
        session = client.post("/session", json=wanted).json()["value"]
        client.base_url = client.base_url.join(f"session/{session['sessionId']}/")
        try:
            yield WebKitPage(client)
        finally:
            client.delete("")
