from hypothesis import given
from hypothesis import strategies as st

from motesklar.call.rtp.gaps import Gaps


def came(gaps: Gaps, *indices: int) -> None:
    for index in indices:
        gaps.came(index)


def test_missing_packets_are_asked_for_at_once_in_order() -> None:
    gaps = Gaps()
    came(gaps, 10, 14, 13)
    assert gaps.due(0.0, 0.1) == [11, 12]


def test_they_are_asked_for_again_after_a_round_trip() -> None:
    gaps = Gaps()
    came(gaps, 10, 12)
    assert gaps.due(0.0, 0.1) == [11]
    assert gaps.due(0.05, 0.1) == []
    assert gaps.due(0.11, 0.1) == [11]


def test_packet_that_came_on_request_is_told_from_one_that_was_only_late() -> None:
    gaps = Gaps()
    came(gaps, 10, 12)
    assert not gaps.came(11)
    came(gaps, 14)
    gaps.due(0.0, 0.1)
    assert gaps.came(13)
    assert gaps.due(1.0, 0.1) == []


def test_who_gives_up_wants_a_keyframe() -> None:
    gaps = Gaps()
    came(gaps, 10, 12)
    asked = 0
    for second in range(20):
        asked += len(gaps.due(float(second), 0.1))
    assert 1 < asked < 20
    assert gaps.broken


def test_break_of_the_stream_is_mended_by_a_keyframe_not_by_requests() -> None:
    gaps = Gaps()
    came(gaps, 10, 5000)
    assert gaps.due(0.0, 0.1) == []
    assert gaps.broken


def test_what_is_no_longer_wanted_is_forgotten() -> None:
    gaps = Gaps()
    came(gaps, 10, 12)
    gaps.forget()
    came(gaps, 500)
    assert gaps.due(0.0, 0.1) == []


@given(st.lists(st.integers(0, 3000), max_size=200))
def test_requests_are_bounded_and_never_for_what_has_come(indices: list[int]) -> None:
    gaps = Gaps()
    seen: set[int] = set()
    for moment, index in enumerate(indices):
        gaps.came(index)
        seen.add(index)
        due = gaps.due(moment / 10, 0.05)
        assert len(due) <= 200
        assert not seen & set(due)
        assert due == sorted(due)
