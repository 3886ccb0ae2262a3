"""When to ask a sender for a keyframe: seldom enough that its picture survives the asking.

Each keyframe is as large as a second of picture. Whoever asks too early is remembered, and served
by the next keyframe that comes by itself, or by one request a little later.
"""

#: Between two requests to one sender.
THROTTLE_SECONDS = 0.5


class KeyframeRequests:
    """The requests to one source."""

    __slots__ = ("_asked_at", "_wanted")

    def __init__(self) -> None:
        self._asked_at: float | None = None
        self._wanted = False

    def want(self) -> None:
        """Somebody needs a keyframe."""
        self._wanted = True

    def came(self) -> None:
        """A keyframe starts: whoever waited has it."""
        self._wanted = False

    def due(self, now: float) -> bool:
        """Whether to ask now; True counts as having asked."""
        if not self._wanted:
            return False
        if self._asked_at is not None and now - self._asked_at < THROTTLE_SECONDS:
            return False
        self._asked_at, self._wanted = now, False
        return True
