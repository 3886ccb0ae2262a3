"""The sentences that scripts say, as a file of each language: `/catalogue/<hash>/<language>.js`."""

from functools import partial

from tornado.web import RequestHandler

from motesklar.errors import NotFound
from motesklar.web.access import Access
from motesklar.web.addresses import catalogue_address, catalogue_script
from motesklar.web.unchanging import UnchangingHandler


class CatalogueFile(UnchangingHandler):
    """`GET /catalogue/<hash>/<language>.js`."""

    access = Access.PUBLIC

    @property
    def current(self) -> bool:
        """Whether the address carries the hash of the language's sentences."""
        translation = self.services.languages[self.path_args[0]]
        return self.request.path.endswith(catalogue_address(translation))

    async def get(self, language: str) -> None:
        """The language's sentences as they are now; an older page takes them as well."""
        if language not in self.services.languages:
            raise NotFound
        translation = self.services.languages[language]
        read = partial(catalogue_script, translation)
        key = catalogue_address(translation)
        await self.answer(key, read, "text/javascript; charset=utf-8")


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/catalogue/[0-9a-f]{12}/([A-Za-z_]{2,8})\.js", CatalogueFile),
]
