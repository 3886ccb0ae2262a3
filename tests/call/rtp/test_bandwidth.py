import itertools

import pytest

from motesklar.call.rtp.bandwidth import (
    PICTURE_BITRATE_MIN,
    Downlink,
    Line,
    Uplink,
    floor_for,
    limits_for,
)

FLOORS = [100_000] * 5
CAPS = [400_000] * 5


def decide(downlink: Downlink, now: float) -> int:
    return downlink.decide(FLOORS, CAPS, now)


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
    assert decide(downlink, 0.0) == 5
    assert downlink.share(5) is None


def test_small_estimate_of_a_line_that_is_sent_little_means_nothing() -> None:
    downlink = Downlink()
    downlink.estimated(80_000, sent=60_000, now=0.0)
    downlink.estimated(70_000, sent=60_000, now=1.0)
    assert decide(downlink, 1.0) == 5


def test_loss_of_the_little_that_is_sent_means_no_full_line() -> None:
    downlink = Downlink()
    downlink.lost(0.3, sent=8_000, now=0.0)
    assert decide(downlink, 0.0) == 5


def full_line() -> Downlink:
    downlink = Downlink()
    downlink.estimated(900_000, sent=800_000, now=0.0)
    downlink.estimated(250_000, sent=800_000, now=1.0)
    return downlink


def test_line_whose_estimate_falls_below_what_is_sent_gets_as_many_as_fit() -> None:
    downlink = full_line()
    assert decide(downlink, 1.0) == 2
    share = downlink.share(2)
    assert share is not None
    assert 100_000 <= share <= 125_000


def test_loss_of_much_means_a_full_line_and_of_little_a_bad_radio() -> None:
    downlink = Downlink()
    downlink.lost(0.05, sent=500_000, now=0.0)
    assert decide(downlink, 0.0) == 5
    downlink.lost(0.5, sent=500_000, now=1.0)
    assert decide(downlink, 1.0) == 3


def test_full_line_is_let_grow_until_everything_fits() -> None:
    downlink = full_line()
    flowing = [decide(downlink, 1.0 + second) for second in range(60)]
    assert flowing == sorted(flowing)
    assert flowing[-1] == 5
    assert downlink.share(5) is None


def test_line_that_its_receiver_praises_is_let_grow_at_once() -> None:
    downlink = full_line()
    downlink.estimated(3_000_000, sent=250_000, now=2.0)
    assert decide(downlink, 2.0) == 5


def seconds_until(line: Line, bitrate: float, now: float) -> float:
    begin = now
    while (limit := line.limit(10_000_000, now)) is not None and limit < bitrate:
        now += 0.1
    return now - begin


def test_line_that_is_full_again_soon_grows_slower_each_time() -> None:
    line = Line()
    now, waits = 0.0, []
    for _ in range(4):
        line.fall(200_000, now)
        waits.append(seconds_until(line, 260_000, now))
        now += waits[-1]
    assert waits == sorted(waits)
    assert waits[-1] > 3 * waits[0]


def test_falls_of_one_cause_count_once() -> None:
    often, once = Line(), Line()
    for tick in range(10):
        often.fall(200_000, tick / 10)
    once.fall(200_000, 0.9)
    assert seconds_until(often, 260_000, 0.9) == seconds_until(once, 260_000, 0.9)


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
