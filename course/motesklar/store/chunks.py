"""Many ids, as many at a time as fit into one query."""

from collections.abc import Iterable, Iterator
from itertools import islice

#: Every database takes so many values in one query.
CHUNK = 500


def chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """The ids in their order, at most `CHUNK` at a time."""
    rest = iter(ids)
    while some := list(islice(rest, CHUNK)):
        yield some
