"""The sentences that scripts say, as a file of each language: `/catalogue/<hash>/<language>.js`."""

from functools import partial

from tornado.web import RequestHandler

from motesklar.errors import NotFound
from motesklar.web.access import Access
from motesklar.web.addresses import catalogue_script
from motesklar.web.unchanging import UnchangingHandler


class CatalogueFile(UnchangingHandler):
    """`GET /catalogue/<hash>/<language>.js`."""

    access = Access.PUBLIC

    async def get(self, language: str) -> None:
        """The language's sentences as they are now; an older page takes them as well."""
        if language not in self.services.languages:
            raise NotFound
        read = partial(catalogue_script, self.services.languages[language])
        await self.answer(read, "text/javascript; charset=utf-8")


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/catalogue/[0-9a-f]{12}/([A-Za-z_]{2,8})\.js", CatalogueFile),
]
