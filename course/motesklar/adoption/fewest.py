"""Which groups are big enough to be told of, so that no number is about so few. Pure.

A number is told of a group only where at least `FEWEST` people stand behind it, and only where
the same holds for everybody who is left when the group is taken from the whole: otherwise a
subtraction would tell what the page doesn't.
"""

from collections.abc import Collection, Mapping

FEWEST = 5


def is_told(size: int, whole: int) -> bool:
    """Whether a number may be told of that many out of the whole."""
    return size >= FEWEST and (whole == size or whole - size >= FEWEST)


def told_groups(sizes: Mapping[str, int], whole: int) -> set[str]:
    """The names of the groups that may be told of side by side, out of the whole.

    Args:
        sizes: groups that have nobody in common.
        whole: may have people who are in none of them.
    """
    told = {name: size for name, size in sizes.items() if name and size >= FEWEST}
    while told and 0 < whole - sum(told.values()) < FEWEST:
        # the smallest hides with those who are left, so that as little as possible is lost
        del told[min(told, key=lambda name: (told[name], name))]
    return set(told)


def told_accounts(
    accounts: Mapping[str, Collection[bool]], people: Mapping[str, int], whole: int
) -> dict[str, tuple[int, int]]:
    """(accounts, used ones) of each department of which they may be told.

    Args:
        accounts: department to whether each account there is used.
        people: how many work in each department, with an account or without.
        whole: all accounts, those of nobody we know as well.
    """
    sizes = {
        name: len(theirs) for name, theirs in accounts.items() if people.get(name, 0) >= FEWEST
    }
    found = {name: (0, 0) for name, size in people.items() if name and size >= FEWEST}
    told = told_groups(sizes, whole)
    return {
        name: (len(accounts[name]), sum(accounts[name])) if name in told else none
        for name, none in found.items()
        if name in told or not accounts.get(name)
    }
