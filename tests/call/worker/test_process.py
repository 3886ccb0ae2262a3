"""A whole worker over its link, with connections that are pretended: whatever it is ordered."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from motesklar.call.messages import (
    COME_BACK,
    OVER,
    Answer,
    AnyClientMessage,
    Ask,
    End,
    Heard,
    Leave,
    Mute,
    Ping,
    State,
    Text,
    View,
)
from motesklar.call.worker import process, wire
from motesklar.call.worker.link import Link
from motesklar.call.worker.process import Worker
from motesklar.call.worker.pulse import Pulse
from motesklar.call.worker.room import Room
from motesklar.call.worker.voices import Voices
from motesklar.i18n import Languages, load_languages
from tests.call.conftest import until
from tests.call.worker.fakes import FakePeer, order, practice_order

CONFIGURATION = wire.Configure(
    addresses=[],
    port=0,
    loopback=True,
    public_address="",
    languages=["sv", "en"],
    locale_folders=[],
    partner_name="Kim",
    minutes_max=15,
)
COUNTERS = SimpleNamespace(received=0, sent=0, refused=0, send_failed=0)


class Server:
    """The server's end of the link, and what the worker said."""

    def __init__(self, link: Link[wire.AnyReport], running: "asyncio.Task[None]") -> None:
        self.link = link
        self.running = running
        self._beats = 0

    async def until(self, kind: type[Any], **wanted: Any) -> Any:
        """The next report of this kind with these values."""
        async with asyncio.timeout(60):
            while (report := await self.link.receive()) is not None:
                if isinstance(report, kind) and all(
                    getattr(report, name) == value for name, value in wanted.items()
                ):
                    return report
        raise AssertionError(f"the worker ended before it said {kind.__name__}")

    async def until_told(self, visit: int, text: str) -> None:
        """Until a page is told something with this in it."""
        while True:
            report = await self.until(wire.Tell)
            if visit in report.visits and text in report.text:
                return

    async def assert_alive(self) -> list[wire.AnyReport]:
        """It answers; returns all that it said before."""
        self._beats += 1
        self.link.send(wire.Beat(number=self._beats))
        said: list[wire.AnyReport] = []
        async with asyncio.timeout(60):
            while (report := await self.link.receive()) != wire.Beat(number=self._beats):
                assert report is not None, "the worker has ended"
                said.append(report)
        return said


@contextlib.asynccontextmanager
async def working(languages: Languages, voices: Voices) -> AsyncIterator[Server]:
    here, there = socket.socketpair()
    server: Link[wire.AnyReport] = await Link.open(here, wire.REPORTS)
    link: Link[wire.AnyOrder] = await Link.open(there, wire.ORDERS)
    worker = Worker(
        link,
        cast(Any, COUNTERS),
        configuration=CONFIGURATION,
        languages=languages,
        voices=voices,
        make_peer=lambda port, shape, events: FakePeer(shape, events, Worker.clock),
    )

    async def work() -> None:
        await worker.run()
        await link.close()

    running = asyncio.create_task(work())
    try:
        yield Server(server, running)
    finally:
        await server.close()
        await running


@pytest_asyncio.fixture
async def server(languages: Languages, voices: Voices) -> AsyncIterator[Server]:
    async with working(languages, voices) as server:
        yield server


async def test_people_in_one_room_reach_each_other_and_in_another_one_they_don_t(
    server: Server,
) -> None:
    for visit, name, room in ((1, "Alma", "a"), (2, "Bo", "a"), (3, "Cilla", "b")):
        server.link.send(order(visit, name, room=room))
    await server.until(wire.Tell, visits=[3])
    server.link.send(wire.Say(visit=1, message=Text(text="Hej\n")))
    report = await server.until(wire.Tell)
    while '"line"' not in report.text:
        report = await server.until(wire.Tell)
    assert report.visits == [1, 2]


async def test_leaders_orders_reach_their_room_and_one_for_no_room_is_passed_over(
    server: Server,
) -> None:
    server.link.send(order(1, room="a"))
    for room in ("a", "nowhere"):
        server.link.send(wire.Announce(room=room, name="Cecilia", text="Five minutes"))
        server.link.send(wire.MuteMember(room=room, member="m-alma", name="Cecilia"))
    await server.until_told(1, "Five minutes")
    await server.until_told(1, '"muted"')
    server.link.send(wire.EndRoom(room="nowhere"))
    server.link.send(wire.Remove(room="a", member="m-alma"))
    await server.until_told(1, "removed")
    assert (await server.until(wire.Bye)).code == OVER


async def test_a_bad_message_ends_its_visit_alone(server: Server) -> None:
    server.link.send(order(1, "Alma", room="a"))
    server.link.send(order(2, "Bo", room="a"))
    server.link.send(wire.Say(visit=1, message=Ask(what="repeat")))
    await server.until_told(1, "bad_request")
    assert await server.until(wire.Bye) == wire.Bye(visit=1, code=OVER)
    server.link.send(wire.Say(visit=1, message=Text(text="too late\n")))
    server.link.send(wire.Say(visit=2, message=Text(text="still here\n")))
    await server.until_told(2, "still here")


async def test_a_fault_of_ours_costs_one_visit_which_comes_back(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.link.send(order(1, "Alma", room="a"))
    server.link.send(order(2, "Bo", room="a"))
    await server.until(wire.Tell, visits=[2])

    def fail(self: Room, text: str) -> None:
        raise ZeroDivisionError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr(Room, "say", fail)
        server.link.send(wire.Say(visit=1, message=Ping()))
        await server.until_told(1, '"error"')
        assert await server.until(wire.Bye) == wire.Bye(visit=1, code=COME_BACK)
        patch.setattr(Room, "enter", fail)
        server.link.send(order(3, "Cilla", room="a"))
        assert await server.until(wire.Bye) == wire.Bye(visit=3, code=COME_BACK)
    server.link.send(wire.Say(visit=2, message=Text(text="still here\n")))
    await server.until_told(2, "still here")


async def test_the_load_is_told_each_second(server: Server) -> None:
    server.link.send(order(1, room="a"))
    load = await server.until(wire.Load, rooms=1)
    assert load.people == 1
    assert load.share >= 0
    assert load.lag_ms >= 0
    assert load.resident_bytes > 1_000_000


async def test_a_worker_without_rooms_rests_but_tells_its_load_and_wakes_for_the_next_one(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats: list[str] = []
    monkeypatch.setattr(Pulse, "_beat", lambda pulse, beat: beats.append("beat"))
    monkeypatch.setattr(process, "REST_SECONDS", 0.01)
    for _ in range(3):
        assert (await server.until(wire.Load)).rooms == 0
    assert beats == []
    server.link.send(order(1, room="a"))
    await until(lambda: beats, "a beat for the room")
    server.link.send(wire.Forget(room="a"))
    await server.assert_alive()
    assert (await server.until(wire.Load)).rooms == 0
    seen = len(beats)
    for _ in range(3):
        await server.until(wire.Load)
    assert len(beats) == seen


async def test_a_forgotten_room_is_gone(server: Server) -> None:
    server.link.send(order(1, room="a"))
    server.link.send(wire.Say(visit=1, message=Text(text="Secret\n")))
    server.link.send(wire.Exit(visit=1))
    server.link.send(wire.Forget(room="a"))
    server.link.send(order(2, "Bo", room="a"))
    report = await server.until(wire.Tell, visits=[2])
    assert '"lines":[]' in report.text


async def test_stop_ends_every_call_tells_what_is_left_and_exits(server: Server) -> None:
    server.link.send(practice_order(1, room="p"))
    server.link.send(wire.Say(visit=1, message=Text(text="the last words")))
    server.link.send(wire.Stop())
    assert await server.until(wire.Bye) == wire.Bye(visit=1, code=COME_BACK)
    told = await server.until(wire.Practised)
    assert told.totals["text_characters"] == len("the last words")
    assert await server.link.receive() is None
    await server.running


async def test_without_a_server_a_worker_ends(server: Server) -> None:
    server.link.send(order(1, room="a"))
    await server.assert_alive()
    await server.link.close()
    await asyncio.wait_for(server.running, 20)


text = st.text(max_size=30)
members = st.sampled_from(["m-alma", "m-bo", "m-nobody", "m-partner"])
client_messages: st.SearchStrategy[AnyClientMessage] = st.one_of(
    st.builds(Answer, sdp=st.text(min_size=1, max_size=30) | st.just("nonsense")),
    st.builds(Text, text=text | text.map(lambda line: line + "\n")),
    st.builds(
        State,
        microphone=st.booleans(),
        camera=st.booleans(),
        screen=st.booleans(),
        hand=st.booleans(),
        hall=st.booleans(),
    ),
    st.builds(
        View,
        pinned=st.none() | members,
        videos=st.lists(members, max_size=5),
        count=st.integers(0, 5),
    ),
    st.builds(Ask, what=st.sampled_from(["repeat", "skip", "break", "again"])),
    st.builds(Heard, seconds=st.floats(0.1, 5)),
    st.builds(Mute, member=members),
    st.builds(End),
    st.builds(Leave),
    st.builds(Ping),
)
rooms = st.sampled_from(["a", "b", "p"])
visits = st.integers(1, 6)


def _enter(name: str, room: str, leader: bool) -> wire.Enter:
    """Visit 0: the test gives each its own number, for a number is used once."""
    if room == "p":
        return practice_order(0, name=name, room=room)
    return order(0, name, room=room, leader=leader)


orders: st.SearchStrategy[wire.AnyOrder] = st.one_of(
    st.builds(_enter, st.sampled_from(["Alma", "Bo"]), rooms, st.booleans()),
    st.builds(wire.Say, visit=visits, message=client_messages),
    st.builds(wire.Exit, visit=visits),
    st.builds(wire.Forget, room=rooms),
    st.builds(wire.Announce, room=rooms, name=st.just("C"), text=text),
    st.builds(wire.EndRoom, room=rooms),
    st.builds(wire.MuteMember, room=rooms, member=members, name=st.just("C")),
    st.builds(wire.Remove, room=rooms, member=members),
    st.builds(wire.Confirm, room=rooms, task=st.sampled_from(["speak", "mute", "dance"])),
)


LANGUAGES = load_languages()
VOICES = Voices(LANGUAGES, "Kim")


@settings(max_examples=60, deadline=None)
@given(script=st.lists(orders, max_size=25))
def test_whatever_is_ordered_in_whatever_order_nothing_fails_and_others_are_not_disturbed(
    script: list[wire.AnyOrder],
) -> None:
    faults: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: faults.append(record.getMessage())  # type: ignore[method-assign]

    async def run() -> None:
        async with working(LANGUAGES, VOICES) as server:
            server.link.send(order(999, "Bystander", room="quiet"))
            for number, each in enumerate(script, start=1):
                if isinstance(each, wire.Enter):
                    each = each.model_copy(update={"visit": number})
                server.link.send(each)
            server.link.send(wire.Say(visit=999, message=Text(text="I am still here\n")))
            await server.until_told(999, "I am still here")
            said = await server.assert_alive()
            assert not any(isinstance(each, wire.Bye) and each.visit == 999 for each in said)

    logging.getLogger("motesklar").addHandler(handler)
    try:
        asyncio.run(run())
    finally:
        logging.getLogger("motesklar").removeHandler(handler)
    assert faults == []
