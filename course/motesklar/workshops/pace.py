"""Keeps something that is asked for often from happening too often."""

import asyncio
from collections.abc import Callable


class Pace:
    """Calls `action` soon after it is asked for, and never more often than each `interval`.

    Any number of asks in between become one call. Everything happens on `loop`.

    Args:
        interval: seconds between two calls, at least.
    """

    def __init__(
        self, action: Callable[[], None], interval: float, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.action = action
        self.interval = interval
        self.loop = loop
        self._free_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._stopped = False

    def ask(self) -> None:
        """Have `action` called; asking again before it is changes nothing."""
        if self._timer is None and not self._stopped:
            self._timer = self.loop.call_at(max(self._free_at, self.loop.time()), self._run)

    def stop(self) -> None:
        """Call nothing any more, not even what was asked for. Safe to repeat."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _run(self) -> None:
        self._timer = None
        self._free_at = self.loop.time() + self.interval
        self.action()
