"""Lines that carry less than is sent: simulated queues, and aiortc's estimator as the browser's."""

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from aiortc.rate import RemoteBitrateEstimator

from motesklar.call.media.shape import Track
from motesklar.call.rtp import rtcp
from motesklar.call.rtp.packet import ABS_SEND_TIME, MID, RtpPacket, build, stamp
from tests.call.forwarding.people import House, Person

MICROPHONE_BITRATE = 64_000
PAYLOAD = 1000
#: A router's buffer: what is queued longer than this is lost.
BUFFER_SECONDS = 2.0


@dataclass
class Queue:
    """A line that carries so many bit/s, with a buffer before it."""

    bitrate: float
    free_at: float = 0.0
    delays: deque[float] = field(default_factory=lambda: deque(maxlen=200))
    lost: int = 0

    def arrival(self, now: float, size: int) -> float | None:
        """When a packet that is sent now arrives; None: it gets lost."""
        begin = max(now, self.free_at)
        if begin - now > BUFFER_SECONDS:
            self.lost += 1
            return None
        self.free_at = begin + size * 8 / self.bitrate
        self.delays.append(self.free_at - now)
        return self.free_at

    @property
    def delay(self) -> float:
        """The mean of late."""
        return sum(self.delays) / len(self.delays) if self.delays else 0.0


class World:
    """Things that happen one after the other, in simulated time."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._order = itertools.count()
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self.at(house.now + 0.1, self._tick)

    def at(self, when: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._events, (when, next(self._order), what))

    def _tick(self) -> None:
        self.house.forwarding.tick()
        self.at(self.house.now + 0.1, self._tick)

    def run(self, seconds: float) -> None:
        end = self.house.now + seconds
        while self._events[0][0] <= end:
            self.house.now, _, what = heapq.heappop(self._events)
            what()
        self.house.now = end


class Camera:
    """Sends pictures as fast as it may, over its member's line."""

    def __init__(self, world: World, person: Person, wanted: float, line: Queue) -> None:
        self.world, self.person, self.wanted, self.line = world, person, wanted, line
        self.sent = 0
        self.allowed = wanted
        self._send()

    def _listen(self) -> None:
        """Obey what has been told since the last time."""
        for message in self.person.reported():
            if isinstance(message, rtcp.Estimate):
                self.allowed = min(self.wanted, message.bitrate - MICROPHONE_BITRATE)
        self.person.outlet.reports.clear()

    def _send(self) -> None:
        self._listen()
        now = self.world.house.now
        packet = self._packet()
        arrival = self.line.arrival(now, len(packet))
        if arrival is not None:
            self.world.at(arrival, lambda: self.person.send(Track.CAMERA, packet))
        self.sent += 1
        self.world.at(now + len(packet) * 8 / max(20_000, self.allowed), self._send)

    def _packet(self) -> bytes:
        keyframe = b"\x10\x00"
        data = build(
            97,
            self.sent & 0xFFFF,
            self.sent * 3000 & 0xFFFFFFFF,
            self.person.ssrcs[Track.CAMERA],
            keyframe + bytes(PAYLOAD),
            extensions=[(MID, b"3"), (ABS_SEND_TIME, bytes(3))],
        )
        buffer = bytearray(data)
        stamp(buffer, RtpPacket(data), self.world.house.now)
        return bytes(buffer)


class Browser:
    """Receives over its member's line, estimates it and reports, as a browser does."""

    def __init__(self, world: World, person: Person, line: Queue) -> None:
        self.world, self.person, self.line = world, person, line
        self.estimator = RemoteBitrateEstimator()
        self.highest: dict[int, int] = {}
        self.received: dict[int, int] = {}
        self.firsts: dict[int, int] = {}
        person.outlet.line = self._receive
        self._report()

    def _receive(self, packet: bytes) -> None:
        parsed = RtpPacket(packet)
        arrival = self.line.arrival(self.world.house.now, len(packet))
        if arrival is not None:
            self.world.at(arrival, lambda: self._arrived(parsed))

    def _arrived(self, packet: RtpPacket) -> None:
        first = self.highest.setdefault(packet.ssrc, packet.sequence_number - 1)
        ahead = (packet.sequence_number - first) & 0xFFFF
        self.highest[packet.ssrc] += ahead if ahead < 0x8000 else 0
        self.received[packet.ssrc] = self.received.get(packet.ssrc, 0) + 1
        assert packet.send_time is not None
        told = self.estimator.add(
            round(self.world.house.now * 1000), packet.send_time, len(packet.data), packet.ssrc
        )
        if told is not None:
            self.person.report(rtcp.estimate(7, told[0], told[1]))

    def _report(self) -> None:
        blocks = []
        for ssrc, highest in self.highest.items():
            first = self.firsts.setdefault(ssrc, highest)
            lost = highest - first - self.received[ssrc]
            blocks.append(rtcp.ReportBlock(ssrc, 0.0, lost, highest, 0, 0, 0))
        if blocks:
            self.person.report(rtcp.receiver_report(7, blocks))
        self.world.at(self.world.house.now + 1, self._report)


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def world(house: House) -> World:
    return World(house)


def wide() -> Queue:
    return Queue(100_000_000)


@pytest.mark.parametrize("bitrate", [150_000, 300_000, 450_000])
def test_sender_on_a_poor_line_is_slowed_until_its_queue_is_short(
    house: House, world: World, bitrate: int
) -> None:
    person = house.enter("anna", camera=True)
    house.enter("bo")
    camera = Camera(world, person, 800_000, Queue(bitrate))
    world.run(40)
    before = camera.sent
    world.run(30)
    used = (camera.sent - before) * (PAYLOAD + 30) * 8 / 30
    assert camera.line.delay < 0.4
    assert used > bitrate * 0.5


def test_sender_whose_line_has_recovered_sends_its_best_again(house: House, world: World) -> None:
    person = house.enter("anna", camera=True)
    house.enter("bo")
    camera = Camera(world, person, 800_000, Queue(300_000))
    world.run(20)
    camera.line.bitrate = 100_000_000
    world.run(60)
    assert camera.allowed == 800_000


def test_sender_on_a_good_line_is_never_slowed(house: House, world: World) -> None:
    person = house.enter("anna", camera=True)
    house.enter("bo")
    camera = Camera(world, person, 800_000, Queue(5_000_000))
    for _ in range(60):
        world.run(1)
        assert camera.allowed == 800_000


def test_viewer_on_a_good_line_keeps_all_pictures(house: House, world: World) -> None:
    people = [house.enter(name, camera=True) for name in "abcd"]
    viewer = house.enter("viewer")
    Browser(world, viewer, Queue(20_000_000))
    cameras = [Camera(world, person, 200_000, wide()) for person in people]
    for _ in range(30):
        world.run(1)
        assert viewer.slots.video == ["a", "b", "c", "d", None]
        assert [camera.allowed for camera in cameras] == [200_000] * 4


@pytest.mark.slow
@pytest.mark.parametrize("bitrate", [250_000, 400_000])
def test_viewer_on_a_poor_line_gets_fewer_pictures_and_spoils_nobodys(
    house: House, world: World, bitrate: int
) -> None:
    people = [house.enter(name, camera=True) for name in "abcd"]
    house.enter("other")
    poor = house.enter("poor")
    browser = Browser(world, poor, Queue(bitrate))
    cameras = [Camera(world, person, 300_000, wide()) for person in people]
    world.run(40)
    shown = []
    for _ in range(30):
        world.run(1)
        shown.append(len([each for each in poor.slots.video if each]))
    assert browser.line.delay < 1.0
    assert 1 <= sum(shown) / len(shown) <= 3
    assert poor.slots.video[0] == "a"
    assert all(camera.allowed >= 100_000 for camera in cameras)


def test_pair_over_a_poor_line_sends_what_it_carries(house: House, world: World) -> None:
    anna, bo = house.enter("anna", camera=True), house.enter("bo")
    browser = Browser(world, bo, Queue(400_000))
    camera = Camera(world, anna, 800_000, wide())
    world.run(40)
    assert bo.slots.video[0] == "anna"
    assert browser.line.delay < 0.5
    assert 100_000 < camera.allowed < 400_000
