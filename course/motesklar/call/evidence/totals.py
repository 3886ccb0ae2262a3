"""How much has reached the server from one person, and whether it is enough. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Reaching one of these is enough to say that the person can take part.
ENOUGH_SOUND_SECONDS = 3.0
ENOUGH_PICTURE_SECONDS = 3.0
ENOUGH_TEXT_CHARACTERS = 20


@dataclass(frozen=True)
class Totals:
    """What one person has got through to the server in one module, over all calls.

    Args:
        sound_seconds: louder than a quiet room, by a decoded sample of its packets.
        picture_seconds: of a camera, neither black nor frozen, decoded.
        text_characters: typed and not only moved about.
        tasks: those that are done, each with the way it was done first.
    """

    sound_seconds: float = 0.0
    picture_seconds: float = 0.0
    text_characters: int = 0
    tasks: Mapping[str, str] = field(default_factory=dict)

    @property
    def enough(self) -> bool:
        """Whether any one of the alternatives is fulfilled."""
        return (
            self.sound_seconds >= ENOUGH_SOUND_SECONDS
            or self.picture_seconds >= ENOUGH_PICTURE_SECONDS
            or self.text_characters >= ENOUGH_TEXT_CHARACTERS
        )

    def joined(self, other: "Totals") -> "Totals":
        """The most of both: evidence only grows, and a task keeps the way it was done first."""
        return Totals(
            max(self.sound_seconds, other.sound_seconds),
            max(self.picture_seconds, other.picture_seconds),
            max(self.text_characters, other.text_characters),
            {**other.tasks, **self.tasks},
        )
