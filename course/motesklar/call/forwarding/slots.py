"""Who is shown to whom: decisions alone, the same for the same question.

How packets are then rewritten is `out`'s affair; so a stage or a gallery needs only other
decisions.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

#: Whoever speaks this long is worth being seen.
SETTLED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a member wants to see.

    Args:
        pinned: before all others.
        videos: then these, best first.
        count: how many pictures its screen has room for.
        hall: it sits in the hall, without a headset: it gets neither sound nor pictures.
    """

    pinned: str | None = None
    videos: tuple[str, ...] = ()
    count: int = 5
    hall: bool = False


def videos_for(
    member: str,
    choice: Choice,
    cameras: Iterable[str],
    recent: Iterable[str],
    places: int,
) -> list[str]:
    """Whose cameras `member` is shown, the most important first.

    Args:
        member: never sees themself.
        choice: what they ask for.
        cameras: who sends a picture, in the order of joining.
        recent: who has spoken, the last one first.
        places: how many pictures can be sent to them.
    """
    if choice.hall:
        return []
    available = dict.fromkeys(cameras)
    available.pop(member, None)
    pinned = () if choice.pinned is None else (choice.pinned,)
    ranking = (*pinned, *choice.videos, *recent, *available)
    shown = [other for other in dict.fromkeys(ranking) if other in available]
    return shown[: max(0, min(choice.count, places))]


def voices_for(member: str, choice: Choice, loudest: Iterable[str], places: int) -> list[str]:
    """Whom `member` hears: the loudest, but never themself."""
    if choice.hall:
        return []
    return [other for other in loudest if other != member][:places]


def screen_for(member: str, choice: Choice, screens: Sequence[str]) -> str | None:
    """Whose screen `member` is shown: the one that was shared last, but not their own."""
    if choice.hall:
        return None
    return next((other for other in reversed(screens) if other != member), None)


def seat(places: Sequence[str | None], wanted: Sequence[str]) -> list[str | None]:
    """Put `wanted` into places: whoever has one keeps it, the others take the first free ones.

    Args:
        places: who is in each now.
        wanted: who is to be; no more than there are places.
    """
    keep = set(wanted)
    seated = [member if member in keep else None for member in places]
    sitting = {member for member in seated if member is not None}
    waiting = iter([member for member in wanted if member not in sitting])
    return [next(waiting, None) if member is None else member for member in seated]


class Recent:
    """Who has spoken, the last one first; a cough or a yes is not speaking."""

    __slots__ = ("_order", "_since")

    def __init__(self) -> None:
        self._order: list[str] = []
        #: who speaks now, and since when; None: that is settled
        self._since: dict[str, float | None] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._order)

    def spoke(self, speaking: Iterable[str], now: float) -> bool:
        """Note who speaks now; whether the order has changed."""
        self._since = {member: self._since.get(member, now) for member in speaking}
        settled = [
            member
            for member, since in self._since.items()
            if since is not None and now - since >= SETTLED_SECONDS
        ]
        for member in settled:
            self._since[member] = None
            self._order = [member, *(other for other in self._order if other != member)]
        return bool(settled)

    def forget(self, member: str) -> None:
        """They have left."""
        self._order = [other for other in self._order if other != member]
        self._since.pop(member, None)
