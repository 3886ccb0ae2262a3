"""Totals of causes for the IT department, in which nobody can be found. Pure.

A total is the number of different people who met a finding. None below `FEWEST` is told, and none
can be computed from those that are: a finding's people are split into parts, and every part has
`FEWEST` or more, small ones being put together under `REST`. So whatever is subtracted from what,
the difference is again a sum of whole parts. Nothing is told of two splits at once (browser *and*
department), of how many tested without trouble, or of people with any finding, since these would
differ from other totals by as little as one. (Statistical disclosure control: threshold rule with
aggregation; Hundepool et al. 2012, ch. 4.)
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from motesklar.equipment.verdicts import Check, VerdictName

#: No number of fewer people is ever told.
FEWEST = 5
#: In place of a name: the parts that are too small to be told apart.
REST = "*"

#: By what a finding's people are split, one at a time.
SPLITS = ("browser", "system", "department")


@dataclass(frozen=True)
class Met:
    """Somebody met a finding.

    Args:
        browser: empty where the page didn't tell; system and department alike.
    """

    person_id: str
    check: Check
    finding: str
    verdict: VerdictName
    browser: str = ""
    system: str = ""
    department: str = ""


@dataclass(frozen=True)
class Cause:
    """A finding that enough people have met.

    Args:
        people: how many different ones.
        splits: `SPLITS` to (name, people) of each part, the largest first and `REST` last; a
            part's people are those who met the finding there last.
    """

    check: Check
    finding: str
    verdict: VerdictName
    people: int
    splits: Mapping[str, tuple[tuple[str, int], ...]]


def causes_of(met: Iterable[Met]) -> list[Cause]:
    """Every finding that `FEWEST` people or more have met, by check and then the most common.

    Args:
        met: the oldest first.
    """
    last: dict[tuple[Check, str], dict[str, Met]] = {}
    for one in met:
        if one.verdict in (VerdictName.FAIL, VerdictName.WARN):
            people = last.setdefault((one.check, one.finding), {})
            people.pop(one.person_id, None)  # a person stands where they met it last
            people[one.person_id] = one
    causes = [
        _cause(check, finding, list(people.values()))
        for (check, finding), people in last.items()
        if len(people) >= FEWEST
    ]
    order = list(Check)
    return sorted(causes, key=lambda one: (order.index(one.check), -one.people, one.finding))


def parts_of(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """How many there are of each name, in parts of `FEWEST` or more; they add up to all.

    Args:
        names: `FEWEST` at least; the empty name is never told apart.
    """
    counted = Counter(names)
    rest = counted.pop("", 0)
    parts = sorted(counted.items(), key=lambda part: (-part[1], part[0]))
    while parts and parts[-1][1] < FEWEST:
        rest += parts.pop()[1]
    while parts and 0 < rest < FEWEST:
        rest += parts.pop()[1]
    return (*parts, (REST, rest)) if rest else tuple(parts)


def _cause(check: Check, finding: str, people: list[Met]) -> Cause:
    return Cause(
        check=check,
        finding=finding,
        # a later version may judge a finding otherwise: the newest page says how bad it is
        verdict=people[-1].verdict,
        people=len(people),
        splits={
            "browser": parts_of(one.browser for one in people),
            "system": parts_of(one.system for one in people),
            "department": parts_of(one.department for one in people),
        },
    )
