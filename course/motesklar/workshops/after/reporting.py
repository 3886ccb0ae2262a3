"""The report of a workshop: from what happened, or from what is left of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from motesklar.call.rooms.attendance import Attended
from motesklar.store.database import Database
from motesklar.store.models import Workshop, utcnow
from motesklar.web.sessions import SessionView
from motesklar.workshops.after.happened import Happened, Present
from motesklar.workshops.after.report import Totals
from motesklar.workshops.manager import Workshops, WorkshopView
from motesklar.workshops.roles import no_such_workshop


@dataclass(frozen=True)
class Report:
    """What a leader reads.

    Args:
        forgotten: only the numbers are left.
        people: by name; empty once they are forgotten, as is all that follows.
        missed: names of those who were expected and did not come.
        words: what people wrote, in no order that says anything.
    """

    workshop: WorkshopView
    totals: Totals
    forgotten: bool
    people: tuple[Present, ...] = ()
    missed: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    addresses_came: tuple[str, ...] = ()
    addresses_missed: tuple[str, ...] = ()


class Reports:
    """The reports of all workshops; a leader reaches their own alone.

    Args:
        attended: gives everybody's time in the calls of a workshop.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        database: Database,
        workshops: Workshops,
        attended: Callable[[str], Mapping[str, Attended]],
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.database = database
        self.workshops = workshops
        self.attended = attended
        self.now = now

    def get(self, workshop_id: str, asking: SessionView) -> Report:
        """The report, also while the workshop goes on.

        Raises:
            NotFound: the workshop isn't theirs.
        """
        view = self.workshops.get(workshop_id, asking)
        attended = self.attended(workshop_id)
        with self.database.transaction() as session:
            workshop = session.get(Workshop, workshop_id)
            if workshop is None:
                raise no_such_workshop()
            if workshop.summary is not None:
                return Report(view, Totals.model_validate(workshop.summary), forgotten=True)
            return _report(view, Happened(session, workshop, attended, self.now()))

    def totals(self, workshop_id: str) -> Totals:
        """The numbers alone.

        Raises:
            NotFound: there is no such workshop.
        """
        attended = self.attended(workshop_id)
        with self.database.transaction() as session:
            workshop = session.get(Workshop, workshop_id)
            if workshop is None:
                raise no_such_workshop()
            return Happened(session, workshop, attended, self.now()).totals()


def _report(view: WorkshopView, happened: Happened) -> Report:
    came, missed = happened.came, happened.missed
    return Report(
        workshop=view,
        totals=happened.totals(),
        forgotten=False,
        people=tuple(happened.people()),
        missed=tuple(one.name for one in missed),
        words=tuple(happened.words),
        addresses_came=tuple(
            one.email for one in happened.entries if one.email and one.person_id in came
        ),
        addresses_missed=tuple(one.email for one in missed if one.email),
    )
