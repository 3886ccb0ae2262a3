"""A leader's small rooms on a real database: who meets where, who may, and who is told."""

from collections.abc import Callable

import pytest

from motesklar.call.rooms.division import Group, Way
from motesklar.call.rooms.manager import (
    NobodyToPlace,
    NoSuchPerson,
    RoomNotOpen,
    Rooms,
    WorkshopOver,
)
from motesklar.call.rooms.messages import NEW_ROOM
from motesklar.errors import BadRequest, NotFound
from motesklar.store.models import Role
from motesklar.web.sessions import SessionView
from tests.call.rooms.fakes import CALL_MODULE, Floor


def test_a_proposal_opens_nothing_and_the_same_is_proposed_again(floor: Floor) -> None:
    people = [floor.join(f"Person {number}") for number in range(7)]
    proposal = floor.rooms.division(floor.workshop.id, Way.ANYBODY, 3, floor.leader)
    assert sorted(one for group in proposal for one in group.people) == sorted(
        person.person_id for person in people
    )
    assert floor.rooms.division(floor.workshop.id, Way.ANYBODY, 3, floor.leader) == proposal
    assert floor.rooms.division(floor.workshop.id, Way.ANYBODY, 3, floor.leader, 1) != proposal
    assert floor.rooms.layout(floor.workshop.id).rooms == ()


def test_tables_that_were_typed_in_any_way_are_rooms(floor: Floor) -> None:
    for number, table in enumerate(["Bord 2", "2", "bord 1", "1"]):
        floor.join(f"Person {number}", table)
    proposal = floor.rooms.division(floor.workshop.id, Way.TABLE, 2, floor.leader)
    assert [group.table_number for group in proposal] == ["1", "2"]


def test_a_table_that_the_leader_writes_down_counts(floor: Floor) -> None:
    ada, _bo = floor.join("Ada", "1"), floor.join("Bo", "3")
    floor.rooms.set_table(floor.workshop.id, ada.person_id, "bord 3", floor.leader)
    proposal = floor.rooms.division(floor.workshop.id, Way.TABLE, 2, floor.leader)
    assert [group.table_number for group in proposal] == ["3"]


def test_open_rooms_let_in_their_people_and_the_leader_alone(floor: Floor) -> None:
    ada, bo, cia = (floor.join(name) for name in ("Ada", "Bo", "Cia"))
    first, second = floor.open([ada, bo], [cia])
    assert floor.may_enter(ada, first)
    assert not floor.may_enter(ada, second)
    assert not floor.may_enter(floor.hall.person("Utanför"), first)
    assert not floor.may_enter(floor.hall.leader(), first), "another workshop's leader"
    leaders = floor.access.access(second, floor.leader.person_id, "sv")
    assert leaders
    assert (leaders.leader, leaders.title, leaders.workshop) == (True, "Rum 2", floor.workshop.id)
    participants = floor.access.access(first, ada.person_id, "en")
    assert participants
    assert (participants.leader, participants.title) == (False, "Room 1")
    administrator = floor.hall.person("Adam", Role.ADMINISTRATOR)
    assert floor.may_enter(administrator, first)
    assert floor.access.access("r-unknown", ada.person_id) is None


def test_rooms_outlive_a_restart(floor: Floor) -> None:
    ada, bo = floor.join("Ada"), floor.join("Bo")
    before = floor.open([ada, bo])
    floor.start()
    assert floor.room_of(ada) == floor.room_of(bo) == before[0]
    assert floor.may_enter(ada, before[0])


def test_dividing_anew_ends_the_rooms_before(floor: Floor) -> None:
    ada, bo, cia, dan = (floor.join(name) for name in ("Ada", "Bo", "Cia", "Dan"))
    before = floor.open([ada, bo], [cia, dan])
    after = floor.open([ada, cia], [bo, dan])
    assert floor.calls.told == [("end", before[0]), ("end", before[1])]
    assert not floor.may_enter(ada, before[0])
    assert floor.may_enter(ada, after[0])


def test_a_second_division_lets_people_meet_others(floor: Floor) -> None:
    for number in range(10):
        floor.join(f"Person {number}")
    first = floor.rooms.division(floor.workshop.id, Way.ANYBODY, 2, floor.leader)
    floor.rooms.open(floor.workshop.id, first, floor.leader)
    second = floor.rooms.division(floor.workshop.id, Way.ANYBODY, 2, floor.leader)
    assert not {frozenset(one.people) for one in first} & {frozenset(one.people) for one in second}


def test_somebody_who_is_moved_leaves_the_old_room_and_may_enter_the_new(floor: Floor) -> None:
    ada, bo, cia = (floor.join(name) for name in ("Ada", "Bo", "Cia"))
    first, second = floor.open([ada, bo], [cia])
    floor.rooms.place(floor.workshop.id, ada.person_id, second, floor.leader)
    assert floor.calls.told == [("remove", first, ada.person_id)]
    assert (floor.may_enter(ada, first), floor.may_enter(ada, second)) == (False, True)
    floor.rooms.place(floor.workshop.id, ada.person_id, second, floor.leader)
    assert len(floor.calls.told) == 1, "moving to where one is disturbs nobody"
    floor.rooms.place(floor.workshop.id, ada.person_id, None, floor.leader)
    assert floor.room_of(ada) is None
    assert not floor.may_enter(ada, second)


def test_a_latecomer_is_moved_in_or_gets_a_new_room(floor: Floor) -> None:
    ada, bo = floor.join("Ada"), floor.join("Bo")
    (first,) = floor.open([ada, bo])
    cia, dan = floor.join("Cia"), floor.join("Dan")
    floor.rooms.place(floor.workshop.id, cia.person_id, first, floor.leader)
    floor.rooms.place(floor.workshop.id, dan.person_id, NEW_ROOM, floor.leader)
    rooms = floor.rooms.layout(floor.workshop.id).rooms
    assert [(room.number, len(room.people)) for room in rooms] == [(1, 3), (2, 1)]


def test_a_single_room_can_be_opened_without_a_division(floor: Floor) -> None:
    ada = floor.join("Ada")
    floor.rooms.place(floor.workshop.id, ada.person_id, NEW_ROOM, floor.leader)
    room = floor.room_of(ada)
    assert room
    assert floor.may_enter(ada, room)


def test_an_ended_room_is_closed_to_all_and_the_others_go_on(floor: Floor) -> None:
    ada, bo = floor.join("Ada"), floor.join("Bo")
    first, second = floor.open([ada], [bo])
    for _ in range(2):
        floor.rooms.end(floor.workshop.id, first, floor.leader)
    assert floor.calls.told == [("end", first)]
    assert not floor.may_enter(ada, first)
    assert not floor.may_enter(floor.leader, first)
    assert floor.may_enter(bo, second)
    floor.rooms.end(floor.workshop.id, None, floor.leader)
    assert floor.calls.told[1:] == [("end", second)]


def test_a_room_that_is_ended_from_inside_is_closed_as_well(floor: Floor) -> None:
    ada = floor.join("Ada")
    (room,) = floor.open([ada])
    floor.calls.end_from_inside(room)
    floor.calls.end_from_inside("r-practice")
    assert floor.room_of(ada) is None
    assert not floor.may_enter(floor.leader, room)
    assert floor.calls.told == []


def test_the_end_of_the_workshop_ends_its_rooms_and_forgets_who_met(floor: Floor) -> None:
    ada, bo = floor.join("Ada"), floor.join("Bo")
    (room,) = floor.open([ada, bo])
    floor.hall.workshops.end(floor.workshop.id, floor.leader)
    assert floor.calls.told == [("end", room)]
    assert not floor.may_enter(ada, room)
    assert floor.rooms.directory.history(floor.workshop.id) == (0, set())
    now = floor.rooms.now(floor.workshop.id)
    assert now.ended
    assert now.layout.people == {}
    with pytest.raises(WorkshopOver):
        floor.open([ada, bo])


def test_a_workshop_that_was_never_ended_closes_its_rooms_in_time(floor: Floor) -> None:
    ada = floor.join("Ada")
    (room,) = floor.open([ada])
    floor.hall.wait(days=8)
    assert not floor.may_enter(ada, room)
    assert not floor.may_enter(floor.leader, room)


def test_the_leader_sees_who_is_where_and_who_visits(floor: Floor) -> None:
    ada, bo = floor.join("Ada"), floor.join("Bo")
    first, second = floor.open([ada], [bo])
    floor.calls.enter(first, ada.person_id)
    floor.calls.enter(second, floor.leader.person_id)
    now = floor.rooms.now(floor.workshop.id)
    assert now.here[ada.person_id] == first
    assert bo.person_id not in now.here
    assert now.visitors == {second: [floor.leader.name]}


def test_a_message_reaches_one_room_or_all(floor: Floor) -> None:
    first, second = floor.open([floor.join("Ada")], [floor.join("Bo")])
    floor.rooms.announce(floor.workshop.id, second, "Fem minuter kvar", floor.leader)
    assert floor.calls.told == [("announce", second, floor.leader.name, "Fem minuter kvar")]
    floor.calls.told.clear()
    floor.rooms.announce(floor.workshop.id, None, "Kom tillbaka", floor.leader)
    assert [told[1] for told in floor.calls.told] == [first, second]
    with pytest.raises(RoomNotOpen):
        floor.rooms.announce(floor.workshop.id, "r-other", "Hej", floor.leader)


def test_only_somebody_in_a_call_is_muted(floor: Floor) -> None:
    ada = floor.join("Ada")
    (room,) = floor.open([ada])
    with pytest.raises(NoSuchPerson):
        floor.rooms.mute(floor.workshop.id, ada.person_id, floor.leader)
    floor.calls.enter(room, ada.person_id)
    floor.rooms.mute(floor.workshop.id, ada.person_id, floor.leader)
    assert floor.calls.told == [("mute", room, ada.person_id, floor.leader.name)]


def test_a_task_is_confirmed_in_the_module_that_has_the_call(floor: Floor) -> None:
    ada = floor.join("Ada")
    floor.rooms.confirm(floor.workshop.id, ada.person_id, "camera", floor.leader)
    assert floor.calls.told == [("confirm", ada.person_id, CALL_MODULE, "camera")]
    with pytest.raises(BadRequest):
        floor.rooms.confirm(floor.workshop.id, ada.person_id, "dance", floor.leader)


Act = Callable[[Rooms, str, str, SessionView], object]
ACTS: dict[str, Act] = {
    "divide": lambda rooms, w, p, who: rooms.division(w, Way.ANYBODY, 2, who),
    "open": lambda rooms, w, p, who: rooms.open(w, [Group((p,))], who),
    "place": lambda rooms, w, p, who: rooms.place(w, p, NEW_ROOM, who),
    "table": lambda rooms, w, p, who: rooms.set_table(w, p, "1", who),
    "end": lambda rooms, w, p, who: rooms.end(w, None, who),
    "announce": lambda rooms, w, p, who: rooms.announce(w, None, "Hej", who),
    "mute": lambda rooms, w, p, who: rooms.mute(w, p, who),
    "confirm": lambda rooms, w, p, who: rooms.confirm(w, p, "speak", who),
    "attendance": lambda rooms, w, p, who: rooms.attendance_of(w, who),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_another_workshops_leader_can_do_nothing(floor: Floor, act: Act) -> None:
    ada = floor.join("Ada")
    (room,) = floor.open([ada])
    floor.calls.enter(room, ada.person_id)
    with pytest.raises(NotFound):
        act(floor.rooms, floor.workshop.id, ada.person_id, floor.hall.leader())
    assert floor.calls.told == []
    assert floor.room_of(ada) == room


@pytest.mark.parametrize("name", ["open", "place", "table", "mute", "confirm"])
def test_nobody_from_outside_the_workshop_is_drawn_into_it(floor: Floor, name: str) -> None:
    floor.join("Ada")
    outside = floor.hall.person("Utanför")
    with pytest.raises(NoSuchPerson):
        ACTS[name](floor.rooms, floor.workshop.id, outside.person_id, floor.leader)


def test_rooms_without_people_or_with_somebody_twice_are_refused(floor: Floor) -> None:
    with pytest.raises(NobodyToPlace):
        floor.rooms.division(floor.workshop.id, Way.ANYBODY, 2, floor.leader)
    ada = floor.join("Ada")
    with pytest.raises(NobodyToPlace):
        floor.open([])
    with pytest.raises(BadRequest):
        floor.open([ada], [ada])


def test_a_room_of_another_workshop_takes_nobody_in(floor: Floor) -> None:
    ada = floor.join("Ada")
    other = Floor(floor.hall)
    (elsewhere,) = other.open([other.join("Bo")])
    with pytest.raises(RoomNotOpen):
        floor.rooms.place(floor.workshop.id, ada.person_id, elsewhere, floor.leader)
    floor.rooms.end(floor.workshop.id, elsewhere, floor.leader)
    assert floor.calls.told == []


def test_followers_hear_of_rooms_and_calls_until_they_stop(floor: Floor) -> None:
    heard: list[str] = []
    end = floor.rooms.subscribe(floor.workshop.id, lambda: heard.append("!"))
    ada = floor.join("Ada")
    (room,) = floor.open([ada])
    assert len(heard) == 1
    floor.attendance.entered(ada.person_id, room)
    assert len(heard) == 2
    end()
    floor.attendance.left(ada.person_id, room)
    assert len(heard) == 2
