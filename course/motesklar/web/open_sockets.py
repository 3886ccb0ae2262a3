"""Cuts open websockets whose person may not be here any more.

A websocket is let in by its session, and stays open for hours. Meanwhile the person may sign out on
another page, leave the organisation, be erased, or turn out to be the same as somebody else; and
another process may have done it. So whoever ends a session asks for a look, and there is one every
few seconds. A session that only runs out cuts nothing: who is in a call is there.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from motesklar.store.chunks import chunks
from motesklar.store.database import Database
from motesklar.store.models import Person, Session

log = logging.getLogger("motesklar.web")

#: What another process has ended, `motesklar people erase` say, is noticed within this.
LOOK_SECONDS = 5.0

#: Closes a websocket; with `True` its page may come back, as somebody else.
Cut = Callable[[bool], None]


@dataclass(eq=False)
class _Open:
    token_hash: str
    person_id: str
    cut: Cut
    #: As last seen; None before the first look.
    expires_at: datetime | None = None


@dataclass(frozen=True)
class _Known:
    """What the database says of some sessions and people.

    Args:
        sessions: token hash to whose it is and when it runs out.
        people: ids of those who are with the organisation.
    """

    sessions: dict[str, tuple[str, datetime]]
    people: set[str]


class OpenSockets:
    """The websockets that are open in this process.

    Args:
        now: the clock, UTC without a zone.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self.database = database
        self.now = now
        self._open: set[_Open] = set()
        self._looking: asyncio.Task[None] | None = None

    def add(self, token_hash: str, person_id: str, cut: Cut) -> Callable[[], None]:
        """Have a websocket cut once its person may not be here; returns what forgets it."""
        one = _Open(token_hash, person_id, cut)
        self._open.add(one)
        return lambda: self._open.discard(one)

    def end(self, token_hash: str) -> None:
        """Cut every websocket of a session that is being ended."""
        for one in [each for each in self._open if each.token_hash == token_hash]:
            self._cut(one, again=False)

    def look(self) -> None:
        """Cut those whose person may not be here any more."""
        those = list(self._open)
        if those:
            self._compare(those, self._read(those))

    def start(self) -> None:
        """Look from time to time."""
        self._looking = asyncio.create_task(self._look_on())

    async def close(self) -> None:
        """Look no more; safe to call twice."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                if those := list(self._open):
                    # in a thread: nobody's call waits for it
                    self._compare(those, await asyncio.to_thread(self._read, those))
            except Exception:
                # a database that is away for a moment: the next look sees everything
                log.exception("open pages could not be compared with their sessions")

    def _read(self, those: Collection[_Open]) -> _Known:
        known = _Known({}, set())
        with self.database.transaction() as session:
            for some in chunks({one.token_hash for one in those}):
                rows = select(Session.token_hash, Session.person_id, Session.expires_at)
                found = session.execute(rows.where(Session.token_hash.in_(some)))
                known.sessions.update({token: (who, until) for token, who, until in found})
            for some in chunks({one.person_id for one in those}):
                here = select(Person.id).where(Person.id.in_(some), Person.left_at.is_(None))
                known.people.update(session.scalars(here))
        return known

    def _compare(self, those: Collection[_Open], known: _Known) -> None:
        now = self.now()
        # nothing is known of who has come since it was read, and who has gone needs no cut
        for one in self._open.intersection(those):
            owner, expires_at = known.sessions.get(one.token_hash, ("", one.expires_at))
            ran_out = expires_at is not None and expires_at <= now
            if owner and owner != one.person_id:
                self._cut(one, again=True)  # merged: the session is that of another one now
            elif one.person_id not in known.people or not (owner or ran_out):
                self._cut(one, again=False)
            one.expires_at = expires_at

    def _cut(self, one: _Open, *, again: bool) -> None:
        self._open.discard(one)
        log.info("an open page of %s is cut", one.person_id)
        one.cut(again)
