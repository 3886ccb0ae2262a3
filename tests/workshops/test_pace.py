"""Many asks, few calls; on a loop whose clock the test turns."""

import asyncio
from collections.abc import Callable
from typing import Any

from motesklar.workshops.pace import Pace


class SlowClock(asyncio.SelectorEventLoop):
    """A loop that runs nothing by itself: only timers, and only when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 100.0
        self.timers: list[tuple[float, Callable[[], Any], asyncio.TimerHandle]] = []

    def time(self) -> float:
        return self.at

    def call_at(self, when: float, callback: Any, *args: Any, **kwargs: Any) -> Any:
        handle = asyncio.TimerHandle(when, callback, args, self)
        self.timers.append((when, callback, handle))
        return handle

    def pass_to(self, at: float) -> None:
        """Turn the clock; run what falls due, in order."""
        while due := sorted((t for t in self.timers if t[0] <= at), key=lambda t: t[0]):
            self.timers.remove(due[0])
            self.at = max(self.at, due[0][0])
            if not due[0][2].cancelled():
                due[0][1]()
        self.at = at


def test_many_asks_are_one_call() -> None:
    loop = SlowClock()
    calls: list[float] = []
    pace = Pace(lambda: calls.append(loop.time()), 0.2, loop)
    for _ in range(100):
        pace.ask()
    loop.pass_to(100.0)
    assert calls == [100.0]
    loop.close()


def test_a_steady_stream_is_slowed_to_the_interval_and_the_last_ask_is_kept() -> None:
    loop = SlowClock()
    calls: list[float] = []
    pace = Pace(lambda: calls.append(round(loop.time(), 2)), 0.2, loop)
    for hundredth in range(100):
        loop.pass_to(100 + hundredth / 100)
        pace.ask()
    loop.pass_to(102)
    assert calls == [100.0, 100.2, 100.4, 100.6, 100.8, 101.0]
    loop.close()


def test_stopping_forgets_what_was_asked_and_nothing_starts_again() -> None:
    loop = SlowClock()
    calls: list[float] = []
    pace = Pace(lambda: calls.append(loop.time()), 0.2, loop)
    pace.ask()
    pace.stop()
    pace.stop()
    pace.ask()
    loop.pass_to(200)
    assert calls == []
    loop.close()
