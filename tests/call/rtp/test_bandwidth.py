import itertools
from collections.abc import Sequence

import pytest

from motesklar.call.rtp.bandwidth import (
    PICTURE_BITRATE_MIN,
    Downlink,
    Uplink,
    floor_for,
    limits_for,
)

FLOORS = [100_000] * 5


def decide(downlink: Downlink, floors: Sequence[int], since: float, until: float) -> list[int]:
    """How many flow in each tick."""
    return [downlink.decide(floors, tick / 10) for tick in range(int(since * 10), int(until * 10))]


@pytest.mark.parametrize(
    ("people", "bitrate"), [(8, 100_000), (12, 90_000), (15, 70_000), (25, 40_000), (80, 30_000)]
)
def test_more_cameras_mean_smaller_pictures(people: int, bitrate: int) -> None:
    assert limits_for(people).bitrate == bitrate


def test_limits_never_rise_with_the_number_of_people() -> None:
    rows = [limits_for(people) for people in range(100)]
    for fewer, more in itertools.pairwise(rows):
        assert more.bitrate <= fewer.bitrate
        assert more.width <= fewer.width
        assert more.screen_bitrate <= fewer.screen_bitrate


def test_one_viewer_may_make_a_picture_worse_for_itself_but_not_for_others() -> None:
    assert floor_for(800_000, viewers=1) == PICTURE_BITRATE_MIN
    assert floor_for(800_000, viewers=5) == 200_000
    assert floor_for(30_000, viewers=5) == 30_000


def test_line_of_which_nothing_is_known_gets_everything() -> None:
    downlink = Downlink()
    assert downlink.decide(FLOORS, 0.0) == 5
    assert downlink.share(5) is None


def test_poor_line_gets_as_many_as_fit() -> None:
    downlink = Downlink()
    downlink.estimated(400_000)
    assert downlink.decide(FLOORS, 0.0) == 2
    assert downlink.share(2) == pytest.approx(120_000, abs=1)


def test_line_that_has_recovered_gets_everything_again() -> None:
    downlink = Downlink()
    downlink.estimated(400_000)
    decide(downlink, FLOORS, 0, 2)
    downlink.estimated(3_000_000)
    assert downlink.decide(FLOORS, 2.0) == 5


def test_picture_too_many_is_tried_seldom_and_ever_more_seldom() -> None:
    downlink = Downlink()
    downlink.estimated(400_000)
    flowing = decide(downlink, FLOORS, 0, 120)
    assert set(flowing) == {2, 3}
    begun = [n / 10 for n in range(1, len(flowing)) if flowing[n - 1] < flowing[n]]
    waits = [after - before for before, after in itertools.pairwise(begun)]
    assert len(begun) >= 3
    assert waits == sorted(waits)
    assert flowing.count(3) < len(flowing) * 0.2


def test_sender_goes_down_at_once_to_its_slowest_viewer_and_up_slowly() -> None:
    uplink = Uplink()
    assert uplink.decide([None], 50_000, 500_000, 0.0) == 500_000
    assert uplink.decide([None, 90_000, 200_000], 50_000, 500_000, 0.1) == 90_000
    assert 90_000 < uplink.decide([None], 50_000, 500_000, 1.1) < 120_000
    assert uplink.decide([None], 50_000, 500_000, 60.0) == 500_000


def test_sender_never_goes_under_its_floor_nor_over_its_cap() -> None:
    uplink = Uplink()
    assert uplink.decide([1], 50_000, 500_000, 0.0) == 50_000
    assert uplink.decide([], 30_000, 30_000, 99.0) == 30_000
