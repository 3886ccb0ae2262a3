"""How much video a room sends, and how much of it a member's line carries.

Senders are limited by how many cameras are on: five small pictures on a page have to fit through
an ordinary line, and eighty receivers of each through the server's. Below that, each sender is
told (REMB) what the slowest of its viewers can take; but a viewer whose line can't take even a
small picture gets fewer pictures instead, so that it spoils nobody else's.

What a receiver says that its line carries (REMB) never grows far above what it is sent, so a small
number alone means nothing. A line is taken as full only when the number falls below what is being
sent, or packets get lost; from there it is let grow again until everything fits.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from motesklar.call.messages import Limits

#: Of what goes through, this much is shared out among pictures: estimates swing.
_USED = 0.9
#: A picture with less than this is none, and sending less than this fills no line.
PICTURE_BITRATE_MIN = 50_000
#: Where others look on, a picture isn't made worse than this part of its best for one viewer.
_PART_MIN = 4
#: A receiver's estimate has fallen if it is less than this part of its last one.
_FALLEN = 0.95
#: More than this part lost is a full line; less may be a bad radio, which less video doesn't mend.
_LOSS_MAX = 0.1
#: How fast a full line is let grow again, in a second; slower each time that it is full again soon.
_GROWTH = 0.08
_GROWTH_MIN = 0.01
_SOON_SECONDS = 15.0
#: From nothing at all no line could grow again.
_BITRATE_MIN = 20_000.0
#: Falls within this time have the same cause.
_SAME_CAUSE_SECONDS = 2.0
#: How fast a sender may go up again, in a second.
_RECOVERY = 1.15


def _limits(camera: tuple[int, int, int], screen: tuple[int, int, int]) -> Limits:
    width, framerate, bitrate = camera
    screen_width, screen_framerate, screen_bitrate = screen
    return Limits(
        width=width,
        framerate=framerate,
        bitrate=bitrate,
        screen_width=screen_width,
        screen_framerate=screen_framerate,
        screen_bitrate=screen_bitrate,
    )


#: Cameras from which on each row holds; the bitrates from eight on are BigBlueButton's, measured
#: by years of large lectures (its `cameraQualityThresholds`).
_LIMITS: tuple[tuple[int, Limits], ...] = (
    (0, _limits((1280, 24, 900_000), (1920, 8, 1_500_000))),
    (3, _limits((640, 24, 500_000), (1920, 8, 1_500_000))),
    (5, _limits((640, 20, 300_000), (1920, 5, 1_200_000))),
    (8, _limits((320, 15, 100_000), (1920, 5, 1_000_000))),
    (12, _limits((320, 15, 90_000), (1920, 5, 1_000_000))),
    (15, _limits((320, 12, 70_000), (1280, 5, 800_000))),
    (20, _limits((320, 10, 50_000), (1280, 5, 800_000))),
    (25, _limits((240, 10, 40_000), (1280, 5, 600_000))),
    (30, _limits((240, 8, 30_000), (1280, 5, 600_000))),
)


def limits_for(people: int) -> Limits:
    """What each may send when so many send their picture: pixels, pictures a second, bit/s."""
    row = bisect_right([least for least, _ in _LIMITS], max(0, people)) - 1
    return _LIMITS[row][1]


def floor_for(cap: int, viewers: int) -> int:
    """What a picture gets at least, in bit/s: a viewer who can't take that much is not shown it.

    Args:
        cap: what it may have at best.
        viewers: how many look at it.
    """
    shared = cap // _PART_MIN if viewers > 1 else 0
    return min(cap, max(PICTURE_BITRATE_MIN, shared))


class Line:
    """What goes through one line: everything, until it is found to be full."""

    __slots__ = ("_at", "_fell_at", "_growth", "_limit")

    def __init__(self) -> None:
        self._limit: float | None = None
        self._growth = _GROWTH
        self._fell_at: float | None = None
        self._at = 0.0

    def fall(self, bitrate: float, now: float) -> None:
        """It is full: this much goes through, in bit/s."""
        since = None if self._fell_at is None else now - self._fell_at
        if since is None or since >= _SOON_SECONDS:
            self._growth = _GROWTH
        elif since >= _SAME_CAUSE_SECONDS:
            self._growth = max(_GROWTH_MIN, self._growth / 2)
        bitrate = max(bitrate, _BITRATE_MIN)
        self._limit = bitrate if self._limit is None else min(self._limit, bitrate)
        self._fell_at = self._at = now

    def carries(self, bitrate: float) -> None:
        """It is known to carry this much."""
        if self._limit is not None:
            self._limit = max(self._limit, bitrate)

    def limit(self, wanted: float, now: float) -> float | None:
        """What goes through now, in bit/s; None: all of `wanted`."""
        if self._limit is not None and self._fell_at is not None:
            is_calm = now - self._fell_at >= _SOON_SECONDS
            growth = _GROWTH if is_calm else self._growth
            self._limit *= (1 + growth) ** (now - self._at)
            self._at = now
            if self._limit > wanted:
                self._limit = None
        return self._limit


class Downlink:
    """How many pictures one receiver's line bears, and how much each may take."""

    __slots__ = ("_estimate", "_line", "_room")

    def __init__(self) -> None:
        self._line = Line()
        self._estimate: int | None = None
        self._room: float | None = None

    def estimated(self, bitrate: int, sent: float, now: float) -> None:
        """Note what the receiver says that its line carries, while `sent` is sent, in bit/s.

        Both are about pictures alone: sound carries no send time, by which lines are judged.
        """
        before, self._estimate = self._estimate, bitrate
        has_fallen = before is not None and bitrate < before * _FALLEN
        if has_fallen and bitrate < sent and sent >= PICTURE_BITRATE_MIN:
            self._line.fall(bitrate, now)
        else:
            self._line.carries(bitrate)

    def lost(self, part: float, sent: float, now: float) -> None:
        """Note which part of what was sent has got lost, 0 to 1."""
        if part >= _LOSS_MAX and sent >= PICTURE_BITRATE_MIN:
            self._line.fall(sent * (1 - part / 2), now)

    def decide(self, floors: Sequence[int], caps: Sequence[int], now: float) -> int:
        """How many pictures may flow now; call it each 100 ms or so.

        Args:
            floors: what each wanted picture gets at least, the most important first.
            caps: what it takes at best.
            now: in seconds.
        """
        limit = self._line.limit(sum(caps) / _USED, now)
        self._room = None if limit is None else limit * _USED
        if self._room is None:
            return len(floors)
        room = self._room
        return sum(needed <= room for needed in accumulate(floors))

    def share(self, flowing: int) -> int | None:
        """What each of `flowing` pictures may take, in bit/s; None: as much as it likes."""
        return None if self._room is None or not flowing else int(self._room / flowing)


class Uplink:
    """What one source is told that it may send."""

    __slots__ = ("_at", "bitrate")

    def __init__(self) -> None:
        self.bitrate: int | None = None
        self._at = 0.0

    def decide(self, shares: Iterable[int | None], floor: int, cap: int, now: float) -> int:
        """The slowest viewer's share, within `floor` and `cap`: down at once, up slowly."""
        target = min((share for share in shares if share is not None), default=cap)
        target = max(floor, min(target, cap))
        if self.bitrate is not None and target > self.bitrate:
            target = min(target, int(self.bitrate * _RECOVERY ** (now - self._at)))
        self.bitrate, self._at = target, now
        return target
