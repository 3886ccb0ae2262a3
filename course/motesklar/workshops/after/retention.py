"""Forgets who was in workshops that have been over for long; the report's numbers stay."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from motesklar.store.database import Database
from motesklar.store.models import (
    CallStay,
    Fact,
    HallTurn,
    Participant,
    Question,
    RoomMember,
    RosterEntry,
    SheetRun,
    SmallRoom,
    Workshop,
    WorkshopFeedback,
    WorkshopRole,
    WorkshopWords,
    utcnow,
)
from motesklar.workshops.after.feedback import FEEDBACK_FACT
from motesklar.workshops.after.reporting import Reports
from motesklar.workshops.participation import over_at
from motesklar.workshops.roles import Part

log = logging.getLogger("motesklar.workshops")

DAY_SECONDS = 24 * 60 * 60.0
#: All that a workshop knows about people, children before their parents.
_ABOUT_PEOPLE = (
    RoomMember,
    SmallRoom,
    HallTurn,
    CallStay,
    Question,
    WorkshopWords,
    SheetRun,
    WorkshopFeedback,
    RosterEntry,
    Participant,
)
#: Facts of people that name a workshop in their detail.
_NAMING = ("joined_workshop", FEEDBACK_FACT)


class Retention:
    """Forgets, at the start of the server and daily.

    Args:
        reports: gives the numbers that stay.
        keep_for: how long after its end a workshop's people are known.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        database: Database,
        reports: Reports,
        keep_for: timedelta,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.database = database
        self.reports = reports
        self.keep_for = keep_for
        self.now = now
        self._forgetting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Forget now and daily, until `close`."""
        self._forgetting = asyncio.create_task(self._forget_daily())

    async def close(self) -> None:
        """Stop; safe to call twice, and without `start`."""
        if self._forgetting is None:
            return
        self._forgetting.cancel()
        await asyncio.wait([self._forgetting])
        self._forgetting = None

    def due(self) -> list[str]:
        """The workshops whose people are to be forgotten."""
        now = self.now()
        # JSON null is no SQL NULL; the column has the latter
        query = select(Workshop).where(Workshop.summary.is_(None))
        with self.database.transaction() as session:
            over = [(one.id, over_at(one, now)) for one in session.scalars(query)]
        return [id_ for id_, at in over if at is not None and now - at > self.keep_for]

    def forget(self, workshop_id: str) -> None:
        """Keep the numbers and remove whoever they are about; those who lead it stay."""
        summary = self.reports.totals(workshop_id).model_dump(mode="json")
        with self.database.erasure() as session:
            workshop = session.get(Workshop, workshop_id)
            if workshop is None or workshop.summary is not None:
                return
            for table in _ABOUT_PEOPLE:
                session.execute(delete(table).filter_by(workshop_id=workshop_id))
            session.execute(
                delete(WorkshopRole).where(
                    WorkshopRole.workshop_id == workshop_id,
                    WorkshopRole.part != Part.LEADER.value,
                )
            )
            session.execute(
                delete(Fact).where(
                    Fact.kind.in_(_NAMING), Fact.detail["workshop"].as_string() == workshop_id
                )
            )
            session.execute(
                update(Workshop)
                .where(Workshop.id == workshop_id)
                .values(
                    summary=summary,
                    ended_at=over_at(workshop, self.now()),
                    holder_id=None,
                )
            )
        log.info("a workshop's people are forgotten: %s", workshop_id)

    async def _forget_daily(self) -> None:
        while True:
            try:
                for workshop_id in self.due():
                    self.forget(workshop_id)
                    await asyncio.sleep(0)  # one at a time: others are waiting
            except Exception:
                log.exception(
                    "people of old workshops could not be forgotten; tried again tomorrow"
                )
            await asyncio.sleep(DAY_SECONDS)
