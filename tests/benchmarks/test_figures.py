"""Figures that are made of many measurements."""

import pytest

from benchmarks.figures import median, out_of_order, percentile


@pytest.mark.parametrize(
    ("values", "middle"), [([3.0, 1.0, 2.0], 2.0), ([4.0, 1.0, 2.0, 3.0], 2.5)]
)
def test_the_median_is_in_the_middle(values: list[float], middle: float) -> None:
    assert median(values) == middle


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(1, 101)]
    assert percentile(values, 95) == 95.0
    assert percentile([7.0], 95) == 7.0


@pytest.mark.parametrize(
    ("asked", "served", "wrong"),
    [([0, 1, 2], [0, 1, 2], 0), ([0, 1, 2], [1, 0, 2], 2), ([0, 1, 2], [0, 1], 1)],
)
def test_who_was_served_out_of_order_or_never_is_counted(
    asked: list[int], served: list[int], wrong: int
) -> None:
    assert out_of_order(asked, served) == wrong
