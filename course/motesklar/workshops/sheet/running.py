"""Leads a workshop through its run sheet: one holder moves it, everybody follows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from motesklar.errors import BadRequest, Conflict
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.models import Person, SheetRun, Workshop
from motesklar.web.sessions import SessionView
from motesklar.workshops.known import Known
from motesklar.workshops.participation import is_open
from motesklar.workshops.roles import Part, no_such_workshop, part_in
from motesklar.workshops.sheet.sheet import Clock, Run, SheetItem, clock, first_module, read_sheet

#: What the hall's network may have room for.
MEDIA = ("all", "sound", "none")
TIMER_MINUTES_MAX = 120


class NotHolder(Conflict):
    """Somebody else holds the run sheet."""

    code = "not_holder"
    message = N_("Somebody else holds the run sheet right now.")
    next_step = N_("Press Take over the run sheet if you are to lead from here.")


class MovedMeanwhile(Conflict):
    """The run sheet stands at another item than the page has shown."""

    code = "moved_meanwhile"
    message = N_("The run sheet has moved meanwhile.")
    next_step = N_("Look at which item goes on now, and press again if you still want to.")


@dataclass(frozen=True)
class SheetState:
    """Where a workshop is.

    Args:
        item: index of the item that goes on; None before the first.
        runs: the items as they have really gone.
        holder: id and name of whoever moves it on; None while nobody does.
        place: `(module, step)` to which everybody is asked to go; None where there is none.
        at: when this was read.
    """

    items: tuple[SheetItem, ...]
    item: int | None
    runs: tuple[Run, ...]
    holder: tuple[str, str] | None
    media: str
    timer_ends_at: datetime | None
    account_goal: int | None
    ended: bool
    at: datetime

    @property
    def place(self) -> tuple[str, str] | None:
        """Where everybody is to be: what goes on now, else nothing new since the last such item."""
        if self.item is None:
            return None
        reached = [one for one in self.items[: self.item + 1] if one.module]
        return (reached[-1].module, reached[-1].step) if reached else None

    @property
    def clock(self) -> Clock | None:
        """How it stands against the plan."""
        return clock(self.items, self.runs, self.at)


class RunSheets:
    """The run sheets of workshops, and whoever follows them."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self.database = database
        self.now = now
        #: Read once for all who follow it: a whole hall does at each move.
        self.known = Known(self._read)

    def subscribe(self, workshop_id: str, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener`, in whichever thread, after each change; returns what ends it."""
        return self.known.subscribe(workshop_id, listener)

    def tell(self, workshop_id: str) -> None:
        """Something of it has changed."""
        self.known.set_changed(workshop_id)

    def state(self, workshop_id: str) -> SheetState:
        """Where the workshop is.

        Raises:
            NotFound: there is no such workshop.
        """
        return replace(self.known.get(workshop_id), at=self.now())

    def move(self, workshop_id: str, to: int, seen: int | None, asking: SessionView) -> None:
        """Go to an item; whoever does it first holds the run sheet from then on.

        Args:
            workshop_id: which workshop.
            to: index of the item.
            seen: index of the item that went on when the button was pressed; None before the first.
            asking: who presses.

        Raises:
            NotFound: the workshop isn't theirs to lead, or is over.
            NotHolder: somebody else holds it.
            MovedMeanwhile: another item goes on.
            BadRequest: there is no such item.
        """
        now = self.now()
        with self.database.transaction() as session:
            workshop = self._led(session, workshop_id, asking)
            if workshop.holder_id not in (None, asking.person_id):
                raise NotHolder
            if not 0 <= to < len(workshop.sheet):
                raise BadRequest
            # one statement decides between two who press at once
            moved = session.execute(
                update(Workshop)
                .where(Workshop.id == workshop_id, Workshop.item.is_not_distinct_from(seen))
                .values(item=to, holder_id=asking.person_id, timer_ends_at=None)
            )
            if moved.rowcount != 1:  # type: ignore[attr-defined]
                raise MovedMeanwhile
            _begin_run(session, workshop_id, to, now)
        self.tell(workshop_id)

    def take_over(self, workshop_id: str, asking: SessionView) -> None:
        """Hold the run sheet from now on. Safe to repeat.

        Raises:
            NotFound: the workshop isn't theirs to lead, or is over.
        """
        self._set(workshop_id, asking, holder_id=asking.person_id)

    def set_media(self, workshop_id: str, media: str, asking: SessionView) -> None:
        """Say what the hall's network has room for.

        Raises:
            NotFound: the workshop isn't theirs to lead, or is over.
            BadRequest: there is no such choice.
        """
        if media not in MEDIA:
            raise BadRequest
        self._set(workshop_id, asking, media=media)

    def set_timer(self, workshop_id: str, minutes: int, asking: SessionView) -> None:
        """Count down from so many minutes, for everybody to see; 0 takes the timer away.

        Raises:
            NotFound: the workshop isn't theirs to lead, or is over.
            BadRequest: too long.
        """
        if not 0 <= minutes <= TIMER_MINUTES_MAX:
            raise BadRequest
        ends_at = self.now() + timedelta(minutes=minutes) if minutes else None
        self._set(workshop_id, asking, timer_ends_at=ends_at)

    def change_sheet(
        self, workshop_id: str, sheet: Sequence[SheetItem], asking: SessionView
    ) -> None:
        """Replace the run sheet, until its first item has begun.

        Raises:
            NotFound: the workshop isn't theirs to lead, or is over.
            MovedMeanwhile: it has begun.
        """
        with self.database.transaction() as session:
            workshop = self._led(session, workshop_id, asking)
            if workshop.item is not None:
                raise MovedMeanwhile
            workshop.sheet = [item.model_dump(mode="json") for item in sheet]
            workshop.module = first_module(sheet, workshop.module)
        self.tell(workshop_id)

    def _read(self, workshop_id: str) -> SheetState:
        with self.database.transaction() as session:
            workshop = session.get(Workshop, workshop_id)
            if workshop is None:
                raise no_such_workshop()
            holder = session.get(Person, workshop.holder_id) if workshop.holder_id else None
            return SheetState(
                items=read_sheet(workshop.sheet),
                item=workshop.item,
                runs=_runs(session, workshop_id),
                holder=(holder.id, holder.name) if holder is not None else None,
                media=workshop.media,
                timer_ends_at=workshop.timer_ends_at,
                account_goal=workshop.account_goal,
                ended=not is_open(workshop, self.now()),
                at=self.now(),
            )

    def _set(self, workshop_id: str, asking: SessionView, **values: object) -> None:
        with self.database.transaction() as session:
            workshop = self._led(session, workshop_id, asking)
            for name, value in values.items():
                setattr(workshop, name, value)
        self.tell(workshop_id)

    def _led(self, session: Session, workshop_id: str, asking: SessionView) -> Workshop:
        workshop = session.get(Workshop, workshop_id)
        if (
            workshop is None
            or part_in(session, workshop, asking) is not Part.LEADER
            or not is_open(workshop, self.now())
        ):
            raise no_such_workshop()
        return workshop


def _begin_run(session: Session, workshop_id: str, item: int, now: datetime) -> None:
    """End what goes on and begin another."""
    here = SheetRun.workshop_id == workshop_id
    session.execute(update(SheetRun).where(here, SheetRun.ended_at.is_(None)).values(ended_at=now))
    number = session.scalar(select(func.count()).where(here)) or 0
    session.add(SheetRun(workshop_id=workshop_id, number=number + 1, item=item, began_at=now))


def _runs(session: Session, workshop_id: str) -> tuple[Run, ...]:
    rows = session.scalars(
        select(SheetRun).filter_by(workshop_id=workshop_id).order_by(SheetRun.number)
    )
    return tuple(Run(row.item, row.began_at, row.ended_at) for row in rows)
