"""The automated partner: what it says, and when. Pure: time is given, nothing is awaited.

It asks for one task after the other (`tasks.py`), listens, and answers what really came. What it
says stands in a short row of sayings; when the row is empty, it listens. While it speaks, sound
may be its own echo and is not heard; what is written or pressed meanwhile is answered afterwards.
Wrong or missing things are told kindly, at most twice a task, and never in a hurry.
"""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from motesklar.call.evidence.judgement import Sight
from motesklar.call.partner.attention import TURN_SECONDS, Attention, MemberState
from motesklar.call.partner.failures import FAILURES, TAKES_EFFECT_SECONDS, Failure, next_failure
from motesklar.call.partner.mouth import Mouth, Saying
from motesklar.call.partner.mouth import PartnerState as PartnerState
from motesklar.call.partner.pace import PATIENCE, Pace, Patience
from motesklar.call.partner.progress import Progress
from motesklar.call.partner.script import Line
from motesklar.call.partner.tasks import TASKS, Task, TaskScript, Way
from motesklar.call.partner.verdicts import picture_fault, way_done

#: What is wrong is told this often in a task; whoever is in a noisy room is left in peace.
CORRECTIONS_MAX = 2


class Wish(enum.StrEnum):
    """What the person asks of the partner."""

    REPEAT = "repeat"  # say the last sentence again
    SKIP = "skip"  # leave this task, or end this failure
    BREAK = "break"  # let something go wrong now
    AGAIN = "again"  # start from the beginning


@dataclass(frozen=True)
class PartnerSays:
    """What is told at each change.

    Args:
        state: what it does now.
        line_name: name of the sentence that it begins to say; "" while it listens.
        caption: the sentence, a msgid; "" while it listens.
        task: what is asked for now; "" at the end.
        ways: in which it can be done now.
        done: tasks that are done, and how; only what really arrived.
        written: the sentence once more when it answers something written, a msgid.
        failure: what the page has to break now.
        repaired: whether what was broken is in order again.
    """

    state: PartnerState
    line_name: str
    caption: str
    task: str
    ways: tuple[str, ...]
    done: Mapping[str, str]
    written: str | None = None
    failure: str | None = None
    repaired: bool = False


@dataclass(frozen=True)
class Needs:
    """What has to be decoded for the conversation now.

    Args:
        sound: of the microphone.
        camera: a picture now and then.
        motion: several pictures a second of the camera.
        screen: a picture of what is shared.
    """

    sound: bool
    camera: bool
    motion: bool
    screen: bool


class Partner:
    """One conversation.

    Args:
        seconds: how long each line takes to say.
        tell: called at each change.
        progress: of an earlier connection of the same person and page.
        led: whether there is a leader who may confirm tasks.
    """

    def __init__(
        self,
        seconds: Mapping[Line, float],
        tell: Callable[[PartnerSays], None],
        progress: Progress | None = None,
        *,
        led: bool = False,
    ) -> None:
        self.progress = progress or Progress()
        self._tell = tell
        self._led = led
        self._mouth = Mouth(seconds, self._tell_change)
        self._attention = Attention()
        self._hints = self._corrections = 0
        self._patient = self._arrives = False
        self._heard_seconds = 0.0
        self._broken_at = float("-inf")

    @property
    def state(self) -> PartnerState:
        """What it is doing."""
        return self._mouth.state

    @property
    def needs(self) -> Needs:
        """What has to be decoded now."""
        task, listening = self.progress.task, self.state is PartnerState.LISTENING
        return Needs(
            sound=listening,
            camera=Task.CAMERA not in self.progress.done,
            motion=listening and Way.SIGN in self._open_ways(),
            screen=task is Task.SCREEN,
        )

    def start(self, now: float) -> None:
        """Greet; somebody is here.

        Raises:
            RuntimeError: it has started already.
        """
        if self.state is not PartnerState.WAITING:
            raise RuntimeError(f"a partner that is {self.state} can't start")
        if self.progress.greeted:
            self._welcome_back(now)
            return
        self.progress.greeted = True
        quick = self.progress.pace is Pace.QUICK
        self._go_on(now, Saying(Line.GREETING_QUICK if quick else Line.GREETING))

    def rejoined(self, now: float) -> None:
        """The same person is back after the connection was gone."""
        if self.progress.greeted:
            self._welcome_back(now)
        else:
            self.start(now)

    def hear(self, now: float, seconds: float) -> None:
        """Sound has reached the server, `seconds` of it louder than a quiet room."""
        self._hear(now, seconds, here=False)

    def microphone_arrives(self) -> None:
        """Packets of the microphone reach the server, loud or not: its silence means something."""
        self._arrives = True

    def heard_locally(self, now: float, seconds: float) -> None:
        """Only the page has heard its microphone; moves the conversation, is never evidence."""
        self._hear(now, seconds, here=True)

    def read(self, now: float, line: str) -> None:
        """A line as typed so far has come; one that came while it spoke is answered afterwards."""
        self._attention.read(now, line)

    def see(self, now: float, sight: Sight, *, screen: bool = False) -> None:
        """A picture of the camera, or of a shared screen, has been decoded and judged."""
        if screen:
            self._attention.see_screen(now)
        else:
            self._attention.see(now, sight)

    def member_state(self, now: float, state: MemberState) -> None:
        """The page says what it sends now."""
        self._attention.state(now, state)

    def confirmed(self, now: float, task: Task) -> None:
        """A leader has seen that the task was done."""
        was = self.progress.task
        self.progress.complete(task, Way.LEADER)
        if self.state is not PartnerState.WAITING and task is was:
            self._thank(now, Line.CONFIRMED)

    def ask(self, now: float, wish: Wish) -> None:
        """The person asks something of the partner."""
        if self.state is PartnerState.WAITING:
            return
        match wish:
            case Wish.REPEAT:
                self._mouth.repeat(now)
            case Wish.SKIP:
                self._skip(now)
            case Wish.BREAK:
                self._break(now)
            case Wish.AGAIN:
                broken = self.progress.failure is not None
                self.progress.begin_again()
                self._go_on(now, Saying(Line.AGAIN, repaired=broken))

    def tick(self, now: float) -> None:
        """Let time pass; call it several times a second."""
        if self.state is PartnerState.LISTENING:
            self._listen(now)
        else:
            self._mouth.tick(now)

    # what has come

    def _hear(self, now: float, seconds: float, *, here: bool) -> None:
        broken = self.progress.failure is not None
        if self.state is not PartnerState.LISTENING:
            return
        if broken and now < self._broken_at + TAKES_EFFECT_SECONDS:
            return
        self._attention.hear(now, seconds, here=here)
        if not here:
            self._heard_seconds += seconds
            self.progress.heard = self.progress.heard or self._heard_seconds >= TURN_SECONDS

    def _listen(self, now: float) -> None:
        task = self.progress.task
        if task is None:
            self._chat(now)
            return
        way = way_done(task, self._open_ways(), self._attention, self._patience, now)
        if way is not None:
            self._complete(now, task, way)
        elif self._attention.wrote(now, self._patience.typing):
            self._say(now, Saying(Line.READING, written=True), *self._help())
        elif not self._correct(now, task):
            self._wait(now)

    def _chat(self, now: float) -> None:
        if self._attention.wrote(now, self._patience.typing):
            self._say(now, Saying(Line.READ_MORE, written=True))
        elif self._attention.spoke(now, self._patience.pause):
            self._say(now, Saying(Line.STILL))

    def _complete(self, now: float, task: Task, way: Way) -> None:
        progress = self.progress
        line = self._script(task).thanks(way)
        if self._is_proven(task, way):
            progress.complete(task, way)
        else:
            if way is Way.SPEECH and not progress.passed:
                line = Line.HEARD_HERE
            progress.pass_by(task)
        if task is Task.SPEAK and way is not Way.SPEECH:
            progress.answers.add(way)
        self._thank(now, line, written=way is Way.TEXT)

    def _is_proven(self, task: Task, way: Way) -> bool:
        """Whether it has reached the server, not the page alone."""
        if way is Way.SPEECH:
            return self._attention.sound >= self._attention.here
        return self._arrives or task is not Task.MUTE or way is not Way.BUTTON

    def _correct(self, now: float, task: Task) -> bool:
        """Say what is wrong; False when nothing is, or when enough has been said."""
        if self._corrections >= CORRECTIONS_MAX:
            return False
        spoke = self._attention.spoke(now, self._patience.pause)
        fault = picture_fault(task, self._attention, now)
        if fault is None and spoke:
            fault = self._script(task).heard
        if fault is not None:
            self._corrections += 1
            self._say(now, Saying(fault))
        elif spoke and (help_ := self._help()):
            # whoever speaks to somebody who asked for a button may be asking where it is
            self._say(now, *help_)
        return self.state is not PartnerState.LISTENING

    def _wait(self, now: float) -> None:
        waited = now - self._attention.last_life
        if waited < self._patience.hints[min(self._hints, 2)]:
            return
        if help_ := self._help():
            self._say(now, *help_)
        elif not self._patient:
            self._patient = True
            self._say(now, Saying(Line.PATIENT))

    def _help(self) -> list[Saying]:
        """The next hint, if there is one left."""
        task = self.progress.task
        if task is None or self._hints >= len(self._script(task).hints):
            return []
        hint = self._script(task).hint(self._hints, microphone=self._attention.microphone)
        self._hints += 1
        return [Saying(hint)]

    # what was asked for

    def _skip(self, now: float) -> None:
        if self.progress.failure is not None:
            self.progress.failure = None
            self._go_on(now, Saying(Line.BREAK_OVER, repaired=True))
        elif task := self.progress.task:
            again = task in self.progress.skipped
            self.progress.skip(task)
            self._go_on(now, Saying(Line.LEFT_OUT if again else Line.SKIPPED))

    def _break(self, now: float) -> None:
        progress = self.progress
        if progress.failure is None:
            progress.failure = next_failure(progress.failures, heard=progress.heard)
            progress.failures += 1
            self._go_on(now)

    def _welcome_back(self, now: float) -> None:
        if self.progress.failure is Failure.NETWORK:
            self._complete(now, Task.FAILURE, Way.BUTTON)
        else:
            self._go_on(now, Saying(Line.WELCOME_BACK))

    # what it says

    def _thank(self, now: float, line: Line, *, written: bool = False) -> None:
        """Answer what was done, and go on with the next thing."""
        failed = self.progress.failure is not None
        self.progress.failure = None
        self._go_on(now, Saying(line, written=written, repaired=failed))

    def _go_on(self, now: float, *first: Saying) -> None:
        """Say these, then ask for what comes now."""
        if self.progress.task is Task.CAMERA and self._attention.seen(now):
            # asking for what is already there would only confuse
            self.progress.complete(Task.CAMERA, Way.BUTTON)
            first = (*first, Saying(Line.CAMERA_DONE))
        sayings = [*first, *self._ask()]
        self._hints = self._corrections = 0
        self._patient = False
        self._attention.begin_task(now)
        self._say(now, *sayings)

    def _ask(self) -> list[Saying]:
        progress = self.progress
        task = progress.task
        if task is None:
            first = not progress.finished
            progress.finished = True
            return [Saying(Line.FINISHED)] if first else []
        sayings = []
        if progress.returning and not progress.returned:
            progress.returned = True
            sayings.append(Saying(Line.RETURN))
        line = self._script(task).ask_line(progress.pace, microphone=self._attention.microphone)
        return [*sayings, Saying(line, failure=progress.failure)]

    def _say(self, now: float, *sayings: Saying) -> None:
        if sayings[0].written:
            self._attention.forget_text()
        self._mouth.say(now, *sayings)

    def _tell_change(self, now: float, saying: Saying | None, failure: Failure | None) -> None:
        if saying is None:
            self._attention.begin_turn(now)
        if failure is not None:
            self._broken_at = now
        line = saying.line if saying else None
        self._tell(
            PartnerSays(
                state=self.state,
                line_name=line.clip if line else "",
                caption=line.value if line else "",
                task=self.progress.task or "",
                ways=self._told_ways(),
                done={str(task): str(way) for task, way in self.progress.done.items()},
                written=line.value if line and saying and saying.written else None,
                failure=failure,
                repaired=bool(saying and saying.repaired),
            )
        )

    @property
    def _patience(self) -> Patience:
        return PATIENCE[self.progress.pace]

    def _script(self, task: Task) -> TaskScript:
        failure = self.progress.failure
        if task is Task.FAILURE:
            assert failure is not None
            return FAILURES[failure]
        return TASKS[task]

    def _open_ways(self) -> tuple[Way, ...]:
        task = self.progress.task
        if task is None:
            return ()
        return self._script(task).open_ways(self._hints, self.progress.answers)

    def _told_ways(self) -> tuple[Way, ...]:
        leader = (Way.LEADER,) if self._led and self.progress.task else ()
        return self._open_ways() + leader
