"""Who measures their line gets their own packets back, and nobody else's."""

from itertools import pairwise

import pytest

from motesklar.call.forwarding.forwarding import Forwarding
from motesklar.call.forwarding.mirror import Mirror
from motesklar.call.media.shape import MIRROR
from tests.call.forwarding.people import House, Person


@pytest.fixture
def house() -> House:
    house = House()
    house.forwarding = Forwarding(
        clock=lambda: house.now, tell=house.forwarding._tell, selection=Mirror()
    )
    return house


def measure(house: House, name: str) -> Person:
    return house.enter(name, MIRROR, microphone=True, camera=True)


def test_sound_comes_back_packet_by_packet(house: House) -> None:
    alma = measure(house, "alma")
    alma.say(times=50)
    back = alma.received("audio")
    assert len(back) == 50
    numbers = [packet.sequence_number for packet in back]
    assert all((b - a) & 0xFFFF == 1 for a, b in pairwise(numbers))


def test_the_picture_comes_back_from_its_first_keyframe_on(house: House) -> None:
    alma = measure(house, "alma")
    house.wait(0.2)
    assert alma.keyframe_requests() > 0
    alma.show()
    alma.show(key=True)
    alma.show(times=10)
    assert len(alma.received("video")) == 11


def test_it_comes_back_under_numbers_of_our_own(house: House) -> None:
    alma = measure(house, "alma")
    alma.say()
    [packet] = alma.received("audio")
    assert packet.ssrc not in alma.ssrcs.values()


def test_nobody_hears_another(house: House) -> None:
    alma, bo = measure(house, "alma"), measure(house, "bo")
    alma.say(times=5)
    assert len(alma.received("audio")) == 5
    assert bo.received("audio") == []


def test_what_is_turned_off_does_not_come_back(house: House) -> None:
    alma = house.enter("alma", MIRROR, camera=True)
    alma.say(times=5)
    assert alma.received("audio") == []
