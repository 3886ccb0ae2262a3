"""Counts tries per browser, session or person, never per address: a whole office shares one."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from motesklar.errors import TooMany
from motesklar.store.models import utcnow


class Limiter:
    """Remembers when each key last tried, within one window.

    Args:
        most: accepted tries per key and window.
        window: how long a try counts.
        capacity: keys remembered; the one unused longest is forgotten first.
    """

    def __init__(
        self,
        most: int,
        window: timedelta,
        *,
        now: Callable[[], datetime] = utcnow,
        capacity: int = 10_000,
    ) -> None:
        self.most = most
        self.window = window
        self.now = now
        self.capacity = capacity
        self._tries: OrderedDict[str, list[datetime]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._tries)

    def check(self, key: str) -> None:
        """Let the key try.

        Raises:
            TooMany: it has tried `most` times within the window.
        """
        if not self.allows(key):
            raise TooMany

    def allows(self, key: str) -> bool:
        """Whether the key may try."""
        return len(self._recent(key)) < self.most

    def count(self, key: str) -> None:
        """Note a try."""
        self._tries[key] = [*self._recent(key), self.now()][-self.most :]
        self._tries.move_to_end(key)
        while len(self._tries) > self.capacity:
            self._tries.popitem(last=False)

    def forget(self, key: str) -> None:
        """Start over for a key that has succeeded."""
        self._tries.pop(key, None)

    def _recent(self, key: str) -> list[datetime]:
        since = self.now() - self.window
        return [at for at in self._tries.get(key, ()) if at > since]
