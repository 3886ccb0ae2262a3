"""Who may measure their line: never at the cost of a call."""

from datetime import datetime
from typing import Any, cast

import pytest

from motesklar.call.directory import (
    MIRROR,
    MIRROR_LOAD_PART,
    MIRRORS_PER_WORKER,
    Directory,
    Listener,
    Visit,
    WorkerNow,
)
from motesklar.call.errors import Busy, NoPlace
from motesklar.config import CallSection

IDLE = [WorkerNow(0, 0.0)]


class Rooms:
    """A directory in which people call and measure."""

    def __init__(self, settings: CallSection, **changes: Any) -> None:
        self.now = 1000.0
        self.directory = Directory(
            settings.model_copy(update=changes),
            clock=lambda: self.now,
            now=lambda: datetime(2026, 11, 24),
        )

    def work(self, workers: list[WorkerNow], seconds: int) -> None:
        """Let the workers be so busy for a while."""
        for _ in range(seconds):
            self.now += 1
            for worker in workers:
                self.directory.measured(worker.number, worker.share)

    def call(self, person: str, workers: list[WorkerNow] = IDLE) -> Visit:
        key = f"room of {person}"
        self.directory.admit(key, person, workers)
        return self.directory.enter(key, person, cast(Listener, None), workers)

    def measure(self, person: str, workers: list[WorkerNow] = IDLE) -> Visit:
        key = f"{MIRROR}{person}"
        self.directory.admit_mirror(key, workers)
        return self.directory.enter(key, person, cast(Listener, None), workers)


@pytest.fixture
def rooms(call_settings: CallSection) -> Rooms:
    return Rooms(call_settings)


def test_who_measures_is_in_no_call(rooms: Rooms) -> None:
    rooms.measure("alma")
    assert (rooms.directory.people, rooms.directory.mirrors) == (0, 1)


def test_measuring_takes_nobodys_place_in_a_call(call_settings: CallSection) -> None:
    rooms = Rooms(call_settings, people_max=2)
    rooms.measure("alma")
    rooms.measure("bo")
    rooms.call("cilla")
    rooms.call("david")
    with pytest.raises(NoPlace):
        rooms.measure("eva")


def test_nobody_measures_when_all_places_are_in_calls(call_settings: CallSection) -> None:
    rooms = Rooms(call_settings, people_max=1)
    rooms.call("alma")
    with pytest.raises(NoPlace):
        rooms.measure("alma")


def test_a_measurement_is_none_of_a_persons_calls(call_settings: CallSection) -> None:
    rooms = Rooms(call_settings, person_calls_max=1)
    rooms.measure("alma")
    rooms.call("alma")
    rooms.measure("alma")


def test_so_many_measure_at_once_and_no_more_until_one_is_done(rooms: Rooms) -> None:
    visits = [rooms.measure(f"person {number}") for number in range(MIRRORS_PER_WORKER)]
    with pytest.raises(Busy):
        rooms.measure("alma")
    rooms.directory.leave(visits[0])
    rooms.measure("alma")


def test_two_workers_mirror_twice_as_many(rooms: Rooms) -> None:
    workers = [WorkerNow(0, 0.0), WorkerNow(1, 0.0)]
    for number in range(2 * MIRRORS_PER_WORKER):
        rooms.measure(f"person {number}", workers)
    with pytest.raises(Busy):
        rooms.measure("alma", workers)


def test_who_begins_anew_replaces_their_own_measurement_even_when_all_places_are_taken(
    rooms: Rooms,
) -> None:
    first = rooms.measure("alma")
    for number in range(MIRRORS_PER_WORKER - 1):
        rooms.measure(f"person {number}")
    rooms.measure("alma")
    assert first.replaced
    assert rooms.directory.mirrors == MIRRORS_PER_WORKER


def test_busy_workers_take_calls_but_no_measurements(call_settings: CallSection) -> None:
    rooms = Rooms(call_settings, load_max=0.5)
    busy = [WorkerNow(0, 0.5 * MIRROR_LOAD_PART + 0.02)]
    rooms.work(busy, seconds=60)
    rooms.call("alma", busy)
    with pytest.raises(Busy):
        rooms.measure("bo", busy)


def test_a_mirror_is_forgotten_at_once_and_a_room_is_not(rooms: Rooms) -> None:
    mirror, call = rooms.measure("alma"), rooms.call("bo")
    assert rooms.directory.forgettable() == []
    rooms.directory.leave(mirror)
    rooms.directory.leave(call)
    assert rooms.directory.forgettable() == [mirror.room]
