"""The leader's paper, and the invitation with its calendar file."""

from tornado.web import RequestHandler

from motesklar.errors import Conflict
from motesklar.i18n import N_
from motesklar.store.models import utcnow
from motesklar.workshops.codes import show_join_code
from motesklar.workshops.handlers import join_page, planned_times, qr_picture
from motesklar.workshops.papers.calendar_entry import CalendarEntry, write_calendar
from motesklar.workshops.papers.letters import Letter
from motesklar.workshops.roster.handlers import LeaderPage

#: A workshop whose leader has written no run sheet is taken to last so long.
USUAL_MINUTES = 60


class NoStart(Conflict):
    """A calendar file of a workshop of which nobody has said when it begins."""

    code = "no_start"
    message = N_("Nobody has said when the workshop begins.")
    next_step = N_("Write the day and the time in the plan of the workshop, and try again.")


class PaperPage(LeaderPage):
    """`GET /workshops/<id>/paper`: what to have on paper, and the invitation."""

    def get(self, workshop_id: str) -> None:
        """Show it; it prints as the leader's sheet."""
        workshop = self.workshop(workshop_id)
        plan = workshop.plan
        self.render_page(
            "workshops/paper.html",
            workshop=workshop,
            starts=self.moment(plan.starts_at) if plan.starts_at else "",
            sheet=planned_times(plan),
            titles=[self.place_title(item.module, item.step) for item in plan.sheet],
            code=show_join_code(workshop.join_code),
            join_page=join_page(self.services.public_url),
            qr=qr_picture(workshop.join_url),
            invitation=self.letter(Letter.INVITATION, workshop),
        )


class CalendarFile(LeaderPage):
    """`GET /workshops/<id>/workshop.ics`."""

    def get(self, workshop_id: str) -> None:
        """Hand out the file.

        Raises:
            NoStart: nobody has said when it begins.
        """
        workshop = self.workshop(workshop_id)
        plan = workshop.plan
        if plan.starts_at is None:
            raise NoStart
        entry = CalendarEntry(
            uid=f"{workshop_id}@motesklar",
            title=workshop.title,
            starts_at=plan.starts_at,
            minutes=sum(item.minutes for item in plan.sheet) or USUAL_MINUTES,
            place=plan.place,
            text=self.letter(Letter.INVITATION, workshop),
            address=workshop.join_url,
        )
        self.set_header("Content-Type", "text/calendar; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="workshop.ics"')
        self.finish(write_calendar(entry, utcnow()))


_WORKSHOP = r"/workshops/(w-[a-z0-9]{1,18})"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (rf"{_WORKSHOP}/paper", PaperPage),
    (rf"{_WORKSHOP}/workshop\.ics", CalendarFile),
]
