"""In JupyterLab the notebook server serves the widgets' scripts to who is signed in there."""

import inspect
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import nbformat
import pytest
from playwright.sync_api import expect

import motesklar_widgets
from tests.widgets.conftest import Launch

PACKAGE = Path(motesklar_widgets.__file__).parent
TOKEN = "a-token-for-the-test"


@dataclass(frozen=True)
class NotebookServer:
    url: str

    def get(self, path: str, token: str = TOKEN) -> httpx.Response:
        return httpx.get(self.url + path, headers={"Authorization": f"token {token}"}, timeout=30)


@pytest.fixture(scope="module")
def notebook_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotebookServer]:
    """JupyterLab with the shipped configuration, under a base URL of its own."""
    folder = tmp_path_factory.mktemp("notebooks")
    configuration = folder / "path" / "jupyter_server_config.d"
    configuration.mkdir(parents=True)
    shipped = PACKAGE / "jupyter_config" / "motesklar_widgets.json"
    (configuration / shipped.name).write_bytes(shipped.read_bytes())
    write_notebook(folder / "root" / "lesson.ipynb")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyterlab",
            "--allow-root",
            "--no-browser",
            "--ServerApp.port=0",
            "--ServerApp.base_url=/lab-of/anna/",
            f"--IdentityProvider.token={TOKEN}",
            f"--ServerApp.root_dir={folder / 'root'}",
        ],
        env=os.environ
        | {
            "JUPYTER_CONFIG_DIR": str(folder / "own"),
            "JUPYTER_CONFIG_PATH": str(folder / "path"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    # the server says where it listens as the last thing before it is ready
    said = ""
    while "http://127.0.0.1:" not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    # nobody reads on, so what it says later must not fill the pipe and stop it
    drain = threading.Thread(target=process.stderr.read, name="notebook-server-log")
    drain.start()
    port = said.rsplit("http://127.0.0.1:", 1)[1].split("/", 1)[0]
    yield NotebookServer(f"http://127.0.0.1:{port}/lab-of/anna/")
    process.terminate()
    process.wait(timeout=30)
    drain.join()


def write_notebook(path: Path) -> None:
    source = """
        from motesklar_widgets import ChooseOne
        ChooseOne("a-fruit", question="Which fruit?", options={"a": "Apple", "b": "Pear"})
    """
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(inspect.cleandoc(source))],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    path.parent.mkdir()
    nbformat.write(notebook, path)


def test_the_configuration_enables_the_extension_that_exists() -> None:
    text = (PACKAGE / "jupyter_config" / "motesklar_widgets.json").read_text(encoding="utf-8")
    (name,) = json.loads(text)["ServerApp"]["jpserver_extensions"]
    assert name == "motesklar_widgets.server_extension"


def test_scripts_are_served_under_the_base_url(notebook_server: NotebookServer) -> None:
    answer = notebook_server.get("motesklar-widgets/choose_one.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.text == (PACKAGE / "static" / "choose_one.js").read_text(encoding="utf-8")
    assert notebook_server.get("motesklar-widgets/lib/dom.js").status_code == 200


def test_a_stranger_gets_no_scripts(notebook_server: NotebookServer) -> None:
    answer = notebook_server.get("motesklar-widgets/choose_one.js", token="another")
    assert answer.status_code in (302, 403)


@pytest.mark.parametrize("path", ["../base.py", "%2e%2e/base.py", "..%2fbase.py"])
def test_nothing_outside_the_static_folder_is_served(
    notebook_server: NotebookServer, path: str
) -> None:
    assert notebook_server.get(f"motesklar-widgets/{path}").status_code in (403, 404)


def test_an_author_sees_the_widget_in_jupyterlab(
    notebook_server: NotebookServer, launch: Launch
) -> None:
    page = launch().new_page()
    page.goto(f"{notebook_server.url}lab/tree/lesson.ipynb?token={TOKEN}")
    # run before its kernel is there, a cell does nothing
    page.get_by_text("| Idle").wait_for(timeout=60_000)
    page.locator(".jp-Notebook .cm-content").click()
    page.keyboard.press("Shift+Enter")
    group = page.get_by_role("group", name="Which fruit?")
    group.get_by_label("Pear").check(timeout=60_000)
    expect(page.get_by_text("This is a preview. Nothing is saved.")).to_be_visible()
    page.close()
