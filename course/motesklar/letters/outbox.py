"""The letters that wait, were sent or failed: put in, looked at, stopped, sent once more.

`sender.py` takes them from here. A letter in the table is only who, what for and when; its words
and link are made as it is sent, so nothing secret waits for the night to pass.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from motesklar.errors import Conflict, NotFound
from motesklar.i18n import N_
from motesklar.letters.choosing import Remaining
from motesklar.letters.hours import QuietHours
from motesklar.letters.refusals import Reason
from motesklar.letters.states import RETRIABLE, Kind, State
from motesklar.store.audit import note
from motesklar.store.chunks import chunks
from motesklar.store.database import Database
from motesklar.store.models import AuditEntry, Person, new_id, utcnow
from motesklar.store.people_tables import OutgoingLetter
from motesklar.store.review_tables import Plan

PAGE_SIZE = 50


@dataclass(frozen=True)
class QueueReport:
    """How many people of a choice get a letter, and how many don't, each counted once.

    Args:
        queued: those who get one.
        left: no longer with the organisation.
        without_address: no e-mail address is known.
        unsubscribed: want no reminders.
        nothing_left: have done all that they would be reminded of.
        told_today: have been told the same today.
    """

    queued: int = 0
    left: int = 0
    without_address: int = 0
    unsubscribed: int = 0
    nothing_left: int = 0
    told_today: int = 0

    @property
    def total(self) -> int:
        """All who were chosen."""
        return sum(getattr(self, one.name) for one in fields(self))


@dataclass(frozen=True)
class Choice:
    """People of whom each is asked whether they get a letter."""

    people: list[Person]
    report: QueueReport


@dataclass(frozen=True)
class LetterLine:
    """A letter in the administrator's list."""

    letter: OutgoingLetter
    person_name: str
    email: str | None


@dataclass(frozen=True)
class LettersPage:
    """Some of the letters, the newest first.

    Args:
        counts: state to how many there are.
        total: how many the chosen state has.
    """

    lines: list[LetterLine]
    counts: Mapping[State, int]
    total: int
    number: int
    pages: int


class Outbox:
    """The table of letters.

    Args:
        wake: tells the sender that there is something to do.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        database: Database,
        hours: QuietHours,
        remaining: Remaining,
        now: Callable[[], datetime] = utcnow,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self.database = database
        self.hours = hours
        self.remaining = remaining
        self.now = now
        self.wake = wake

    def plan(self, plan_id: str) -> Plan:
        """A plan that is not ended.

        Raises:
            NotFound: there is none.
        """
        with self.database.transaction() as session:
            plan = session.get(Plan, plan_id)
        if plan is None or plan.ended_at is not None:
            raise NotFound(N_("There is no such plan, or it is ended."))
        return plan

    def choose(self, kind: Kind, people: Collection[str], plan: Plan | None = None) -> Choice:
        """Who of `people` would get a letter now; nothing is changed."""
        with self.database.transaction() as session:
            return self._choose(session, kind, people, plan)

    def queue(
        self, kind: Kind, people: Collection[str], *, actor_id: str = "", plan: Plan | None = None
    ) -> QueueReport:
        """Put a letter to each of `people` in the queue who may get one; all or none.

        Done twice on one day, the second time tells nobody anything.
        """
        try:
            report = self._queue(kind, people, actor_id, plan)
        except IntegrityError:
            # somebody else was quicker with one of them; the second look sees theirs
            report = self._queue(kind, people, actor_id, plan)
        if report.queued:
            self.wake()
        return report

    def page(self, state: State | None, number: int = 1) -> LettersPage:
        """One page of the letters in a state; of all of them without one."""
        with self.database.transaction() as session:
            grouped = select(OutgoingLetter.state, func.count()).group_by(OutgoingLetter.state)
            counts = {State(name): count for name, count in session.execute(grouped)}
            total = counts.get(state, 0) if state else sum(counts.values())
            pages = max(1, -(-total // PAGE_SIZE))
            number = min(max(number, 1), pages)
            query = (
                select(OutgoingLetter, Person.name, Person.email)
                .join(Person, Person.id == OutgoingLetter.person_id)
                .order_by(OutgoingLetter.created_at.desc(), OutgoingLetter.id)
                .offset((number - 1) * PAGE_SIZE)
                .limit(PAGE_SIZE)
            )
            if state:
                query = query.where(OutgoingLetter.state == state)
            lines = [
                LetterLine(letter, name, email) for letter, name, email in session.execute(query)
            ]
        return LettersPage(lines, counts, total, number, pages)

    def first_waiting(self) -> datetime | None:
        """When the next of those that wait may go; None where none waits."""
        query = select(func.min(OutgoingLetter.send_after)).where(
            OutgoingLetter.state == State.WAITING
        )
        with self.database.transaction() as session:
            return session.scalar(query)

    def stop_all(self, actor_id: str) -> int:
        """Stop every letter that waits; returns how many. Those people can be told again today."""
        stopped = self._change_waiting(state=State.STOPPED, reason=Reason.BY_HAND, told_on=None)
        self.note(actor_id, "letters stopped", str(stopped))
        return stopped

    def send_now(self, actor_id: str) -> int:
        """Let every letter that waits go at once, quiet hours or not; returns how many."""
        hurried = self._change_waiting(urgent=True, send_after=self.now())
        self.note(actor_id, "letters sent in quiet hours", str(hurried))
        self.wake()
        return hurried

    def again(self, letter_id: str, actor_id: str) -> None:
        """Send one letter that failed, was stopped or is unsure once more.

        Raises:
            NotFound: there is no such letter.
            Conflict: it is on its way, or has come through.
        """
        again = (
            update(OutgoingLetter)
            .where(OutgoingLetter.id == letter_id, OutgoingLetter.state.in_(RETRIABLE))
            .values(
                state=State.WAITING,
                tries=0,
                reason=Reason.NONE,
                said="",
                claimed_at=None,
                send_after=self.hours.next_allowed(self.now()),
            )
        )
        with self.database.transaction() as session:
            if session.get(OutgoingLetter, letter_id) is None:
                raise NotFound
            if changed(session, again) != 1:
                raise Conflict
        self.note(actor_id, "letter sent again", letter_id)
        self.wake()

    def set_reminders(self, person_id: str, actor_id: str, *, wanted: bool) -> None:
        """Whether the person wants reminders; those that wait are stopped when not.

        Raises:
            NotFound: there is nobody with that id.
        """
        with self.database.transaction() as session:
            person = session.get(Person, person_id)
            if person is None:
                raise NotFound
            if person.reminders == wanted:
                return
            person.reminders = wanted
            if not wanted:
                waiting = (
                    update(OutgoingLetter)
                    .where(OutgoingLetter.person_id == person_id)
                    .where(OutgoingLetter.state == State.WAITING)
                    .where(OutgoingLetter.kind == Kind.REMINDER)
                    .values(state=State.STOPPED, reason=Reason.UNWANTED)
                )
                session.execute(waiting)
        action = "reminders wanted" if wanted else "reminders stopped"
        self.note(actor_id, action, person_id)

    def note(self, actor_id: str, action: str, subject: str) -> None:
        """Write in the log who did what; never whom a letter went to by name."""
        note(self.database, self.now(), actor_id, action, subject)

    def _queue(
        self, kind: Kind, people: Collection[str], actor_id: str, plan: Plan | None
    ) -> QueueReport:
        now = self.now()
        common = {
            "kind": kind,
            "plan_id": plan.id if plan else None,
            "state": State.WAITING,
            "urgent": False,
            "tries": 0,
            "send_after": self.hours.next_allowed(now),
            "created_at": now,
            "told_on": self.hours.day(now),
            "created_by": actor_id,
        }
        with self.database.transaction() as session:
            choice = self._choose(session, kind, people, plan)
            rows = [
                {"id": new_id("o", 16), "person_id": person.id, **common}
                for person in choice.people
            ]
            if rows:
                session.execute(insert(OutgoingLetter), rows)
                about = f"{kind} {len(rows)} {plan.id if plan else ''}".strip()
                session.add(
                    AuditEntry(at=now, actor_id=actor_id, action="letters queued", subject=about)
                )
        return choice.report

    def _choose(
        self, session: Session, kind: Kind, people: Collection[str], plan: Plan | None
    ) -> Choice:
        wanted = list(dict.fromkeys(people))
        known = _people(session, wanted)
        told = self._told_today(session, kind)
        left: Collection[str] = wanted
        if kind is Kind.REMINDER:
            left = self.remaining.left(session, wanted, plan)
        chosen: list[Person] = []
        counts = {"left": 0, "without_address": 0, "unsubscribed": 0, "nothing_left": 0}
        counts["told_today"] = 0
        for person in known:
            why_not = _why_not(person, kind, told, left)
            if why_not:
                counts[why_not] += 1
            else:
                chosen.append(person)
        return Choice(chosen, QueueReport(queued=len(chosen), **counts))

    def _told_today(self, session: Session, kind: Kind) -> set[str]:
        today = self.hours.day(self.now())
        query = select(OutgoingLetter.person_id).where(
            OutgoingLetter.kind == kind,
            or_(
                OutgoingLetter.told_on == today,
                # asked for on another day, and not out yet
                OutgoingLetter.state.in_((State.WAITING, State.SENDING)),
            ),
        )
        return set(session.scalars(query))

    def _change_waiting(self, **values: Any) -> int:
        waiting = update(OutgoingLetter).where(OutgoingLetter.state == State.WAITING)
        with self.database.transaction() as session:
            return changed(session, waiting.values(**values))


def _why_not(person: Person, kind: Kind, told: Collection[str], left: Collection[str]) -> str:
    """The reason, as `QueueReport` counts it, that a person gets no letter; empty: they get one."""
    if person.left_at is not None:
        return "left"
    if not person.email:
        return "without_address"
    if kind is Kind.REMINDER and not person.reminders:
        return "unsubscribed"
    if person.id not in left:
        return "nothing_left"
    return "told_today" if person.id in told else ""


def _people(session: Session, ids: Sequence[str]) -> list[Person]:
    found = {
        person.id: person
        for chunk in chunks(ids)
        for person in session.scalars(select(Person).where(Person.id.in_(chunk)))
    }
    return [found[person] for person in ids if person in found]


def changed(session: Session, change: Any) -> int:
    """Make a change; returns how many rows it met."""
    return cast("CursorResult[Any]", session.execute(change)).rowcount
