"""Serves the widgets' scripts in JupyterLab, so that authors see their modules as they will be."""

from typing import Any

from jupyter_server.base.handlers import AuthenticatedFileHandler
from jupyter_server.utils import url_path_join

from motesklar_widgets.base import NOTEBOOK_SERVER_PATH, STATIC


class WidgetFiles(AuthenticatedFileHandler):
    """`GET <base>motesklar-widgets/<path>`: a file of `static/`, fresh at each load."""

    def check_xsrf_cookie(self) -> None:
        """Not needed: these files are the same for everybody and change nothing.

        Jupyter asks GETs for a Referer, and an import out of anywidget's `blob:` module has none.
        """

    def get_content_type(self) -> str:
        """Module scripts must be JavaScript whatever the machine's mime table says."""
        if self.absolute_path and self.absolute_path.endswith(".js"):
            return "text/javascript; charset=utf-8"
        return str(super().get_content_type())

    def set_extra_headers(self, path: str) -> None:
        """Authors edit these files, so the browser asks each time."""
        self.set_header("Cache-Control", "no-cache")


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "motesklar_widgets.server_extension"}]


def _load_jupyter_server_extension(server_app: Any) -> None:
    web_app = server_app.web_app
    pattern = url_path_join(web_app.settings["base_url"], NOTEBOOK_SERVER_PATH, r"(.*)")
    web_app.add_handlers(".*$", [(pattern, WidgetFiles, {"path": str(STATIC)})])
