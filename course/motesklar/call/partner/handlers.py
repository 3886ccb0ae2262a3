"""The partner's clips as files: `/call/clips/<language>/<line>.opus`.

For pages that no sound reaches: they play the same sentences themselves.
"""

from tornado.web import RequestHandler, StaticFileHandler

from motesklar.call.partner.clips import CLIPS_DIR
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler


class ClipFile(CourseHandler, StaticFileHandler):
    """`GET /call/clips/<language>/<line>.opus`, whole or in parts (RFC 9110 14)."""

    access = Access.PUBLIC

    def initialize(self) -> None:  # type: ignore[override]
        """Serve the folder of the clips."""
        StaticFileHandler.initialize(self, path=str(CLIPS_DIR))

    async def get(self, language: str, line: str, include_body: bool = True) -> None:  # type: ignore[override]
        """The clip; a language without a voice hears the default one's."""
        spoken = language if (CLIPS_DIR / language).is_dir() else self.services.languages.default
        await super().get(f"{spoken}/{line}.opus", include_body)

    async def head(self, language: str, line: str) -> None:  # type: ignore[override]
        """What `get` would say."""
        await self.get(language, line, include_body=False)

    def get_content_type(self) -> str:
        """Ogg Opus (RFC 7845 9) whatever the machine's mime table says."""
        return "audio/ogg; codecs=opus"

    def get_cache_time(self, path: str, modified: object, mime_type: str) -> int:
        """A sentence may be spoken anew at the next version: an hour."""
        return 3600


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/call/clips/([a-z]{2,8})/([a-z-]{1,40})\.opus", ClipFile),
]
