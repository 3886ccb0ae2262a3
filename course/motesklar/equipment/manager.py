"""Decides about equipment: what is noted, who sees what of it, and for how long."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from motesklar.config import EquipmentSection
from motesklar.equipment.causes import Cause, Met, causes_of
from motesklar.equipment.groups import Groups
from motesklar.equipment.messages import (
    HallMessage,
    ReportBody,
    StateMessage,
    Turn,
    VerdictBody,
    verdict_message,
)
from motesklar.equipment.reports import Report, Reports, device_of
from motesklar.equipment.turns import Turns
from motesklar.equipment.verdicts import (
    VERDICT_FACT,
    Verdict,
    latest,
    plain_figures,
    read_verdict,
)
from motesklar.errors import TooMany
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import Fact, Participant, Person, utcnow
from motesklar.workshops.manager import Workshops

#: Verdicts of one person outside modules in a day; far above what patience allows.
VERDICTS_A_DAY = 500
#: The IT department's totals look back so far.
CAUSES_DAYS = 30


@dataclass
class Equipment:
    """Verdicts, reports, groups and turns.

    Args:
        workshops: who is in which.
        now: the clock, UTC without a zone.
    """

    settings: EquipmentSection
    database: Database
    facts: FactLog
    workshops: Workshops
    now: Callable[[], datetime] = utcnow
    reports: Reports = field(init=False)
    groups: Groups = field(init=False)
    turns: Turns = field(init=False)

    def __post_init__(self) -> None:
        self.reports = Reports(self.database, timedelta(days=self.settings.report_days), self.now)
        self.groups = Groups(self.database, timedelta(days=self.settings.days), self.now)
        self.turns = Turns(self.database)
        self.facts.subscribe(self.groups.on_fact)
        self.workshops.subscribe_end(self.groups.set_changed)
        self.reports.tidy()

    def state(self, person_id: str, *, shared_device: bool) -> StateMessage:
        """What the page needs before the first check."""
        self.reports.tidy()
        found = latest(self._verdicts(person_id))
        return StateMessage(
            days=self.settings.days,
            shared_device=shared_device,
            verdicts={check: verdict_message(verdict) for check, verdict in found.items()},
            hall=self._hall(person_id),
        )

    def record(self, person_id: str, body: VerdictBody) -> bool:
        """Note a verdict from outside modules; False when its id is already known.

        Raises:
            TooMany: more than any person makes in a day.
        """
        self._check_share(person_id)
        detail = {
            "test": body.check.value,
            "verdict": body.verdict.value,
            "finding": body.finding,
            "figures": plain_figures(body.figures),
            "browser": body.browser.value,
            "system": body.system.value,
            "hall": body.hall,
        }
        return self.facts.record(
            FactRecord(person_id, "", "", VERDICT_FACT, detail, self.now(), body.id)
        )

    def make_report(self, person_id: str, body: ReportBody) -> Report:
        """A report of what the person's tests have found on one device.

        Raises:
            NothingTested: nothing there.
            TooMany: this person has just made many.
        """
        found = device_of(self._verdicts(person_id), body.browser, body.system)
        return self.reports.make(person_id, found)

    def set_turn(self, workshop_id: str, table: str | None) -> None:
        """Let a table test, or everybody when it is None.

        Raises:
            NotFound: nobody sits at that table.
        """
        self.turns.set(workshop_id, table)
        self.groups.set_changed(workshop_id)

    def turn_of(self, person_id: str) -> Turn | None:
        """Whose turn it is where the person is; None: they test when they like."""
        hand = self.workshops.hand(person_id)
        return None if hand is None else self.turns.of_person(hand.workshop_id, person_id)

    def causes(self) -> list[Cause]:
        """What has stood in people's way lately; nobody can be found in it. Takes a moment."""
        query = (
            select(Fact.person_id, Fact.detail, Fact.at, Person.department)
            .join(Person, Person.id == Fact.person_id)
            .where(Fact.kind == VERDICT_FACT, Fact.at > self.now() - timedelta(days=CAUSES_DAYS))
            .order_by(Fact.at, Fact.id)
        )
        met = []
        with self.database.transaction() as session:
            for person_id, detail, at, department in session.execute(query):
                verdict = read_verdict(detail, at)
                if verdict is not None:
                    met.append(_met(person_id, verdict, department))
        return causes_of(met)

    def _verdicts(self, person_id: str) -> list[Verdict]:
        """A person's verdicts that still count, in modules and outside, oldest first."""
        query = (
            select(Fact.detail, Fact.at)
            .where(
                Fact.person_id == person_id,
                Fact.kind == VERDICT_FACT,
                Fact.at > self.now() - timedelta(days=self.settings.days),
            )
            .order_by(Fact.at, Fact.id)
        )
        with self.database.transaction() as session:
            read = [read_verdict(detail, at) for detail, at in session.execute(query)]
        return [verdict for verdict in read if verdict is not None]

    def _hall(self, person_id: str) -> HallMessage | None:
        hand = self.workshops.hand(person_id)
        if hand is None:
            return None
        with self.database.transaction() as session:
            participant = session.get(Participant, (hand.workshop_id, person_id))
            table = participant.table_number if participant else ""
        return HallMessage(workshop=hand.title, table=table)

    def _check_share(self, person_id: str) -> None:
        query = select(func.count()).where(
            Fact.person_id == person_id,
            Fact.module == "",
            Fact.at > self.now() - timedelta(days=1),
        )
        with self.database.transaction() as session:
            if session.execute(query).scalar_one() >= VERDICTS_A_DAY:
                raise TooMany


def _met(person_id: str, verdict: Verdict, department: str) -> Met:
    return Met(
        person_id=person_id,
        check=verdict.check,
        finding=verdict.finding,
        verdict=verdict.verdict,
        browser=verdict.browser or "",
        system=verdict.system or "",
        department=department,
    )
