import random

from hypothesis import given
from hypothesis import strategies as st

from motesklar.call.rtp.delay import DelayTrend

PERIOD = 0.033


def feed(trend: DelayTrend, delays: list[float], begin: float = 0.0) -> list[bool]:
    """Packets sent evenly, each this much later than it could be."""
    rising = []
    for number, delay in enumerate(delays):
        sent = begin + number * PERIOD
        trend.came(int(sent * (1 << 18)) & 0xFFFFFF, 100 + sent + delay)
        rising.append(trend.is_rising)
    return rising


def test_even_line_is_not_full() -> None:
    assert not any(feed(DelayTrend(), [0.02] * 300))


def test_queue_that_grows_is_seen_within_a_second() -> None:
    trend = DelayTrend()
    feed(trend, [0.0] * 60)
    rising = feed(trend, [0.004 * n for n in range(60)], begin=60 * PERIOD)
    assert any(rising[:30])


def test_queue_that_empties_is_not_full_any_more() -> None:
    trend = DelayTrend()
    grown = [0.004 * n for n in range(60)]
    feed(trend, grown)
    rising = feed(trend, [max(0.0, 0.24 - 0.01 * n) for n in range(60)], begin=60 * PERIOD)
    assert not any(rising[20:])


def test_unrest_of_a_radio_is_no_queue() -> None:
    chance = random.Random(5)
    delays = [0.02 + chance.random() * 0.015 for _ in range(900)]
    rising = feed(DelayTrend(), delays)
    assert sum(rising) < 0.03 * len(rising)


def test_pause_begins_anew() -> None:
    trend = DelayTrend()
    feed(trend, [0.0] * 60)
    rising = feed(trend, [0.5] * 60, begin=60 * PERIOD + 10)
    assert not any(rising)


@given(st.lists(st.tuples(st.integers(0, 0xFFFFFF), st.floats(0, 1e6)), max_size=100))
def test_any_times_are_borne(times: list[tuple[int, float]]) -> None:
    trend = DelayTrend()
    for sent, arrival in times:
        trend.came(sent, arrival)
