"""What a rehearsal has shown, in sentences. Pure."""

import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class Act(enum.StrEnum):
    """What is timed; the value is how it is told."""

    OPEN = "open a page"
    JOIN = "join the workshop"
    STEP = "have a step or a test saved"
    CALL = "hear the practice partner"
    HAND_IN = "get the result of a hand-in"


#: Seconds in which nearly everybody (95 of 100) should be through; people wait no longer gladly.
BEARABLE = {Act.OPEN: 1.0, Act.JOIN: 1.0, Act.STEP: 1.0, Act.CALL: 5.0, Act.HAND_IN: 5.0}


@dataclass(frozen=True)
class Rehearsed:
    """How it went.

    Args:
        people: how many took part.
        took: act to the seconds of each who came through.
        failed: what went wrong, one line for each person.
        seconds: in all.
        own_share: of one processor, used by the rehearsal itself.
    """

    people: int
    took: Mapping[Act, Sequence[float]]
    failed: Sequence[str]
    seconds: float
    own_share: float

    @property
    def slow(self) -> list[Act]:
        """What took too long."""
        return [act for act, times in self.took.items() if nearly_all(times) > BEARABLE[act]]

    @property
    def holds(self) -> bool:
        """Whether this machine holds so many people."""
        return not self.failed and not self.slow


def sentences(rehearsed: Rehearsed) -> list[str]:
    """What it means, and what to do."""
    people = rehearsed.people
    told = [
        f"{act.value}: 95 of 100 within {nearly_all(times):.2f} s (should be {BEARABLE[act]:g} s)"
        for act, times in rehearsed.took.items()
    ]
    if rehearsed.holds:
        told.append(f"This machine holds {people} people who work at the same time.")
    elif rehearsed.failed:
        told += sorted(set(rehearsed.failed))[:5]
        told.append(
            f"This machine does not hold {people} people: {len(rehearsed.failed)} of them did not"
            " come through. Look at the server's log, or rehearse with fewer."
        )
    else:
        acts = ", ".join(act.value for act in rehearsed.slow)
        told.append(
            f"This machine holds {people} people, but slowly: {acts}. Close what else runs on it,"
            " let the groups begin one after another, or give it more processors."
        )
    told.append(
        f"It took {rehearsed.seconds:.0f} s. The rehearsal itself used"
        f" {100 * rehearsed.own_share:.0f} % of one processor, which real people bring along."
    )
    return told


def nearly_all(times: Sequence[float]) -> float:
    """Within so many seconds 95 of 100 were through; 0 where nobody was."""
    ranked = sorted(times)
    return ranked[max(0, math.ceil(0.95 * len(ranked)) - 1)] if ranked else 0.0
