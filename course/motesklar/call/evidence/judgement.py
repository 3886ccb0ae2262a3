"""What counts as sound, and what a picture shows. Pure: numbers and samples in, judgements out."""

import enum

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
#: Hands that sign change points far more than a person who only breathes and blinks …
LIVELY_LUMA = 12
#: … and this share of them within a fifth of a second.
LIVELY_SHARE = 0.03


class Sight(enum.StrEnum):
    """What a picture shows, beside the one before it."""

    BLACK = "black"  # a cover, a dark room, or nothing at all
    FROZEN = "frozen"  # the same picture again
    LIVING = "living"  # something to see that moves a little, as every camera's picture does
    LIVELY = "lively"  # much of it moves, as hands that sign do


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
    return _moved(before, sample, MOVED_LUMA) < MOVED_SHARE * len(sample)


def judge(before: bytes, sample: bytes) -> Sight | None:
    """What `sample` shows beside the one before it; None when it is the first of its size."""
    if is_black(sample):
        return Sight.BLACK
    if len(before) != len(sample):
        return None
    if is_frozen(before, sample):
        return Sight.FROZEN
    lively = _moved(before, sample, LIVELY_LUMA) >= LIVELY_SHARE * len(sample)
    return Sight.LIVELY if lively else Sight.LIVING


def _moved(before: bytes, sample: bytes, by: int) -> int:
    return sum(abs(a - b) > by for a, b in zip(before, sample, strict=True))
