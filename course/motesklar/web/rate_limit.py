"""How many messages a websocket may send."""

import time


class RateLimit:
    """A bucket that holds `at_once` messages and fills with `per_second`."""

    def __init__(self, per_second: float, at_once: float) -> None:
        self._per_second = per_second
        self._at_once = at_once
        self._left = at_once
        self._at = time.monotonic()

    def take(self) -> bool:
        """Whether one more message fits."""
        now = time.monotonic()
        self._left = min(self._at_once, self._left + (now - self._at) * self._per_second)
        self._at = now
        self._left -= 1
        return self._left >= 0
