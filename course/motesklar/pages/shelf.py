"""The snapshots that are there: one that counts for each module and language, and older ones."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from motesklar.capacity.figures import TemplateState, TemplateView
from motesklar.pages.snapshots import BrokenModule, Snapshot
from motesklar.store.models import utcnow

log = logging.getLogger("motesklar.pages")

#: A page made of an older snapshot can still get a kernel for so long.
OLD_SNAPSHOT_LIFE = timedelta(hours=2)
#: So many older ones of one module, in all its languages, are kept at most.
OLD_SNAPSHOTS_KEPT = 6
#: A module that does not run is not tried again at every visit.
RETRY_AFTER = timedelta(seconds=10)

Key = tuple[str, str]


@dataclass(frozen=True)
class _Failure:
    reason: str
    at: datetime


class Shelf:
    """Snapshots by module and language.

    Args:
        make: makes the snapshot of a module and language as they are now.
    """

    def __init__(self, make: Callable[[Key], Awaitable[Snapshot]]) -> None:
        self._make = make
        self._ready: dict[Key, Snapshot] = {}
        self._making: dict[Key, asyncio.Task[Snapshot]] = {}
        self._failed: dict[Key, _Failure] = {}
        self._builds: dict[Key, int] = {}
        self._old: list[Snapshot] = []

    def ready(self, key: Key) -> Snapshot | None:
        """The one that counts, if it has been made."""
        return self._ready.get(key)

    async def current(self, key: Key) -> Snapshot:
        """The one that counts; made now if there is none. Cancelling it lets the making go on.

        Raises:
            BrokenModule: it does not run.
            ForkFailed: there is no template.
        """
        ready = self._ready.get(key)
        if ready is not None:
            return ready
        failure = self._failed.get(key)
        if failure is not None and utcnow() - failure.at < RETRY_AFTER:
            raise BrokenModule
        return await self.renew(key)

    async def renew(self, key: Key) -> Snapshot:
        """Make it anew; until that has worked, the one before counts.

        Raises:
            BrokenModule: it does not run.
            ForkFailed: there is no template.
        """
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.create_task(self._make_one(key))
            making.add_done_callback(lambda made: self._made(key, made))
        return await asyncio.shield(making)

    def _made(self, key: Key, made: "asyncio.Task[Snapshot]") -> None:
        self._making.pop(key, None)
        if not made.cancelled():
            made.exception()  # it has been logged, and there may be nobody left to be told

    async def replace(self, broken: Snapshot) -> Snapshot:
        """A new one of the same module and language, for one whose process is gone.

        Until it is there, pages that need no kernel are still shown from the old one.

        Raises:
            BrokenModule: it does not run.
            ForkFailed: there is no template.
        """
        key = _key_of(broken)
        if self._ready.get(key) is broken:
            return await self.renew(key)
        return await self.current(key)

    def by_version(self, version: str) -> Snapshot | None:
        """The one with this version, if its process is alive."""
        for snapshot in (*self._ready.values(), *reversed(self._old)):
            if snapshot.version == version and snapshot.process.poll() is None:
                return snapshot
        return None

    def drop_old(self) -> None:
        """End older ones that nobody uses and whose time, or process, is over."""
        for snapshot in list(self._old):
            over = utcnow() - snapshot.built_at > OLD_SNAPSHOT_LIFE
            over = over or snapshot.process.poll() is not None
            same = [s for s in self._old if s.source.module == snapshot.source.module]
            if not snapshot.kernels and (over or len(same) > OLD_SNAPSHOTS_KEPT):
                snapshot.close()
                self._old.remove(snapshot)

    def folders(self) -> set[Path]:
        """Where their processes listen: the folders of the templates they come from."""
        return {Path(snapshot.path).parent for snapshot in (*self._ready.values(), *self._old)}

    async def close(self) -> None:
        """End all; safe to call twice."""
        making = list(self._making.values())
        for task in making:
            task.cancel()
        await asyncio.gather(*making, return_exceptions=True)
        for snapshot in (*self._ready.values(), *self._old):
            snapshot.close()
        self._ready.clear()
        self._old.clear()

    def views(self) -> list[TemplateView]:
        """What the capacity panel shows of each, those that count first."""
        keys = sorted({*self._ready, *self._making, *self._failed})
        return [self._view(key) for key in keys] + [
            _view_of(_key_of(old), old) for old in self._old
        ]

    async def _make_one(self, key: Key) -> Snapshot:
        try:
            snapshot = await self._make(key)
        except Exception as error:
            log.exception("no snapshot of %s in %s", *key)
            if isinstance(error, BrokenModule):
                self._failed[key] = _Failure(error.reason, utcnow())
            raise
        self._failed.pop(key, None)
        self._builds[key] = self._builds.get(key, 0) + 1
        before = self._ready.get(key)
        if before is not None:
            self._old.append(before)
        self._ready[key] = snapshot
        log.info("snapshot of %s in %s: version %s", *key, snapshot.version)
        return snapshot

    def _view(self, key: Key) -> TemplateView:
        state = TemplateState.READY
        if key in self._making:
            state = TemplateState.BUILDING
        elif key in self._failed:
            state = TemplateState.FAILED
        return replace(
            _view_of(key, self._ready.get(key)),
            state=state,
            reason=self._failed[key].reason if key in self._failed else "",
            restarts=max(0, self._builds.get(key, 0) - 1),
        )


def _view_of(key: Key, snapshot: Snapshot | None) -> TemplateView:
    return TemplateView(
        module=key[0],
        language=key[1],
        version=snapshot.version if snapshot else "",
        build=snapshot.build if snapshot else "",
        state=TemplateState.READY,
        reason="",
        pid=snapshot.process.pid if snapshot else None,
        kernels=snapshot.kernels if snapshot else 0,
        built_at=snapshot.built_at if snapshot else None,
        restarts=0,
    )


def _key_of(snapshot: Snapshot) -> Key:
    return snapshot.source.module, snapshot.source.language
