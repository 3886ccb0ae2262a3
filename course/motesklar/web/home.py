"""The start page, and the pages about the course itself."""

from datetime import date

from babel.dates import format_date
from tornado.web import RequestHandler

from motesklar.web.access import Access
from motesklar.web.base import CourseHandler
from motesklar.web.start_page import build_start_page

#: When the pages were last assessed against WCAG 2.2 AA; the statement shows it.
ASSESSED_ON = date(2026, 11, 24)


class Start(CourseHandler):
    """`GET /`: what to do next, the modules, and the rooms of one's role."""

    access = Access.SIGNED_IN

    def get(self) -> None:
        """Show where the person is in the course."""
        modules = self.services.course.modules
        states = {
            module.name: self.services.exercises.state(self.person.person_id, module.name)
            for module in modules
        }
        self.render_page("home.html", start=build_start_page(modules, states, self.language))


class Help(CourseHandler):
    """`GET /help`: the way to a human, and what often helps."""

    access = Access.PUBLIC

    def get(self) -> None:
        """Show it."""
        self.render_page("help.html")


class Accessibility(CourseHandler):
    """`GET /accessibility`: the statement that the law asks for (2018:1937, Digg's items)."""

    access = Access.PUBLIC

    def get(self) -> None:
        """Show it."""
        self.render_page(
            "accessibility.html",
            assessed=format_date(ASSESSED_ON, format="long", locale=self.language),
        )


class Privacy(CourseHandler):
    """`GET /privacy`: what is stored, why and for how long."""

    access = Access.PUBLIC

    def get(self) -> None:
        """Show it, with the periods as they are set."""
        self.render_page("privacy.html", signin=self.services.settings.signin)


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/", Start),
    (r"/help", Help),
    (r"/accessibility", Accessibility),
    (r"/privacy", Privacy),
]
