"""The report of a workshop: a page that prints, and tables to download."""

from collections.abc import Iterator

from tornado.web import RequestHandler

from motesklar.clock import moment_text
from motesklar.equipment.names import CHECKS, VERDICTS
from motesklar.i18n import N_
from motesklar.web.table_csv import write_csv
from motesklar.workshops.after.feedback_handlers import DARE_NAMES, USEFUL_NAMES
from motesklar.workshops.after.report import FEWEST_ANSWERS, Totals
from motesklar.workshops.handlers import qr_picture
from motesklar.workshops.papers.letters import Letter
from motesklar.workshops.roster.handlers import LeaderPage

TOPIC_NAMES = {
    "sound": N_("Sound"),
    "picture": N_("Picture"),
    "network": N_("Network"),
    "account": N_("Account"),
    "course": N_("The course"),
    "other": N_("Something else"),
}


class ReportHandler(LeaderPage):
    """What the page and the tables have in common."""

    def topic_name(self, topic: str) -> str:
        """What a topic is called."""
        return self.translation.gettext(TOPIC_NAMES.get(topic, TOPIC_NAMES["other"]))

    def step_title(self, module: str, step: str) -> str:
        """A step and its part of the course; their names where they have been taken out."""
        known = {one.name: one for one in self.services.course.modules}
        steps = known[module].steps if module in known else ()
        title = next(
            (known[module].text(s.title, self.language) for s in steps if s.id == step), step
        )
        return f"{self.module_title(module)}: {title}"

    def hand_out(self, name: str, header: list[str], rows: Iterator[list[str]]) -> None:
        """Answer with a table."""
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(write_csv(header, rows))


class ReportPage(ReportHandler):
    """`GET /workshops/<id>/report`."""

    def get(self, workshop_id: str) -> None:
        """Show it, also while the workshop goes on."""
        report = self.services.reports.get(workshop_id, self.person)
        workshop = report.workshop
        self.render_page(
            "workshops/report.html",
            workshop=workshop,
            report=report,
            totals=report.totals,
            moment=self.moment,
            step_title=self.step_title,
            topic_name=self.topic_name,
            check_names=CHECKS,
            verdict_names=VERDICTS,
            useful_names=USEFUL_NAMES,
            dare_names=DARE_NAMES,
            fewest_answers=FEWEST_ANSWERS,
            keep_days=self.services.settings.workshops.keep_days,
            feedback_address=f"{workshop.join_url}/feedback",
            feedback_qr=qr_picture(f"{workshop.join_url}/feedback"),
            letter_came=self.letter(Letter.CAME, workshop),
            letter_missed=self.letter(Letter.MISSED, workshop),
        )


class ReportCsv(ReportHandler):
    """`GET /workshops/<id>/report.csv`: the numbers as a table."""

    def get(self, workshop_id: str) -> None:
        """Hand out the file."""
        totals = self.services.reports.get(workshop_id, self.person).totals
        words = (N_("Part"), N_("What"), N_("Number"), N_("Planned"))
        header = [self.translation.gettext(word) for word in words]
        self.hand_out("motesklar-report.csv", header, self._rows(totals))

    def _rows(self, totals: Totals) -> Iterator[list[str]]:
        gettext = self.translation.gettext
        people = gettext("Participants")
        yield [people, gettext("Have come"), str(totals.came), str(totals.expected or "")]
        yield [people, gettext("Were expected and came"), str(totals.expected_came), ""]
        yield [people, gettext("In a call"), str(totals.in_calls), ""]
        yield [people, gettext("Minutes in calls"), str(totals.call_minutes), ""]
        goal = "" if totals.account_goal is None else str(totals.account_goal)
        yield [gettext("Accounts"), gettext("Opened since the start"), str(totals.accounts), goal]
        for item in totals.items:
            real = "" if item.real is None else f"{item.real:g}"
            yield [gettext("Minutes"), item.title, real, str(item.planned)]
        for topic, number in totals.questions.items():
            yield [gettext("Questions"), self.topic_name(topic), str(number), ""]
        for asked in totals.asked_at:
            where = self.step_title(asked.module, asked.step)
            yield [gettext("Questions by step"), where, str(asked.questions), ""]
        for problem in totals.problems:
            what = f"{gettext(CHECKS.get(problem.check, problem.check))}: {problem.finding}"
            yield [gettext("Equipment"), what, str(problem.people), ""]
        for step in totals.steps:
            where = self.step_title(step.module, step.step)
            yield [gettext("Steps done"), where, str(step.people), ""]
        if totals.answers >= FEWEST_ANSWERS:
            for name, number in zip(USEFUL_NAMES, totals.useful, strict=True):
                yield [gettext("How useful it was"), gettext(name), str(number), ""]
            for name, number in zip(DARE_NAMES, totals.dare, strict=True):
                yield [gettext("Whether they dare"), gettext(name), str(number), ""]


class PeopleCsv(ReportHandler):
    """`GET /workshops/<id>/report-people.csv`: who was there, a line for each."""

    def get(self, workshop_id: str) -> None:
        """Hand out the file; it has a heading alone once the people are forgotten."""
        report = self.services.reports.get(workshop_id, self.person)
        gettext = self.translation.gettext
        words = (
            N_("Name"),
            N_("Department"),
            N_("Joined"),
            N_("Minutes in calls"),
            N_("Steps done"),
            N_("Was expected"),
        )
        rows = (
            [
                one.name,
                one.department,
                moment_text(one.joined_at),
                str(one.minutes),
                str(one.steps),
                gettext("Yes") if one.expected else gettext("No"),
            ]
            for one in report.people
        )
        self.hand_out("motesklar-people.csv", [gettext(word) for word in words], rows)


_REPORT = r"/workshops/(w-[a-z0-9]{1,18})/report"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (_REPORT, ReportPage),
    (rf"{_REPORT}\.csv", ReportCsv),
    (rf"{_REPORT}-people\.csv", PeopleCsv),
]
