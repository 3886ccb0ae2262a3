"""A partner, and a clock that only goes when the test says so."""

from dataclasses import dataclass, field

from motesklar.call.evidence import Sight
from motesklar.call.partner.pace import Pace
from motesklar.call.partner.partner import Partner, PartnerSays, PartnerState, Wish
from motesklar.call.partner.progress import Progress
from motesklar.call.partner.script import Line
from motesklar.call.partner.tasks import ORDER, Task, Way

LINE_SECONDS = 5.0
TICK = 0.1
#: Longer than any pause after which somebody counts as finished.
PAUSE = 1.6


@dataclass
class Sent:
    """What the page says it sends."""

    microphone: bool = False
    camera: bool = False
    hand: bool = False


@dataclass
class Conversation:
    """One person with the partner.

    Args:
        progress: of an earlier connection.
        led: whether there is a leader.
        media: whether anything gets through to the server.
    """

    progress: Progress = field(default_factory=Progress)
    led: bool = False
    media: bool = True
    now: float = 1000.0
    told: list[PartnerSays] = field(default_factory=list)
    sent: Sent = field(default_factory=lambda: Sent(microphone=True))

    def __post_init__(self) -> None:
        seconds = dict.fromkeys(Line, LINE_SECONDS)
        self.partner = Partner(seconds, self.told.append, self.progress, led=self.led)
        self.partner.member_state(self.now, self.sent)
        if self.media:
            self.partner.microphone_arrives()

    def start(self) -> None:
        """Come in, and hear the greeting and the first question."""
        self.partner.start(self.now)
        self.listen()

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK)):
            self.now += TICK
            self.partner.tick(self.now)

    def listen(self) -> None:
        """Until the partner has said everything that it has to say now."""
        for _ in range(6 * round(LINE_SECONDS / TICK)):
            if self.partner.state is PartnerState.LISTENING:
                return
            self.wait(TICK)
        raise AssertionError("it speaks and speaks")

    def speak(self, seconds: float = 1.0) -> None:
        """Say something, and pause."""
        for _ in range(round(seconds / TICK)):
            self.now += TICK
            self.partner.hear(self.now, TICK)
            self.partner.tick(self.now)
        self.wait(PAUSE)

    def speak_here(self, seconds: float = 1.0) -> None:
        """Say something that only the page itself hears."""
        for _ in range(round(seconds / TICK)):
            self.now += TICK
            self.partner.heard_locally(self.now, TICK)
        self.wait(PAUSE)

    def write(self, line: str) -> None:
        self.partner.read(self.now, line)
        self.wait(TICK)

    def show(self, sight: Sight, seconds: float = 3.0) -> None:
        """Send pictures that look like this."""
        for _ in range(round(seconds / 0.2)):
            self.now += 0.2
            self.partner.see(self.now, sight)
            self.partner.tick(self.now)

    def show_screen(self) -> None:
        self.partner.see(self.now, Sight.FROZEN, screen=True)
        self.wait(TICK)

    def press(self, **buttons: bool) -> None:
        """Turn something on or off."""
        self.sent = Sent(**{**vars(self.sent), **buttons})
        self.partner.member_state(self.now, self.sent)
        self.wait(PAUSE)

    def ask(self, wish: Wish) -> None:
        self.partner.ask(self.now, wish)

    def lines(self, since: int = 0) -> list[Line]:
        """What has been said."""
        names = {line.clip: line for line in Line}
        return [names[says.line_name] for says in self.told[since:] if says.line_name]

    def hear(self) -> list[Line]:
        """What it says until it listens, beginning with what it says now."""
        said = next(at for at in range(len(self.told) - 1, -1, -1) if self._begins_answer(at))
        self.listen()
        return self.lines(said)

    def _begins_answer(self, at: int) -> bool:
        return at == 0 or self.told[at - 1].state is PartnerState.LISTENING

    @property
    def task(self) -> str:
        return self.partner.progress.task or ""

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways that were told last."""
        return self.told[-1].ways


def at_task(
    task: Task | None, *, pace: Pace = Pace.GENTLE, led: bool = False, media: bool = True
) -> Conversation:
    """Somebody who has done what comes before `task`, and was asked for it just now."""
    before = ORDER if task is None else ORDER[: ORDER.index(task)]
    way = {Task.SPEAK: Way.SPEECH, Task.UNMUTE: Way.SPEECH, Task.CHAT: Way.TEXT}
    progress = Progress(pace=pace, greeted=True, heard=True)
    for done in before:
        progress.complete(done, way.get(done, Way.BUTTON))
    conversation = Conversation(progress, led=led, media=media)
    if task is Task.UNMUTE:
        conversation.sent = Sent(microphone=False)
        conversation.partner.member_state(conversation.now, conversation.sent)
    conversation.start()
    del conversation.told[:-1]
    return conversation
