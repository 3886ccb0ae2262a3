"""Static files under fingerprinted addresses: `/static/<hash>/<path>`."""

from pathlib import Path
from typing import Any

from tornado.web import RequestHandler, StaticFileHandler

from motesklar.web.access import Access
from motesklar.web.addresses import static_address
from motesklar.web.bundles import WEB_STATIC, WIDGET_STATIC
from motesklar.web.compression import COMPRESSIBLE
from motesklar.web.unchanging import UnchangingHandler


class FingerprintedFiles(UnchangingHandler, StaticFileHandler):
    """Serves `web/static/` and, under `widgets/`, the widget package's static folder."""

    access = Access.PUBLIC

    @property
    def current(self) -> bool:
        """Whether the address carries today's fingerprint."""
        return static_address("") in self.request.path

    async def get(self, path: str, include_body: bool = True) -> None:
        """The file: text compressed and whole, anything else also in parts (RFC 9110 14)."""
        self.path = self.parse_url_path(path)
        absolute = self.get_absolute_path(self.root, self.path)
        self.absolute_path = self.validate_absolute_path(self.root, absolute)
        if self.absolute_path is None:
            return
        kind = self.get_content_type()
        if kind.startswith(COMPRESSIBLE):
            key = f"{self.absolute_path} {self.get_modified_time()}"
            read = Path(self.absolute_path).read_bytes
            await self.answer(key, read, kind, body=include_body)
        else:
            await super().get(path, include_body)

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

    def compute_etag(self) -> Any:
        """The address is the tag."""
        return None


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/static/[0-9a-f]{12}/(.*)", FingerprintedFiles)
]
