"""Who is in which room, and which worker has it. Pure: decides who may come in, and where.

A room stays on its worker for a while after everybody has gone, so that who comes back finds it
as it was. When its worker dies it stays known without one, and the next who comes gives it another.
"""

import hashlib
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from motesklar.call.errors import Busy, NoPlace, RoomFull, TooManyCalls
from motesklar.call.messages import ServerMessage
from motesklar.call.worker.wire import REMEMBER_SECONDS
from motesklar.config import CallSection

#: What one more person is reckoned to need of a worker until its own figures show it.
SHARE_OF_ONE = 0.01
#: Whether the workers have enough to do is judged over about this long: people who come all at once
#: fill them for a second or two, and then no longer.
LOAD_SECONDS = 10.0
#: What the keys of mirrors begin with: rooms in which one person measures their line.
MIRROR = "mirror "
#: Mirrors at the same time, for each worker; one lasts for ten seconds or so, and who finds no
#: place asks again. One takes less than a fiftieth of a core: these leave the worker its room.
MIRRORS_PER_WORKER = 12
#: Calls go before measuring: of the load up to which calls open, mirrors open up to this part.
MIRROR_LOAD_PART = 0.8


class Listener(Protocol):
    """A page, as calls see it."""

    def tell(self, message: ServerMessage) -> None:
        """Send a message; never waits."""

    def tell_text(self, text: str) -> None:
        """Send a message that is JSON already; never waits."""

    def close_with(self, code: int) -> None:
        """Close the connection; 4000 means that the call is over, others to come back."""


@dataclass(frozen=True)
class WorkerNow:
    """A worker that takes people.

    Args:
        number: of the worker.
        share: of one core that it used in the last second.
    """

    number: int
    share: float


@dataclass
class Mean:
    """Of a share that is told now and then; what lies `LOAD_SECONDS` back weighs a third as much.

    Args:
        told_at: when it was told last.
    """

    told_at: float
    value: float = 0.0

    def add(self, now: float, share: float) -> None:
        """So much it was since it was told last."""
        kept = math.exp((self.told_at - now) / LOAD_SECONDS)
        self.value = kept * self.value + (1 - kept) * share
        self.told_at = now


@dataclass(eq=False)
class Visit:
    """One page's stay in a room.

    Args:
        number: used once.
        listener: the page.
        since: when it began.
        replaced: the same person has come in again; it only waits for its end.
    """

    number: int
    room: "RoomPlace"
    person_id: str
    listener: Listener
    since: datetime
    replaced: bool = False

    @property
    def member(self) -> str:
        """The member id: opaque, and the same for the same person in the same room."""
        return opaque_id("m", self.room.key, self.person_id)


@dataclass(eq=False)
class RoomPlace:
    """A room, as the server knows it.

    Args:
        key: its name among all rooms.
        worker: the number of the worker that has it; None when that one has died.
        empty_since: when the last one left.
    """

    key: str
    worker: int | None = None
    visits: dict[int, Visit] = field(default_factory=dict)
    empty_since: float = 0.0

    @property
    def is_mirror(self) -> bool:
        """Whether somebody measures their line in it, and nobody calls."""
        return self.key.startswith(MIRROR)

    @property
    def remembered_seconds(self) -> float:
        """How long somebody who has left may come back to it; nobody comes back to a mirror."""
        return 0.0 if self.is_mirror else REMEMBER_SECONDS

    @property
    def present(self) -> list[Visit]:
        """Who is in it, each person once."""
        return [visit for visit in self.visits.values() if not visit.replaced]


class Directory:
    """All rooms and visits.

    Args:
        settings: how many may be where.
        clock: seconds that only grow.
        now: the time of day, UTC without a zone.
    """

    def __init__(
        self,
        settings: CallSection,
        *,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self.rooms: dict[str, RoomPlace] = {}
        self.visits: dict[int, Visit] = {}
        self._settings = settings
        self._clock = clock
        self._now = now
        self._numbers = itertools.count(1)
        self._expected: dict[int, int] = {}
        self._means: dict[int, Mean] = {}

    @property
    def people(self) -> int:
        """How many are in calls."""
        return len(self._in_calls())

    @property
    def mirrors(self) -> int:
        """How many measure their line."""
        return sum(visit.room.is_mirror and not visit.replaced for visit in self.visits.values())

    def admit(self, key: str, person_id: str, workers: Sequence[WorkerNow]) -> None:
        """Whether the person may come in now.

        Raises:
            TooManyCalls: they are in as many other rooms as one may be.
            RoomFull: as many as may be are in this one.
            NoPlace: as many as may be are in calls.
            Busy: it would be a new room, and the workers have enough to do.
        """
        room = self.rooms.get(key)
        mine = [visit for visit in self._in_calls() if visit.person_id == person_id]
        if any(visit.room is room for visit in mine):
            return  # takes over their own place
        if len(mine) >= self._settings.person_calls_max:
            raise TooManyCalls
        if room is not None and len(room.present) >= self._settings.room_people_max:
            raise RoomFull
        if self.people >= self._settings.people_max:
            raise NoPlace
        if room is None and self._share(workers) > self._settings.load_max:
            raise Busy

    def admit_mirror(self, key: str, workers: Sequence[WorkerNow]) -> None:
        """Whether a person may measure their line now; they may begin anew at any time.

        Mirrors take no place from calls: they open only where calls leave room.

        Raises:
            NoPlace: calls and mirrors together are as many as calls may be.
            Busy: as many as may be measure already, or the workers have enough to do.
        """
        room = self.rooms.get(key)
        if room is not None and room.present:
            return
        if self.people + self.mirrors >= self._settings.people_max:
            raise NoPlace
        load_max = self._settings.load_max * MIRROR_LOAD_PART
        if self.mirrors >= MIRRORS_PER_WORKER * len(workers) or self._share(workers) > load_max:
            raise Busy

    def enter(
        self,
        key: str,
        person_id: str,
        listener: Listener,
        workers: Sequence[WorkerNow],
    ) -> Visit:
        """Let the person in, over one of `workers`; an earlier visit of theirs is replaced."""
        room = self.rooms.setdefault(key, RoomPlace(key))
        if room.worker is None:
            room.worker = self._least_busy(workers)
        for earlier in room.visits.values():
            earlier.replaced |= earlier.person_id == person_id
        visit = Visit(next(self._numbers), room, person_id, listener, self._now())
        self.visits[visit.number] = room.visits[visit.number] = visit
        self._expected[room.worker] = self._expected.get(room.worker, 0) + 1
        return visit

    def leave(self, visit: Visit) -> bool:
        """The visit has ended; False when it had before."""
        if self.visits.pop(visit.number, None) is None:
            return False
        del visit.room.visits[visit.number]
        visit.room.empty_since = self._clock()
        return True

    def lose_worker(self, number: int) -> list[Visit]:
        """A worker has died: its rooms are without one, and these visits have ended."""
        self._means.pop(number, None)
        lost = [room for room in self.rooms.values() if room.worker == number]
        visits = [visit for room in lost for visit in room.visits.values()]
        for room in lost:
            room.worker = None
        for visit in visits:
            self.leave(visit)
        return visits

    def measured(self, number: int, share: float) -> None:
        """A worker's new figures count everybody who had come by now."""
        self._expected.pop(number, None)
        now = self._clock()
        self._means.setdefault(number, Mean(now)).add(now, share)

    def forgettable(self) -> list[RoomPlace]:
        """Rooms that nobody came back to."""
        now = self._clock()
        return [
            room
            for room in self.rooms.values()
            if not room.visits and now - room.empty_since >= room.remembered_seconds
        ]

    def _in_calls(self) -> list[Visit]:
        return [
            visit for visit in self.visits.values() if not (visit.replaced or visit.room.is_mirror)
        ]

    def _least_busy(self, workers: Sequence[WorkerNow]) -> int:
        homes = [room.worker for room in self.rooms.values()]

        def busy(worker: WorkerNow) -> tuple[float, int]:
            return worker.share + self._coming(worker), homes.count(worker.number)

        return min(workers, key=busy).number

    def _coming(self, worker: WorkerNow) -> float:
        """What those will need of it who have come since it was measured."""
        return SHARE_OF_ONE * self._expected.get(worker.number, 0)

    def _share(self, workers: Sequence[WorkerNow]) -> float:
        """Of the workers together, for some seconds."""
        means = sum(self._means[w.number].value for w in workers if w.number in self._means)
        return (means + sum(map(self._coming, workers))) / max(1, len(workers))


def opaque_id(prefix: str, *parts: str) -> str:
    """A name that tells nothing of `parts`, and is the same for the same ones."""
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return f"{prefix}-{digest[:16]}"
