"""The worker's clock."""

import asyncio

import pytest

from motesklar.call.worker.pulse import CATCH_UP_MAX, VOICE_SECONDS, Lag, Pulse, resident_bytes


class Counted:
    """A clock that jumps, and what it has set off."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.held_up = 0.0
        self.voices = self.rooms = self.loads = 0
        self.asleep = asyncio.Semaphore(0)
        monkeypatch.setattr("motesklar.call.worker.pulse.asyncio.sleep", self.sleep)
        self.pulse = Pulse(voices=self.voice, rooms=self.room, load=self.load, clock=self.clock)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await self.asleep.acquire()
        self.now += seconds + self.held_up
        self.held_up = 0.0

    def voice(self) -> None:
        self.voices += 1

    def room(self) -> None:
        self.rooms += 1
        raise ZeroDivisionError("a fault of ours")

    def load(self) -> None:
        self.loads += 1

    async def beat(self, times: int) -> None:
        task = asyncio.create_task(self.pulse.run())
        for _ in range(times):
            self.asleep.release()
        while self.asleep._value:
            await asyncio.get_running_loop().run_in_executor(None, lambda: None)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_everything_has_its_own_beat_and_a_fault_stops_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted = Counted(monkeypatch)
    await counted.beat(100)
    assert (counted.voices, counted.rooms, counted.loads) == (100, 20, 2)


async def test_it_ends_when_it_is_no_longer_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch)
    for _ in range(10):
        counted.asleep.release()
    await counted.pulse.run(lambda: counted.voices < 7)
    assert counted.voices == 7


async def test_a_hold_up_is_made_up_for_at_once_and_a_long_one_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted = Counted(monkeypatch)
    counted.held_up = 3 * VOICE_SECONDS + 0.001
    await counted.beat(1)
    assert counted.voices == 4
    counted = Counted(monkeypatch)
    counted.held_up = 60.0
    await counted.beat(2)
    assert counted.voices == CATCH_UP_MAX + 2
    assert counted.pulse.lag.percentile_99_ms() < 61_000


def test_lag_is_what_99_of_100_beats_stay_under() -> None:
    lag = Lag()
    for _ in range(99):
        lag.add(0.001)
    lag.add(5.0)
    assert lag.percentile_99_ms() == 1.0
    assert lag.percentile_99_ms() == 0.0, "it starts anew"


def test_memory_is_told_in_bytes() -> None:
    assert 1_000_000 < resident_bytes() < 10_000_000_000
