"""The start page, and the pages about the course itself."""

from datetime import date

from babel.dates import format_date
from tornado.web import RequestHandler

from motesklar.i18n import N_
from motesklar.overlay.text_page import TextPage
from motesklar.privacy.kinds import Kind
from motesklar.privacy.processing import controllers, officer
from motesklar.privacy.told import Teller
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler
from motesklar.web.start_page import build_start_page


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
        informing = self.services.privacy.informing
        returned = self.services.deciding.returned(person_id)
        standings = self.services.certificates.standings(person_id)
        self.render_page(
            "home.html",
            start=build_start_page(
                modules,
                states,
                self.language,
                passed={one.module.name for one in standings if one.passed},
                short_way=self.services.settings.course.short_way,
                is_short=self.services.accounts.wants_short_way(person_id),
                returned={one.module for one in returned},
            ),
            returned=[(one, self._title(one.module)) for one in returned],
            has_certificate=bool(standings) and all(one.passed for one in standings),
            workshop=self.services.workshops.membership(person_id),
            feedback=self.services.feedback.waiting(person_id),
            helping=self.services.workshops.helping(person_id),
            inform=informing.is_due(person_id),
            informed_before=informing.was_told_before(person_id),
        )

    def _title(self, name: str) -> str:
        module = self.services.course.module(name)
        return module.text(module.title, self.language)


class ChooseWay(CourseHandler):
    """`POST /way`: the shortest way through the course, or all of it."""

    access = Access.SIGNED_IN

    def post(self) -> None:
        """Remember it, and show the start page."""
        short = self.get_body_argument("way", "") == "short"
        self.services.accounts.choose_way(self.person.person_id, short=short)
        self.redirect(self.url("/"))


class Help(TextPage):
    """`GET /help`: the way to a human, and what often helps."""

    def get(self) -> None:
        """Show it."""
        self.show_text("help", N_("Help"))


class Accessibility(TextPage):
    """`GET /accessibility`: the statement that the law asks for (2018:1937, Digg's items)."""

    def get(self) -> None:
        """Show it."""
        facts = self.services.settings.accessibility
        self.show_text(
            "accessibility",
            N_("Accessibility statement"),
            facts=facts,
            assessed=self._day(facts.assessed),
            updated=self._day(facts.updated),
            shortcomings=facts.shortcomings.get(self.language, []),
            burden=facts.burden.get(self.language, ""),
        )

    def _day(self, day: date) -> str:
        told: str = format_date(day, format="long", locale=self.language)
        return told


class Privacy(TextPage):
    """`GET /privacy`: what is stored, why and for how long."""

    def get(self) -> None:
        """Show it, with the periods as they are set."""
        settings = self.services.settings
        answering = controllers(settings, self.translation)
        self.show_text(
            "privacy",
            N_("Privacy"),
            signin=settings.signin,
            report_days=settings.equipment.report_days,
            workshop_days=settings.workshops.keep_days,
            kept=Teller(self.translation, settings, {}, str).kept,
            kinds=Kind,
            officer=officer(settings),
            controllers=dict(answering[:-1]) if settings.privacy.controllers else {},
            controller=settings.privacy.controller,
        )


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/", Start),
    (r"/way", ChooseWay),
    (r"/help", Help),
    (r"/accessibility", Accessibility),
    (r"/privacy", Privacy),
]
