"""Jupyter's server on Binder: opens the course, and starts it when somebody first comes."""

import os
import sys
import tempfile
from pathlib import Path

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - Jupyter's own name in such a file

# each Binder is thrown away when its visitor has gone, and so are the data
_data = os.environ.get("DATA") or tempfile.mkdtemp(prefix="motesklar-")

c.ServerProxy.servers = {
    "motesklar": {
        # the port is chosen by the proxy; the base URL is the prefix that the hub gives this server
        "command": [
            str(Path(sys.executable).parent / "motesklar"),
            "serve",
            "--demo",
            "--port={port}",
            "--base-url={base_url}motesklar",
            f"--data={_data}",
        ],
        # the course knows its base URL, so addresses are passed on whole
        "absolute_url": True,
        "timeout": 120,
        "new_browser_tab": True,
        "launcher_entry": {"title": "Mötesklar", "enabled": True},
    }
}
c.ServerApp.default_url = "/motesklar/"
