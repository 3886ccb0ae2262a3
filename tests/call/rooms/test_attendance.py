"""How long people were there, whatever happened to their network and our server."""

import asyncio

import pytest

from motesklar.call.rooms import attendance as module
from motesklar.call.rooms.attendance import Attended
from motesklar.store.models import CallStay, Person
from motesklar.web.sessions import SessionView
from tests.call.rooms.fakes import Floor


def attended(floor: Floor, person: SessionView) -> Attended:
    return floor.attendance.of_workshop(floor.workshop.id).get(person.person_id, Attended())


def stays(floor: Floor) -> int:
    with floor.hall.database.transaction() as session:
        return session.query(CallStay).count()


def test_two_visits_are_added_up(floor: Floor) -> None:
    ada = floor.join("Ada")
    (room,) = floor.open([ada])
    began = floor.hall.now
    for _ in range(2):
        floor.attendance.entered(ada.person_id, room)
        floor.hall.wait(minutes=10)
        floor.attendance.left(ada.person_id, room)
        floor.hall.wait(minutes=30)
    told = attended(floor, ada)
    assert (told.minutes, told.first_at) == (20, began)
    assert stays(floor) == 2


def test_who_comes_back_within_two_minutes_was_not_away(floor: Floor) -> None:
    ada = floor.join("Ada")
    (room,) = floor.open([ada])
    for _ in range(3):
        floor.attendance.entered(ada.person_id, room)
        floor.hall.wait(minutes=5)
        floor.attendance.left(ada.person_id, room)
        floor.hall.wait(minutes=2)
    assert (attended(floor, ada).minutes, stays(floor)) == (19, 1)


def test_a_move_to_another_room_is_one_stay(floor: Floor) -> None:
    ada, bo = floor.join("Ada"), floor.join("Bo")
    first, second = floor.open([ada], [bo])
    floor.attendance.entered(ada.person_id, first)
    floor.hall.wait(minutes=4)
    floor.attendance.entered(ada.person_id, second)
    floor.attendance.left(ada.person_id, first)
    floor.hall.wait(minutes=4)
    floor.attendance.left(ada.person_id, second)
    assert (attended(floor, ada).minutes, stays(floor)) == (8, 1)


def test_a_ghost_that_goes_after_the_rejoin_ends_nothing(floor: Floor) -> None:
    ada = floor.join("Ada")
    (room,) = floor.open([ada])
    floor.attendance.entered(ada.person_id, room)
    floor.attendance.entered(ada.person_id, room)
    floor.attendance.left(ada.person_id, room)
    floor.hall.wait(minutes=6)
    floor.attendance.note_all()
    assert attended(floor, ada).minutes == 6


def test_leaving_without_having_entered_counts_for_nothing(floor: Floor) -> None:
    ada = floor.join("Ada")
    (room,) = floor.open([ada])
    floor.attendance.entered(ada.person_id, room)
    floor.attendance.left(ada.person_id, room)
    floor.hall.wait(hours=3)
    floor.attendance.left(ada.person_id, room)
    assert attended(floor, ada).seconds == 0


def test_a_stopped_server_loses_little_and_the_stay_goes_on(floor: Floor) -> None:
    ada = floor.join("Ada")
    (room,) = floor.open([ada])
    floor.attendance.entered(ada.person_id, room)
    floor.hall.wait(minutes=9)
    floor.attendance.note_all()
    floor.hall.wait(seconds=20)
    floor.start()
    assert attended(floor, ada).minutes == 9
    floor.attendance.entered(ada.person_id, room)
    floor.hall.wait(minutes=1)
    floor.attendance.left(ada.person_id, room)
    assert (round(attended(floor, ada).seconds), stays(floor)) == (620, 1)


def test_those_still_there_are_noted_by_themselves(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = floor.join("Ada")
    (room,) = floor.open([ada])
    monkeypatch.setattr(module, "NOTE_SECONDS", 0.0)
    floor.attendance.entered(ada.person_id, room)
    floor.hall.wait(minutes=7)

    async def scenario() -> None:
        noted = asyncio.Event()
        note_all = floor.attendance.note_all

        def note() -> None:
            note_all()
            noted.set()

        monkeypatch.setattr(floor.attendance, "note_all", note)
        floor.attendance.start()
        await asyncio.wait_for(noted.wait(), 10)
        assert attended(floor, ada).minutes == 7
        await floor.attendance.close()
        await floor.attendance.close()

    asyncio.run(scenario())


def test_stopping_notes_a_last_time(floor: Floor) -> None:
    ada = floor.join("Ada")
    (room,) = floor.open([ada])

    async def scenario() -> None:
        floor.attendance.start()
        floor.attendance.entered(ada.person_id, room)
        floor.hall.wait(minutes=3)
        await floor.attendance.close()

    asyncio.run(scenario())
    assert attended(floor, ada).minutes == 3


def test_of_the_leader_and_of_other_rooms_nothing_is_kept(floor: Floor) -> None:
    ada = floor.join("Ada")
    (room,) = floor.open([ada])
    for person, where in ((floor.leader, room), (ada, "r-practice")):
        floor.attendance.entered(person.person_id, where)
        floor.hall.wait(minutes=5)
        floor.attendance.left(person.person_id, where)
    assert floor.attendance.of_workshop(floor.workshop.id) == {}


def test_a_room_that_is_gone_can_still_be_left(floor: Floor) -> None:
    ada = floor.join("Ada")
    (room,) = floor.open([ada])
    floor.attendance.entered(ada.person_id, room)
    floor.hall.wait(minutes=5)
    floor.hall.workshops.end(floor.workshop.id, floor.leader)
    floor.attendance.left(ada.person_id, room)
    assert attended(floor, ada).minutes == 5


def test_somebody_who_is_erased_meanwhile_leaves_no_trace(floor: Floor) -> None:
    ada = floor.join("Ada")
    (room,) = floor.open([ada])
    floor.attendance.entered(ada.person_id, room)
    with floor.hall.database.transaction() as session:
        session.delete(session.get_one(Person, ada.person_id))
    floor.attendance.note_all()
    floor.attendance.left(ada.person_id, room)
    assert stays(floor) == 0


def test_who_was_there_for_a_moment_has_a_minute(floor: Floor) -> None:
    ada, bo = floor.join("Ada"), floor.join("Bo")
    (room,) = floor.open([ada, bo])
    floor.attendance.entered(ada.person_id, room)
    floor.attendance.left(ada.person_id, room)
    lines = floor.rooms.attendance_of(floor.workshop.id, floor.leader)
    assert [(who.name, told.minutes) for who, told in lines] == [("Ada", 1), ("Bo", 0)]
