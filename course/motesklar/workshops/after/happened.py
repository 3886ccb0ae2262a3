"""What happened in one workshop, read from facts and rows; nobody is compared with anybody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from motesklar.call.rooms.attendance import Attended
from motesklar.equipment.verdicts import VERDICT_FACT, Check, VerdictName, read_verdict
from motesklar.service.accounts import HELD
from motesklar.store.models import (
    Fact,
    MeetingAccount,
    Participant,
    Question,
    RosterEntry,
    SheetRun,
    Workshop,
    WorkshopFeedback,
)
from motesklar.workshops.after.report import (
    FEWEST_ANSWERS,
    Problem,
    Run,
    StepPeople,
    Totals,
    graded,
    item_times,
    steps_asked_at,
)
from motesklar.workshops.sheet.sheet import read_sheet

#: People sit down and test before the first item begins.
EARLY = timedelta(minutes=30)


@dataclass(frozen=True)
class Present:
    """Somebody who was there.

    Args:
        minutes: in calls of the workshop.
        steps: how many they did in it.
        expected: whether they stood on the roster.
    """

    name: str
    department: str
    joined_at: datetime
    minutes: int
    steps: int
    expected: bool


class Happened:
    """One workshop's rows, read once.

    Args:
        attended: everybody's time in its calls.
    """

    def __init__(
        self,
        session: Session,
        workshop: Workshop,
        attended: Mapping[str, Attended],
        now: datetime,
    ) -> None:
        self.session = session
        self.workshop = workshop
        self.items = read_sheet(workshop.sheet)
        self.attended = attended
        self.until = workshop.ended_at or now
        here = {"workshop_id": workshop.id}
        self.participants = session.scalars(select(Participant).filter_by(**here)).all()
        self.entries = session.scalars(select(RosterEntry).filter_by(**here)).all()
        self.questions = session.scalars(select(Question).filter_by(**here)).all()
        # ids are random, so their order says nothing about when somebody answered
        self.feedback = session.scalars(
            select(WorkshopFeedback).filter_by(**here).order_by(WorkshopFeedback.id)
        ).all()
        self.runs = self._runs()
        self.began = self._began()
        self.moves = self._moves()

    @property
    def came(self) -> set[str]:
        """Ids of those who joined."""
        return {one.person_id for one in self.participants}

    @property
    def missed(self) -> list[RosterEntry]:
        """Those who were expected and did not come, by name."""
        missed = [one for one in self.entries if one.person_id not in self.came]
        return sorted(missed, key=lambda one: (one.name.casefold(), one.id))

    @property
    def words(self) -> list[str]:
        """What people wrote; none while few have answered."""
        few = len(self.feedback) < FEWEST_ANSWERS
        return [] if few else [one.words for one in self.feedback if one.words]

    def totals(self) -> Totals:
        """Numbers alone."""
        came = self.came
        in_calls = [one for person, one in self.attended.items() if person in came]
        asked = [(one.person_id, one.asked_at) for one in self.questions]
        seen = [(one.person_id, one.at, one.module, one.step) for one in self.moves]
        return Totals(
            began_at=self.began,
            ended_at=self.workshop.ended_at,
            expected=len(self.entries),
            expected_came=sum(one.person_id in came for one in self.entries),
            came=len(came),
            in_calls=sum(one.minutes > 0 for one in in_calls),
            call_minutes=sum(one.minutes for one in in_calls),
            steps=self._steps(),
            problems=self._problems(),
            questions=dict(sorted(Counter(one.topic for one in self.questions).items())),
            asked_at=steps_asked_at(asked, seen),
            accounts=self._accounts(),
            account_goal=self.workshop.account_goal,
            items=item_times(self.items, self.runs, [at for _, at in asked]),
            useful=graded(one.useful for one in self.feedback),
            dare=graded(one.dare for one in self.feedback),
        )

    def people(self) -> list[Present]:
        """Those who were there, by name."""
        done = Counter(person for person, _, _ in self._done())
        expected = {one.person_id for one in self.entries}
        found = [
            Present(
                name=one.person.name,
                department=one.person.department,
                joined_at=one.joined_at,
                minutes=self.attended.get(one.person_id, Attended()).minutes,
                steps=done[one.person_id],
                expected=one.person_id in expected,
            )
            for one in self.participants
        ]
        return sorted(found, key=lambda one: (one.name.casefold(), one.joined_at))

    def _done(self) -> set[tuple[str, str, str]]:
        """Person, module and step of each that was done in the workshop."""
        return {
            (one.person_id, one.module, one.step)
            for one in self.moves
            if one.kind == "done" and one.at >= self.began - EARLY
        }

    def _steps(self) -> list[StepPeople]:
        counted = Counter((module, step) for _, module, step in self._done())
        return [
            StepPeople(module=module, step=step, people=people)
            for (module, step), people in sorted(counted.items())
        ]

    def _problems(self) -> list[Problem]:
        met: dict[tuple[Check, str, VerdictName], set[str]] = {}
        for fact in self._facts(Fact.kind == VERDICT_FACT, Fact.at >= self.began - EARLY):
            verdict = read_verdict(fact.detail, fact.at)
            if verdict and verdict.verdict in (VerdictName.FAIL, VerdictName.WARN):
                key = (verdict.check, verdict.finding, verdict.verdict)
                met.setdefault(key, set()).add(fact.person_id)
        ordered = sorted(met.items(), key=lambda one: (-len(one[1]), one[0]))
        return [
            Problem(check=check, finding=finding, verdict=verdict, people=len(people))
            for (check, finding, verdict), people in ordered
        ]

    def _accounts(self) -> int:
        opened = func.coalesce(MeetingAccount.opened_at, MeetingAccount.met_at)
        query = (
            select(func.count())
            .select_from(MeetingAccount)
            .join(Participant, Participant.person_id == MeetingAccount.person_id)
            .where(
                Participant.workshop_id == self.workshop.id,
                MeetingAccount.state.in_(HELD),
                opened >= self.began - EARLY,
            )
        )
        return int(self.session.execute(query).scalar_one())

    def _moves(self) -> Sequence[Fact]:
        modules = {item.module for item in self.items if item.module} or {self.workshop.module}
        return self._facts(
            Fact.kind.in_(("started", "done")), Fact.module.in_(modules), Fact.step != ""
        )

    def _facts(self, *conditions: ColumnElement[bool]) -> Sequence[Fact]:
        """The participants' facts until the end, the oldest first."""
        query = (
            select(Fact)
            .join(Participant, Participant.person_id == Fact.person_id)
            .where(Participant.workshop_id == self.workshop.id, Fact.at <= self.until, *conditions)
            .order_by(Fact.at, Fact.id)
        )
        return self.session.scalars(query).all()

    def _runs(self) -> list[Run]:
        rows = self.session.scalars(
            select(SheetRun).filter_by(workshop_id=self.workshop.id).order_by(SheetRun.number)
        )
        return [Run(one.item, one.began_at, one.ended_at or self.until) for one in rows]

    def _began(self) -> datetime:
        """When the first item began; as planned where no run sheet was followed."""
        if self.runs:
            return self.runs[0].began_at
        planned = self.workshop.starts_at
        return planned if planned and planned <= self.until else self.workshop.created_at
