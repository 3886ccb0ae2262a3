"""Who may have a kernel next. Pure rules: no clock of their own, no I/O.

Pages always open; only widgets that calculate wait. The line is fair: a browser that has kernels
already, or stands in line with other pages, goes behind those who have none; among equals the
first to ask is the first to be served.
"""

import itertools
from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Claim = TypeVar("Claim", bound=Hashable)


@dataclass(frozen=True)
class _Place(Generic[Claim]):
    claim: Claim
    session: str
    arrived: int


class Line(Generic[Claim]):
    """The line of claims that wait for a kernel."""

    def __init__(self) -> None:
        self._places: dict[Claim, _Place[Claim]] = {}
        self._arrivals = itertools.count()

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, claim: Claim) -> bool:
        return claim in self._places

    def join(self, claim: Claim, session: str) -> None:
        """Stand in line for `session`; a claim that stands there keeps its place."""
        if claim not in self._places:
            self._places[claim] = _Place(claim, session, next(self._arrivals))

    def leave(self, claim: Claim) -> None:
        """Leave the line, served or not; nothing happens to one that isn't there."""
        self._places.pop(claim, None)

    def order(self, kernels: Mapping[str, int], away: Collection[Claim] = ()) -> list[Claim]:
        """All claims, the next to be served first.

        Args:
            kernels: session to how many kernels it has now.
            away: claims that keep their place, but put no other of their session behind.
        """
        ahead = Counter(kernels)
        ranked = []
        for place in self._places.values():  # in order of arrival
            ranked.append((ahead[place.session], place.arrived, place.claim))
            ahead[place.session] += place.claim not in away
        ranked.sort(key=lambda rank: rank[:2])
        return [claim for _, _, claim in ranked]
