"""Who watches which board, and the board as it was last built.

Only boards that somebody watches are kept. A fact is matched against them in memory, so that
everything that happens outside workshops costs no query.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from motesklar.workshops.board import Board

Listener = Callable[[], None]


@dataclass(frozen=True)
class LiveBoard:
    """A board and what it is the board of.

    Args:
        ended: the workshop is over, and the board is empty.
    """

    workshop_id: str
    module: str
    ended: bool
    board: Board

    def shows(self, person_id: str, module: str) -> bool:
        """Whether something this person does in `module` may change it."""
        return module == self.module and person_id in self.board.people


@dataclass
class _Watch:
    """A watched board.

    Args:
        last: as last built, also when it is out of date: it still says who is on it.
        version: grows at each change, so that a board built meanwhile is not taken for fresh.
    """

    listeners: list[Listener] = field(default_factory=list)
    last: LiveBoard | None = None
    fresh: bool = False
    version: int = 0


class Watching:
    """The watched boards. Facts may come from any thread, so the list is locked."""

    def __init__(self) -> None:
        self._watches: dict[str, _Watch] = {}
        self._lock = threading.Lock()

    def subscribe(self, workshop_id: str, listener: Listener) -> Callable[[], None]:
        """Call `listener`, in whichever thread, after each change; returns what ends it.

        Ending it twice does nothing more.
        """
        with self._lock:
            self._watches.setdefault(workshop_id, _Watch()).listeners.append(listener)
        return lambda: self._unsubscribe(workshop_id, listener)

    def board(self, workshop_id: str, build: Callable[[], LiveBoard]) -> LiveBoard:
        """The board; built only when nobody watches it or it has changed."""
        with self._lock:
            watch = self._watches.get(workshop_id)
            if watch and watch.fresh and watch.last is not None:
                return watch.last
            version = watch.version if watch else 0
        built = build()
        with self._lock:
            if watch is not None:
                watch.last = built
                watch.fresh = watch.version == version
        return built

    def set_changed(self, workshop_id: str) -> None:
        """The board is out of date: tell whoever watches it."""
        for listener in self._outdate(workshop_id):
            listener()

    def forget(self, workshop_id: str) -> None:
        """Have the board built anew when it is next wanted, without telling anybody."""
        self._outdate(workshop_id)

    def follow(self, person_id: str, module: str) -> None:
        """Somebody has done something: their boards are out of date."""
        with self._lock:
            affected = [
                workshop_id
                for workshop_id, watch in self._watches.items()
                if watch.last is None or watch.last.shows(person_id, module)
            ]
        for workshop_id in affected:
            self.set_changed(workshop_id)

    def _outdate(self, workshop_id: str) -> list[Listener]:
        with self._lock:
            watch = self._watches.get(workshop_id)
            if watch is None:
                return []
            watch.fresh = False
            watch.version += 1
            return list(watch.listeners)

    def _unsubscribe(self, workshop_id: str, listener: Listener) -> None:
        with self._lock:
            watch = self._watches.get(workshop_id)
            if watch is None or listener not in watch.listeners:
                return
            watch.listeners.remove(listener)
            if not watch.listeners:
                del self._watches[workshop_id]
