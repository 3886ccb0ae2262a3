"""What many people at once are counted and timed as."""

import asyncio
from dataclasses import dataclass, field

import pytest

from benchmarks import crowd
from benchmarks.clients import Failed, Touch
from benchmarks.crowd import touch_together

#: When the failing page gives up.
PATIENCE = 60.0


@dataclass
class Clock:
    """Seconds, as the pages say."""

    now: float = 0.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(crowd, "time", clock)
    return clock


@dataclass
class Answering:
    """A page that has its answer after a second."""

    clock: Clock
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def touch(self) -> Touch:
        self.clock.now = 1.0
        self.answered.set()
        return Touch(100, 200, 1000)

    def close(self) -> None: ...


@dataclass
class Failing:
    """A page that gives up long after the other has its answer."""

    clock: Clock
    other: Answering

    async def touch(self) -> Touch:
        await self.other.answered.wait()
        self.clock.now = PATIENCE
        raise Failed("too late")

    def close(self) -> None: ...


async def test_what_a_failure_took_is_not_told_as_the_time_of_the_others(clock: Clock) -> None:
    answering = Answering(clock)
    burst = await touch_together([Failing(clock, answering), answering])
    assert (burst.seconds, burst.failed, burst.each) == (1.0, 1, [1.0])


async def test_where_nobody_came_through_there_is_no_time(clock: Clock) -> None:
    answering = Answering(clock)
    answering.answered.set()
    burst = await touch_together([Failing(clock, answering)])
    assert (burst.seconds, burst.failed) == (None, 1)
