"""Keeps what practice calls bring: evidence and facts in the database, progress in mind.

Workers tell what has arrived; nothing that a page says comes here. What is shown to a person has
been saved before.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from motesklar.call.archive import Key, load_totals, save_totals
from motesklar.call.evidence import Totals
from motesklar.call.messages import EvidenceMessage
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord

log = logging.getLogger("motesklar.call")

#: Evidence is saved and shown this often while it changes.
SAVE_SECONDS = 1.0
#: The way of a task that a leader has confirmed.
LEADER = "leader"


@dataclass
class Practised:
    """One person's practice in one module, over all its calls.

    Args:
        saved: what the database has.
        totals: what has arrived by now.
        client_id: of the page that practised last; another page starts the conversation anew.
        progress: how far the conversation has come, as the partner told it last.
    """

    saved: Totals
    totals: Totals
    client_id: str = ""
    progress: dict[str, Any] = field(default_factory=dict)


class Keeper:
    """Everybody's practice that is not yet forgotten.

    Args:
        show: shows a person what has been saved.
    """

    def __init__(
        self, database: Database, facts: FactLog, show: Callable[[Key, EvidenceMessage], None]
    ) -> None:
        self.database = database
        self.facts = facts
        self._show = show
        self._practised: dict[Key, Practised] = {}
        self._saving = asyncio.Lock()

    async def load(self, key: Key) -> Totals:
        """What the database has of a person's practice in a module. Cancelling is harmless."""
        return await asyncio.to_thread(load_totals, self.database, key)

    def hold(self, key: Key, stored: Totals) -> Practised:
        """What is known by now, which is more than what is stored while they practise."""
        return self._practised.setdefault(key, Practised(stored, stored))

    def arrived(self, key: Key, totals: Totals, progress: dict[str, Any]) -> None:
        """A worker has told how things stand."""
        practised = self._practised.get(key)
        if practised is not None:
            practised.totals = practised.totals.joined(totals)
            practised.progress = progress

    async def confirm(self, key: Key, task: str) -> None:
        """A leader has seen that a task is done; counts though nobody is in a call."""
        practised = self.hold(key, await self.load(key))
        practised.totals = practised.totals.joined(Totals(tasks={task: LEADER}))
        await self.save()

    def forget_all_but(self, keys: Collection[Key]) -> None:
        """Let go of what nobody will come back to, but never of anything that isn't saved."""
        for key, practised in list(self._practised.items()):
            if key not in keys and practised.saved == practised.totals:
                del self._practised[key]

    async def save(self) -> None:
        """Save all that has changed, then show it. Never runs twice at once.

        Cancelling it leaves some of it unshown, which the next time saves once more and shows.
        """
        async with self._saving:
            changed = {
                key: each.totals
                for key, each in self._practised.items()
                if each.totals != each.saved
            }
            if not changed:
                return
            saved = await asyncio.to_thread(save_totals, self.database, changed)
            for key, totals in changed.items():
                practised = self._practised[key]
                if key in saved:  # of a person who has been erased nothing is kept
                    self._record_news(key, practised.saved, totals)
                    self._show(key, evidence_message(totals))
                practised.saved = totals
                # a fact is a transaction of its own, and a full house has many at once: whoever
                # else waits for the loop comes in between
                await asyncio.sleep(0)

    def record_once(self, key: Key, kind: str, **detail: Any) -> None:
        """Record a fact, unless it was already."""
        person_id, module = key
        name = " ".join([kind, person_id, module, *map(str, detail.values())])
        once = hashlib.sha256(name.encode()).hexdigest()
        fact = FactRecord(person_id, module, "", kind, detail=detail, id=f"c-{once[:36]}")
        self.facts.record(fact)

    def _record_news(self, key: Key, before: Totals, now: Totals) -> None:
        if now.enough and not before.enough:
            self.record_once(key, "call_evidence")
        for task in now.tasks.keys() - before.tasks.keys():
            # the way it was done is nobody's business in the log
            self.record_once(key, "call_task", task=task)


def evidence_message(totals: Totals) -> EvidenceMessage:
    """What a person is shown of it."""
    return EvidenceMessage(
        sound_seconds=totals.sound_seconds,
        picture_seconds=totals.picture_seconds,
        text_characters=totals.text_characters,
        tasks=dict(totals.tasks),
    )
