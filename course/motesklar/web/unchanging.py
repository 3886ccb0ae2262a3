"""Answers that never change at their address, and are compressed once."""

from collections.abc import Callable

from motesklar.web.base import CourseHandler
from motesklar.web.compression import (
    COMPRESSIBLE,
    CompressionCache,
    chosen_encoding,
)

_YEAR_SECONDS = 31_536_000


class UnchangingHandler(CourseHandler):
    """A handler whose answers are the same for everybody, for ever."""

    def prepare(self) -> None:
        """Refuse who may not come here."""
        self.check_visitor()
        self.set_header("Cache-Control", f"public, max-age={_YEAR_SECONDS}, immutable")

    async def answer(
        self, read: Callable[[], bytes], content_type: str, *, body: bool = True
    ) -> None:
        """Send what `read` gives, compressed if the browser takes it so; HEAD has no `body`."""
        self.set_header("Content-Type", content_type)
        self.add_header("Vary", "Accept-Encoding")
        encoding = None
        if content_type.startswith(COMPRESSIBLE):
            encoding = chosen_encoding(self.request.headers.get("Accept-Encoding", ""))
        cache = self.application.settings.setdefault("compressed", CompressionCache())
        content = await cache.get(self.request.path, read, encoding)
        if encoding:
            self.set_header("Content-Encoding", encoding)
        self.set_header("Content-Length", str(len(content)))
        self.finish(content if body else b"")
