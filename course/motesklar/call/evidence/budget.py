"""How much of a core may go into looking at pictures, for everybody in a process together. Pure."""

#: Of one core. Pictures that can't be afforded are not looked at; whole ones are afforded first.
SHARE = 0.25
#: Seconds of work that may be done at once after a quiet while: no voice may wait longer for it.
BURST = 0.05
#: Of what has been saved up, this much is kept for whole pictures.
_KEPT_FOR_KEYFRAMES = 0.5


class DecodeBudget:
    """A purse of decoding time that fills up while time passes.

    Args:
        share: of a core.
        burst: seconds of work that fit into it.
    """

    def __init__(self, share: float = SHARE, burst: float = BURST) -> None:
        self._share = share
        self._burst = burst
        self._saved = burst
        self._filled_at = 0.0

    def affords(self, now: float, *, keyframe: bool) -> bool:
        """Whether another picture may be decoded."""
        self._saved = min(self._burst, self._saved + (now - self._filled_at) * self._share)
        self._filled_at = now
        kept = 0.0 if keyframe else self._burst * _KEPT_FOR_KEYFRAMES
        return self._saved > kept

    def spend(self, seconds: float) -> None:
        """Decoding has taken this long; it may leave a debt."""
        self._saved -= seconds
