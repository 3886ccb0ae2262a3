"""Divides a workshop's participants into small rooms. Pure.

Nobody is ever put alone: who is left over joins others. The same people, way, size and seed give
the same rooms, so that what the leader has seen is what is opened. A new seed mixes anew, and of
several mixtures the one is taken in which fewest people meet somebody again.
"""

import enum
import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

#: Two people who have been in one room before.
Pair = frozenset[str]

SIZE_MIN = 2
#: More in a room are no conversation.
SIZE_MAX = 12
#: So many mixtures are compared; with 80 people that takes some 20 ms.
_MIXTURES = 24


class Way(enum.StrEnum):
    """Who comes together."""

    ANYBODY = "anybody"  # whoever chance puts together
    MIXED = "mixed"  # different departments in each room
    DEPARTMENT = "department"  # the same department in each room
    TABLE = "table"  # those who sit at one table, however many they are


@dataclass(frozen=True)
class Attendee:
    """What a division needs to know of somebody."""

    person_id: str
    department: str = ""
    table_number: str = ""


@dataclass(frozen=True)
class Group:
    """Those who meet in one room.

    Args:
        table_number: the table they sit at; empty where they don't sit together.
    """

    people: tuple[str, ...]
    table_number: str = ""


def divide(
    people: Collection[Attendee],
    way: Way,
    size: int,
    *,
    seed: str = "",
    met: Collection[Pair] = frozenset(),
) -> list[Group]:
    """Groups of at most `size`, one more where somebody would be alone; tables stay whole.

    Args:
        people: everybody who is to come into a room.
        way: who comes together.
        size: how many are in a room, from `SIZE_MIN` to `SIZE_MAX`.
        seed: another one gives another mixture.
        met: who has met before, and should now meet others.

    Raises:
        ValueError: `size` is out of bounds.
    """
    if not SIZE_MIN <= size <= SIZE_MAX:
        raise ValueError(f"rooms have {SIZE_MIN} to {SIZE_MAX} people, not {size}")
    if not people:
        return []
    if way is Way.TABLE:
        return _by_table(people, size, seed)
    mixtures = (
        list(_mixture(people, way, size, f"{seed}/{number}")) for number in range(_MIXTURES)
    )
    best = min(mixtures, key=lambda groups: _again(groups, met)) if met else next(mixtures)
    return [Group(group) for group in best]


def pairs(people: Iterable[str]) -> Iterator[Pair]:
    """Everybody who meets somebody when these are together."""
    return (frozenset(two) for two in combinations(sorted(people), 2))


def _mixture(
    people: Collection[Attendee], way: Way, size: int, seed: str
) -> Iterator[tuple[str, ...]]:
    shuffled = _shuffled(people, seed)
    if way is Way.DEPARTMENT:
        yield from _by_department(shuffled, size)
    else:
        yield from _dealt(_apart(shuffled) if way is Way.MIXED else shuffled, size)


def _shuffled(people: Collection[Attendee], seed: str) -> list[Attendee]:
    """An order that nobody chose and that is the same each time."""

    def key(one: Attendee) -> bytes:
        return hashlib.sha256(f"{seed}/{one.person_id}".encode()).digest()

    return sorted(people, key=key)


def _apart(people: Sequence[Attendee]) -> list[Attendee]:
    """People of a department one after the other, the largest first: dealt so, they part."""
    sizes = Counter(one.department for one in people)
    return sorted(people, key=lambda one: (-sizes[one.department], one.department))


def _dealt(people: Sequence[Attendee], size: int) -> list[tuple[str, ...]]:
    """The people dealt like cards to rooms of nearly the same size."""
    rooms = max(1, min(-(-len(people) // size), len(people) // SIZE_MIN))
    return [tuple(one.person_id for one in people[first::rooms]) for first in range(rooms)]


def _by_department(people: Sequence[Attendee], size: int) -> list[tuple[str, ...]]:
    """Rooms of one department each; who is its only one meets the others like that."""
    groups: list[tuple[str, ...]] = []
    only: list[Attendee] = []
    for _, found in _grouped(people, lambda one: one.department):
        if len(found) == 1:
            only += found
        else:
            groups += _dealt(found, size)
    if len(only) == 1 and groups and min(map(len, groups)) > size:
        # each room has its one more already: somebody of the last one comes along
        *stay, company = groups.pop()
        return [*groups, tuple(stay), (company, only[0].person_id)]
    return _with_the_left_over(groups, only, size)


def _by_table(people: Collection[Attendee], size: int, seed: str) -> list[Group]:
    tables: dict[str, list[Attendee]] = {}
    only: list[Attendee] = []
    for table, found in _grouped(_shuffled(people, seed), lambda one: one.table_number):
        if table and len(found) > 1:
            tables[table] = found
        else:
            only += found
    seated = sorted(tables, key=_table_order)
    groups = [tuple(one.person_id for one in tables[table]) for table in seated]
    whole = _with_the_left_over(groups, only, size)
    names = [*seated, *[""] * (len(whole) - len(seated))]
    return [Group(group, name) for group, name in zip(whole, names, strict=True)]


def _with_the_left_over(
    groups: list[tuple[str, ...]], only: Sequence[Attendee], size: int
) -> list[tuple[str, ...]]:
    """The left over among themselves; a last one alone with the fewest."""
    if len(only) == 1 and groups:
        fewest = min(range(len(groups)), key=lambda number: len(groups[number]))
        groups[fewest] = (*groups[fewest], only[0].person_id)
        return groups
    return groups + (_dealt(only, size) if only else [])


def _grouped(
    people: Iterable[Attendee], key: Callable[[Attendee], str]
) -> Iterator[tuple[str, list[Attendee]]]:
    return ((name, list(found)) for name, found in groupby(sorted(people, key=key), key))


def _table_order(table: str) -> tuple[bool, int, str]:
    """Table 2 before table 10, and words after numbers."""
    number = int(table) if table.isascii() and table.isdecimal() else None
    return (number is None, number or 0, table)


def _again(groups: Iterable[Sequence[str]], met: Collection[Pair]) -> int:
    return sum(pair in met for group in groups for pair in pairs(group))
