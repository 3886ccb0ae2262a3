"""Who is heard: the few loudest, by the level that each packet tells of its own sound (RFC 6464).

Two questions are kept apart. *Who holds a place* must not flap: whoever has one keeps it for a
while, keeps it in silence, and loses it only to somebody clearly louder. *Who speaks* is what
people are shown: it follows the voice closely.
"""

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

from motesklar.call.rtp.packet import SILENCE

Member = TypeVar("Member", bound=Hashable)

#: How much of the way to a new level the score goes in one interval: up fast, down slowly.
_ATTACK = 0.6
_DECAY = 0.12
#: A place is kept this long at least, and goes only to somebody this many dB louder.
_HOLD_SECONDS = 1.5
_MARGIN = 6.0
#: Speaking starts above the first (a level of -45 dB) and ends under the second.
_SPEAKING_FROM = 82.0
_SPEAKING_TO = 67.0
#: Below this nobody takes a place from anybody: it is a room's noise.
_NOISE = 45.0


class _Meter:
    """One member's loudness, in dB over silence (0 to 127)."""

    __slots__ = ("heard", "loudness", "score", "speaking", "taken_at")

    def __init__(self) -> None:
        self.heard = 0
        self.loudness = 0
        self.score = 0.0
        self.speaking = False
        self.taken_at: float | None = None

    def close_interval(self) -> None:
        level = self.loudness / self.heard if self.heard else 0.0
        self.heard = self.loudness = 0
        self.score += (level - self.score) * (_ATTACK if level > self.score else _DECAY)
        self.speaking = self.score >= (_SPEAKING_TO if self.speaking else _SPEAKING_FROM)


class Loudest(Generic[Member]):
    """Chooses who is heard, the same for everybody.

    Args:
        places: how many can be heard at once. Nobody hears themself, so in a company of one more
            than that everybody has a place.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._meters: dict[Member, _Meter] = {}
        #: who has a place, in the order of taking it
        self.chosen: tuple[Member, ...] = ()
        #: who speaks, loudest first, no more than there are places
        self.speaking: tuple[Member, ...] = ()

    def add(self, member: Member, now: float) -> None:
        """Let `member` be heard from now on; a free place is theirs at once."""
        if member in self._meters:
            return
        self._meters[member] = _Meter()
        self._choose(now)

    def remove(self, member: Member, now: float) -> None:
        """Hear `member` no more; their place is free at once."""
        if self._meters.pop(member, None) is None:
            return
        self.chosen = tuple(other for other in self.chosen if other != member)
        self.speaking = tuple(other for other in self.speaking if other != member)
        self._choose(now)

    def hear(self, member: Member, level: int) -> None:
        """Note a packet's level (0 loudest, 127 silence) of a member who was added."""
        meter = self._meters[member]
        meter.heard += 1
        meter.loudness += SILENCE - level

    def close_interval(self, now: float) -> None:
        """Decide anew from what was heard since the last time; call it each 100 ms."""
        for meter in self._meters.values():
            meter.close_interval()
        self._choose(now)
        louder = sorted(
            (member for member, meter in self._meters.items() if meter.speaking),
            key=lambda member: -self._meters[member].score,
        )
        self.speaking = tuple(louder[: self._places])

    def _choose(self, now: float) -> None:
        meters = self._meters
        places = self._places
        if len(meters) <= places + 1:
            places = len(meters)
        chosen = [member for member in self.chosen if member in meters]
        while len(chosen) > places:
            chosen.remove(self._weakest(chosen))
        # sorted keeps equals in the order of joining: the outcome is always the same
        waiting = sorted(
            (member for member in meters if member not in chosen),
            key=lambda member: -meters[member].score,
        )
        for member in waiting:
            if len(chosen) >= places:
                loser = self._weakest(chosen)
                if not self._takes_from(member, loser, now):
                    break  # the next ones are no louder
                chosen.remove(loser)
            chosen.append(member)
            meters[member].taken_at = now
        self.chosen = tuple(chosen)

    def _weakest(self, chosen: Sequence[Member]) -> Member:
        return min(reversed(chosen), key=lambda member: self._meters[member].score)

    def _takes_from(self, challenger: Member, holder: Member, now: float) -> bool:
        score, held = self._meters[challenger].score, self._meters[holder]
        assert held.taken_at is not None
        return (
            score > _NOISE and score > held.score + _MARGIN and now - held.taken_at >= _HOLD_SECONDS
        )
