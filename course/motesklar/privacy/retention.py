"""What has expired, and its erasure once somebody has approved it.

The list is computed when it is looked at. Who approves says up to which time, as the list showed
it, so that exactly that goes and nothing that has expired meanwhile. An erasure runs in the
background, one person after another; broken off, what is left stands in the list again. With
`[retention] approve = false` the server approves by itself, once a day.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import delete

from motesklar.accounts.records import export_rows, gradebook_rows, plain
from motesklar.config import RetentionSection
from motesklar.errors import Conflict, NotFound
from motesklar.i18n import N_
from motesklar.paths import DataFolder
from motesklar.privacy import expiring
from motesklar.privacy.kinds import WHOLE_PEOPLE, Kind, cutoff, days_of
from motesklar.privacy.ledger import Erasure, ErasureLedger
from motesklar.privacy.receipts import Receipts
from motesklar.store.database import Database
from motesklar.store.models import Attempt, AuditEntry, Person, utcnow

log = logging.getLogger("motesklar.privacy")

DAY_SECONDS = 24 * 60 * 60.0
#: Names of the oldest, so that whoever approves sees whom it is about.
SAMPLE = 5
#: The browser's clock has seconds, ours has more.
_SLACK = timedelta(seconds=1)

Erasing = Callable[[], AbstractAsyncContextManager[Callable[[str, str], Awaitable[None]]]]


class RemovePerson(Protocol):
    """Removes one person whole and tells how much went (`Accounts.remove_person`)."""

    async def __call__(
        self, person_id: str, forget_hand_ins: Callable[[str], Awaitable[None]], *, actor_id: str
    ) -> dict[str, int]:
        """Raises NotFound where the person is gone already."""
        ...


@dataclass(frozen=True)
class Due:
    """A kind of record of which some have expired.

    Args:
        before: records older than this have.
        oldest: when the oldest of them is from.
        names: some whom it is about.
    """

    kind: Kind
    days: int
    before: datetime
    count: int
    oldest: datetime | None
    names: list[str]


@dataclass
class Progress:
    """An erasure that runs, or has ended.

    Args:
        receipt: its receipt's id, once it has ended.
        broken: it ended early; what is left stands in the list.
    """

    kind: Kind
    total: int
    done: int = 0
    receipt: str = ""
    broken: bool = False
    counts: Counter[str] = field(default_factory=Counter)


class RetentionDesk:
    """Lists what expires and erases it.

    Args:
        erasing: gives what removes hand-ins from nbgrader's folder and gradebook.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        *,
        database: Database,
        settings: RetentionSection,
        ledger: ErasureLedger,
        receipts: Receipts,
        erasing: Erasing,
        remove_person: RemovePerson,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.database = database
        self.settings = settings
        self.ledger = ledger
        self.receipts = receipts
        self.erasing = erasing
        self.remove_person = remove_person
        self.now = now
        self.progress: dict[Kind, Progress] = {}
        self._running: dict[Kind, asyncio.Task[None]] = {}
        self._daily: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Where nobody needs to approve: erase now and daily, until `close`."""
        if not self.settings.approve:
            self._daily = asyncio.create_task(self._erase_daily())

    async def close(self) -> None:
        """Break off what runs; what is left stands in the list again. Safe to call twice."""
        tasks = [*self._running.values(), *([self._daily] if self._daily else [])]
        self._daily = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def due(self) -> list[Due]:
        """The kinds of which something has expired."""
        found = []
        for kind in Kind:
            before = cutoff(kind, self.settings, self.now())
            if before is None:
                continue
            with self.database.transaction() as session:
                count, oldest = expiring.count(session, kind, before)
                if count:
                    names = expiring.sample(session, kind, before, SAMPLE)
                    days = days_of(kind, self.settings)
                    found.append(Due(kind, days, before, count, oldest, names))
        return found

    def export(self, kind: Kind, before: datetime, data: DataFolder) -> list[dict[str, Any]]:
        """What is older than `before`: rows as they stand, or all that is known about people."""
        if kind not in WHOLE_PEOPLE:
            with self.database.transaction() as session:
                return [plain(row) for row in expiring.exported(session, kind, before)]
        with self.database.transaction() as session:
            people = [session.get_one(Person, i) for i in expiring.people(session, kind, before)]
        return [
            export_rows(self.database, one) | {"gradebook": gradebook_rows(data, one.id)}
            for one in people
        ]

    def approve(self, kind: Kind, before: datetime, *, actor_id: str) -> Progress:
        """Begin to erase what is older than `before`, as the list showed it.

        Raises:
            Conflict: it is being erased already, or has not expired.
        """
        limit = cutoff(kind, self.settings, self.now())
        if kind in self._running:
            raise Conflict(
                N_("This is being erased already."), N_("Reload the page to see how far it is.")
            )
        if limit is None or before > limit + _SLACK:
            raise Conflict(
                N_("Some of it has not expired yet. Nothing has been erased."),
                N_("Reload the page and look at the list again."),
            )
        with self.database.transaction() as session:
            total, _ = expiring.count(session, kind, before)
            session.add(
                AuditEntry(
                    at=self.now(),
                    actor_id=actor_id,
                    action="retention approved",
                    subject=f"{kind} {total}",
                )
            )
        progress = self.progress[kind] = Progress(kind, total)
        task = asyncio.create_task(self._erase(progress, before, actor_id))
        self._running[kind] = task
        task.add_done_callback(lambda _: self._running.pop(kind, None))
        return progress

    async def wait(self, kind: Kind, seconds: float | None = None) -> None:
        """Until the kind's erasure has ended, or the time is up; cancelling it changes nothing."""
        task = self._running.get(kind)
        if task is not None:
            await asyncio.wait([task], timeout=seconds)

    async def _erase(self, progress: Progress, before: datetime, actor_id: str) -> None:
        kind = progress.kind
        try:
            if kind in WHOLE_PEOPLE:
                await self._erase_people(progress, before, actor_id)
            else:
                self.ledger.add(Erasure(self.now(), kind.value, before=before))
                if kind is Kind.HAND_INS:
                    await self._erase_files(progress, before)
                removed = await asyncio.to_thread(self._remove_rows, kind, before)
                progress.counts[kind.value] += removed
            progress.done = progress.total
        except asyncio.CancelledError:
            progress.broken = True
            raise
        except Exception:
            progress.broken = True
            log.exception("an erasure broke off: %s", kind)
        finally:
            progress.receipt = self.receipts.add(
                kind.value, progress.counts, at=self.now(), actor_id=actor_id, before=before
            )

    async def _erase_people(self, progress: Progress, before: datetime, actor_id: str) -> None:
        with self.database.transaction() as session:
            ids = expiring.people(session, progress.kind, before)
        async with self.erasing() as erase:
            for person_id in ids:
                # they may have come back since
                if await asyncio.to_thread(self._has_expired, progress.kind, before, person_id):
                    await self._erase_person(progress, person_id, erase, actor_id)
                progress.done += 1

    async def _erase_person(
        self,
        progress: Progress,
        person_id: str,
        erase: Callable[[str, str], Awaitable[None]],
        actor_id: str,
    ) -> None:
        async def forget(who: str) -> None:
            await erase(who, "")

        try:
            counts = await self.remove_person(person_id, forget, actor_id=actor_id)
        except NotFound:
            return  # somebody else was quicker
        progress.counts.update(counts)

    async def _erase_files(self, progress: Progress, before: datetime) -> None:
        """Files first and their rows at once: broken off, the rest can be found again."""
        with self.database.transaction() as session:
            emptied = expiring.emptied_modules(session, before)
        if not emptied:
            return
        async with self.erasing() as erase:
            for person_id, module in emptied:
                await erase(person_id, module)
                with self.database.erasure() as session:
                    gone = session.execute(
                        delete(Attempt).where(
                            Attempt.person_id == person_id,
                            Attempt.module == module,
                            Attempt.handed_in_at < before,
                        )
                    )
                count = int(getattr(gone, "rowcount", 0))
                progress.done += count
                progress.counts[progress.kind.value] += count

    def _remove_rows(self, kind: Kind, before: datetime) -> int:
        with self.database.erasure() as session:
            return expiring.remove(session, kind, before)

    def _has_expired(self, kind: Kind, before: datetime, person_id: str) -> bool:
        with self.database.transaction() as session:
            return expiring.is_expired(session, kind, before, person_id)

    async def _erase_daily(self) -> None:
        while True:
            try:
                for due in await asyncio.to_thread(self.due):
                    self.approve(due.kind, due.before, actor_id="")
                    await self.wait(due.kind)
            except Exception:
                log.exception("what has expired could not be erased; tried again tomorrow")
            await asyncio.sleep(DAY_SECONDS)
