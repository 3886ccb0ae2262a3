"""Whatever people do, in whatever order: nothing breaks, and what each gets makes sense."""

from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from motesklar.call.media.shape import Track
from motesklar.call.rtp import rtcp
from motesklar.call.rtp.packet import RtpPacket, Unwrapper
from tests.call.forwarding.people import House

NAMES = ("a", "b", "c", "d", "e", "f")
names = st.sampled_from(NAMES)
tracks = st.sampled_from(list(Track))


class Anything(RuleBasedStateMachine):
    """A room and whatever can happen in it."""

    def __init__(self) -> None:
        super().__init__()
        self.house = House()
        self.here: set[str] = set()
        self.on: set[tuple[str, Track]] = set()
        self.hall: set[str] = set()

    # -- what can happen

    @rule(name=names)
    def enter(self, name: str) -> None:
        self._forget(name)
        self.here.add(name)
        self.house.enter(name)

    @rule(name=names)
    def leave(self, name: str) -> None:
        self._forget(name)
        self.house.forwarding.leave(name)

    def _forget(self, name: str) -> None:
        self.here.discard(name)
        self.hall.discard(name)
        self.on -= {(name, track) for track in Track}

    @rule(name=names, track=tracks, on=st.booleans())
    def switch(self, name: str, track: Track, on: bool) -> None:
        self.house.forwarding.set_sending(name, track, on)
        if on and name in self.here:
            self.on.add((name, track))
        else:
            self.on.discard((name, track))

    @rule(
        name=names,
        pinned=st.one_of(st.none(), names),
        videos=st.lists(names, max_size=4),
        count=st.integers(0, 9),
        hall=st.booleans(),
    )
    def look(
        self, name: str, pinned: str | None, videos: Sequence[str], count: int, hall: bool
    ) -> None:
        self.house.forwarding.set_view(name, pinned=pinned, videos=videos, count=count, hall=hall)
        if hall and name in self.here:
            self.hall.add(name)
        else:
            self.hall.discard(name)

    @rule(name=names, level=st.integers(0, 127), times=st.integers(1, 5))
    def say(self, name: str, level: int, times: int) -> None:
        if name in self.house.people:
            self.house.people[name].say(level, times)

    @rule(
        name=names,
        track=st.sampled_from([Track.CAMERA, Track.SCREEN]),
        order=st.permutations(range(4)),
        lost=st.sets(st.integers(0, 3), max_size=2),
        key=st.booleans(),
    )
    def show(
        self, name: str, track: Track, order: Sequence[int], lost: set[int], key: bool
    ) -> None:
        if name in self.house.people:
            person = self.house.people[name]
            packets = [person.picture(key=key and not n, track=track) for n in range(4)]
            for number in order:
                if number not in lost:
                    person.send(track, packets[number])

    @rule(name=names, track=tracks, number=st.integers(0, 0xFFFF), ssrc=st.integers(0, 3))
    def jump(self, name: str, track: Track, number: int, ssrc: int) -> None:
        """Go on somewhere else, as another stream or with other numbers."""
        if name in self.house.people:
            person = self.house.people[name]
            person.sequence_numbers[track] = number
            person.ssrcs[track] = person.base + 600 + ssrc

    @rule(name=names, track=tracks, data=st.binary(max_size=60))
    def junk(self, name: str, track: Track, data: bytes) -> None:
        self.house.forwarding.rtp(name, track, data, self.house.now)
        self.house.forwarding.rtcp(name, data)

    @rule(name=names, data=st.data())
    def report(self, name: str, data: Any) -> None:
        if name not in self.house.people:
            return
        person = self.house.people[name]
        ssrcs = [slot.ssrc for slot in person.outlet.slots]
        ssrc = data.draw(st.sampled_from([*ssrcs, *person.ssrcs.values(), 0]))
        u32 = st.integers(0, 0xFFFFFFFF)
        block = rtcp.ReportBlock(ssrc, 0.5, *(data.draw(u32) >> 9 for _ in range(5)))
        person.report(
            data.draw(
                st.sampled_from(
                    [
                        rtcp.picture_loss(7, ssrc),
                        rtcp.estimate(7, data.draw(u32), ssrcs),
                        rtcp.receiver_report(7, [block]),
                        rtcp.sender_report(
                            rtcp.SenderReport(ssrc, data.draw(u32) << 32, data.draw(u32), 1, 1)
                        ),
                        rtcp.nack(7, ssrc, range(data.draw(st.integers(0, 0xFFF0)), 0xFFFF, 9)),
                    ]
                )
            )
        )

    @rule(name=names, numbers=st.sets(st.integers(0, 30), max_size=5))
    def ask_again(self, name: str, numbers: set[int]) -> None:
        if name in self.here:
            person = self.house.people[name]
            seen = person.received("video")[-30:]
            wanted = [p.sequence_number for n, p in enumerate(seen) if n in numbers]
            person.report(rtcp.nack(7, person.slot("video").ssrc, wanted))

    @rule(ticks=st.integers(1, 30))
    def wait(self, ticks: int) -> None:
        self.house.wait(ticks / 10)

    # -- what holds always

    @invariant()
    def everybody_is_shown_others_who_send_and_each_once(self) -> None:
        for name in self.here:
            slots = self.house.people[name].slots
            for track, shown in (
                (Track.MICROPHONE, slots.audio),
                (Track.CAMERA, slots.video),
                (Track.SCREEN, [slots.screen]),
            ):
                others = [other for other in shown if other is not None]
                assert name not in others
                assert len(others) == len(set(others))
                assert {(other, track) for other in others} <= self.on
                assert not others or name not in self.hall

    @invariant()
    def no_number_is_used_twice(self) -> None:
        for name in self.here:
            person = self.house.people[name]
            numbers: dict[int, list[int]] = {}
            for data in person.outlet.packets:
                packet = RtpPacket(data)
                numbers.setdefault(packet.ssrc, []).append(packet.sequence_number)
            assert set(numbers) <= {
                ssrc for slot in person.outlet.slots for ssrc in (slot.ssrc, slot.rtx_ssrc)
            }
            for ssrc, sent in numbers.items():
                unwrapper = Unwrapper()
                indices = [unwrapper.unwrap(number) for number in sent]
                assert len(set(indices)) == len(indices), ssrc

    @invariant()
    def what_is_sent_again_is_what_was_sent(self) -> None:
        for name in self.here:
            person = self.house.people[name]
            slot = person.slot("video")
            sent = {packet.sequence_number: packet for packet in person.received("video")}
            for again in person.received_again("video"):
                before = sent.get(again.sequence_number)
                if before is not None:
                    assert (again.payload, again.timestamp) == (before.payload, before.timestamp)
                assert again.mid in (None, slot.mid)

    @invariant()
    def quality_is_told_of_anybody(self) -> None:
        for name in NAMES:
            quality = self.house.forwarding.quality(name)
            assert 0 <= quality.up_loss <= 1
            assert 0 <= quality.down_loss <= 1

    def teardown(self) -> None:
        for name in NAMES:
            self.house.forwarding.leave(name)
        kept = vars(self.house.forwarding)
        assert not any(value for value in kept.values() if isinstance(value, dict))


Anything.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestAnything = Anything.TestCase
