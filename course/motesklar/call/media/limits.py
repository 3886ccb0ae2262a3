"""How much of something may happen in a time."""


class TokenBucket:
    """Lets `burst` through at once and then `rate` a second.

    Args:
        rate: events a second in the long run.
        burst: events at once after a quiet time.
        now: the time of the clock that `allow` is given.
    """

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._left = burst
        self._at = now

    def allow(self, now: float) -> bool:
        """Whether one more may happen; counts it when it may."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
