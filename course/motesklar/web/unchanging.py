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

    @property
    def current(self) -> bool:
        """Whether the address carries the hash of what is answered now."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Refuse who may not come here."""
        self.check_visitor()
        # While a new version starts, a page of it may ask a server of the old one. What that one
        # answers must not stand for the new file in caches for a year.
        lifetime = f"public, max-age={_YEAR_SECONDS}, immutable" if self.current else "no-cache"
        self.set_header("Cache-Control", lifetime)

    async def answer(
        self, key: str, read: Callable[[], bytes], content_type: str, *, body: bool = True
    ) -> None:
        """Send what `read` gives, compressed if the browser takes it so; HEAD has no `body`.

        `key` stands for this very content; see `CompressionCache.get`.
        """
        self.set_header("Content-Type", content_type)
        self.add_header("Vary", "Accept-Encoding")
        encoding = None
        if content_type.startswith(COMPRESSIBLE):
            encoding = chosen_encoding(self.request.headers.get("Accept-Encoding", ""))
        cache = self.application.settings.setdefault("compressed", CompressionCache())
        content = await cache.get(key, read, encoding)
        if encoding:
            self.set_header("Content-Encoding", encoding)
        self.set_header("Content-Length", str(len(content)))
        self.finish(content if body else b"")
