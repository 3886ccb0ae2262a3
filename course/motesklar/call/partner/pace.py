"""How patient the partner is. Nothing is ever counted down, and waiting is never told."""

import enum
from dataclasses import dataclass


class Pace(enum.StrEnum):
    """What the person chose before the call."""

    GENTLE = "gentle"  # one thing at a time, whole sentences, long waits
    QUICK = "quick"  # few words, shorter waits


@dataclass(frozen=True)
class Patience:
    """Seconds.

    Args:
        hints: without a sign of life, before the first hint, the second, and the last word.
        pause: of silence, after which somebody has finished speaking or signing.
        typing: without a key, after which an unfinished line counts as finished.
    """

    hints: tuple[float, float, float]
    pause: float
    typing: float


PATIENCE = {
    Pace.GENTLE: Patience(hints=(14.0, 25.0, 30.0), pause=1.2, typing=6.0),
    Pace.QUICK: Patience(hints=(8.0, 14.0, 25.0), pause=0.9, typing=2.5),
}
