"""A person's own side: the page of the tests, what they have found, and reports for a helper."""

from datetime import datetime

from babel.dates import format_date, format_time
from tornado.web import RequestHandler

from motesklar.accounts.forms import AccountHandler
from motesklar.accounts.tokens import show_code
from motesklar.clock import local
from motesklar.course import ExerciseKind
from motesklar.equipment.group_handlers import ROUTES as GROUPS
from motesklar.equipment.it_handlers import ROUTES as IT
from motesklar.equipment.messages import ReportBody, ReportMessage, VerdictBody
from motesklar.equipment.names import BROWSERS, CHECKS, SYSTEMS, VERDICTS
from motesklar.equipment.reports import Report
from motesklar.errors import MotesklarError
from motesklar.store.models import iso
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler


class EquipmentPage(CourseHandler):
    """`GET /equipment`: everything that a call needs, tested in one go."""

    access = Access.SIGNED_IN

    def get(self) -> None:
        """Show the frame; the script does the rest."""
        practice = next(
            (
                module.name
                for module in self.services.course.modules
                if any(one.kind is ExerciseKind.CALL_EVIDENCE for one in module.exercises)
            ),
            None,
        )
        self.render_page("equipment/page.html", next=f"/m/{practice}" if practice else None)


class EquipmentState(CourseHandler):
    """`GET /api/equipment/state`."""

    access = Access.SIGNED_IN

    def get(self) -> None:
        """What the page needs before the first check."""
        state = self.services.equipment.state(
            self.person.person_id, shared_device=self.person.shared_device
        )
        self.write_json(state.model_dump(mode="json"))


class EquipmentVerdicts(CourseHandler):
    """`POST /api/equipment/verdicts`."""

    access = Access.SIGNED_IN

    def post(self) -> None:
        """Note how a check has ended."""
        body = self.read_json(VerdictBody)
        self.write_json({"recorded": self.services.equipment.record(self.person.person_id, body)})


class EquipmentReports(CourseHandler):
    """`POST /api/equipment/report`."""

    access = Access.SIGNED_IN

    def post(self) -> None:
        """Make a report for whoever helps."""
        body = self.read_json(ReportBody)
        report = self.services.equipment.make_report(self.person.person_id, body)
        code = show_code(report.code)
        answer = ReportMessage(
            code=code,
            address=f"{self.services.public_url}/equipment/report/{code}",
            expires_at=iso(report.expires_at),
        )
        self.write_json(answer.model_dump(), 201)


class ReportHandler(AccountHandler):
    """Pages of reports: whoever has the code may see one, signed in or not."""

    access = Access.PUBLIC

    def moment(self, at: datetime) -> str:
        """A time of the database as the reader writes it, on the server's clock."""
        here = local(at)
        day = format_date(here, format="medium", locale=self.language)
        return f"{day} {format_time(here, format='short', locale=self.language)}"

    def open(self, typed: str) -> Report:
        """The report that a code opens.

        Raises:
            UnknownCode: there is none, or not any more.
            TooMany: many wrong codes have been tried.
        """
        return self.services.equipment.reports.open(
            typed, self.browser(), stranger=self.session is None
        )

    def ask_for_code(self, typed: str = "", error: MotesklarError | None = None) -> None:
        """Show the field, what was wrong with the last code, and the visitor's own reports."""
        mine = (
            self.services.equipment.reports.of_person(self.session.person_id)
            if self.session
            else []
        )
        self.render_page(
            "equipment/report_form.html",
            typed=typed,
            error=self.tell(error, "code") if error else None,
            mine=[(show_code(report.code), report) for report in mine],
            moment=self.moment,
        )


class ReportForm(ReportHandler):
    """`GET /equipment/report`: type the code; `?code=` comes from the form."""

    def get(self) -> None:
        """Ask for the code, or go where it leads."""
        typed = self.get_query_argument("code", "")
        if not typed.strip():
            self.ask_for_code()
            return
        try:
            report = self.open(typed)
        except MotesklarError as error:
            self.ask_for_code(typed, error)
        else:
            self.go(self.url(f"/equipment/report/{show_code(report.code)}"))


class ReportPage(ReportHandler):
    """`GET /equipment/report/<code>`."""

    def get(self, typed: str) -> None:
        """Show it to whoever has the code."""
        # it says nothing about whose it is, but it is for the helper alone
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Robots-Tag", "noindex")
        try:
            report = self.open(typed)
        except MotesklarError as error:
            self.ask_for_code(typed, error)
            return
        self.render_page(
            "equipment/report.html",
            report=report,
            code=show_code(report.code),
            mine=self.session is not None and self.session.person_id == report.owner,
            check_names=CHECKS,
            verdict_names=VERDICTS,
            browser=BROWSERS.get(report.browser or ""),
            system=SYSTEMS.get(report.system or ""),
            moment=self.moment,
        )


class RemoveReport(ReportHandler):
    """`POST /equipment/report/<code>/remove`: its owner takes it back."""

    access = Access.SIGNED_IN

    def post(self, typed: str) -> None:
        """Remove it and show those that are left."""
        self.services.equipment.reports.remove(typed, self.person.person_id)
        self.go(self.url("/equipment/report"))


_CODE = r"([^/]{1,60})"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/equipment", EquipmentPage),
    (r"/api/equipment/state", EquipmentState),
    (r"/api/equipment/verdicts", EquipmentVerdicts),
    (r"/api/equipment/report", EquipmentReports),
    (r"/equipment/report", ReportForm),
    (rf"/equipment/report/{_CODE}", ReportPage),
    (rf"/equipment/report/{_CODE}/remove", RemoveReport),
    *GROUPS,
    *IT,
]
