"""The start page, and the pages about the course itself."""

from datetime import date

from babel.dates import format_date
from tornado.web import RequestHandler

from motesklar.i18n import N_
from motesklar.overlay.text_page import TextPage
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
        person_id = self.person.person_id
        states = {
            module.name: self.services.exercises.state(person_id, module.name) for module in modules
        }
        self.render_page(
            "home.html",
            start=build_start_page(modules, states, self.language),
            workshop=self.services.workshops.membership(person_id),
        )


class Help(TextPage):
    """`GET /help`: the way to a human, and what often helps."""

    def get(self) -> None:
        """Show it."""
        self.show_text("help", N_("Help"))


class Accessibility(TextPage):
    """`GET /accessibility`: the statement that the law asks for (2018:1937, Digg's items)."""

    def get(self) -> None:
        """Show it."""
        self.show_text(
            "accessibility",
            N_("Accessibility statement"),
            assessed=format_date(ASSESSED_ON, format="long", locale=self.language),
        )


class Privacy(TextPage):
    """`GET /privacy`: what is stored, why and for how long."""

    def get(self) -> None:
        """Show it, with the periods as they are set."""
        settings = self.services.settings
        self.show_text(
            "privacy",
            N_("Privacy"),
            signin=settings.signin,
            report_days=settings.equipment.report_days,
        )


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/", Start),
    (r"/help", Help),
    (r"/accessibility", Accessibility),
    (r"/privacy", Privacy),
]
