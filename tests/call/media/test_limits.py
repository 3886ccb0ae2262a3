"""How much of something may happen in a time."""

from motesklar.call.media.limits import TokenBucket


def test_a_burst_passes_and_then_as_much_as_time_allows() -> None:
    bucket = TokenBucket(rate=8, burst=3, now=100.0)
    assert [bucket.allow(100.0) for _ in range(5)] == [True, True, True, False, False]
    assert [bucket.allow(100.125), bucket.allow(100.125)] == [True, False]


def test_a_long_quiet_time_saves_up_no_more_than_a_burst() -> None:
    bucket = TokenBucket(rate=10, burst=3, now=0.0)
    assert sum(bucket.allow(1000.0) for _ in range(10)) == 3


def test_who_asks_all_the_time_gets_the_rate() -> None:
    bucket = TokenBucket(rate=10, burst=1, now=0.0)
    assert 99 <= sum(bucket.allow(tick / 1000) for tick in range(10_000)) <= 101
