"""Decides about workshops: who may lead, join and see; keeps their live boards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError

from motesklar.accounts.limits import Limiter
from motesklar.course import Course
from motesklar.errors import BadRequest, NotFound, UnknownCode
from motesklar.i18n import N_, Languages
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import Participant, Role, Workshop, WorkshopRole, utcnow
from motesklar.web.sessions import SessionView
from motesklar.workshops.board.board import BOARD_KINDS, build_board
from motesklar.workshops.board.query import read_joined
from motesklar.workshops.board.watching import LiveBoard, Watching
from motesklar.workshops.codes import new_join_code, read_join_code
from motesklar.workshops.help.hands import put_down
from motesklar.workshops.help.questions import Questions
from motesklar.workshops.help.topics import Topic, read_words
from motesklar.workshops.help.words import Words
from motesklar.workshops.participation import Hand, Participation, is_open
from motesklar.workshops.roles import Part, Roles, no_such_workshop, part_in
from motesklar.workshops.sheet.plan import Plan
from motesklar.workshops.sheet.running import RunSheets
from motesklar.workshops.sheet.sheet import board_steps, first_module, read_sheet
from motesklar.workshops.tables import read_table

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
        modules: the parts of the course that it goes through, in order.
    """

    id: str
    title: str
    module: str
    modules: tuple[str, ...]
    plan: Plan
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
        self.roles = Roles(database)
        self.running = RunSheets(database, now)
        self.watching = Watching(self._build)
        self.questions = Questions(database, self.roles, now, self.watching.set_changed)
        self.words = Words(database, self.roles, now)
        #: Wrong codes per person.
        self.wrong_codes = Limiter(20, timedelta(minutes=1), now=now)
        #: Of guests per network address: a whole hall has one, and types wrong now and then.
        self.wrong_codes_from = Limiter(60, timedelta(minutes=1), now=now)
        #: Hands per person, up or with other words.
        self.many_hands = Limiter(12, timedelta(minutes=1), now=now)
        self._on_end: list[Callable[[str], None]] = [self.questions.end, self.words.end]
        facts.subscribe(self._on_fact)

    # The leader's side

    def create(
        self, leader_id: str, title: str, module: str, plan: Plan | None = None
    ) -> WorkshopView:
        """A new workshop, open at once.

        Where its run sheet goes through parts of the course, the first of them takes the place of
        `module`.

        Raises:
            BadTitle: the title is empty or too long.
            UnknownModule: the course has no such module.
        """
        plan = plan or Plan()
        module = first_module(plan.sheet, module)
        title = _checked(title)
        if module not in (known.name for known in self.course().modules):
            raise UnknownModule
        self.erase_forgotten()
        return self._view(self._save_new(leader_id, title, module, plan), 0)

    def rename(self, workshop_id: str, title: str, asking: SessionView) -> None:
        """Call it something else, also once it is over: its report goes on.

        Raises:
            NotFound: it isn't theirs.
            BadTitle: the title is empty or too long.
        """
        self.get(workshop_id, asking)
        title = _checked(title)
        with self.database.transaction() as session:
            session.get_one(Workshop, workshop_id).title = title
        self.running.tell(workshop_id)
        self._set_hands_changed(workshop_id)

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
            together = select(WorkshopRole.workshop_id).filter_by(
                person_id=asking.person_id, part=Part.LEADER.value
            )
            query = query.where(
                or_(Workshop.leader_id == asking.person_id, Workshop.id.in_(together))
            )
        with self.database.transaction() as session:
            return [self._view(workshop, people) for workshop, people in session.execute(query)]

    def get(self, workshop_id: str, asking: SessionView) -> WorkshopView:
        """A workshop, for its leaders and administrators.

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
            if found is None or part_in(session, found[0], asking) is not Part.LEADER:
                raise no_such_workshop()
        return self._view(*found)

    def get_for(self, workshop_id: str, asking: SessionView, *parts: Part) -> WorkshopView:
        """A workshop, for its leaders and those who have one of these parts in it.

        Raises:
            NotFound: there is none, or it isn't theirs: told alike.
        """
        self.roles.check(workshop_id, asking, *parts)
        with self.database.transaction() as session:
            return self._view(session.get_one(Workshop, workshop_id), 0)

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
        self.running.tell(workshop_id)
        self.watching.set_changed(workshop_id)

    def erase_forgotten(self) -> None:
        """Erase what was written in workshops whose time ran out before anybody ended them."""
        for workshop_id in self.words.forgotten():
            self.questions.end(workshop_id)
            self.words.end(workshop_id)

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
            put_down(session, participant, self.now())
        self._set_hands_changed(workshop_id)

    def board(self, workshop_id: str) -> LiveBoard:
        """The live board, empty when the workshop is over; one query, none between changes.

        Raises:
            NotFound: there is no such workshop.
        """
        return self.watching.get(workshop_id)

    def subscribe(self, workshop_id: str, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener`, in whichever thread, after each change; returns what ends it."""
        return self.watching.subscribe(workshop_id, listener)

    def refresh(self, workshop_id: str) -> None:
        """Have the board read anew: another process may have changed what it shows."""
        self.watching.forget(workshop_id)

    def loses(self, person_id: str) -> Callable[[], None]:
        """Somebody is about to be erased; what this returns has open boards show the others."""
        theirs = (
            Workshop.leader_id == person_id,
            Workshop.id.in_(select(WorkshopRole.workshop_id).filter_by(person_id=person_id)),
            Workshop.id.in_(select(Participant.workshop_id).filter_by(person_id=person_id)),
        )
        query = select(Workshop.id).where(Workshop.ended_at.is_(None), or_(*theirs))
        with self.database.transaction() as session:
            shown_in = session.scalars(query).all()

        def show() -> None:
            for workshop_id in shown_in:
                self._set_hands_changed(workshop_id)

        return show

    def helping(self, person_id: str) -> list[tuple[WorkshopView, Part]]:
        """Open workshops in which somebody has been given a part, newest first."""
        query = (
            select(Workshop, WorkshopRole.part)
            .join(WorkshopRole, WorkshopRole.workshop_id == Workshop.id)
            .where(WorkshopRole.person_id == person_id, Workshop.ended_at.is_(None))
            .order_by(Workshop.created_at.desc(), Workshop.id)
            .limit(LISTED_MAX)
        )
        with self.database.transaction() as session:
            found = [(self._view(one, 0), Part(part)) for one, part in session.execute(query)]
        return [(view, part) for view, part in found if view.open]

    # The participant's side

    def find(self, typed: str, person_id: str) -> WorkshopView:
        """The open workshop that a code leads to, however it was typed.

        Raises:
            UnknownCode: no open workshop has it.
            TooMany: this person has tried too many.
        """
        return self._find(typed, self.wrong_codes, person_id)

    def find_for_guest(self, typed: str, address: str) -> WorkshopView:
        """The open workshop that a code leads to, for somebody who is not signed in.

        Raises:
            UnknownCode: no open workshop has it.
            TooMany: too many wrong ones have come from this network address.
        """
        return self._find(typed, self.wrong_codes_from, address)

    def join(
        self, typed: str, person_id: str, table: str = "", *, remote: bool | None = None
    ) -> WorkshopView:
        """Take a person in; joining where one already is changes nothing but the table.

        Args:
            typed: the code, however it was typed.
            person_id: who joins.
            table: the table in the hall, however it was typed; empty where there is none.
            remote: whether they sit somewhere else; None where they haven't said it.

        Raises:
            UnknownCode: no open workshop has the code.
            WorkshopFull: as many as there is room for have joined.
            TooMany: this person has tried too many wrong ones.
        """
        workshop = self.find(typed, person_id)
        moved = self.participation.join(
            workshop.id, person_id, read_table(table), remote=remote, most=workshop.plan.capacity
        )
        for changed in (workshop.id, *moved.left):
            self._set_hands_changed(changed)
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

    def set_hand(
        self,
        person_id: str,
        *,
        raised: bool,
        topic: Topic | None = None,
        words: str | None = None,
    ) -> Hand | None:
        """Raise or lower a person's hand; twice is once, and the place in the queue stays.

        Raises:
            NotInWorkshop: they are in none.
            TooManyWords: the words are too long.
            TooMany: they have raised it many times in a minute.
        """
        if raised:
            self.many_hands.check(person_id)
        words = None if words is None else read_words(words, may_be_empty=True)
        changed = self.participation.set_hand(person_id, raised=raised, topic=topic, words=words)
        if changed is not None:
            if raised:
                self.many_hands.count(person_id)
            self._set_hands_changed(changed)
        return self.participation.hand(person_id)

    # Inside

    def _find(self, typed: str, wrong: Limiter, key: str) -> WorkshopView:
        wrong.check(key)
        workshop = self._with_code(read_join_code(typed))
        if workshop is None or not is_open(workshop, self.now()):
            wrong.count(key)
            raise UnknownCode
        return self._view(workshop, 0)

    def _set_hands_changed(self, workshop_id: str) -> None:
        self.questions.known.set_changed(workshop_id)
        self.watching.set_changed(workshop_id)

    def _on_fact(self, fact: FactRecord) -> None:
        if fact.kind in BOARD_KINDS:
            self.watching.follow(fact.person_id, fact.module)

    def _with_code(self, code: str | None) -> Workshop | None:
        if code is None:
            return None
        with self.database.transaction() as session:
            return session.scalar(select(Workshop).where(Workshop.join_code == code))

    def _save_new(self, leader_id: str, title: str, module: str, plan: Plan) -> Workshop:
        for _ in range(_DRAWS):
            workshop = Workshop(
                title=title,
                join_code=new_join_code(),
                leader_id=leader_id,
                module=module,
                created_at=self.now(),
                sheet=[item.model_dump(mode="json") for item in plan.sheet],
                starts_at=plan.starts_at,
                place=plan.place,
                capacity=plan.capacity,
                account_goal=plan.account_goal,
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
            workshop = session.get(Workshop, workshop_id)
            if workshop is None:
                raise no_such_workshop()
            steps = board_steps(read_sheet(workshop.sheet), workshop.module, self.course())
            ended = not is_open(workshop, self.now())
            modules = {step.module for step in steps}
            joined = [] if ended else read_joined(session, workshop_id, modules)
        return LiveBoard(workshop_id, tuple(steps), ended, build_board(steps, joined))

    def _view(self, workshop: Workshop, people: int) -> WorkshopView:
        sheet = read_sheet(workshop.sheet)
        steps = board_steps(sheet, workshop.module, self.course())
        return WorkshopView(
            id=workshop.id,
            title=workshop.title,
            module=workshop.module,
            modules=tuple(dict.fromkeys(step.module for step in steps)),
            plan=Plan(
                sheet,
                workshop.starts_at,
                workshop.place,
                workshop.capacity,
                workshop.account_goal,
            ),
            join_code=workshop.join_code,
            join_url=f"{self.public_url}/w/{workshop.join_code}",
            leader_id=workshop.leader_id,
            created_at=workshop.created_at,
            ended_at=workshop.ended_at,
            open=is_open(workshop, self.now()),
            # who it was is forgotten after a while, how many is not
            people=people or int((workshop.summary or {}).get("came", 0)),
        )


def _checked(title: str) -> str:
    """A title as it is kept.

    Raises:
        BadTitle: it is empty or too long.
    """
    title = " ".join(title.split())
    if not title or len(title) > TITLE_MAX or not title.isprintable():
        raise BadTitle
    return title
