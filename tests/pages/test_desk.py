"""Who has a kernel, who waits, who may come back: the desk on a clock of its own."""

import json
from typing import Any

import pytest

from motesklar.errors import BadRequest, NotFound
from motesklar.kernels.frames import FrameKind
from motesklar.pages import desk, messages
from motesklar.pages.desk import SEATS_PER_SESSION, SeatState, VersionGone
from tests.pages.fakes import (
    IDLE_SECONDS,
    FakePage,
    ForkFailed,
    Hall,
    View,
    settled,
    snapshot_of,
    until,
)


@pytest.fixture
async def hall() -> Hall:
    """Room for everybody."""
    return Hall()


@pytest.fixture
async def full() -> Hall:
    """Room for two."""
    return Hall(cap=2)


async def people(hall: Hall, *names: str) -> list[View]:
    return [await hall.come(name) for name in names]


def assert_ended(view: View) -> None:
    """Its kernel is gone, and the page knows that it may ask anew."""
    assert view.seat.state is SeatState.OVER
    assert view.page.told[-1] == messages.LOST
    assert view.page.closed == messages.CLOSE_OVER


# a kernel of one's own


async def test_a_page_gets_a_kernel_and_is_told_whose_state_it_has(hall: Hall) -> None:
    view = await hall.come("anna")
    ready = {"type": "ready", "kernel": view.seat.id, "build": "b1"}
    assert view.page.told == [ready | {"resumed": False, "missed": False}]


async def test_messages_reach_their_own_kernel_and_answers_their_own_page(hall: Hall) -> None:
    anna, bo = await people(hall, "anna", "bo")
    await hall.say(anna, "from-anna")
    bo.kernel.says(type="comm_msg", parent=None, content={"for": "bo"})
    await until(lambda: bo.page.of("comm_msg"))
    assert [message["id"] for message in anna.kernel.heard] == ["from-anna"]
    assert bo.kernel.heard == []
    assert anna.page.of("comm_msg") == []


async def test_a_ping_is_answered_and_uses_no_kernel(hall: Hall) -> None:
    view = await hall.come("anna")
    hall.now += 100
    await hall.desk.receive(view.seat, '{"type": "ping"}')
    assert view.page.told[-1] == messages.PONG
    assert view.kernel.heard == []
    assert hall.desk.idle_seconds_of(view.seat) == 100


async def test_what_is_no_message_never_reaches_the_kernel(hall: Hall) -> None:
    view = await hall.come("anna")
    code: dict[str, Any] = {"type": "execute_request", "id": "1", "comm_id": "c", "data": {}}
    with pytest.raises(BadRequest):
        await hall.desk.receive(view.seat, json.dumps(code))
    assert view.kernel.heard == []


async def test_what_is_said_before_there_is_a_kernel_is_no_fault(full: Hall) -> None:
    *_, waiting = await people(full, "anna", "bo", "cilla")
    await full.say(waiting)
    assert waiting.page.told == [messages.waiting(1)]


async def test_files_of_a_widget_go_to_the_server_and_not_to_the_page(hall: Hall) -> None:
    view = await hall.come("anna")
    view.kernel.says_frame(FrameKind.FILE, b'{"name": "x"}')
    view.kernel.says(type="comm_msg", parent=None, content={})
    await until(lambda: view.page.of("comm_msg"))
    assert hall.files == [b'{"name": "x"}']


async def test_a_version_that_nobody_knows_is_told_as_renewed(hall: Hall) -> None:
    page = FakePage()
    seat = await hall.desk.connect(
        page, session="anna", module="travel", version="old", page="p", kernel=None
    )
    assert seat is None
    assert page.told == [messages.RENEWED]


async def test_a_snapshot_that_took_over_is_told_by_its_own_build(hall: Hall) -> None:
    hall.successor = snapshot_of("travel", build="b2")
    view = await hall.come("anna")
    assert view.page.ready
    assert view.page.ready["build"] == "b2"
    assert (hall.successor.kernels, hall.snapshots["travel", "v1"].kernels) == (1, 0)
    assert (await hall.come_back(view)).page.told[0]["build"] == "b2"


async def test_a_version_that_goes_while_its_kernel_is_made_is_told_as_renewed(hall: Hall) -> None:
    hall.failures.append(VersionGone())
    view = await hall.come("anna")
    assert view.page.told == [messages.RENEWED]
    assert view.page.closed == messages.CLOSE_OVER
    assert hall.desk.live == []


# more people than kernels


async def test_above_the_cap_pages_wait_and_are_told_their_place(full: Hall) -> None:
    views = await people(full, "anna", "bo", "cilla", "dan")
    assert [view.is_served for view in views] == [True, True, False, False]
    assert [view.page.place for view in views] == [None, None, 1, 2]
    assert len(full.kernels) == 2


async def test_who_waits_is_served_in_turn_as_others_leave(full: Hall) -> None:
    anna, bo, cilla, dan, eva = await people(full, "anna", "bo", "cilla", "dan", "eva")
    await full.go(anna, bye=True)
    assert (cilla.is_served, dan.is_served) == (True, False)
    await full.pass_time(1)
    assert (dan.page.place, eva.page.place) == (1, 2)
    full.desk.release(bo.seat.id, "bo")
    await until(lambda: dan.is_served)
    cilla.kernel.dies()
    await until(lambda: eva.is_served)
    assert len(full.desk.live) == 2


async def test_a_place_is_told_once_and_again_when_it_changes(full: Hall) -> None:
    anna, _, _, dan = await people(full, "anna", "bo", "cilla", "dan")
    for _ in range(5):
        await full.pass_time(1)
    assert dan.page.told == [messages.waiting(2)]
    await full.go(anna, bye=True)
    await full.pass_time(1)
    assert dan.page.told == [messages.waiting(2), messages.waiting(1)]


async def test_who_has_kernels_waits_behind_who_has_none(full: Hall) -> None:
    anna, anna2 = await full.come("anna"), await full.come("anna")
    anna3 = await full.come("anna")
    bo = await full.come("bo")
    assert (bo.page.place, anna3.page.place) == (1, 1)
    await full.pass_time(1)
    assert (bo.page.place, anna3.page.place) == (1, 2)
    await full.go(anna, bye=True)
    assert (bo.is_served, anna3.is_served) == (True, False)
    await full.go(anna2, bye=True)
    assert anna3.is_served


@pytest.mark.parametrize("bye", [True, False])
async def test_a_page_that_is_loaded_anew_keeps_its_place(full: Hall, bye: bool) -> None:
    anna, _, cilla, dan = await people(full, "anna", "bo", "cilla", "dan")
    await full.go(cilla, bye=bye)
    await full.come("eva")
    again = await full.come("cilla")
    assert again.seat is cilla.seat
    assert again.page.told == [messages.waiting(1)]
    await full.go(anna, bye=True)
    assert (again.is_served, dan.is_served) == (True, False)


async def test_a_place_goes_along_to_another_module(full: Hall) -> None:
    anna, _, cilla, _ = await people(full, "anna", "bo", "cilla", "dan")
    await full.go(cilla, bye=True)
    again = await full.come("cilla", module="sound")
    assert again.page.place == 1
    await full.go(anna, bye=True)
    assert again.is_served
    assert again.seat.module == again.seat.snapshot.source.module == "sound"


async def test_a_second_page_in_line_does_not_take_the_place_of_the_first(full: Hall) -> None:
    await people(full, "anna", "bo")
    first, second = await full.come("cilla"), await full.come("cilla")
    assert first.seat is not second.seat
    assert (first.page.place, second.page.place) == (1, 2)


async def test_a_page_in_line_that_comes_by_a_new_connection_has_one_place(full: Hall) -> None:
    anna, _, cilla = await people(full, "anna", "bo", "cilla")
    again = await full.come_back(cilla)
    assert again.seat is cilla.seat
    assert cilla.page.closed == messages.CLOSE_OVER
    assert again.page.told == [messages.waiting(1)]
    assert len(full.desk.waiting) == 1
    await full.go(anna, bye=True)
    assert (again.is_served, cilla.is_served) == (True, False)


async def test_nobody_gets_the_place_of_another_person(full: Hall) -> None:
    _, _, cilla, dan = await people(full, "anna", "bo", "cilla", "dan")
    await full.go(cilla, bye=False)
    stranger = await full.come("eva", cilla.seat.page)
    assert stranger.seat is not cilla.seat
    assert stranger.page.place == 3
    assert dan.page.place == 2


async def test_a_kernel_is_not_given_to_a_page_that_is_away(full: Hall) -> None:
    anna, bo, cilla, dan = await people(full, "anna", "bo", "cilla", "dan")
    await full.go(cilla, bye=False)
    await full.go(anna, bye=True)
    assert dan.is_served
    again = await full.come_back(cilla)
    assert again.page.place == 1
    await full.go(bo, bye=True)
    assert again.is_served


async def test_a_place_of_a_page_that_stays_away_is_given_up(full: Hall) -> None:
    anna, bo, cilla, dan = await people(full, "anna", "bo", "cilla", "dan")
    await full.go(cilla, bye=True)
    full.now += desk.AWAY_SECONDS + 1
    for busy in (anna, bo):
        await full.say(busy)
    await full.pass_time(0)
    assert cilla.seat.state is SeatState.OVER
    assert dan.page.place == 1
    assert len(full.desk.waiting) == 1


async def test_who_waits_in_a_room_of_its_own_is_shown_how_long(full: Hall) -> None:
    await people(full, "anna", "bo", "cilla")
    full.now += 5
    await full.come("dan")
    full.now += 2
    assert full.desk.waiting == [7, 2]


async def test_one_browser_may_open_a_few_pages_and_then_loses_its_oldest(hall: Hall) -> None:
    bo = await hall.come("bo")
    views = [await hall.come("anna") for _ in range(SEATS_PER_SESSION)]
    one_more = await hall.come("anna")
    assert_ended(views[0])
    assert one_more.is_served
    assert all(view.seat.state is SeatState.LIVE for view in [bo, *views[1:]])
    assert hall.kernels[1].closed


async def test_one_browser_does_not_fill_the_line(full: Hall) -> None:
    views = [await full.come("anna") for _ in range(20)]
    assert len(full.desk.live) + len(full.desk.waiting) == SEATS_PER_SESSION
    assert_ended(views[0])


# coming back


async def test_a_page_that_lost_its_connection_finds_its_kernel_again(hall: Hall) -> None:
    view = await hall.come("anna")
    await hall.go(view, bye=False)
    await hall.pass_time(desk.AWAY_SECONDS - 1)
    again = await hall.come_back(view)
    assert again.kernel is view.kernel
    assert again.page.ready == view.page.ready | {"resumed": True}  # type: ignore[operator]
    assert len(hall.kernels) == 1


async def test_a_page_that_comes_by_a_new_connection_ends_its_old_one(hall: Hall) -> None:
    view = await hall.come("anna")
    again = await hall.come_back(view)
    assert view.page.closed == messages.CLOSE_OVER
    await hall.go(view, bye=False)  # the old one ends when the new one is there already
    await hall.pass_time(desk.AWAY_SECONDS + 1)
    assert again.seat.state is SeatState.LIVE


async def test_a_page_that_never_heard_of_its_kernel_finds_it_again(hall: Hall) -> None:
    hall.forks_go_on.clear()
    view = await hall.come("anna")
    await hall.go(view, bye=False)
    starting = await hall.come_back(view)
    await hall.go(starting, bye=False)
    hall.forks_go_on.set()
    await until(lambda: hall.desk.live)
    again = await hall.come_back(view)
    assert again.seat is view.seat
    assert again.page.ready
    assert len(hall.kernels) == 1


async def test_what_the_kernel_said_meanwhile_is_told_in_order(hall: Hall) -> None:
    view = await hall.come("anna")
    await hall.pass_time(desk.UNNOTICED_SECONDS)
    await hall.go(view, bye=False)
    for number in range(5):
        view.kernel.says(type="stream", parent=None, content={"text": str(number)})
    await until(lambda: len(view.seat.backlog) == 5)
    again = await hall.come_back(view)
    assert again.page.told[0]["missed"] is False
    assert [told["content"]["text"] for told in again.page.told[1:]] == list("01234")
    again.kernel.says(type="stream", parent=None, content={"text": "5"})
    await until(lambda: len(again.page.told) == 7)
    assert again.page.told[-1]["content"]["text"] == "5"


@pytest.mark.parametrize("many", ["frames", "bytes"])
async def test_too_much_said_meanwhile_is_told_as_missed_once(hall: Hall, many: str) -> None:
    view = await hall.come("anna")
    await hall.go(view, bye=False)
    size = 1 if many == "frames" else desk.BACKLOG_BYTES // 3
    for _ in range(desk.BACKLOG_FRAMES + 1 if many == "frames" else 4):
        view.kernel.says(type="stream", parent=None, content={"text": "x" * size})
    await until(lambda: view.seat.missed)
    again = await hall.come_back(view)
    assert [told["type"] for told in again.page.told] == ["ready"]
    assert again.page.told[0]["missed"] is True
    hall.now += desk.UNNOTICED_SECONDS
    await hall.go(again, bye=False)
    assert (await hall.come_back(again)).page.told[0]["missed"] is False


async def test_what_was_sent_just_before_a_break_may_have_been_missed(hall: Hall) -> None:
    view = await hall.come("anna")
    view.kernel.says(type="stream", parent=None, content={})
    await until(lambda: view.page.of("stream"))
    hall.now += desk.UNNOTICED_SECONDS - 1
    await hall.go(view, bye=False)
    hall.now += 10
    again = await hall.come_back(view)
    assert again.page.told[0]["missed"] is True


async def test_a_frame_that_the_old_connection_lost_goes_to_the_new_one(hall: Hall) -> None:
    view = await hall.come("anna")
    view.page.reachable.clear()
    view.kernel.says(type="stream", parent=None, content={"text": "first"})
    view.kernel.says(type="stream", parent=None, content={"text": "second"})
    await settled()
    again = await hall.come_back(view)
    view.page.gone = True
    view.page.reachable.set()
    await until(lambda: len(again.page.of("stream")) == 2)
    assert [told["content"]["text"] for told in again.page.of("stream")] == ["first", "second"]
    assert again.page.told[0]["type"] == "ready"


async def test_a_page_whose_network_is_slow_holds_up_nobody_else(hall: Hall) -> None:
    slow, fast = await people(hall, "anna", "bo")
    slow.page.reachable.clear()
    for view in (slow, fast):
        view.kernel.says(type="stream", parent=None, content={})
    await until(lambda: fast.page.of("stream"))
    assert slow.page.of("stream") == []


async def test_a_kernel_whose_page_stays_away_is_ended(hall: Hall) -> None:
    view = await hall.come("anna")
    await hall.go(view, bye=False)
    await hall.pass_time(desk.AWAY_SECONDS + 1)
    assert view.kernel.closed
    again = await hall.come_back(view)
    assert again.page.told[0]["resumed"] is False
    assert again.seat is not view.seat


async def test_a_page_that_says_goodbye_frees_its_kernel_at_once(full: Hall) -> None:
    anna, _, cilla = await people(full, "anna", "bo", "cilla")
    await full.go(anna, bye=True)
    assert anna.kernel.closed
    assert cilla.is_served


async def test_a_page_that_leaves_while_its_kernel_is_made_leaves_none_behind(full: Hall) -> None:
    full.forks_go_on.clear()
    anna, _, cilla = await people(full, "anna", "bo", "cilla")
    await full.go(anna, bye=True)
    full.forks_go_on.set()
    await until(lambda: cilla.is_served)
    assert [kernel.closed for kernel in full.kernels] == [True, False, False]
    assert len(full.desk.live) == 2


async def test_nobody_resumes_or_releases_the_kernel_of_another(hall: Hall) -> None:
    view = await hall.come("anna")
    stranger = await hall.come("bo", view.seat.page, kernel=view.seat.id)
    assert stranger.seat is not view.seat
    for kernel in (view.seat.id, "no-such-kernel"):
        with pytest.raises(NotFound):
            hall.desk.release(kernel, "bo")
    assert view.seat.state is SeatState.LIVE


async def test_a_kernel_is_not_resumed_by_a_page_of_another_module(hall: Hall) -> None:
    view = await hall.come("anna")
    other = await hall.come("anna", module="sound", kernel=view.seat.id)
    assert other.seat is not view.seat


async def test_a_kernel_is_released_once(hall: Hall) -> None:
    view = await hall.come("anna")
    hall.desk.release(view.seat.id, "anna")
    assert_ended(view)
    with pytest.raises(NotFound):
        hall.desk.release(view.seat.id, "anna")


# taken away


async def test_a_kernel_that_nobody_uses_is_ended(hall: Hall) -> None:
    idle, busy = await people(hall, "anna", "bo")
    await hall.pass_time(IDLE_SECONDS - 1)
    await hall.say(busy)
    await hall.pass_time(2)
    assert_ended(idle)
    assert busy.seat.state is SeatState.LIVE


async def test_while_nobody_waits_idle_kernels_stay(full: Hall) -> None:
    views = await people(full, "anna", "bo")
    await full.pass_time(desk.RECLAIM_IDLE_SECONDS + 1)
    assert [view.seat.state for view in views] == [SeatState.LIVE] * 2


async def test_the_kernel_unused_longest_is_given_to_who_waits(full: Hall) -> None:
    anna, bo, cilla = await people(full, "anna", "bo", "cilla")
    await full.say(anna)
    full.now += 1
    await full.say(bo)
    await full.pass_time(desk.RECLAIM_IDLE_SECONDS - 2)
    assert not cilla.is_served
    await full.pass_time(3)
    assert_ended(anna)
    assert cilla.is_served
    assert bo.seat.state is SeatState.LIVE


async def test_no_more_kernels_are_reclaimed_than_there_are_people_waiting() -> None:
    hall = Hall(cap=5)
    views = await people(hall, *"abcde")
    await hall.pass_time(desk.RECLAIM_IDLE_SECONDS + 1)
    waiting = await people(hall, "f", "g")
    await hall.pass_time(1)
    assert sum(view.seat.state is SeatState.LIVE for view in views) == 3
    assert all(view.is_served for view in waiting)


async def test_nothing_is_reclaimed_for_a_page_that_is_away(full: Hall) -> None:
    anna, bo, cilla = await people(full, "anna", "bo", "cilla")
    await full.go(cilla, bye=False)
    await full.pass_time(desk.RECLAIM_IDLE_SECONDS + 1)
    assert [view.seat.state for view in (anna, bo)] == [SeatState.LIVE] * 2


async def test_a_kernel_that_ends_is_told_and_makes_room(full: Hall) -> None:
    anna, _, cilla = await people(full, "anna", "bo", "cilla")
    anna.kernel.says(type="stream", parent=None, content={"text": "last words"})
    anna.kernel.dies()
    await until(lambda: cilla.is_served)
    assert anna.page.of("stream")
    assert_ended(anna)
    assert full.snapshots["travel", "v1"].kernels == 2


async def test_a_kernel_that_talks_nonsense_is_ended(hall: Hall) -> None:
    view = await hall.come("anna")
    kernel = view.kernel
    hall.desk._add_file = json.loads
    kernel.says_frame(FrameKind.FILE, b"\xff\xff")
    await until(lambda: kernel.closed)
    assert_ended(view)


async def test_what_a_page_says_to_a_kernel_that_has_ended_is_no_fault(hall: Hall) -> None:
    view = await hall.come("anna")
    kernel = view.kernel
    kernel.process.returncode = -9  # it has, but nobody knows yet
    await hall.say(view)
    kernel.dies()
    await until(lambda: view.page.of("lost"))


@pytest.mark.parametrize(
    "failure", [ForkFailed("gone"), OSError(24, "too many files"), ValueError()]
)
async def test_a_kernel_that_can_not_be_made_is_told_and_holds_no_place(
    full: Hall, failure: Exception
) -> None:
    full.failures.append(failure)
    full.forks_go_on.clear()
    anna, bo, cilla = await people(full, "anna", "bo", "cilla")
    full.forks_go_on.set()
    await until(lambda: bo.is_served and cilla.is_served)
    assert_ended(anna)


async def test_forks_are_not_all_made_in_the_same_moment(hall: Hall) -> None:
    hall.forks_go_on.clear()
    views = await people(hall, *(f"person {number}" for number in range(30)))
    assert all(view.seat.state is SeatState.STARTING for view in views)
    hall.forks_go_on.set()
    await until(lambda: all(view.is_served for view in views))
    assert len(hall.kernels) == 30
    assert hall.most_forking == desk.FORKS_AT_ONCE


async def test_closing_ends_every_kernel_and_place_and_may_be_done_twice(full: Hall) -> None:
    views = await people(full, "anna", "bo", "cilla")
    views[0].page.reachable.clear()  # a page that never takes what its kernel says
    views[0].kernel.says(type="stream", parent=None, content={})
    await settled()
    await full.desk.close()
    await full.desk.close()
    assert all(kernel.closed for kernel in full.kernels)
    for view in views:
        assert_ended(view)
    assert (full.desk.live, full.desk.waiting) == ([], [])
    assert full.snapshots["travel", "v1"].kernels == 0


async def test_closing_while_kernels_are_made_leaves_none(hall: Hall) -> None:
    hall.forks_go_on.clear()
    view = await hall.come("anna")
    await hall.desk.close()
    hall.forks_go_on.set()
    await settled()
    assert hall.kernels == []
    assert_ended(view)
