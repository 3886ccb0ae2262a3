"""Reports: a snapshot of somebody's verdicts on one device, which a code opens for some days.

Nothing in it says whose it is. The code is all that a helper needs, so it is drawn by chance from
28^8 (3.8·10^11), wrong ones are counted, and the report is gone after its days.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from motesklar.accounts.limits import Limiter
from motesklar.accounts.tokens import new_code, read_code
from motesklar.equipment.verdicts import Browser, System, Verdict, latest, read_verdict
from motesklar.errors import Conflict, UnknownCode
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.models import EquipmentReport, iso

#: Reports of one person; a further one takes the place of the oldest.
KEPT_PER_PERSON = 5
#: New reports of one person within an hour.
MADE_PER_HOUR = 20
#: Wrong codes within a minute: of one browser, and of all that aren't signed in.
WRONG_PER_BROWSER = 10
WRONG_OF_STRANGERS = 300
#: Of 3.8·10^11 codes a handful is taken.
_DRAWS = 5
#: Reports whose days are over can't be opened, and are removed within this while anybody is here.
_TIDY_EVERY = timedelta(hours=1)
_STRANGERS = "strangers"


class NothingTested(Conflict):
    """There is nothing to report."""

    code = "nothing_tested"
    message = N_("You have not tested anything yet, so there is nothing to report.")
    next_step = N_("Test your equipment first, then make the report.")


@dataclass(frozen=True)
class Report:
    """A report as it is shown.

    Args:
        code: without its groups.
        owner: whose it is; asked about, never shown.
        verdicts: the newest of each check on that device.
    """

    code: str
    owner: str
    browser: Browser | None
    system: System | None
    hall: bool
    verdicts: tuple[Verdict, ...]
    created_at: datetime
    expires_at: datetime


def device_of(
    verdicts: Sequence[Verdict], browser: Browser | None, system: System | None
) -> list[Verdict]:
    """The newest verdict of each check on one device, as far as its browser and system tell.

    Args:
        verdicts: of one person.
        browser: of the device; with the system the one of the newest verdict where neither is said.
        system: of the device.
    """
    if browser is None and system is None and verdicts:
        newest = max(verdicts, key=lambda one: one.at)
        browser, system = newest.browser, newest.system
    there = [one for one in verdicts if (one.browser, one.system) == (browser, system)]
    return list(latest(there).values())


class Reports:
    """Reports in the database.

    Args:
        keep: how long one can be opened.
        now: the clock, UTC without a zone.
    """

    def __init__(self, database: Database, keep: timedelta, now: Callable[[], datetime]) -> None:
        self.database = database
        self.keep = keep
        self.now = now
        self.made = Limiter(MADE_PER_HOUR, timedelta(hours=1), now=now)
        self.wrong = Limiter(WRONG_PER_BROWSER, timedelta(minutes=1), now=now)
        self.wrong_of_strangers = Limiter(WRONG_OF_STRANGERS, timedelta(minutes=1), now=now)
        self._tidy_at = now()

    def make(self, person_id: str, verdicts: Sequence[Verdict]) -> Report:
        """A new report of what was found.

        Args:
            person_id: whose it is.
            verdicts: the newest of each check, all on one device.

        Raises:
            NothingTested: there are none.
            TooMany: this person has just made many.
        """
        if not verdicts:
            raise NothingTested
        self.made.check(person_id)
        self.made.count(person_id)
        row = self._save_new(person_id, _content(verdicts))
        self._drop_oldest(person_id)
        return _report(row)

    def open(self, typed: str, browser: str, *, stranger: bool) -> Report:
        """The report that a code opens, however it was typed.

        Args:
            typed: the code.
            browser: names the visitor's browser, to count wrong codes.
            stranger: nobody is signed in there.

        Raises:
            UnknownCode: there is no such report, or not any more.
            TooMany: many wrong codes have been tried.
        """
        self.wrong.check(browser)
        if stranger:
            self.wrong_of_strangers.check(_STRANGERS)
        report = self.find(typed)
        if report is None:
            self.wrong.count(browser)
            self.wrong_of_strangers.count(_STRANGERS)
            raise UnknownCode
        return report

    def find(self, typed: str) -> Report | None:
        """The report that a code opens, or None."""
        code = read_code(typed)
        if code is None:
            return None
        with self.database.transaction() as session:
            row = session.get(EquipmentReport, code)
            return None if row is None or row.expires_at <= self.now() else _report(row)

    def of_person(self, person_id: str) -> list[Report]:
        """A person's own, the newest first."""
        query = (
            select(EquipmentReport)
            .where(EquipmentReport.person_id == person_id, EquipmentReport.expires_at > self.now())
            .order_by(EquipmentReport.created_at.desc(), EquipmentReport.code)
        )
        with self.database.transaction() as session:
            return [_report(row) for row in session.scalars(query)]

    def remove(self, typed: str, person_id: str) -> None:
        """Remove a person's own report; one that is gone stays gone.

        Raises:
            UnknownCode: it is somebody else's, or there is none: told alike.
        """
        report = self.find(typed)
        if report is None or report.owner != person_id:
            raise UnknownCode
        with self.database.transaction() as session:
            session.execute(delete(EquipmentReport).where(EquipmentReport.code == report.code))

    def tidy(self) -> None:
        """Remove those whose days are over; does nothing when it has just been done."""
        if self.now() < self._tidy_at:
            return
        self._tidy_at = self.now() + _TIDY_EVERY
        with self.database.transaction() as session:
            session.execute(delete(EquipmentReport).where(EquipmentReport.expires_at <= self.now()))

    def _save_new(self, person_id: str, content: dict[str, Any]) -> EquipmentReport:
        now = self.now()
        for _ in range(_DRAWS):
            row = EquipmentReport(
                code=new_code(),
                person_id=person_id,
                content=content,
                created_at=now,
                expires_at=now + self.keep,
            )
            try:
                with self.database.transaction() as session:
                    session.add(row)
            except IntegrityError:  # the code is taken; anything else fails each time
                continue
            return row
        raise RuntimeError("no report could be saved")

    def _drop_oldest(self, person_id: str) -> None:
        surplus = [one.code for one in self.of_person(person_id)[KEPT_PER_PERSON:]]
        with self.database.transaction() as session:
            session.execute(delete(EquipmentReport).where(EquipmentReport.code.in_(surplus)))


def _content(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    first = verdicts[0]
    return {
        "browser": first.browser,
        "system": first.system,
        "hall": any(one.hall for one in verdicts),
        "verdicts": [
            {
                "test": one.check,
                "verdict": one.verdict,
                "finding": one.finding,
                "figures": dict(one.figures),
                "at": iso(one.at),
            }
            for one in verdicts
        ],
    }


def _report(row: EquipmentReport) -> Report:
    content = row.content
    told = [
        (detail, datetime.fromisoformat(detail["at"]).replace(tzinfo=None))
        for detail in content["verdicts"]
    ]
    read = [read_verdict(detail, at) for detail, at in told]
    browser, system = content["browser"], content["system"]
    return Report(
        code=row.code,
        owner=row.person_id,
        browser=Browser(browser) if browser else None,
        system=System(system) if system else None,
        hall=content["hall"],
        verdicts=tuple(one for one in read if one is not None),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
