"""Who of a group is ready to meet, and what stands in the others' way. Pure.

Somebody is ready when everything that a call needs has ended well; a check that they skipped
because it isn't for them counts as well, and no reason is asked. What they will test on another
device says nothing yet. Nobody is compared with anybody.
"""

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from motesklar.equipment.verdicts import NOT_HERE, Check, Verdict, VerdictName

#: A call needs these; of the browser it is enough that nothing is wrong with it.
NEEDED = (Check.SPEAKER, Check.MICROPHONE, Check.CAMERA, Check.NETWORK)

_TABLE = re.compile(r"(\d+)(.*)")


class Readiness(enum.StrEnum):
    """How far somebody is with their equipment."""

    READY = "ready"  # everything that a call needs has ended well
    FAILED = "failed"  # something doesn't work
    STARTED = "started"  # something is left to test
    UNTESTED = "untested"  # nothing is tested


@dataclass(frozen=True)
class Member:
    """Somebody in the group.

    Args:
        table: the table in the hall; empty when nobody has said it.
        verdicts: the newest of each check within the days that a test counts.
    """

    person_id: str
    name: str
    department: str
    table: str
    verdicts: Mapping[Check, Verdict] = field(default_factory=dict)

    @property
    def readiness(self) -> Readiness:
        """How far they are."""
        return readiness_of(self.verdicts)


@dataclass(frozen=True)
class Trouble:
    """What several have in common.

    Args:
        people: their ids, in the group's order.
    """

    check: Check
    finding: str
    verdict: VerdictName
    people: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table in the hall; the last has no name and is everybody's who has said none."""

    name: str
    people: int
    ready: int


@dataclass(frozen=True)
class Group:
    """A workshop's participants, by name.

    Args:
        ended: the workshop is over, and there is nobody to see any more.
        turn: the table whose turn it is to test; None while everybody tests when they like.
    """

    members: tuple[Member, ...]
    ended: bool = False
    turn: str | None = None

    @property
    def troubles(self) -> list[Trouble]:
        """What doesn't work or should be mended: the worst and most common first."""
        return troubles_of(self.members)

    @property
    def tables(self) -> list[Table]:
        """The tables in the order in which they take turns."""
        return tables_of(self.members)


def make_group(members: Iterable[Member], *, ended: bool = False, turn: str | None = None) -> Group:
    """The group, its members by name."""
    by_name = sorted(members, key=lambda one: (one.name.casefold(), one.person_id))
    return Group(tuple(by_name), ended, turn)


def counts(verdict: Verdict) -> bool:
    """Whether a verdict says anything about how ready somebody is."""
    return verdict.finding != NOT_HERE


def readiness_of(verdicts: Mapping[Check, Verdict]) -> Readiness:
    """How far somebody is, by the newest verdict of each check."""
    if not verdicts:
        return Readiness.UNTESTED
    if any(verdict.verdict is VerdictName.FAIL for verdict in verdicts.values()):
        return Readiness.FAILED
    return Readiness.READY if all(check in verdicts for check in NEEDED) else Readiness.STARTED


def troubles_of(members: Iterable[Member]) -> list[Trouble]:
    """The findings that need a fix, each with everybody who has it."""
    found: dict[tuple[Check, str, VerdictName], list[str]] = {}
    for member in members:
        for check, verdict in member.verdicts.items():
            if verdict.verdict in (VerdictName.FAIL, VerdictName.WARN):
                key = (check, verdict.finding, verdict.verdict)
                found.setdefault(key, []).append(member.person_id)
    troubles = [Trouble(*key, tuple(people)) for key, people in found.items()]
    order = list(Check)
    return sorted(
        troubles,
        key=lambda one: (
            one.verdict is not VerdictName.FAIL,
            -len(one.people),
            order.index(one.check),
            one.finding,
        ),
    )


def tables_of(members: Iterable[Member]) -> list[Table]:
    """The tables where somebody sits, in their order; those without one come last, together."""
    seated: dict[str, list[Member]] = {}
    for member in members:
        seated.setdefault(member.table, []).append(member)
    return [
        Table(name, len(there), sum(one.readiness is Readiness.READY for one in there))
        for name, there in sorted(seated.items(), key=lambda item: table_order(item[0]))
    ]


def table_order(name: str) -> tuple[bool, bool, int, str]:
    """Sorts tables as people count them: 4, 4B, 10, then those with words, then none."""
    numbered = _TABLE.fullmatch(name)
    number, rest = (int(numbered[1]), numbered[2]) if numbered else (0, name)
    return (not name, numbered is None, number, rest.casefold())
