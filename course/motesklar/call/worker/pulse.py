"""The one clock of a worker: voices go on every 20 ms, rooms every 100 ms, the load each second."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger("motesklar.call")

#: Opus packets last this long (RFC 7587 calls it the default).
VOICE_SECONDS = 0.02
#: Every fifth time.
ROOMS_EVERY = 5
#: Every fiftieth time.
LOAD_EVERY = 50
#: Packets that a voice catches up with at once after a hold-up; older ones are left out.
CATCH_UP_MAX = 10


class Lag:
    """How late a clock has come, since it was last asked."""

    def __init__(self) -> None:
        self._late: list[float] = []

    def add(self, seconds: float) -> None:
        """The clock came this late; once a beat, so that it stays a short list."""
        self._late.append(seconds)

    def percentile_99_ms(self) -> float:
        """What 99 of 100 beats were not later than; starts anew."""
        late, self._late = sorted(self._late), []
        return round(late[int(0.99 * (len(late) - 1))] * 1000, 2) if late else 0.0


class Processor:
    """The share of one core that this process has used, since it was last asked."""

    def __init__(self) -> None:
        self._used, self._at = time.process_time(), time.monotonic()

    def share(self) -> float:
        """0 to 1, more if native threads ran beside; starts anew."""
        used, at = time.process_time(), time.monotonic()
        share = (used - self._used) / max(1e-6, at - self._at)
        self._used, self._at = used, at
        return round(share, 4)


def resident_bytes() -> int:
    """This process's memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


class Pulse:
    """Calls what must happen regularly, on time on the average.

    Args:
        voices: sends the next 20 ms of every voice.
        rooms: lets 100 ms pass in every room.
        load: reports.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        *,
        voices: Callable[[], None],
        rooms: Callable[[], None],
        load: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lag = Lag()
        self._voices = voices
        self._rooms = rooms
        self._load = load
        self._clock = clock

    async def run(self, wanted: Callable[[], bool] = lambda: True) -> None:
        """Beat while it is wanted, or until cancelled.

        What fails is logged, and the next beat comes all the same.
        """
        beat, began = 0, self._clock()
        while wanted():
            await asyncio.sleep(max(0.0, began + (beat + 1) * VOICE_SECONDS - self._clock()))
            late = self._clock() - began - (beat + 1) * VOICE_SECONDS
            self.lag.add(max(0.0, late))
            missed = int(late / VOICE_SECONDS)
            if missed > CATCH_UP_MAX:
                began += (missed - CATCH_UP_MAX) * VOICE_SECONDS
                missed = CATCH_UP_MAX
            for _ in range(missed + 1):
                beat += 1
                self._beat(beat)

    def _beat(self, beat: int) -> None:
        self._safely(self._voices)
        if beat % ROOMS_EVERY == 0:
            self._safely(self._rooms)
        if beat % LOAD_EVERY == 0:
            self._safely(self._load)

    @staticmethod
    def _safely(act: Callable[[], None]) -> None:
        try:
            act()
        except Exception:
            log.exception("a beat failed")
