from motesklar.call.rtp.rate import Rate


def test_bitrate_is_of_the_last_second() -> None:
    rate = Rate()
    for tick in range(30):
        rate.read(1000 * tick)
    assert rate.bitrate == 80_000
    for _ in range(10):
        rate.read(29_000)
    assert rate.bitrate == 0


def test_first_reading_says_nothing_and_the_second_something() -> None:
    rate = Rate()
    rate.read(5000)
    assert rate.bitrate == 0
    rate.read(6000)
    assert rate.bitrate == 80_000


def test_count_that_starts_anew_is_no_negative_rate() -> None:
    rate = Rate()
    rate.read(5000)
    rate.read(10)
    assert rate.bitrate == 0
