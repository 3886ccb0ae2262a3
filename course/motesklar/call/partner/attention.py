"""What the partner notices of a person: sound, text, picture, and what they say they send."""

from typing import Protocol

from motesklar.call.evidence.judgement import Sight

#: Somebody has said something when this much sound came; a cough is shorter.
TURN_SECONDS = 0.8
#: Nobody speaks this long without a breath: a fan, a radio, or a talker who is answered anyway.
LONGEST_TURN_SECONDS = 15.0
#: Hands have signed something when so much movement came while nothing was heard.
SIGNED_SECONDS = 2.0
#: Quiet for this long after the button: what was still on its way has come.
QUIET_SECONDS = 1.0
#: So much of a picture has come that it isn't chance.
PICTURE_SECONDS = 2.0
#: A picture that has been black or still for this long is told; a blink of it is not.
BLACK_SECONDS = 3.0
FROZEN_SECONDS = 5.0
#: Pictures further apart than this are not one stretch of time.
_GAP_MAX = 1.5


class MemberState(Protocol):
    """What a page says it sends; `messages.State` is one."""

    @property
    def microphone(self) -> bool:
        """Whether the microphone is on."""

    @property
    def camera(self) -> bool:
        """Whether the camera is on."""

    @property
    def hand(self) -> bool:
        """Whether the hand is up."""


class Attention:
    """What has come, since the partner began to listen and since it asked for the task now.

    Attributes:
        sound: seconds of it in this turn that reached the server.
        here: seconds of it in this turn that only the page itself has heard.
    """

    def __init__(self) -> None:
        self.microphone = self.camera = self.hand = False
        self._microphone_since = self._camera_since = 0.0
        self._heard_at = self._seen_at = self._screen_at = 0.0
        self._black_since = self._frozen_since = 0.0
        self._text, self._typed_at = "", 0.0
        self._line_finished = self._answered = False
        self.begin_task(0.0)
        self.begin_turn(0.0)

    def begin_task(self, now: float) -> None:
        """Another thing is asked for: what was done for the last one doesn't count again."""
        self._microphone_was_on, self._camera_was_on = self.microphone, self.camera
        self._asked_at = now
        self._picture = 0.0

    def begin_turn(self, now: float) -> None:
        """The partner has stopped speaking and listens; what was written meanwhile is kept."""
        self.since = now
        self.sound = self.here = self._signs = 0.0
        self._last_sound = self._last_sign = self.last_life = now

    def forget_text(self) -> None:
        """What was written is being answered; the rest of the same line is no new one."""
        self._answered = bool(self._text) and not self._line_finished
        self._text, self._typed_at, self._line_finished = "", 0.0, False

    def hear(self, now: float, seconds: float, *, here: bool = False) -> None:
        """Sound has come."""
        if here:
            self.here += seconds
        else:
            self.sound += seconds
            self._heard_at = now
        self._last_sound = self.last_life = now

    def read(self, now: float, line: str) -> None:
        """A line as typed so far has come."""
        finished = line.endswith("\n")
        self.last_life = now
        if self._answered:
            self._answered = not finished and bool(line)
            return
        self._text, self._typed_at = line.strip() or self._text, now
        self._line_finished = finished and bool(self._text)

    def state(self, now: float, state: MemberState) -> None:
        """The page says what it sends now."""
        if state.microphone is not self.microphone:
            self._microphone_since = self.last_life = now
        if state.camera is not self.camera:
            self._camera_since = self.last_life = now
        self.microphone, self.camera, self.hand = state.microphone, state.camera, state.hand
        self._microphone_was_on |= state.microphone
        self._camera_was_on |= state.camera

    def see(self, now: float, sight: Sight) -> None:
        """A picture of the camera was looked at."""
        passed = now - self._seen_at
        gap = passed if passed <= _GAP_MAX else 0.0
        self._seen_at = now
        if sight in (Sight.LIVING, Sight.LIVELY):
            self._picture += gap
        if sight is Sight.LIVELY:
            self._signs += gap
            self._last_sign = self.last_life = now
        self._black_since = (self._black_since or now) if sight is Sight.BLACK else 0.0
        self._frozen_since = (self._frozen_since or now) if sight is Sight.FROZEN else 0.0

    def see_screen(self, now: float) -> None:
        """A picture of a shared screen was decoded."""
        self._screen_at = self.last_life = now

    def spoke(self, now: float, pause: float) -> bool:
        """Whether somebody has said something, and has finished."""
        paused = now - self._last_sound >= pause
        endless = now - self.since >= LONGEST_TURN_SECONDS
        return max(self.sound, self.here) >= TURN_SECONDS and (paused or endless)

    def wrote(self, now: float, pause: float) -> bool:
        """Whether a line was written, and is finished."""
        return bool(self._text) and (self._line_finished or now - self._typed_at >= pause)

    def signed(self, now: float, pause: float) -> bool:
        """Whether hands have moved for a while, silently, and have come to rest."""
        paused = now - self._last_sign >= pause
        endless = now - self.since >= LONGEST_TURN_SECONDS
        return self._signs >= SIGNED_SECONDS and not self.sound and (paused or endless)

    def went_quiet(self, now: float) -> bool:
        """Whether the microphone was turned off, and nothing has come since."""
        since = self._microphone_since
        off = self._microphone_was_on and not self.microphone
        quiet = self._heard_at <= since + QUIET_SECONDS / 2
        return off and quiet and now - since >= QUIET_SECONDS

    def went_dark(self, now: float) -> bool:
        """Whether the camera was turned off, and no picture has come since."""
        since = self._camera_since
        off = self._camera_was_on and not self.camera
        return off and self._seen_at <= since + QUIET_SECONDS and now - since >= QUIET_SECONDS

    def seen(self, now: float) -> bool:
        """Whether a living picture has come for long enough, and still comes."""
        return self._picture >= PICTURE_SECONDS and self._sees(now)

    def shows_screen(self) -> bool:
        """Whether a shared screen was seen after it was asked for."""
        return self._screen_at > self._asked_at

    def is_black(self, now: float) -> bool:
        """Whether the camera's picture has been black for a while."""
        long = bool(self._black_since) and now - self._black_since >= BLACK_SECONDS
        return long and self._sees(now)

    def is_frozen(self, now: float) -> bool:
        """Whether the camera's picture has stood still for a while."""
        long = bool(self._frozen_since) and now - self._frozen_since >= FROZEN_SECONDS
        return long and self._sees(now)

    def _sees(self, now: float) -> bool:
        return now - self._seen_at <= 2 * _GAP_MAX
