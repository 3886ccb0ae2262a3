"""When the partner speaks, and what it says."""

from dataclasses import dataclass, field

import pytest

from motesklar.call.partner import (
    LONGEST_TURN_SECONDS,
    PAUSE_SECONDS,
    SILENCE_SECONDS,
    TURN_SECONDS,
    TYPING_PAUSE_SECONDS,
    Line,
    Partner,
    PartnerState,
    Progress,
)

LINE_SECONDS = 5.0
TICK = 0.1


@dataclass
class Conversation:
    """A partner and a clock that only goes when the test says so."""

    progress: Progress = field(default_factory=Progress)
    now: float = 1000.0
    told: list[tuple[PartnerState, Line | None, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        seconds = dict.fromkeys(Line, LINE_SECONDS)
        self.partner = Partner(seconds, lambda *what: self.told.append(what), self.progress)

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK)):
            self.now += TICK
            self.partner.tick(self.now)

    def speak(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK)):
            self.now += TICK
            self.partner.hear(self.now, TICK)
            self.partner.tick(self.now)

    def write(self, line: str) -> None:
        self.partner.read(self.now, line)

    @property
    def lines(self) -> list[Line]:
        return [line for _, line, _ in self.told if line is not None]

    def listen(self) -> None:
        """Until the partner has finished what it says."""
        self.wait(LINE_SECONDS + TICK)
        assert self.partner.state is PartnerState.LISTENING


@pytest.fixture
def greeted() -> Conversation:
    conversation = Conversation()
    conversation.partner.start(conversation.now)
    conversation.listen()
    return conversation


def test_it_greets_and_then_listens(greeted: Conversation) -> None:
    assert greeted.told == [
        (PartnerState.GREETING, Line.GREETING, False),
        (PartnerState.LISTENING, None, False),
    ]


def test_it_can_only_start_once(greeted: Conversation) -> None:
    with pytest.raises(RuntimeError, match="listening"):
        greeted.partner.start(greeted.now)


def test_nothing_happens_before_somebody_is_here() -> None:
    conversation = Conversation()
    conversation.wait(60)
    assert conversation.told == []


def test_it_answers_once_somebody_has_spoken_and_paused(greeted: Conversation) -> None:
    greeted.speak(TURN_SECONDS + 0.2)
    assert greeted.lines == [Line.GREETING], "it doesn't interrupt"
    greeted.wait(PAUSE_SECONDS + TICK)
    assert greeted.told[-1] == (PartnerState.SPEAKING, Line.HEARD, False)


def test_a_cough_is_no_answer(greeted: Conversation) -> None:
    greeted.speak(0.4)
    greeted.wait(PAUSE_SECONDS + 1)
    assert greeted.lines == [Line.GREETING]


def test_several_short_words_are_one_answer(greeted: Conversation) -> None:
    for _ in range(4):
        greeted.speak(0.5)
        greeted.wait(0.5)
    greeted.wait(PAUSE_SECONDS)
    assert greeted.lines[-1] is Line.HEARD


def test_sound_without_a_pause_is_answered_in_the_end(greeted: Conversation) -> None:
    greeted.speak(LONGEST_TURN_SECONDS + 1)
    assert greeted.lines[-1] is Line.HEARD


def test_its_own_echo_is_not_taken_for_an_answer(greeted: Conversation) -> None:
    greeted.speak(TURN_SECONDS + 0.2)
    greeted.wait(PAUSE_SECONDS + TICK)
    greeted.speak(LINE_SECONDS)
    greeted.wait(PAUSE_SECONDS + 1)
    assert greeted.lines == [Line.GREETING, Line.HEARD]


def test_the_conversation_comes_to_an_end_and_stays_friendly(greeted: Conversation) -> None:
    for _ in range(6):
        greeted.speak(TURN_SECONDS + 0.2)
        greeted.wait(PAUSE_SECONDS + TICK)
        greeted.listen()
    assert greeted.lines[1:] == [
        Line.HEARD,
        Line.MUTE,
        Line.BACK,
        Line.FINISHED,
        Line.STILL,
        Line.STILL,
    ]


def test_silence_is_told_with_what_to_check_twice_and_no_more(greeted: Conversation) -> None:
    greeted.wait(SILENCE_SECONDS - 1)
    assert greeted.lines == [Line.GREETING]
    greeted.wait(300)
    assert greeted.lines == [Line.GREETING, Line.SILENT, Line.STILL_SILENT]


def test_silence_after_the_end_is_not_told(greeted: Conversation) -> None:
    greeted.progress.answers = 4
    greeted.wait(60)
    assert greeted.lines == [Line.GREETING]


def test_whoever_has_been_heard_again_may_be_told_of_silence_again(greeted: Conversation) -> None:
    greeted.wait(60)
    greeted.speak(TURN_SECONDS + 0.2)
    greeted.wait(60)
    assert greeted.lines[-3:] == [Line.HEARD, Line.SILENT, Line.STILL_SILENT]


def test_a_finished_line_is_answered_at_once_in_writing_and_voice(greeted: Conversation) -> None:
    greeted.write("Hej Kim\n")
    greeted.wait(TICK)
    assert greeted.told[-1] == (PartnerState.SPEAKING, Line.READ, True)


def test_a_line_that_is_still_being_typed_is_not_interrupted(greeted: Conversation) -> None:
    for end in range(1, 8):
        greeted.write("Hej Kim"[:end])
        greeted.wait(1.0)
    assert greeted.lines == [Line.GREETING]
    greeted.wait(TYPING_PAUSE_SECONDS)
    assert greeted.lines[-1] is Line.READ


def test_what_was_written_while_it_spoke_is_answered_afterwards() -> None:
    conversation = Conversation()
    conversation.partner.start(conversation.now)
    conversation.wait(1)
    conversation.write("Hej\n")
    assert conversation.lines == [Line.GREETING]
    conversation.wait(LINE_SECONDS)
    assert conversation.lines == [Line.GREETING, Line.READ]


def test_whoever_writes_is_never_told_that_they_are_silent(greeted: Conversation) -> None:
    greeted.write("Hej\n")
    greeted.wait(120)
    assert greeted.lines == [Line.GREETING, Line.READ]


@pytest.mark.parametrize("line", ["", "   ", "\n"])
def test_an_empty_line_is_no_text(greeted: Conversation, line: str) -> None:
    greeted.write(line)
    greeted.wait(TYPING_PAUSE_SECONDS + 1)
    assert greeted.lines == [Line.GREETING]


def test_a_picture_is_told_once(greeted: Conversation) -> None:
    for picture_seconds in (0.5, 2.5, 5.0):
        greeted.partner.see(picture_seconds)
        greeted.wait(TICK)
    assert greeted.lines == [Line.GREETING, Line.SEEN]
    greeted.listen()
    greeted.partner.see(6.0)
    greeted.wait(1)
    assert greeted.lines == [Line.GREETING, Line.SEEN]


def test_a_picture_does_not_interrupt_somebody_who_speaks(greeted: Conversation) -> None:
    greeted.speak(0.5)
    greeted.partner.see(3.0)
    greeted.wait(TICK)
    assert greeted.lines == [Line.GREETING]


def test_after_a_lost_connection_it_goes_on_where_it_was(greeted: Conversation) -> None:
    greeted.speak(TURN_SECONDS + 0.2)
    greeted.wait(PAUSE_SECONDS + TICK)
    later = Conversation(progress=greeted.progress)
    later.partner.start(later.now)
    later.listen()
    later.speak(TURN_SECONDS + 0.2)
    later.wait(PAUSE_SECONDS + TICK)
    assert later.lines == [Line.WELCOME_BACK, Line.MUTE]
