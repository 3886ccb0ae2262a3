"""What a certificate asks for, and how far somebody has come. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from motesklar.course import Module
from motesklar.review.completion import Result


@dataclass(frozen=True)
class Standing:
    """One person in one module.

    Args:
        passed: enough of it is right; or, where nothing is graded, every step is done.
        share: of the points, 0 to 1; None where there is no result.
    """

    module: Module
    passed: bool
    share: float | None


def standings(modules: Sequence[Module], results: Mapping[str, Result]) -> list[Standing]:
    """Each module in order; `results` is module name to the person's result."""
    return [_standing(module, results.get(module.name)) for module in modules]


def _standing(module: Module, result: Result | None) -> Standing:
    if result is None:
        return Standing(module, passed=False, share=None)
    return Standing(module, passed=result.enough, share=result.share)
