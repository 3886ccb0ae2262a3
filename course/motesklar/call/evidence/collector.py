"""Adds up what arrives from one person in one module. Pure: judgements in, totals out.

Sound, picture and text are equal alternatives. A claim of the browser's never comes here: sound
and picture are what was decoded on the server, text is what arrived, and tasks are what the
partner or a leader has seen done.
"""

from collections.abc import Mapping

from motesklar.call.evidence.judgement import Sight, is_sound, judge
from motesklar.call.evidence.totals import Totals

#: A gap between two pictures counts at most this much: a slide show is no camera. Whole pictures
#: come about once a second while only those are decoded.
PICTURE_GAP_MAX = 1.2

#: After this much, no more is decoded for evidence: it is the server's dearest work.
SOUND_SECONDS_MAX = 30.0
PICTURE_SECONDS_MAX = 10.0


class Evidence:
    """What one person has got through so far.

    Args:
        totals: what earlier calls have already brought.
    """

    def __init__(self, totals: Totals | None = None) -> None:
        totals = totals or Totals()
        self._sound = totals.sound_seconds
        self._picture = totals.picture_seconds
        self._characters = totals.text_characters
        self._tasks = dict(totals.tasks)
        self._line = ""
        self._sample = b""
        self._sampled_at = 0.0

    @property
    def totals(self) -> Totals:
        """Everything so far."""
        return Totals(
            round(self._sound, 2), round(self._picture, 2), self._characters, dict(self._tasks)
        )

    @property
    def wants_sound(self) -> bool:
        """Whether decoding more sound can still add anything."""
        return self._sound < SOUND_SECONDS_MAX

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

    def see(self, sample: bytes, now: float) -> Sight | None:
        """Count a decoded picture of the camera, which arrived at `now` seconds, and judge it.

        The time since the last one counts when this one is lit and has moved since. Our clock
        measures it, not the sender's timestamps.
        """
        since = now - self._sampled_at
        sight = judge(self._sample, sample)
        self._sample, self._sampled_at = sample, now
        if sight in (Sight.LIVING, Sight.LIVELY):
            self._picture += min(since, PICTURE_GAP_MAX)
        return sight

    def read(self, line: str) -> None:
        """Count the characters of a line as typed that were not there in its last version."""
        same = 0
        for a, b in zip(self._line, line, strict=False):
            if a != b:
                break
            same += 1
        self._characters += len(line[same:].replace("\n", ""))
        self._line = "" if line.endswith("\n") else line

    def record(self, tasks: Mapping[str, str]) -> None:
        """Note tasks that are done; each keeps the way it was done first."""
        self._tasks = {**tasks, **self._tasks}

    def new_connection(self) -> None:
        """Forget the last picture and line: those of another connection can't be compared."""
        self._line = ""
        self._sample = b""
