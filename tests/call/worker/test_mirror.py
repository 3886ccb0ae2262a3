"""A mirror in a worker: one's own sound and picture in the only slots, and figures each second."""

import pytest

from motesklar.call.media.shape import MIRROR, Track
from motesklar.call.messages import Joined, Quality, Slots
from motesklar.call.rtp.packet import OPUS, build
from motesklar.call.worker.room import MIRROR_QUALITY_SECONDS
from tests.call.worker.fakes import FakeHost, House, order

SENDS = {"microphone": True, "camera": True}


@pytest.fixture
async def measuring(house: House, host: FakeHost) -> House:
    await house.enter(order(1, "Alma", kind="mirror", join=SENDS))
    host.peers[0].connect()
    house.tick()
    return house


async def test_who_measures_is_in_both_slots_themself(measuring: House, host: FakeHost) -> None:
    [joined] = host.of_type(1, Joined)
    assert (joined.kind, joined.shape.audio, joined.shape.video) == ("mirror", 1, 1)
    assert host.peers[0].shape == MIRROR
    slots = host.last(1, Slots)
    assert (slots.audio, slots.video, slots.screen) == ([joined.you], [joined.you], None)


async def test_what_the_server_measures_is_told_each_second(
    measuring: House, host: FakeHost
) -> None:
    told = len(host.of_type(1, Quality))
    measuring.tick(5 * MIRROR_QUALITY_SECONDS)
    assert len(host.of_type(1, Quality)) - told == 5


async def test_what_is_sent_comes_back(measuring: House, host: FakeHost) -> None:
    peer = host.peers[0]
    sound = build(OPUS, 7, 960, 1234, b"sound")
    peer.events.rtp(Track.MICROPHONE, sound, host.now)
    assert [packet[-5:] for packet in peer.sent] == [b"sound"]
