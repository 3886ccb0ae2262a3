"""The automated partner: what it says, and when. Pure: time is given, nothing is awaited.

It greets, listens, and answers once it has heard somebody and they pause. Whoever writes is
answered in writing and by voice alike. If nothing comes for a while it says so kindly and says
what to check. Its sentences are the table `Line`: the caption, the spoken clip
(`clips/<language>/<name>.opus`) and the translation all come from there.
"""

import enum
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from motesklar.i18n import N_

log = logging.getLogger("motesklar.call")

#: Somebody has said something when this much sound came …
TURN_SECONDS = 1.5
#: … and then nothing for this long.
PAUSE_SECONDS = 0.9
#: Nobody speaks this long without a breath: a fan, a radio, or a talker who is answered anyway.
LONGEST_TURN_SECONDS = 15.0
#: Nothing at all for this long is told.
SILENCE_SECONDS = 8.0
#: A line that isn't finished with Enter counts as finished after this long.
TYPING_PAUSE_SECONDS = 2.5
#: So much of a picture has come that it isn't chance.
PICTURE_SECONDS = 2.0


class Line(enum.Enum):
    """Everything the partner can say."""

    GREETING = N_(
        "Hello, and welcome! I am a computer voice that you can practise with."
        " Say something to me. What did you have for breakfast?"
    )
    WELCOME_BACK = N_("Welcome back! The connection was gone for a moment. I am listening again.")
    HEARD = N_(
        "Thank you, I can hear you! Tell me a little more. What is the weather like where you are?"
    )
    MUTE = N_(
        "Good. Now try turning your microphone off with the button."
        " Then turn it on again, and tell me that you are back."
    )
    BACK = N_(
        "I can hear you again. In a meeting the microphone is on when we speak,"
        " and off when we listen."
    )
    FINISHED = N_(
        "That was everything from me. Now you know that others can hear you."
        " You can hang up whenever you like."
    )
    STILL = N_("I can hear you. You can hang up whenever you like.")
    SILENT = N_(
        "I can't hear anything right now. Check that your microphone is turned on,"
        " and say something again."
    )
    STILL_SILENT = N_(
        "It is still quiet here. Check that your headset is plugged in. You can also write to me."
    )
    READ = N_("Thank you, I can read what you write. Writing works just as well as speaking.")
    READ_MORE = N_("I can read that too. You can hang up whenever you like.")
    SEEN = N_("And I can see your picture. Your camera works.")

    @property
    def clip(self) -> str:
        """The file name of its clips, without the ending."""
        return self.name.lower().replace("_", "-")


_ANSWERS = (Line.HEARD, Line.MUTE, Line.BACK, Line.FINISHED, Line.STILL)
_WRITTEN_ANSWERS = (Line.READ, Line.READ_MORE)
_HINTS = (Line.SILENT, Line.STILL_SILENT)


class PartnerState(enum.StrEnum):
    """What the partner is doing."""

    WAITING = "waiting"  # nobody is here yet; never told to anybody
    GREETING = "greeting"  # says the first sentence
    LISTENING = "listening"  # silent, waits for sound, text or time
    SPEAKING = "speaking"  # says any other sentence


@dataclass
class Progress:
    """How far the conversation has come; survives a lost connection."""

    greeted: bool = False
    answers: int = 0
    written_answers: int = 0
    hints: int = 0
    seen: bool = False


@dataclass
class _Turn:
    """What has come since the partner began to listen."""

    since: float = 0.0
    sound: float = 0.0
    last_sound: float = 0.0
    last_text: float = 0.0
    text: str = ""
    finished_line: bool = False


class Partner:
    """One conversation.

    Args:
        seconds: how long each line takes to say.
        tell: called at each change with the state, what is said in it (None while listening),
            and whether it answers something written.
        progress: of an earlier connection of the same person and page.
    """

    def __init__(
        self,
        seconds: Mapping[Line, float],
        tell: Callable[[PartnerState, Line | None, bool], None],
        progress: Progress | None = None,
    ) -> None:
        self.state = PartnerState.WAITING
        self.progress = progress or Progress()
        self._seconds = seconds
        self._tell = tell
        self._speaks_until = 0.0
        self._turn = _Turn()
        self._picture_is_news = False

    def start(self, now: float) -> None:
        """Greet; somebody is here.

        Raises:
            RuntimeError: it has started already.
        """
        if self.state is not PartnerState.WAITING:
            raise RuntimeError(f"a partner that is {self.state} can't start")
        line = Line.WELCOME_BACK if self.progress.greeted else Line.GREETING
        self.progress.greeted = True
        self._set_state(PartnerState.GREETING, now, line)

    def hear(self, now: float, seconds: float) -> None:
        """Sound has come, `seconds` long. While the partner itself speaks it may be its echo."""
        if self.state is PartnerState.LISTENING:
            self._turn.sound += seconds
            self._turn.last_sound = now

    def read(self, now: float, line: str) -> None:
        """A line as typed so far has come; one that came while it spoke is answered afterwards."""
        turn = self._turn
        turn.text, turn.last_text = line.strip() or turn.text, now
        turn.finished_line = line.endswith("\n") and bool(turn.text)

    def see(self, picture_seconds: float) -> None:
        """So much of a picture has come by now; it is told once."""
        if picture_seconds >= PICTURE_SECONDS and not self.progress.seen:
            self._picture_is_news = True

    def tick(self, now: float) -> None:
        """Let time pass; call it several times a second."""
        if self.state is PartnerState.LISTENING:
            self._listen(now)
        elif self.state is not PartnerState.WAITING and now >= self._speaks_until:
            self._set_state(PartnerState.LISTENING, now, None)

    def _listen(self, now: float) -> None:
        turn, progress = self._turn, self.progress
        if self._has_written(now):
            line = _WRITTEN_ANSWERS[min(progress.written_answers, len(_WRITTEN_ANSWERS) - 1)]
            progress.written_answers += 1
            self._set_state(PartnerState.SPEAKING, now, line, written=True)
        elif self._has_spoken(now):
            line = _ANSWERS[min(progress.answers, len(_ANSWERS) - 1)]
            progress.answers += 1
            progress.hints = 0
            self._set_state(PartnerState.SPEAKING, now, line)
        elif self._picture_is_news and not turn.sound and not turn.text:
            progress.seen = True
            self._picture_is_news = False
            self._set_state(PartnerState.SPEAKING, now, Line.SEEN)
        elif self._should_hint(now):
            line = _HINTS[progress.hints]
            progress.hints += 1
            self._set_state(PartnerState.SPEAKING, now, line)

    def _has_written(self, now: float) -> bool:
        turn = self._turn
        paused = now - turn.last_text >= TYPING_PAUSE_SECONDS
        return bool(turn.text) and (turn.finished_line or paused)

    def _has_spoken(self, now: float) -> bool:
        turn = self._turn
        paused = now - turn.last_sound >= PAUSE_SECONDS
        endless = now - turn.since >= LONGEST_TURN_SECONDS
        return turn.sound >= TURN_SECONDS and (paused or endless)

    def _should_hint(self, now: float) -> bool:
        """Nobody who writes, and nobody who has come to the end, is told that they are silent."""
        progress = self.progress
        finished = progress.answers > _ANSWERS.index(Line.FINISHED)
        if finished or progress.written_answers or self._turn.text:
            return False
        quiet_since = max(self._turn.since, self._turn.last_sound)
        return progress.hints < len(_HINTS) and now - quiet_since >= SILENCE_SECONDS

    def _set_state(
        self, state: PartnerState, now: float, line: Line | None, *, written: bool = False
    ) -> None:
        if state is self.state:
            return
        log.debug("partner: %s -> %s", self.state, state)
        if state is PartnerState.LISTENING:
            self._turn.since = now  # what was written meanwhile is kept
        else:
            self._turn = _Turn(since=now)
        self.state = state
        self._speaks_until = now + (self._seconds[line] if line else 0.0)
        self._tell(state, line, written)
