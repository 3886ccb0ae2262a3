"""Static files under fingerprinted addresses: `/static/<hash>/<path>`.

The hash covers the whole static tree of its kind, so that a module imported by relative address
(`./lib/api.js`) is fresh whenever its importer is.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from tornado.web import RequestHandler, StaticFileHandler

import motesklar_widgets
from motesklar.web.access import Access
from motesklar.web.visitor import Visitor

WEB_STATIC = Path(__file__).parent / "static"
WIDGET_STATIC = Path(motesklar_widgets.__file__).parent / "static"


@cache
def fingerprint() -> str:
    """Twelve hex digits over every static file of ours."""
    digest = hashlib.sha256()
    for root in (WEB_STATIC, WIDGET_STATIC):
        for path in sorted(root.rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def static_address(path: str) -> str:
    """The address of a static file; `widgets/…` lies in the widget package."""
    return f"/static/{fingerprint()}/{path}"


class FingerprintedFiles(Visitor, StaticFileHandler):
    """Serves `web/static/` and, under `widgets/`, the widget package's static folder."""

    access = Access.PUBLIC

    def get_content_type(self) -> str:
        """Module scripts must be JavaScript whatever the machine's mime table says."""
        if self.absolute_path and self.absolute_path.endswith(".js"):
            return "text/javascript; charset=utf-8"
        return super().get_content_type()

    @classmethod
    def get_absolute_path(cls, root: str, path: str) -> str:
        """Map the two trees."""
        if path.startswith("widgets/"):
            return str(WIDGET_STATIC / path.removeprefix("widgets/"))
        return str(WEB_STATIC / path)

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """Stay inside the tree that the path belongs to."""
        tree = WIDGET_STATIC if absolute_path.startswith(str(WIDGET_STATIC)) else WEB_STATIC
        return super().validate_absolute_path(str(tree), absolute_path)

    def set_extra_headers(self, path: str) -> None:
        """The address changes with the content, so browsers may keep it for ever."""
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")

    def compute_etag(self) -> Any:
        """The address is the tag."""
        return None


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/static/[0-9a-f]{12}/(.*)", FingerprintedFiles)
]
