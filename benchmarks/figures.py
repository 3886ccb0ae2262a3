"""What is made of many measurements. Pure."""

import math
from collections.abc import Sequence


def median(values: Sequence[float]) -> float:
    """The middle one; the mean of the middle two."""
    ranked = sorted(values)
    middle = len(ranked) // 2
    return ranked[middle] if len(ranked) % 2 else (ranked[middle - 1] + ranked[middle]) / 2


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all are not above (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)]


def out_of_order(asked: Sequence[int], served: Sequence[int]) -> int:
    """How many were not served at their place in line, those never served among them."""
    wrong = sum(a != s for a, s in zip(asked, served, strict=False))
    return wrong + abs(len(asked) - len(served))
