"""Binder's steps without Docker: install, postBuild, start; then a visitor opens the link."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from tests.conftest import free_port

ROOT = Path(__file__).parents[2]
PREFIX = "/user/somebody/"
TOKEN = "a-visitors-token"
START_SECONDS = 120


@dataclass
class Binder:
    """Jupyter's server as the hub starts it for a visitor."""

    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def visitor(self) -> httpx.Client:
        """A browser that has followed the hub's link, cookie in hand."""
        return httpx.Client(base_url=self.url, timeout=START_SECONDS, follow_redirects=True)


@pytest.fixture(scope="module")
def binder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Binder]:
    folder = tmp_path_factory.mktemp("binder")
    repository = _copy_repository(folder / "repository")
    environment = _environment(folder)
    subprocess.run(
        [repository / "binder" / "postBuild"], cwd=repository, env=environment, check=True
    )
    binder = Binder(free_port(), folder / "jupyter.log")
    with binder.log.open("w") as log:
        process = subprocess.Popen(
            [
                repository / "binder" / "start",
                "jupyter-server",
                f"--port={binder.port}",
                f"--ServerApp.base_url={PREFIX}",
                f"--IdentityProvider.token={TOKEN}",
                "--ServerApp.open_browser=False",
                "--allow-root",
            ],
            cwd=repository,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(binder, process)
        yield binder
    finally:
        # Jupyter's server and the course that it has started are one group of processes
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _copy_repository(target: Path) -> Path:
    """What a clone would hold: never the tree we work in, which an install would change."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def _environment(folder: Path) -> dict[str, str]:
    """Variables of a fresh environment that holds exactly what the requirements name."""
    venv.create(folder / "venv", with_pip=True)
    scripts = folder / "venv" / "bin"
    subprocess.run(
        [
            Path(sys.executable).parent / "uv",
            *("pip", "install", "--quiet", "--require-hashes"),
            *("-r", ROOT / "binder" / "requirements.txt", "--python", scripts / "python"),
        ],
        check=True,
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "VIRTUAL_ENV"))}
    home = folder / "home"
    home.mkdir()
    path = f"{scripts}{os.pathsep}{os.environ['PATH']}"
    return kept | {"PATH": path, "HOME": str(home), "DATA": str(folder / "data")}


def _wait_for(binder: Binder, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"{binder.url}{PREFIX}api")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"Jupyter's server did not start:\n{binder.log.read_text()}")


def test_the_pins_are_those_of_the_course() -> None:
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE))

    course, ours = pins("requirements.lock"), pins("binder/requirements.txt")
    assert {n: v for n, v in ours.items() if n in course} == {
        n: v for n, v in course.items() if n in ours
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[=><]", text)[0] for text in project["dependencies"]}
    assert needed <= set(ours)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_link_opens_the_sign_in_page_with_its_looks(binder: Binder) -> None:
    with binder.visitor() as visitor:
        page = visitor.get(f"{PREFIX}?token={TOKEN}")
        assert page.status_code == 200, binder.log.read_text()
        assert page.url.path == f"{PREFIX}motesklar/sign-in"
        assert 'action="/user/somebody/motesklar/sign-in/demo"' in page.text
        styles = re.findall(r'rel="stylesheet" href="([^"]+)"', page.text)
        assert styles
        for address in styles:
            assert address.startswith(f"{PREFIX}motesklar/static/")
            assert visitor.get(address).status_code == 200


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_visitor_signs_in_with_a_name_and_sees_the_modules(binder: Binder) -> None:
    with binder.visitor() as visitor:
        page = visitor.get(f"{PREFIX}?token={TOKEN}")
        token = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
        assert token
        start = visitor.post(
            f"{PREFIX}motesklar/sign-in/demo", data={"name": "Maja", "_xsrf": token[1]}
        )
        assert start.status_code == 200, start.text
        assert f'href="{PREFIX}motesklar/m/01-why-meet-online' in start.text


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_websockets_pass_both_servers(binder: Binder) -> None:
    with binder.visitor() as visitor:
        visitor.get(f"{PREFIX}?token={TOKEN}")
        cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    request = HTTPRequest(
        f"ws://localhost:{binder.port}{PREFIX}motesklar/health/connection",
        headers={"Cookie": cookies, "Origin": binder.url},
    )
    connection = await websocket_connect(request)
    assert '"scheme": "http"' in str(await connection.read_message())
    connection.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nobody_without_the_hubs_token_reaches_the_course(binder: Binder) -> None:
    with httpx.Client(base_url=binder.url) as stranger:
        answer = stranger.get(f"{PREFIX}motesklar/sign-in")
        assert answer.status_code in (302, 403)
        assert "sign-in/demo" not in answer.text
