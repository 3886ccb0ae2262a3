"""`/glossary`: what the words mean, each with an anchor that lessons link to."""

from tornado.web import RequestHandler

from motesklar.glossary.words import entries, usable_words
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler


class Glossary(CourseHandler):
    """`GET /glossary`."""

    access = Access.PUBLIC

    def get(self) -> None:
        """Show every word, read anew so that a changed file is seen at once."""
        words = usable_words(self.services.overlay)
        self.render_page("glossary.html", entries=entries(words, self.language))


ROUTES: list[tuple[str, type[RequestHandler]]] = [(r"/glossary", Glossary)]
