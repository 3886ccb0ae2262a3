"""A room with other people: who is in it, what they are told, and what a leader may do."""

import pytest

from motesklar.call.errors import NotLeader
from motesklar.call.media.shape import ROOM
from motesklar.call.messages import (
    COME_BACK,
    OVER,
    Answer,
    Ask,
    End,
    ErrorMessage,
    Joined,
    Leave,
    Limits,
    LimitsMessage,
    Line,
    Members,
    Mute,
    Muted,
    Notice,
    Offer,
    Quality,
    Slots,
    State,
    Text,
    View,
)
from motesklar.call.worker.participant import SHOWN_AWAY_SECONDS
from motesklar.call.worker.room import QUALITY_EVERY_SECONDS
from motesklar.call.worker.seat import CONNECT_SECONDS, SILENT_SECONDS, SeatState
from motesklar.call.worker.wire import REMEMBER_SECONDS, RoomOver
from motesklar.errors import BadRequest
from tests.call.worker.fakes import FakeHost, House, order


def names(host: FakeHost, visit: int) -> list[str]:
    return [member.name for member in host.last(visit, Members).members]


def sends(**on: bool) -> State:
    off = dict.fromkeys(("microphone", "camera", "screen", "hand", "hall"), False)
    return State.model_validate(off | on)


async def test_who_comes_in_is_told_the_room_then_gets_the_offer(
    house: House, host: FakeHost
) -> None:
    await house.enter(order(1, "Alma", leader=True))
    [joined] = host.of_type(1, Joined)
    assert (joined.you, joined.leader, joined.title) == ("m-alma", True, "Room 1")
    assert (joined.shape.audio, joined.shape.video, joined.shape.screen) == (3, 5, True)
    assert host.peers[0].shape == ROOM
    kinds = [type(message) for message in host.told[1]]
    assert kinds.index(Joined) < kinds.index(Offer)
    house.tick()
    assert names(host, 1) == ["Alma"]


async def test_the_list_of_members_is_told_at_most_five_times_a_second(
    house: House, host: FakeHost
) -> None:
    await house.enter(order(1))
    house.tick(1)
    before = len(host.of_type(1, Members))
    for number in range(100):
        house.say(1, sends(hand=bool(number % 2)))
        house.tick(0.1)
    assert 40 <= len(host.of_type(1, Members)) - before <= 50
    house.tick(1)
    assert host.last(1, Members).members[0].hand is True


async def test_a_camera_is_shown_to_those_who_want_to_see_it(house: House, host: FakeHost) -> None:
    for visit, name in enumerate(("Alma", "Bo", "Cilla"), start=1):
        await house.enter(order(visit, name))
    house.say(2, sends(camera=True))
    assert host.last(1, Slots).video[0] == "m-bo"
    assert host.last(3, Slots).video[0] == "m-bo"
    house.say(1, View(pinned=None, videos=[], count=0))
    assert host.last(1, Slots).video == [None] * 5
    house.say(3, sends(hall=True))
    assert host.last(3, Slots).video == [None] * 5
    house.say(2, sends())
    house.say(1, View(pinned=None, videos=[]))
    assert host.last(1, Slots).video == [None] * 5


async def test_what_is_sent_from_the_start_is_shown_from_the_start(
    house: House, host: FakeHost
) -> None:
    await house.enter(order(1, "Alma", join={"camera": True}))
    await house.enter(order(2, "Bo"))
    assert host.last(2, Slots).video[0] == "m-alma"


async def test_a_line_is_shown_while_it_is_typed_and_finished_ones_to_their_writer_too(
    house: House, host: FakeHost
) -> None:
    await house.enter(order(1, "Alma"))
    await house.enter(order(2, "Bo"))
    for text in ("H", "He", "Hej"):
        house.say(1, Text(text=text))
    house.tick(0.1)
    assert [line.text for line in host.of_type(2, Line)] == ["Hej"], "told together, soon enough"
    assert host.of_type(1, Line) == []
    house.say(1, Text(text="Hej\n"))
    assert host.last(1, Line) == host.last(2, Line)
    assert host.last(2, Line).text == "Hej\n"
    house.tick(0.1)
    assert host.last(2, Line).text == "Hej\n", "nothing older comes after it"
    await house.enter(order(3, "Cilla"))
    assert [line.text for line in host.last(3, Joined).lines] == ["Hej\n"]


async def test_who_comes_later_sees_what_is_being_typed(house: House, host: FakeHost) -> None:
    await house.enter(order(1, "Alma"))
    house.say(1, Text(text="He"))
    await house.enter(order(2, "Bo"))
    assert host.last(2, Line).text == "He"


async def test_hanging_up_takes_the_person_off_the_list_at_once(
    house: House, host: FakeHost
) -> None:
    await house.enter(order(1, "Alma"))
    await house.enter(order(2, "Bo"))
    house.say(1, Leave())
    house.tick()
    assert names(host, 2) == ["Bo"]
    assert host.endings == {1: OVER}
    await host.settle()
    assert host.peers[0].closed == 1


async def test_a_lost_page_is_shown_for_a_while_and_remembered_longer(
    house: House, host: FakeHost
) -> None:
    await house.enter(order(1, "Alma", join={"camera": True}))
    await house.enter(order(2, "Bo"))
    house.say(1, sends(camera=True, hand=True))
    house.seats[1].close()
    house.tick()
    alma, _ = host.last(2, Members).members
    assert (alma.camera, alma.hand) == (False, True)
    assert host.last(2, Slots).video[0] is None, "the slot is free at once"
    house.tick(SHOWN_AWAY_SECONDS + 1)
    assert names(host, 2) == ["Bo"]
    await house.enter(order(3, "Alma"))
    house.tick()
    alma, _ = host.last(2, Members).members
    assert (alma.name, alma.hand) == ("Alma", True), "the same place, and the hand still up"


async def test_after_long_enough_a_return_is_a_new_arrival(house: House, host: FakeHost) -> None:
    await house.enter(order(1, "Alma"))
    await house.enter(order(2, "Bo"))
    house.say(1, sends(hand=True))
    house.seats[1].close()
    house.host.peers[1].heard_at = 1e9
    house.tick(REMEMBER_SECONDS + 1)
    await house.enter(order(3, "Alma"))
    house.tick()
    assert names(host, 2) == ["Bo", "Alma"]
    assert host.last(2, Members).members[1].hand is False


async def test_the_same_person_replaces_their_own_ghost(house: House, host: FakeHost) -> None:
    await house.enter(order(1, "Alma"))
    await house.enter(order(2, "Bo"))
    await house.enter(order(3, "Alma", join={"microphone": True}))
    assert host.last(1, ErrorMessage).code == "replaced"
    assert host.endings == {1: OVER}
    house.tick()
    assert names(host, 2) == ["Alma", "Bo"]
    house.seats[1].close()  # the server tells of the end that it has been told
    house.tick()
    assert names(host, 2) == ["Alma", "Bo"]
    assert house.room is not None
    assert house.room.people == 2


async def test_nothing_of_a_closed_connection_comes_through_any_more(
    house: House, host: FakeHost
) -> None:
    await house.enter(order(1, "Alma"))
    peer = host.peers[0]
    peer.connect()
    house.seats[1].close()
    told = len(host.told[1])
    peer.events.connected()
    peer.events.lost()
    peer.events.rtcp(b"anything")
    assert len(host.told[1]) == told
    assert host.endings == {}


async def test_an_answer_comes_once_and_after_the_offer(house: House, host: FakeHost) -> None:
    await house.enter(order(1))
    house.say(1, Answer(sdp="v=0"))
    await host.settle()
    assert host.peers[0].answers == ["v=0"]
    with pytest.raises(BadRequest):
        house.say(1, Answer(sdp="v=0"))


async def test_an_answer_that_is_none_ends_the_visit(house: House, host: FakeHost) -> None:
    await house.enter(order(1))
    house.say(1, Answer(sdp="nonsense"))
    await host.settle()
    assert host.last(1, ErrorMessage).code == "bad_request"
    assert host.endings == {1: OVER}


async def test_where_no_media_get_through_the_page_is_told_once_and_goes_on_in_writing(
    house: House, host: FakeHost
) -> None:
    await house.enter(order(1))
    house.tick(CONNECT_SECONDS + 1)
    house.host.peers[0].events.lost()
    house.tick(CONNECT_SECONDS)
    assert [error.code for error in host.of_type(1, ErrorMessage)] == ["media_blocked"]
    assert host.endings == {}
    house.host.peers[0].connect()
    assert house.seats[1].state is SeatState.CONNECTED, "late is better than never"


@pytest.mark.parametrize("how", ["lost", "silent"])
async def test_a_connection_that_dies_is_to_come_back(
    house: House, host: FakeHost, how: str
) -> None:
    await house.enter(order(1))
    host.peers[0].connect()
    if how == "lost":
        host.peers[0].events.lost()
    else:
        house.tick(SILENT_SECONDS + 0.2)
    assert host.endings == {1: COME_BACK}
    assert host.of_type(1, ErrorMessage) == []


async def test_a_leader_mutes_and_what_is_sent_all_the_same_is_not_forwarded(
    house: House, host: FakeHost
) -> None:
    await house.enter(order(1, "Alma", leader=True))
    await house.enter(order(2, "Bo", join={"microphone": True, "camera": True}))
    house.say(1, Mute(member="m-bo"))
    assert host.of_type(2, Muted) == [Muted(name="Alma")]
    house.tick()
    bo = host.last(1, Members).members[1]
    assert (bo.microphone, bo.camera) == (False, True)
    house.say(1, Mute(member="m-nobody"))


@pytest.mark.parametrize("forbidden", [Mute(member="m-alma"), End()])
async def test_only_a_leader_mutes_and_ends(
    house: House, host: FakeHost, forbidden: Mute | End
) -> None:
    await house.enter(order(1, "Alma"))
    await house.enter(order(2, "Bo"))
    with pytest.raises(NotLeader):
        house.say(2, forbidden)
    assert host.endings == {}
    assert host.of_type(1, Muted) == []


async def test_a_leader_ends_the_room_for_everybody(house: House, host: FakeHost) -> None:
    await house.enter(order(1, "Alma", leader=True))
    await house.enter(order(2, "Bo"))
    house.say(1, End())
    assert host.endings == {1: OVER, 2: OVER}
    assert host.last(2, ErrorMessage).code == "ended_by_leader"
    assert host.reports == [RoomOver(room="room r-1")]
    assert house.room is not None
    assert house.room.people == 0


async def test_a_leaders_message_reaches_everybody(house: House, host: FakeHost) -> None:
    await house.enter(order(1, "Alma"))
    await house.enter(order(2, "Bo"))
    assert house.room is not None
    house.room.announce("Cecilia", "Five minutes left")
    for visit in (1, 2):
        assert host.of_type(visit, Notice) == [Notice(name="Cecilia", text="Five minutes left")]


async def test_the_more_cameras_the_smaller_the_pictures(house: House, host: FakeHost) -> None:
    def limits(visit: int) -> Limits:
        return host.last(visit, LimitsMessage).limits

    await house.enter(order(1, "Person 1"))
    alone = host.last(1, Joined).limits
    for visit in range(2, 31):
        await house.enter(order(visit, f"Person {visit}", join={"camera": True}))
    house.tick()
    assert limits(1).bitrate < alone.bitrate
    for visit in range(2, 31):
        house.say(visit, sends())
    house.tick()
    assert limits(1) == alone


async def test_what_the_server_measures_is_told_every_few_seconds(
    house: House, host: FakeHost
) -> None:
    await house.enter(order(1))
    house.tick(QUALITY_EVERY_SECONDS + 0.2)
    house.tick(QUALITY_EVERY_SECONDS)
    assert len(host.of_type(1, Quality)) == 2


async def test_there_is_no_partner_to_ask_in_a_room(house: House) -> None:
    await house.enter(order(1))
    with pytest.raises(BadRequest):
        house.say(1, Ask(what="repeat"))


async def test_a_worker_that_stops_asks_everybody_to_come_back(
    house: House, host: FakeHost
) -> None:
    await house.enter(order(1, "Alma"))
    await house.enter(order(2, "Bo"))
    assert house.room is not None
    house.room.close()
    house.room.close()
    assert host.endings == {1: COME_BACK, 2: COME_BACK}
    await host.settle()
    assert [peer.closed for peer in host.peers] == [1, 1]
