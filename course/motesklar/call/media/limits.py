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


class SourceLimits:
    """A bucket for each source and one for all, so that one source can't use up the others'.

    Sources can be forged: only the latest are kept, and the bucket for all bounds the work.

    Args:
        each: rate and burst of one source.
        total: rate and burst of all.
        sources: how many are told apart.
        now: the time of the clock that `allow` is given.
    """

    def __init__(
        self, each: tuple[float, float], total: tuple[float, float], sources: int, now: float
    ) -> None:
        self._each = each
        self._total = TokenBucket(*total, now)
        self._kept = sources
        self._sources: dict[str, TokenBucket] = {}

    def allow(self, source: str, now: float) -> bool:
        """Whether one more from `source` may happen; counts it when it may."""
        bucket = self._sources.pop(source, None) or TokenBucket(*self._each, now)
        self._sources[source] = bucket
        if len(self._sources) > self._kept:
            del self._sources[next(iter(self._sources))]
        return bucket.allow(now) and self._total.allow(now)
