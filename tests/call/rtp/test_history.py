from hypothesis import given
from hypothesis import strategies as st

from motesklar.call.rtp.history import Answers, History
from motesklar.call.rtp.packet import VP8, RtpPacket, build


def packet(index: int) -> RtpPacket:
    parsed = RtpPacket(build(VP8, index & 0xFFFF, 0, 1, b"x"))
    parsed.index = index
    return parsed


def test_packet_is_kept_once() -> None:
    history = History(8)
    assert history.store(packet(5))
    assert not history.store(packet(5))
    found = history.get(5)
    assert found is not None
    assert found.index == 5


def test_oldest_are_forgotten_and_stay_forgotten() -> None:
    history = History(8)
    for index in range(9):
        history.store(packet(index))
    assert history.get(0) is None
    assert not history.store(packet(0))


@given(st.lists(st.integers(-40, 40), max_size=100))
def test_nothing_is_ever_kept_twice_or_under_another_number(indices: list[int]) -> None:
    history = History(16)
    stored = [index for index in indices if history.store(packet(index))]
    assert len(stored) == len(set(stored))
    for index in range(-40, 41):
        found = history.get(index)
        assert found is None or found.index == index


def test_packet_is_answered_once_in_a_round_trip() -> None:
    answers = Answers()
    assert answers.may(7, now=0.0, round_trip=0.1)
    assert not answers.may(7, now=0.05, round_trip=0.1)
    assert answers.may(8, now=0.05, round_trip=0.1)
    assert answers.may(7, now=0.11, round_trip=0.1)


def test_answers_are_not_remembered_without_end() -> None:
    answers = Answers()
    for number in range(10_000):
        answers.may(number, now=0.0, round_trip=0.1)
    assert sum(not answers.may(number, 0.0, 0.1) for number in range(10_000)) < 1000
