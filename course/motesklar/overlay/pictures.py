"""`/pictures/<name>`: the organisation's own pictures, such as its logo."""

import re
from pathlib import Path

from tornado.web import RequestHandler

from motesklar.errors import NotFound
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler

_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
PICTURE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}\.(?:svg|png|jpe?g|webp)")
#: A larger picture is a mistake: the page would be slow on a phone.
PICTURE_BYTES_MAX = 2 * 1024 * 1024
_FIVE_MINUTES = 300


def find_picture(overlay: Path | None, name: str) -> Path | None:
    """The picture's file, or None: no such picture, not a picture, or outside the folder."""
    if overlay is None or not PICTURE_NAME.fullmatch(name):
        return None
    folder = (overlay / "pictures").resolve()
    path = (folder / name).resolve()  # a symbolic link may not lead out of the folder
    if path.parent != folder or not path.is_file() or path.stat().st_size > PICTURE_BYTES_MAX:
        return None
    return path


class Picture(CourseHandler):
    """`GET /pictures/<name>`."""

    access = Access.PUBLIC

    def get(self, name: str) -> None:
        """Send it; browsers ask again after five minutes and are told by its tag if it changed."""
        path = find_picture(self.services.overlay, name)
        if path is None:
            raise NotFound
        self.set_header("Content-Type", _TYPES[path.suffix])
        self.set_header("Cache-Control", f"public, max-age={_FIVE_MINUTES}")
        # an SVG opened by itself is a document: it may draw, and nothing else
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.finish(path.read_bytes())


ROUTES: list[tuple[str, type[RequestHandler]]] = [(rf"/pictures/({PICTURE_NAME.pattern})", Picture)]
