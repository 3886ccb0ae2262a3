"""How much of something there is in a second."""

from collections import deque

TICK_SECONDS = 0.1
_TICKS = 10


class Rate:
    """The bitrate of the last second, of a count that is read each tick.

    Attributes:
        bitrate: in bit/s; 0 until the second reading.
    """

    __slots__ = ("_readings", "bitrate")

    def __init__(self) -> None:
        self._readings: deque[int] = deque(maxlen=_TICKS + 1)
        self.bitrate = 0.0

    def read(self, octets: int) -> None:
        """Note how many octets there have been altogether; call it each 100 ms."""
        readings = self._readings
        readings.append(octets)
        if len(readings) > 1:
            # a count that starts anew is smaller than it was
            passed = max(0, octets - readings[0])
            self.bitrate = passed * 8 / ((len(readings) - 1) * TICK_SECONDS)
