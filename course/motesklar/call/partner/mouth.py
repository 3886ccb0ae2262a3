"""Says one sentence after the other, and knows when it has finished. Pure: time is given."""

import enum
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from motesklar.call.partner.failures import Failure
from motesklar.call.partner.script import Line

log = logging.getLogger("motesklar.call")


class PartnerState(enum.StrEnum):
    """What the partner is doing."""

    WAITING = "waiting"  # nobody is here yet; never told to anybody
    GREETING = "greeting"  # says the first sentence
    LISTENING = "listening"  # silent, waits for sound, text, pictures, buttons or time
    SPEAKING = "speaking"  # says any other sentence


@dataclass(frozen=True)
class Saying:
    """A sentence in the row.

    Args:
        line: what is said.
        written: whether it answers something written, and is written as well.
        repaired: whether what was broken is in order again as it begins.
        failure: what breaks when it has been said.
    """

    line: Line
    written: bool = False
    repaired: bool = False
    failure: Failure | None = None


class Mouth:
    """A short row of sentences; when it is empty, the partner listens.

    Args:
        seconds: how long each line takes to say.
        tell: called at each change with the time, the sentence that begins, or None when it
            listens, and what breaks now.
    """

    def __init__(
        self,
        seconds: Mapping[Line, float],
        tell: Callable[[float, Saying | None, Failure | None], None],
    ) -> None:
        self.state = PartnerState.WAITING
        self._seconds = seconds
        self._tell = tell
        self._row: deque[Saying] = deque()
        self._now_or_last: Saying | None = None
        self._until = 0.0

    @property
    def speaks(self) -> bool:
        """Whether something is being said."""
        return self.state in (PartnerState.GREETING, PartnerState.SPEAKING)

    def say(self, now: float, *sayings: Saying) -> None:
        """Say these now; what was being said ends."""
        self._row = deque(sayings)
        self._next(now)

    def repeat(self, now: float) -> None:
        """Say again what is being said, or was said last."""
        if self._now_or_last is not None:
            self.say(now, self._now_or_last, *self._row)

    def tick(self, now: float) -> None:
        """Let time pass."""
        if self.speaks and now >= self._until:
            if self._row:
                self._next(now)
            else:
                self._fall_silent(now)

    def _next(self, now: float) -> None:
        self._now_or_last = saying = self._row.popleft()
        self._until = now + self._seconds[saying.line]
        greets = self.state is PartnerState.WAITING
        self._set_state(PartnerState.GREETING if greets else PartnerState.SPEAKING)
        self._tell(now, saying, None)

    def _fall_silent(self, now: float) -> None:
        assert self._now_or_last is not None
        failure = self._now_or_last.failure
        # when it is repeated later, what broke is broken already
        self._now_or_last = Saying(self._now_or_last.line)
        self._set_state(PartnerState.LISTENING)
        self._tell(now, None, failure)

    def _set_state(self, state: PartnerState) -> None:
        log.debug("partner: %s -> %s", self.state, state)
        self.state = state
