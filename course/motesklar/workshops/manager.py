"""Decides about workshops: who may lead, join and see; keeps their live boards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Row, and_, func, select, update
from sqlalchemy.exc import IntegrityError

from motesklar.accounts.limits import Limiter
from motesklar.course import Course
from motesklar.errors import BadRequest, NotFound, UnknownCode
from motesklar.i18n import N_, Languages
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import Fact, Participant, Person, Role, Workshop, utcnow
from motesklar.web.sessions import SessionView
from motesklar.workshops.board import BOARD_KINDS, Joined, StepFact, build_board
from motesklar.workshops.codes import new_join_code, read_join_code
from motesklar.workshops.participation import Hand, Participation, is_open
from motesklar.workshops.tables import read_table
from motesklar.workshops.watching import LiveBoard, Watching

TITLE_MAX = 120
#: The page of a leader shows so many, newest first.
LISTED_MAX = 200
#: Of 481 million codes a handful is taken: a second draw is already rare.
_DRAWS = 20


class BadTitle(BadRequest):
    """A title that can't be shown."""

    code = "bad_title"
    message = N_("Give the workshop a name of at most 120 characters.")
    next_step = N_("Write for example where and when it is held.")


class UnknownModule(BadRequest):
    """A part of the course that there is none of."""

    code = "unknown_module"
    message = N_("Choose which part of the course the workshop is about.")
    next_step = N_("Choose one in the list.")


@dataclass(frozen=True)
class WorkshopView:
    """A workshop as its leader sees it.

    Args:
        join_code: six characters without a space.
        join_url: the address that the QR code holds.
        ended_at: None while it is open, or when nobody ended it and its time ran out.
        people: how many have joined.
    """

    id: str
    title: str
    module: str
    join_code: str
    join_url: str
    leader_id: str
    created_at: datetime
    ended_at: datetime | None
    open: bool
    people: int


class Workshops:
    """Workshops, their participants, hands and boards.

    Args:
        course: gives the course as it is published now.
        public_url: where people reach the course, base URL included, no trailing slash.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        database: Database,
        facts: FactLog,
        course: Callable[[], Course],
        languages: Languages,
        public_url: str,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.database = database
        self.facts = facts
        self.course = course
        self.languages = languages
        self.public_url = public_url
        self.now = now
        self.participation = Participation(database, now)
        self.watching = Watching()
        #: Wrong codes per person.
        self.wrong_codes = Limiter(20, timedelta(minutes=1), now=now)
        self._on_end: list[Callable[[str], None]] = []
        facts.subscribe(self._on_fact)

    # The leader's side

    def create(self, leader_id: str, title: str, module: str) -> WorkshopView:
        """A new workshop, open at once.

        Raises:
            BadTitle: the title is empty or too long.
            UnknownModule: the course has no such module.
        """
        title = " ".join(title.split())
        if not title or len(title) > TITLE_MAX or not title.isprintable():
            raise BadTitle
        if module not in (known.name for known in self.course().modules):
            raise UnknownModule
        return self._view(self._save_new(leader_id, title, module), 0)

    def list_of(self, asking: SessionView) -> list[WorkshopView]:
        """The workshops that somebody leads, newest first; an administrator's are all."""
        query = (
            select(Workshop, func.count(Participant.person_id))
            .outerjoin(Participant, Participant.workshop_id == Workshop.id)
            .group_by(Workshop.id)
            .order_by(Workshop.created_at.desc(), Workshop.id)
            .limit(LISTED_MAX)
        )
        if asking.role is not Role.ADMINISTRATOR:
            query = query.where(Workshop.leader_id == asking.person_id)
        with self.database.transaction() as session:
            return [self._view(workshop, people) for workshop, people in session.execute(query)]

    def get(self, workshop_id: str, asking: SessionView) -> WorkshopView:
        """A workshop, for its leader and administrators.

        Raises:
            NotFound: there is none, or it is somebody else's: told alike.
        """
        people = (
            select(func.count()).where(Participant.workshop_id == workshop_id).scalar_subquery()
        )
        with self.database.transaction() as session:
            found = session.execute(
                select(Workshop, people).where(Workshop.id == workshop_id)
            ).first()
        if found is None or not _may_lead(found[0], asking):
            raise NotFound(N_("There is no such workshop."), N_("Choose one among your workshops."))
        return self._view(*found)

    def end(self, workshop_id: str, asking: SessionView) -> None:
        """End the workshop: its code is dead, hands go down, its board is empty. Safe to repeat.

        Raises:
            NotFound: it isn't theirs.
        """
        self.get(workshop_id, asking)
        with self.database.transaction() as session:
            session.execute(
                update(Workshop)
                .where(Workshop.id == workshop_id, Workshop.ended_at.is_(None))
                .values(ended_at=self.now())
            )
            session.execute(
                update(Participant)
                .where(Participant.workshop_id == workshop_id)
                .values(hand_raised_at=None)
            )
        for listener in self._on_end:
            listener(workshop_id)
        self.watching.set_changed(workshop_id)

    def subscribe_end(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with a workshop's id when somebody has ended it."""
        self._on_end.append(listener)

    def lower_hand(self, workshop_id: str, person_id: str, asking: SessionView) -> None:
        """Note that somebody has been helped; a hand that is down stays so.

        Raises:
            NotFound: the workshop isn't theirs, or nobody with that id is in it.
        """
        self.get(workshop_id, asking)
        with self.database.transaction() as session:
            participant = session.get(Participant, (workshop_id, person_id))
            if participant is None:
                raise NotFound(N_("There is no such person in the workshop."))
            participant.hand_raised_at = None
        self.watching.set_changed(workshop_id)

    def board(self, workshop_id: str) -> LiveBoard:
        """The live board, empty when the workshop is over; one query, none between changes.

        Raises:
            NotFound: there is no such workshop.
        """
        return self.watching.board(workshop_id, lambda: self._build(workshop_id))

    def subscribe(self, workshop_id: str, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener`, in whichever thread, after each change; returns what ends it."""
        return self.watching.subscribe(workshop_id, listener)

    def refresh(self, workshop_id: str) -> None:
        """Have the board read anew: another process may have changed what it shows."""
        self.watching.forget(workshop_id)

    # The participant's side

    def find(self, typed: str, person_id: str) -> WorkshopView:
        """The open workshop that a code leads to, however it was typed.

        Raises:
            UnknownCode: no open workshop has it.
            TooMany: this person has tried too many.
        """
        self.wrong_codes.check(person_id)
        workshop = self._with_code(read_join_code(typed))
        if workshop is None or not is_open(workshop, self.now()):
            self.wrong_codes.count(person_id)
            raise UnknownCode
        return self._view(workshop, 0)

    def join(self, typed: str, person_id: str, table: str = "") -> WorkshopView:
        """Take a person in; joining where one already is changes nothing but the table.

        Args:
            typed: the code, however it was typed.
            person_id: who joins.
            table: the table in the hall, however it was typed; empty where there is none.

        Raises:
            UnknownCode: no open workshop has the code.
            TooMany: this person has tried too many wrong ones.
        """
        workshop = self.find(typed, person_id)
        moved = self.participation.join(workshop.id, person_id, read_table(table))
        for changed in (workshop.id, *moved.left):
            self.watching.set_changed(changed)
        if moved.first:
            self.facts.record(
                FactRecord(
                    person_id=person_id,
                    module=workshop.module,
                    step="",
                    kind="joined_workshop",
                    detail={"workshop": workshop.id},
                    at=self.now(),
                )
            )
        return workshop

    def membership(self, person_id: str) -> dict[str, Any] | None:
        """The open workshop a person is in: `{id, title, module, hand_raised}`, or None."""
        hand = self.participation.hand(person_id)
        if hand is None:
            return None
        return {
            "id": hand.workshop_id,
            "title": hand.title,
            "module": hand.module,
            "hand_raised": hand.raised,
        }

    def hand(self, person_id: str) -> Hand | None:
        """A person's hand and its place in the queue; None when they are in no workshop."""
        return self.participation.hand(person_id)

    def set_hand(self, person_id: str, *, raised: bool) -> Hand | None:
        """Raise or lower a person's hand; twice is once, and the place in the queue stays.

        Raises:
            NotInWorkshop: they are in none.
        """
        changed = self.participation.set_hand(person_id, raised=raised)
        if changed is not None:
            self.watching.set_changed(changed)
        return self.participation.hand(person_id)

    # Inside

    def _on_fact(self, fact: FactRecord) -> None:
        if fact.kind in BOARD_KINDS:
            self.watching.follow(fact.person_id, fact.module)

    def _with_code(self, code: str | None) -> Workshop | None:
        if code is None:
            return None
        with self.database.transaction() as session:
            return session.scalar(select(Workshop).where(Workshop.join_code == code))

    def _save_new(self, leader_id: str, title: str, module: str) -> Workshop:
        for _ in range(_DRAWS):
            workshop = Workshop(
                title=title,
                join_code=new_join_code(),
                leader_id=leader_id,
                module=module,
                created_at=self.now(),
            )
            try:
                with self.database.transaction() as session:
                    session.add(workshop)
            except IntegrityError:  # the code is taken; anything else fails each time
                continue
            return workshop
        raise RuntimeError("no workshop could be saved")

    def _build(self, workshop_id: str) -> LiveBoard:
        with self.database.transaction() as session:
            rows = session.execute(_board_query(workshop_id)).all()
        if not rows:
            raise NotFound(N_("There is no such workshop."), N_("Choose one among your workshops."))
        workshop: Workshop = rows[0][0]
        ended = not is_open(workshop, self.now())
        joined = [] if ended else _joined(rows)
        board = build_board(self._steps(workshop.module), joined)
        return LiveBoard(workshop_id, workshop.module, ended, board)

    def _steps(self, module: str) -> list[str]:
        """Step ids; none when the module has been taken out of the course since."""
        found = next((known for known in self.course().modules if known.name == module), None)
        return [step.id for step in found.steps] if found else []

    def _view(self, workshop: Workshop, people: int) -> WorkshopView:
        return WorkshopView(
            id=workshop.id,
            title=workshop.title,
            module=workshop.module,
            join_code=workshop.join_code,
            join_url=f"{self.public_url}/w/{workshop.join_code}",
            leader_id=workshop.leader_id,
            created_at=workshop.created_at,
            ended_at=workshop.ended_at,
            open=is_open(workshop, self.now()),
            people=people,
        )


def _may_lead(workshop: Workshop, asking: SessionView) -> bool:
    return asking.role is Role.ADMINISTRATOR or workshop.leader_id == asking.person_id


def _board_query(workshop_id: str) -> Any:
    """The workshop, its participants and their facts in its module: a row for each fact."""
    return (
        select(
            Workshop,
            Participant.person_id,
            Participant.hand_raised_at,
            Person.name,
            Person.department,
            Fact.kind,
            Fact.step,
            Fact.at,
            Fact.detail,
        )
        .outerjoin(Participant, Participant.workshop_id == Workshop.id)
        .outerjoin(Person, Person.id == Participant.person_id)
        .outerjoin(
            Fact,
            and_(
                Fact.person_id == Participant.person_id,
                Fact.module == Workshop.module,
                Fact.kind.in_(BOARD_KINDS),
            ),
        )
        .where(Workshop.id == workshop_id)
        .order_by(Participant.person_id, Fact.at, Fact.id)
    )


def _joined(rows: Sequence[Row[Any]]) -> list[Joined]:
    return [
        Joined(
            person_id=person_id,
            name=found[0].name,
            department=found[0].department,
            hand_raised_at=found[0].hand_raised_at,
            facts=[
                StepFact(row.kind, row.step, row.at, row.detail)
                for row in found
                if row.kind is not None
            ],
        )
        for person_id, found in ((i, list(g)) for i, g in groupby(rows, lambda r: r.person_id))
        if person_id is not None
    ]
