"""From being invited to meeting on the web, as counts of people. Pure."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise


class Stage(enum.StrEnum):
    """A station on the way; each is counted by itself, since nobody has to pass them in order."""

    INVITED = "invited"  # stands in the course's list of people
    TESTED = "tested"  # has tested everything that a call needs
    CALLED = "called"  # sound, picture or text of theirs has reached a practice call
    ACCOUNT = "account"  # has an account in the meeting service
    ACTIVE = "active"  # the account was used lately; known of whole departments alone


@dataclass(frozen=True)
class Funnel:
    """How many have come how far.

    Args:
        counts: a stage that can't be told of is missing.
    """

    counts: Mapping[Stage, int]

    @property
    def invited(self) -> int:
        """What shares are shares of."""
        return self.counts[Stage.INVITED]

    def share(self, stage: Stage) -> float:
        """Of those invited; above 1 where a count holds people whom the course doesn't know."""
        return self.counts[stage] / self.invited if self.invited else 0.0

    @property
    def steepest(self) -> Stage | None:
        """The stage before which most people are left; None where nobody is."""
        stages = [Stage.INVITED, Stage.TESTED, Stage.CALLED, Stage.ACCOUNT]
        falls = {
            after: self.counts[before] - self.counts[after] for before, after in pairwise(stages)
        }
        worst = max(falls, key=lambda stage: falls[stage])
        return worst if falls[worst] > 0 else None
