"""Who may come in, which worker has which room, and what becomes of both."""

from datetime import datetime
from typing import Any, cast

import pytest

from motesklar.call.directory import Directory, Listener, Mean, Visit, WorkerNow
from motesklar.call.errors import Busy, NoPlace, RoomFull, TooManyCalls
from motesklar.call.worker.wire import REMEMBER_SECONDS
from motesklar.config import CallSection

IDLE = [WorkerNow(0, 0.0), WorkerNow(1, 0.0)]


class Time:
    """Seconds that go when the test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Rooms:
    """A directory with people by name."""

    def __init__(self, settings: CallSection, **changes: Any) -> None:
        self.clock = Time()
        self.directory = Directory(
            settings.model_copy(update=changes),
            clock=self.clock,
            now=lambda: datetime(2026, 11, 24),
        )

    def enter(self, room: str, person: str, workers: list[WorkerNow] = IDLE) -> Visit:
        self.directory.admit(room, person, workers)
        return self.directory.enter(room, person, cast(Listener, None), workers)

    def work(self, workers: list[WorkerNow], seconds: int) -> None:
        """Let the workers be so busy for a while, and say so each second as they do."""
        for _ in range(seconds):
            self.clock.now += 1
            for worker in workers:
                self.directory.measured(worker.number, worker.share)


@pytest.fixture
def rooms(call_settings: CallSection) -> Rooms:
    return Rooms(call_settings)


def test_a_room_is_on_one_worker_and_new_ones_go_to_the_least_busy(rooms: Rooms) -> None:
    workers = [WorkerNow(0, 0.5), WorkerNow(1, 0.2)]
    first, second = rooms.enter("a", "alma", workers), rooms.enter("a", "bo", workers)
    assert first.room is second.room
    assert first.room.worker == 1


def test_many_who_come_at_once_are_spread_before_the_workers_feel_them(rooms: Rooms) -> None:
    placed = [rooms.enter(f"room {n}", f"person {n}").room.worker for n in range(40)]
    assert placed.count(0) == placed.count(1) == 20
    felt = [WorkerNow(0, 0.3), WorkerNow(1, 0.2)]
    rooms.work(felt, 1)
    assert rooms.enter("b", "alma", felt).room.worker == 1


def test_a_member_id_is_the_same_for_the_same_person_in_the_same_room_alone(rooms: Rooms) -> None:
    here, again = rooms.enter("a", "alma"), rooms.enter("a", "alma")
    there, other = rooms.enter("b", "alma"), rooms.enter("a", "bo")
    assert here.member == again.member
    assert len({here.member, there.member, other.member}) == 3
    assert "alma" not in here.member


def test_the_same_person_replaces_their_earlier_visit(rooms: Rooms) -> None:
    first, second = rooms.enter("a", "alma"), rooms.enter("a", "alma")
    assert (first.replaced, second.replaced) == (True, False)
    assert rooms.directory.people == 1
    assert second.room.present == [second]


def test_one_person_may_be_in_so_many_rooms_and_no_more(rooms: Rooms) -> None:
    rooms.enter("a", "alma")
    second = rooms.enter("b", "alma")
    with pytest.raises(TooManyCalls):
        rooms.enter("c", "alma")
    rooms.enter("b", "alma")
    rooms.directory.leave(second)
    rooms.enter("c", "bo")


def test_a_full_room_and_a_full_house_take_nobody_else(call_settings: CallSection) -> None:
    rooms = Rooms(call_settings, room_people_max=2, people_max=3)
    rooms.enter("a", "alma")
    rooms.enter("a", "bo")
    with pytest.raises(RoomFull):
        rooms.enter("a", "cilla")
    rooms.enter("b", "cilla")
    with pytest.raises(NoPlace):
        rooms.enter("b", "david")
    rooms.enter("a", "bo")


def test_busy_workers_take_no_new_room_but_everybody_who_belongs_to_one(
    call_settings: CallSection,
) -> None:
    rooms = Rooms(call_settings, load_max=0.7)
    visit = rooms.enter("a", "alma", [WorkerNow(0, 0.9), WorkerNow(1, 0.4)])
    busy = [WorkerNow(0, 0.95), WorkerNow(1, 0.75)]
    rooms.work(busy, 30)
    with pytest.raises(Busy):
        rooms.enter("b", "bo", busy)
    rooms.enter("a", "bo", busy)
    rooms.directory.leave(visit)
    rooms.enter("a", "alma", busy)


def test_a_few_full_seconds_keep_nobody_out_and_many_do_until_a_while_after(
    call_settings: CallSection,
) -> None:
    rooms = Rooms(call_settings, load_max=0.7)
    full, half = [WorkerNow(0, 1.0), WorkerNow(1, 1.0)], [WorkerNow(0, 0.5), WorkerNow(1, 0.5)]
    rooms.work(half, 60)
    for number in range(3):
        rooms.work(full, 1)
        rooms.enter(f"early {number}", f"early {number}", full)
    rooms.work(full, 10)
    with pytest.raises(Busy):
        rooms.enter("late", "late", full)
    rooms.work(half, 1)
    with pytest.raises(Busy):
        rooms.enter("late", "late", half)
    rooms.work(half, 15)
    rooms.enter("late", "late", half)


def test_a_crowd_that_no_worker_has_felt_yet_is_reckoned_with(call_settings: CallSection) -> None:
    rooms = Rooms(call_settings, load_max=0.7, people_max=1000)
    rooms.work(IDLE, 10)

    def crowd() -> None:
        for number in range(1000):
            rooms.enter(f"room {number}", f"person {number}")

    with pytest.raises(Busy):
        crowd()
    assert rooms.directory.people == pytest.approx(140, abs=1)


def test_a_mean_is_of_the_time_that_passed_however_often_it_is_told() -> None:
    seldom, often = Mean(100.0), Mean(100.0)
    seldom.add(104.0, 0.8)
    for now in (101.0, 102.5, 104.0):
        often.add(now, 0.8)
    assert seldom.value == pytest.approx(often.value)
    seldom.add(1000.0, 0.3)
    assert seldom.value == pytest.approx(0.3)


def test_a_dead_workers_rooms_move_and_who_comes_back_is_let_in_though_all_are_busy(
    call_settings: CallSection,
) -> None:
    rooms = Rooms(call_settings, load_max=0.7)
    first = rooms.enter("a", "alma", [WorkerNow(0, 0.0)])
    elsewhere = rooms.enter("b", "bo", [WorkerNow(1, 0.0)])
    rooms.work([WorkerNow(0, 0.99), WorkerNow(1, 0.99)], 60)
    assert rooms.directory.lose_worker(0) == [first]
    assert rooms.directory.people == 1
    assert not rooms.directory.leave(first), "its end has been told"
    back = rooms.enter("a", "alma", [WorkerNow(1, 0.99)])
    assert back.room.worker == 1
    assert elsewhere.room.worker == 1


def test_an_empty_room_is_remembered_for_a_while(rooms: Rooms) -> None:
    visit = rooms.enter("a", "alma")
    rooms.directory.leave(visit)
    rooms.clock.now += REMEMBER_SECONDS - 1
    assert rooms.directory.forgettable() == []
    rooms.clock.now += 2
    assert [room.key for room in rooms.directory.forgettable()] == ["a"]
    rooms.enter("a", "alma")
    assert rooms.directory.forgettable() == []
