"""Reminds by itself of what is left of plans, on the days that the settings name."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from motesklar.config import RemindersSection
from motesklar.letters.choosing import members_of, reminded, running_plans
from motesklar.letters.outbox import Outbox
from motesklar.letters.schedule import reminded_since
from motesklar.letters.states import Kind
from motesklar.store.models import utcnow
from motesklar.store.review_tables import Plan

log = logging.getLogger("motesklar.letters")

_LOOK_SECONDS = 60 * 60.0


class AutomaticReminders:
    """Puts reminders in the outbox, looking every hour.

    Args:
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        outbox: Outbox,
        settings: RemindersSection,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.outbox = outbox
        self.settings = settings
        self.now = now
        self._looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look now and hourly, until `close`; does nothing where reminders aren't automatic."""
        if self.settings.automatic:
            self._looking = asyncio.create_task(self._look())

    async def close(self) -> None:
        """Stop; safe to call twice, and without `start`."""
        task, self._looking = self._looking, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def remind(self) -> int:
        """Queue what is due now; returns how many letters. Twice it queues nothing more."""
        with self.outbox.database.transaction() as session:
            plans = running_plans(session)
        return sum(self._remind_of(plan) for plan in plans)

    def _remind_of(self, plan: Plan) -> int:
        hours = self.outbox.hours
        if plan.due is None:
            return 0
        since = reminded_since(
            plan.due,
            hours.day(plan.created_at),
            hours.day(self.now()),
            self.settings.days_before,
            weekly=self.settings.overdue_weekly,
        )
        if since is None:
            return 0
        with self.outbox.database.transaction() as session:
            have = reminded(session, plan.id, hours.begin_of(since))
            people = [person for person in members_of(session, plan) if person not in have]
        return self.outbox.queue(Kind.REMINDER, people, plan=plan).queued

    async def _look(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.remind)
            except Exception:
                log.exception("reminders could not be queued; tried again in an hour")
            await asyncio.sleep(_LOOK_SECONDS)
