"""What is told of each workshop, read once for all who follow it, and who hears of changes."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Listener = Callable[[], None]
Read = TypeVar("Read")

#: Another process may have changed it; what was read is trusted so long.
TRUST_SECONDS = 5.0


@dataclass
class _Followed(Generic[Read]):
    """A workshop that somebody follows.

    Args:
        last: as last read, also when it is out of date: it still says whom it was about.
        until: the clock's time until which it is fresh.
        version: grows at each change, so that what was read meanwhile is not taken for fresh.
    """

    listeners: list[Listener] = field(default_factory=list)
    last: Read | None = None
    until: float = 0.0
    version: int = 0


class Known(Generic[Read]):
    """Kept in memory while somebody follows it. Changes may come from any thread.

    Args:
        read: reads it for a workshop.
    """

    def __init__(
        self, read: Callable[[str], Read], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._clock = clock
        self._followed: dict[str, _Followed[Read]] = {}
        self._lock = threading.Lock()

    def get(self, workshop_id: str) -> Read:
        """As it is now; read anew when it has changed or nobody follows it."""
        with self._lock:
            followed = self._followed.get(workshop_id)
            if followed and followed.last is not None and self._clock() < followed.until:
                return followed.last
            version = followed.version if followed else 0
        found = self._read(workshop_id)
        with self._lock:
            if followed is not None and followed.version == version:
                followed.last = found
                followed.until = self._clock() + TRUST_SECONDS
        return found

    def subscribe(self, workshop_id: str, listener: Listener) -> Callable[[], None]:
        """Call `listener`, in whichever thread, after each change; returns what ends it.

        Ending it twice does nothing more.
        """
        with self._lock:
            self._followed.setdefault(workshop_id, _Followed()).listeners.append(listener)
        return lambda: self._unsubscribe(workshop_id, listener)

    def set_changed(self, workshop_id: str) -> None:
        """Something has changed: tell whoever follows it."""
        for listener in self._outdate(workshop_id):
            listener()

    def forget(self, workshop_id: str) -> None:
        """Have it read anew when it is next wanted, without telling anybody."""
        self._outdate(workshop_id)

    def about(self, is_about: Callable[[Read | None], bool]) -> list[str]:
        """The followed workshops of which that is true; it is asked of what was last read."""
        with self._lock:
            return [one for one, followed in self._followed.items() if is_about(followed.last)]

    def _outdate(self, workshop_id: str) -> list[Listener]:
        with self._lock:
            followed = self._followed.get(workshop_id)
            if followed is None:
                return []
            followed.until = 0.0
            followed.version += 1
            return list(followed.listeners)

    def _unsubscribe(self, workshop_id: str, listener: Listener) -> None:
        with self._lock:
            followed = self._followed.get(workshop_id)
            if followed is None or listener not in followed.listeners:
                return
            followed.listeners.remove(listener)
            if not followed.listeners:
                del self._followed[workshop_id]
