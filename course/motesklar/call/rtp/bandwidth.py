"""How much video a room sends, and how much of it a receiver's line carries.

Senders are limited by how many cameras are on: five small pictures on a page have to fit through
an ordinary line, and eighty receivers of each through the server's. Below that, each sender is
told (REMB) what the slowest of its viewers can take; but a viewer whose line can't take even a
small picture gets fewer pictures instead, so that it spoils nobody else's.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from motesklar.call.messages import Limits

#: For sound, reports and headers, before anything is shared out among pictures.
_SOUND_BITRATE = 120_000
#: A picture with less than this is none.
PICTURE_BITRATE_MIN = 50_000
#: Where others look on, a picture isn't made worse than this part of its best for one viewer.
_PART_MIN = 4
#: Of what a line is said to carry, this much is used: estimates swing.
_USED = 0.9
#: A paused picture is tried again after this time, doubled each time that the line doesn't bear it.
_RETRY_SECONDS = 4.0
_RETRY_SECONDS_MAX = 64.0
#: A retry has failed if the line gives way within this time.
_TRIAL_SECONDS = 3.0
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


class Downlink:
    """How many pictures one receiver's line bears, and how much each may take.

    What the line carries is the receiver's own estimate; it can't grow far above what is sent, so
    whether a paused picture fits again is found out by trying.
    """

    __slots__ = ("_estimate", "_paused", "_retry_at", "_retry_seconds", "_tried_at")

    def __init__(self) -> None:
        self._estimate: int | None = None
        self._paused = 0
        self._retry_seconds = _RETRY_SECONDS
        self._retry_at = 0.0
        self._tried_at: float | None = None

    def estimated(self, bitrate: int) -> None:
        """Note what the receiver says that its line carries, in bit/s."""
        self._estimate = bitrate

    def decide(self, floors: Sequence[int], now: float) -> int:
        """How many pictures may flow now; call it each 100 ms or so.

        Args:
            floors: what each wanted picture gets at least, the most important first.
            now: in seconds.
        """
        wanted = len(floors)
        self._paused = min(self._paused, wanted)
        fit = self._fit(floors)
        if fit >= wanted:
            self._paused, self._tried_at, self._retry_seconds = 0, None, _RETRY_SECONDS
        elif fit < wanted - self._paused and not self._is_trial(now):
            self._pause(wanted - fit, now)
        elif self._paused and now >= self._retry_at:
            self._paused -= 1
            self._tried_at = now
            self._retry_at = now + self._retry_seconds
        return wanted - self._paused

    def _fit(self, floors: Sequence[int]) -> int:
        if self._estimate is None:
            return len(floors)
        room = self._video_bitrate()
        return sum(needed <= room for needed in accumulate(floors))

    def _video_bitrate(self) -> float:
        assert self._estimate is not None
        return max(0.0, self._estimate * _USED - _SOUND_BITRATE)

    def _is_trial(self, now: float) -> bool:
        return self._tried_at is not None and now - self._tried_at < _TRIAL_SECONDS

    def _pause(self, paused: int, now: float) -> None:
        if self._tried_at is not None:
            self._retry_seconds = min(self._retry_seconds * 2, _RETRY_SECONDS_MAX)
        self._paused = paused
        self._tried_at = None
        self._retry_at = now + self._retry_seconds

    def share(self, flowing: int) -> int | None:
        """What each of `flowing` pictures may take, in bit/s; None: as much as it likes."""
        if self._estimate is None or not flowing:
            return None
        return int(self._video_bitrate() / flowing)


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
