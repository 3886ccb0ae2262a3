"""Reports of pages that somebody could not use, also from people who are not signed in."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from motesklar.accounts.limits import Limiter
from motesklar.accounts.people_csv import has_identity_number
from motesklar.errors import BadRequest, NotFound
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.models import utcnow
from motesklar.store.privacy_tables import FaultReport

WORDS_MAX = 2000
PAGE_MAX = 300
CONTACT_MAX = 254
#: From one browser, and from all together: the form is open to the whole internet.
_BROWSER_MOST = 5
_ALL_MOST = 60
_WINDOW = timedelta(hours=1)
_ALL = "all"
#: More than anybody looks through at once.
_SHOWN = 200


class FaultReports:
    """The table of reports.

    Args:
        now: the clock, UTC without a zone.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = utcnow) -> None:
        self.database = database
        self.now = now
        self.by_browser = Limiter(_BROWSER_MOST, _WINDOW, now=now)
        self.by_all = Limiter(_ALL_MOST, _WINDOW, now=now)

    def report(self, page: str, words: str, contact: str, *, browser: str) -> str:
        """Save a report; returns its number to refer to.

        Raises:
            BadRequest: there are no words, too many, or an identity number.
            TooMany: this browser, or all together, has sent many in the last hour.
        """
        words, contact = words.strip(), contact.strip()
        if not words:
            raise BadRequest(
                N_("Write what happened."), N_("One sentence is enough, we ask if we need more.")
            )
        if len(words) > WORDS_MAX:
            raise BadRequest(N_("That is too long."), N_("Write at most 2,000 characters."))
        if has_identity_number(words) or has_identity_number(contact):
            raise BadRequest(
                N_("That looks like a personal identity number."),
                N_("Leave it out. The course must not have personal identity numbers."),
            )
        for limiter, key in ((self.by_browser, browser), (self.by_all, _ALL)):
            limiter.check(key)
        report = FaultReport(
            at=self.now(), page=page.strip()[:PAGE_MAX], words=words, contact=contact[:CONTACT_MAX]
        )
        with self.database.transaction() as session:
            session.add(report)
            session.flush()
        self.by_browser.count(browser)
        self.by_all.count(_ALL)
        return report.id

    def listed(self, *, handled: bool) -> list[FaultReport]:
        """Those that wait, the earliest first, or the handled ones, the latest first."""
        column = FaultReport.handled_at
        query = (
            select(FaultReport).where(column.is_not(None)).order_by(column.desc())
            if handled
            else select(FaultReport).where(column.is_(None)).order_by(FaultReport.at)
        )
        with self.database.transaction() as session:
            return list(session.scalars(query.limit(_SHOWN)))

    def handle(self, report_id: str) -> None:
        """It is mended or answered; twice changes nothing.

        Raises:
            NotFound: there is no such report.
        """
        with self.database.transaction() as session:
            report = session.get(FaultReport, report_id)
            if report is None:
                raise NotFound(N_("There is no such report."))
            report.handled_at = report.handled_at or self.now()
