"""Starts a Jupyter server for one person at this machine: loopback, a token, no stray settings."""

import os
import sys
from pathlib import Path
from typing import Any

from motesklar.exercises.nbgrader_settings import path_with_scripts

_EXTENSIONS = {
    "nbgrader.server_extensions.formgrader": True,
    "nbgrader.server_extensions.validate_assignment": True,
    # learners have no exchange, so there are no lists of assignments or courses to fetch
    "nbgrader.server_extensions.assignment_list": False,
    "nbgrader.server_extensions.course_list": False,
    "motesklar_widgets.server_extension": True,
    "voila.server_extension": False,
}


def jupyter_command(root: Path, port: int, *, lab: bool, browser: bool) -> list[str]:
    """The command line of a server on `root`: JupyterLab, or only what formgrader needs."""
    extensions: dict[str, Any] = {**_EXTENSIONS, "jupyterlab": lab, "jupyter_server_terminals": lab}
    extensions |= {"notebook": False, "notebook_shim": lab, "jupyter_lsp": False}
    return [
        sys.executable,
        "-m",
        "jupyterlab" if lab else "jupyter_server",
        f"--ServerApp.root_dir={root}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.jpserver_extensions={extensions!r}",
        f"--ServerApp.default_url={'/lab' if lab else '/formgrader'}",
        f"--ServerApp.open_browser={browser}",
        "--ServerApp.answer_yes=True",  # Ctrl-C stops, without asking back
        "--ServerApp.terminals_enabled=False",
        "--ServerApp.allow_root=True",  # containers; it listens on loopback and wants a token
    ]


def run_jupyter(root: Path, own: Path, port: int, *, lab: bool, browser: bool) -> None:
    """Become that server; `own` is the folder for what Jupyter remembers. Does not return."""
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = os.environ | {
        "PATH": path_with_scripts(),
        "JUPYTER_CONFIG_DIR": str(own),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
    }
    os.chdir(root)  # nbgrader reads its settings in the folder it is started in
    command = jupyter_command(root, port, lab=lab, browser=browser)
    os.execve(sys.executable, command, environment)  # noqa: S606
