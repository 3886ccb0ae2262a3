import pytest

from motesklar.call.rtp.reception import Losses, Reception
from motesklar.call.rtp.rtcp import ReportBlock, SenderReport

CLOCK = 8000


def report(reception: Reception, now: float = 0.0) -> ReportBlock:
    block = reception.report(5, now)
    assert block is not None
    return block


def receive(reception: Reception, *indices: int) -> None:
    for index in indices:
        reception.came(index, index * 160, index * 0.02, 100)


def test_there_is_nothing_to_report_before_the_first_packet() -> None:
    assert Reception(CLOCK).report(5, 0.0) is None


def test_loss_is_told_since_the_last_report_and_since_the_beginning() -> None:
    reception = Reception(CLOCK)
    receive(reception, *range(100, 108))
    assert report(reception).fraction_lost == 0
    receive(reception, 109, 111)
    second = report(reception)
    assert (second.fraction_lost, second.lost, second.highest) == (0.5, 2, 111)
    receive(reception, 112)
    third = report(reception)
    assert (third.fraction_lost, third.lost) == (0, 2)


def test_doubles_make_loss_smaller_but_never_a_negative_part() -> None:
    reception = Reception(CLOCK)
    receive(reception, 1, 1, 1)
    block = report(reception)
    assert (block.fraction_lost, block.lost) == (0, -2)


def test_even_arrivals_have_no_jitter() -> None:
    reception = Reception(CLOCK)
    receive(reception, *range(50))
    assert reception.jitter == pytest.approx(0, abs=1e-6)


def test_jitter_follows_the_formula_of_the_standard() -> None:
    reception = Reception(CLOCK)
    expected = 0.0
    for index in range(40):
        late = 0.005 if index % 2 else 0.0
        reception.came(index, index * 160, index * 0.02 + late, 100)
        if index:
            expected += (0.005 * CLOCK - expected) / 16
    assert reception.jitter == pytest.approx(expected)


def test_timestamp_that_wraps_around_is_not_jitter() -> None:
    reception = Reception(CLOCK)
    reception.came(1, 0xFFFFFFFF, 0.0, 100)
    reception.came(2, 159, 0.02, 100)
    assert reception.jitter < 160


def test_last_sender_report_and_the_time_since_are_told() -> None:
    reception = Reception(CLOCK)
    receive(reception, 1)
    reception.reported(SenderReport(5, 0x1234_5678_9ABC_DEF0, 0, 0, 0), arrival=10.0)
    block = report(reception, now=10.5)
    assert (block.last_report, block.delay) == (0x5678_9ABC, 32768)


def block(highest: int, lost: int, ssrc: int = 5) -> ReportBlock:
    return ReportBlock(ssrc, 0.0, lost, highest, 0, 0, 0)


def test_loss_is_a_figure_only_of_enough_packets_over_all_streams() -> None:
    losses = Losses(packets=30)
    for ssrc in (5, 6):
        losses.reported(block(100, 0, ssrc))
        losses.reported(block(110, 5, ssrc))
    assert losses.take() is None
    losses.reported(block(120, 5, 6))
    assert losses.take() == pytest.approx(1 / 3)
    assert losses.take() is None


def test_mean_loss_follows_the_figures() -> None:
    losses = Losses(packets=10)
    losses.reported(block(0, 0))
    for number in range(1, 11):
        losses.reported(block(10 * number, number))
        losses.take()
    assert losses.mean == pytest.approx(0.1)
    losses.reported(block(110, 20))
    losses.take()
    assert 0.1 < losses.mean < 1


def test_packets_that_came_late_after_all_are_no_negative_loss() -> None:
    losses = Losses(packets=10)
    losses.reported(block(0, 4))
    losses.reported(block(20, 0))
    assert losses.take() == 0
