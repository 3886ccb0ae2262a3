"""Whether a sender's line fills up, seen in packets that take ever longer to come.

The trendline filter of Google's congestion control (draft-ietf-rmcat-gcc-02, 5, with the least
squares filter that libwebrtc uses since): when what is sent is more than a line carries, the queue
before it grows, and each group of packets comes a little later after the one before than it was
sent after it. Loss would tell the same, but only seconds later, when the sound is already late.
"""

from collections import deque

from motesklar.call.rtp.packet import Unwrapper

#: Ticks of the absolute send time in a second.
_TICKS = 1 << 18
#: Packets that are sent within this time are one group.
_GROUP_SECONDS = 0.005
#: A silence this long says nothing about the line; what comes after it is a new beginning.
_SILENCE_SECONDS = 2.0
_WINDOW = 20
_SMOOTHING = 0.9
_GAIN = 4.0
_DELTAS_MAX = 60
_THRESHOLD = 12.5
_THRESHOLD_MIN, _THRESHOLD_MAX = 6.0, 600.0
_THRESHOLD_UP, _THRESHOLD_DOWN = 0.0087, 0.039
#: A trend this far over the threshold is a single burst: the threshold doesn't follow it.
_OUTLIER = 15.0
_ADAPTION_SECONDS_MAX = 0.1
#: The trend has to stay over the threshold this long.
_OVERUSE_SECONDS = 0.01


class DelayTrend:
    """Follows one sender's packets.

    Attributes:
        is_rising: whether the last packets say that the line is too full.
    """

    __slots__ = (
        "_delay",
        "_deltas",
        "_first_arrival",
        "_group",
        "_last",
        "_over_since",
        "_points",
        "_sent",
        "_smoothed",
        "_threshold",
        "_trend",
        "is_rising",
    )

    def __init__(self) -> None:
        self._sent = Unwrapper(24)
        self._threshold = _THRESHOLD
        self._start_anew()

    def _start_anew(self) -> None:
        #: first send time, last send time and last arrival, in seconds, of the group that grows
        self._group: tuple[float, float, float] | None = None
        #: the last two of these of the group before
        self._last: tuple[float, float] | None = None
        self._delay = self._smoothed = self._trend = 0.0
        self._deltas = 0
        self._first_arrival = 0.0
        self._points: deque[tuple[float, float]] = deque(maxlen=_WINDOW)
        self._over_since: float | None = None
        self.is_rising = False

    def came(self, send_time: int, arrival: float) -> None:
        """Note a packet: its absolute send time as on the wire, and when it came, in seconds."""
        sent = self._sent.unwrap(send_time) / _TICKS
        group = self._group
        if group is None:
            self._group = (sent, sent, arrival)
        elif sent < group[0]:
            pass  # sent before the group: out of order, it says nothing
        elif sent - group[0] <= _GROUP_SECONDS:
            self._group = (group[0], max(sent, group[1]), max(arrival, group[2]))
        elif arrival - group[2] > _SILENCE_SECONDS:
            self._start_anew()
            self._group = (sent, sent, arrival)
        else:
            self._close_group(group[1], group[2])
            self._group = (sent, sent, arrival)

    def _close_group(self, sent: float, arrival: float) -> None:
        if self._last is not None:
            last_sent, last_arrival = self._last
            self._add(
                (arrival - last_arrival) - (sent - last_sent), arrival, arrival - last_arrival
            )
        else:
            self._first_arrival = arrival
        self._last = (sent, arrival)

    def _add(self, delta: float, arrival: float, passed: float) -> None:
        self._deltas += 1
        self._delay += delta
        self._smoothed = _SMOOTHING * self._smoothed + (1 - _SMOOTHING) * self._delay
        self._points.append((arrival - self._first_arrival, self._smoothed))
        if len(self._points) == _WINDOW:
            trend = min(self._deltas, _DELTAS_MAX) * _slope(self._points) * _GAIN
            self._judge(trend, arrival, passed)

    def _judge(self, trend: float, arrival: float, passed: float) -> None:
        if trend > self._threshold:
            since = self._over_since
            if since is None:
                self._over_since = arrival - passed / 2
            elif arrival - since > _OVERUSE_SECONDS and trend >= self._trend:
                self.is_rising = True
        else:
            self._over_since = None
            self.is_rising = False
        self._trend = trend
        self._adapt(trend, passed)

    def _adapt(self, trend: float, passed: float) -> None:
        """Let the threshold follow the line's own unrest, so that it is no alarm."""
        over = abs(trend) - self._threshold
        if over > _OUTLIER:
            return
        speed = _THRESHOLD_UP if over > 0 else _THRESHOLD_DOWN
        self._threshold += speed * over * min(passed, _ADAPTION_SECONDS_MAX) * 1000
        self._threshold = max(_THRESHOLD_MIN, min(_THRESHOLD_MAX, self._threshold))


def _slope(points: "deque[tuple[float, float]]") -> float:
    """The slope of the line that fits `points` best; 0 for points at one moment."""
    count = len(points)
    mean_x = sum(x for x, _ in points) / count
    mean_y = sum(y for _, y in points) / count
    over = sum((x - mean_x) * (y - mean_y) for x, y in points)
    under = sum((x - mean_x) ** 2 for x, _ in points)
    return over / under if under else 0.0
