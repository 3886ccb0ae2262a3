"""A mirror's choice: everybody gets what they send themselves, and nobody else's."""

from collections.abc import Mapping

from motesklar.call.forwarding.selection import Selection, Shown
from motesklar.call.forwarding.slots import Choice
from motesklar.call.forwarding.source import Source
from motesklar.call.media.shape import Kind, Track


class Mirror(Selection):
    """Who measures their line gets their own packets back."""

    def shown_to(self, member: str, choice: Choice, places: Mapping[Kind, int]) -> Shown:
        """The member's own streams.

        Args:
            member: gets itself alone.
            choice: what it asks for does not matter.
            places: how many of each kind can be sent to it; at least one of sound and picture.
        """
        return Shown(
            voices=self._own(member, Track.MICROPHONE),
            screens=[],
            videos=self._own(member, Track.CAMERA),
        )

    def _own(self, member: str, track: Track) -> list[Source]:
        source = self._on[track].get(member)
        return [] if source is None else [source]
