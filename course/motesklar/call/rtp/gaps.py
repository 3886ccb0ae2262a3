"""What was lost on the way in, and when to ask for it again (RFC 4585 6.2.1).

A gap is asked for when it is seen, then once in a round trip, a few times. Who gives up says so:
then only a keyframe mends the picture.
"""

#: More missing at once than this is no loss but a break: a keyframe is cheaper.
_MISSING_MAX = 200
_TRIES_MAX = 8
#: A round trip is taken as at least this, so that one late packet isn't asked for in a burst.
_RETRY_SECONDS_MIN = 0.03


class Gaps:
    """The missing packets of one source.

    Attributes:
        broken: so much is lost for good that only a keyframe helps; whoever asks for one clears it.
        is_new: whether the last packet showed a gap.
    """

    __slots__ = ("_highest", "_missing", "broken", "is_new")

    def __init__(self) -> None:
        self._highest: int | None = None
        #: index of each missing packet: how often it was asked for, and when it may be again
        self._missing: dict[int, tuple[int, float]] = {}
        self.broken = False
        self.is_new = False

    def came(self, index: int) -> bool:
        """Note a packet.

        Returns:
            True if it had been asked for: it fills a gap, and says nothing about the network.
        """
        highest = self._highest
        self.is_new = highest is not None and index > highest + 1
        if highest is None or index > highest:
            self._highest = index
            if highest is not None and self.is_new:
                self._open(highest + 1, index)
            return False
        tries, _ = self._missing.pop(index, (0, 0.0))
        return tries > 0

    def _open(self, first: int, end: int) -> None:
        if end - first + len(self._missing) > _MISSING_MAX:
            self._missing.clear()
            self.broken = True
            return
        self._missing.update((index, (0, 0.0)) for index in range(first, end))

    def due(self, now: float, round_trip: float) -> list[int]:
        """Indices to ask for now, oldest first; they count as asked for."""
        if not self._missing:
            return []
        again = now + max(round_trip, _RETRY_SECONDS_MIN)
        due = [index for index, (_, when) in self._missing.items() if when <= now]
        asked = []
        for index in due:
            tries = self._missing[index][0]
            if tries < _TRIES_MAX:
                self._missing[index] = (tries + 1, again)
                asked.append(index)
            else:
                del self._missing[index]
                self.broken = True
        return asked

    def forget(self) -> None:
        """Start anew: what is missing won't come, or is no longer wanted."""
        self._missing.clear()
        self._highest = None
