"""What counts as having reached the server. Pure: numbers in, numbers out.

Sound, picture and text are equal alternatives. A claim of the browser's never comes here: sound
and picture are what was decoded on the server, text is what arrived.
"""

from dataclasses import dataclass

#: Root mean square of a 20 ms frame, of full scale 1. Speech is about 0.02 to 0.2, a quiet room
#: after the browser's noise suppression below 0.001.
SOUND_FLOOR = 0.005

#: Luma of 8 bits; black is 16, and a covered camera's noise stays below this.
DARK_LUMA = 40
#: A picture with a smaller share of lighter points than this is black.
LIT_SHARE = 0.02
#: Points of two samples that differ by more than this have moved; coding noise differs less.
MOVED_LUMA = 3
#: A picture with a smaller share of moved points than this has frozen.
MOVED_SHARE = 0.002
#: A gap between two pictures counts at most this much: a slide show is no camera.
PICTURE_GAP_MAX = 0.5

#: Reaching one of these is enough to say that the person can take part.
ENOUGH_SOUND_SECONDS = 3.0
ENOUGH_PICTURE_SECONDS = 3.0
ENOUGH_TEXT_CHARACTERS = 20

#: After this much, pictures are no longer decoded: it is the server's dearest work.
PICTURE_SECONDS_MAX = 10.0


@dataclass(frozen=True)
class Totals:
    """What one person has got through to the server in one module."""

    sound_seconds: float = 0.0
    picture_seconds: float = 0.0
    text_characters: int = 0

    @property
    def enough(self) -> bool:
        """Whether any one of the alternatives is fulfilled."""
        return (
            self.sound_seconds >= ENOUGH_SOUND_SECONDS
            or self.picture_seconds >= ENOUGH_PICTURE_SECONDS
            or self.text_characters >= ENOUGH_TEXT_CHARACTERS
        )


def is_sound(loudness: float) -> bool:
    """Whether a frame of that root mean square is more than a quiet room."""
    return loudness >= SOUND_FLOOR


def is_black(sample: bytes) -> bool:
    """Whether a picture, as a sample of its luma, shows nothing."""
    lit = sum(luma > DARK_LUMA for luma in sample)
    return lit < LIT_SHARE * len(sample) or not sample


def is_frozen(before: bytes, sample: bytes) -> bool:
    """Whether two samples of the same size show the same picture."""
    if len(before) != len(sample):
        return False
    moved = sum(abs(a - b) > MOVED_LUMA for a, b in zip(before, sample, strict=True))
    return moved < MOVED_SHARE * len(sample)


class Evidence:
    """Adds up what arrives from one person in one module.

    Args:
        totals: what earlier calls have already brought.
    """

    def __init__(self, totals: Totals | None = None) -> None:
        totals = totals or Totals()
        self._sound = totals.sound_seconds
        self._picture = totals.picture_seconds
        self._characters = totals.text_characters
        self._line = ""
        self._sample = b""
        self._sampled_at = 0.0

    @property
    def totals(self) -> Totals:
        """Everything so far."""
        return Totals(round(self._sound, 2), round(self._picture, 2), self._characters)

    @property
    def wants_pictures(self) -> bool:
        """Whether decoding more pictures can still add anything."""
        return self._picture < PICTURE_SECONDS_MAX

    def hear(self, loudness: float, seconds: float) -> bool:
        """Count a decoded frame of sound; True when it was one."""
        if not is_sound(loudness):
            return False
        self._sound += seconds
        return True

    def see(self, sample: bytes, now: float) -> None:
        """Count a decoded picture, which arrived at `now` seconds.

        The time since the last one counts when this one is lit and has moved since. Our clock
        measures it, not the sender's timestamps.
        """
        before, since = self._sample, now - self._sampled_at
        self._sample, self._sampled_at = sample, now
        if before and not is_black(sample) and not is_frozen(before, sample):
            self._picture += min(since, PICTURE_GAP_MAX)

    def read(self, line: str) -> None:
        """Count the characters of a line as typed that were not there in its last version."""
        same = 0
        for a, b in zip(self._line, line, strict=False):
            if a != b:
                break
            same += 1
        self._characters += len(line[same:].replace("\n", ""))
        self._line = "" if line.endswith("\n") else line

    def new_connection(self) -> None:
        """Forget the last picture and line: those of another connection can't be compared."""
        self._line = ""
        self._sample = b""
