"""Decides about what is written in a workshop: to everybody, among those who lead, as captions."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from motesklar.accounts.limits import Limiter
from motesklar.store.database import Database
from motesklar.store.models import Person, Question, Workshop, WorkshopWords
from motesklar.web.sessions import SessionView
from motesklar.workshops.help.questions import check_open
from motesklar.workshops.help.topics import read_words
from motesklar.workshops.known import Known
from motesklar.workshops.participation import OPEN_FOR, is_open
from motesklar.workshops.roles import Part, Roles


class Kind(enum.StrEnum):
    """To whom something is written."""

    LEADERS = "leaders"  # those who lead and help, among themselves
    ALL = "all"  # a leader to everybody
    CAPTION = "caption"  # what is said in the hall, to everybody


#: Who besides leaders writes what.
WRITERS: dict[Kind, tuple[Part, ...]] = {
    Kind.LEADERS: (Part.HELPER,),
    Kind.ALL: (),
    Kind.CAPTION: (Part.CAPTIONER,),
}
#: So many lines are shown of each; of what is said in the hall no more are kept either.
SHOWN: dict[Kind, int] = {Kind.LEADERS: 50, Kind.ALL: 5, Kind.CAPTION: 3}


@dataclass(frozen=True)
class Written:
    """A line."""

    id: str
    name: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Wall:
    """What has been written in a workshop, the newest last."""

    ended: bool
    leaders: tuple[Written, ...] = ()
    said: tuple[Written, ...] = ()
    captions: tuple[Written, ...] = ()


class Words:
    """What is written in all workshops."""

    def __init__(self, database: Database, roles: Roles, now: Callable[[], datetime]) -> None:
        self.database = database
        self.roles = roles
        self.now = now
        self.known = Known(self._read)
        #: Lines per person; who writes captions sends one every other second.
        self.flood = Limiter(60, timedelta(minutes=1), now=now)

    def wall(self, workshop_id: str) -> Wall:
        """What there is to read."""
        return self.known.get(workshop_id)

    def write(self, workshop_id: str, kind: Kind, typed: str, asking: SessionView) -> None:
        """Write a line.

        Raises:
            NotFound: the workshop isn't theirs to write that in.
            WorkshopHasEnded: it is over.
            TooManyWords: there are none, or they are too long.
            TooMany: they have written a line a second for a minute.
        """
        self.roles.check(workshop_id, asking, *WRITERS[kind])
        check_open(self.database, workshop_id, self.now())
        words = read_words(typed)
        self.flood.check(asking.person_id)
        self.flood.count(asking.person_id)
        with self.database.transaction() as session:
            session.add(
                WorkshopWords(
                    workshop_id=workshop_id,
                    kind=kind.value,
                    person_id=asking.person_id,
                    words=words,
                    at=self.now(),
                )
            )
            if kind is Kind.CAPTION:
                session.flush()
                _forget_older(session, workshop_id)
        self.known.set_changed(workshop_id)

    def end(self, workshop_id: str) -> None:
        """The workshop has ended: nothing of it stays."""
        with self.database.transaction() as session:
            session.execute(delete(WorkshopWords).filter_by(workshop_id=workshop_id))
        self.known.set_changed(workshop_id)

    def forgotten(self) -> list[str]:
        """Workshops whose time ran out before anybody ended them, and that still have words."""
        query = select(Workshop).where(
            Workshop.created_at < self.now() - OPEN_FOR,
            or_(
                Workshop.id.in_(select(WorkshopWords.workshop_id)),
                Workshop.id.in_(select(Question.workshop_id).where(Question.words != "")),
            ),
        )
        with self.database.transaction() as session:
            return [one.id for one in session.scalars(query) if not is_open(one, self.now())]

    def _read(self, workshop_id: str) -> Wall:
        with self.database.transaction() as session:
            workshop = session.get(Workshop, workshop_id)
            if workshop is None or not is_open(workshop, self.now()):
                return Wall(ended=True)
            return Wall(
                ended=False,
                leaders=_latest(session, workshop_id, Kind.LEADERS),
                said=_latest(session, workshop_id, Kind.ALL),
                captions=_latest(session, workshop_id, Kind.CAPTION),
            )


def _latest(session: Session, workshop_id: str, kind: Kind) -> tuple[Written, ...]:
    query = (
        select(WorkshopWords, Person.name)
        .join(Person, Person.id == WorkshopWords.person_id)
        .where(WorkshopWords.workshop_id == workshop_id, WorkshopWords.kind == kind.value)
        .order_by(WorkshopWords.at.desc(), WorkshopWords.id.desc())
        .limit(SHOWN[kind])
    )
    newest_first = [
        Written(line.id, name, line.words, line.at) for line, name in session.execute(query)
    ]
    return tuple(reversed(newest_first))


def _forget_older(session: Session, workshop_id: str) -> None:
    """Captions are for now: what isn't shown any more is gone."""
    kept = (
        select(WorkshopWords.id)
        .filter_by(workshop_id=workshop_id, kind=Kind.CAPTION.value)
        .order_by(WorkshopWords.at.desc(), WorkshopWords.id.desc())
        .limit(SHOWN[Kind.CAPTION])
    )
    session.execute(
        delete(WorkshopWords).where(
            WorkshopWords.workshop_id == workshop_id,
            WorkshopWords.kind == Kind.CAPTION.value,
            WorkshopWords.id.not_in(kept),
        )
    )
