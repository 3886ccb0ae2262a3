"""How many messages a websocket may send."""

import time


class RateLimit:
    """A bucket that holds `at_once` messages and fills with `per_second`."""

    def __init__(self, per_second: float, at_once: float) -> None:
        self._per_second = per_second
        self._at_once = at_once
        self._left = at_once
        self._at = time.monotonic()

    def take(self, amount: float = 1) -> bool:
        """Whether one more message fits, or so many of what is counted."""
        now = time.monotonic()
        self._left = min(self._at_once, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < amount:
            return False  # what is refused costs nothing: patience is always enough
        self._left -= amount
        return True
