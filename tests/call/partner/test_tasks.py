"""Every task: right, wrong, in each of its ways, and when nothing comes."""

import pytest

from motesklar.call.evidence import Sight
from motesklar.call.partner.pace import PATIENCE, Pace
from motesklar.call.partner.partner import Wish
from motesklar.call.partner.script import Line
from motesklar.call.partner.tasks import ORDER, TASKS, Task, Way
from tests.call.partner.conversation import TICK, Conversation, at_task

LATER = [(task, way) for task in ORDER for way in TASKS[task].later]


def do(conversation: Conversation, task: Task, way: Way) -> None:
    """Do what `task` asks for, in this way."""
    match way:
        case Way.BUTTON:
            press(conversation, task)
        case Way.SIGN:
            sign(conversation, task)
        case Way.TEXT:
            conversation.write("Hej Kim\n")
        case Way.SPEECH:
            conversation.speak()
        case Way.LEADER:
            conversation.partner.confirmed(conversation.now, task)


def press(conversation: Conversation, task: Task) -> None:
    if task is Task.MUTE:
        conversation.press(microphone=False)
    elif task is Task.CAMERA:
        conversation.press(camera=True)
        conversation.show(Sight.LIVING)
    elif task is Task.HAND:
        conversation.press(hand=True)
    else:
        conversation.show_screen()


def sign(conversation: Conversation, task: Task) -> None:
    if task in (Task.MUTE, Task.UNMUTE):
        # who signs is silent with the camera off
        conversation.press(camera=True)
        conversation.show(Sight.LIVING)
        conversation.press(camera=task is Task.UNMUTE)
    else:
        conversation.show(Sight.LIVELY)
        conversation.wait(2)


def take_hints(conversation: Conversation) -> list[Line]:
    """Wait until there are no more hints."""
    conversation.wait(120)
    conversation.listen()
    return conversation.lines()


def following(task: Task) -> str:
    at = ORDER.index(task) + 1
    return ORDER[at] if at < len(ORDER) else ""


@pytest.mark.parametrize("pace", Pace)
@pytest.mark.parametrize(
    ("task", "way"), [(task, way) for task in ORDER for way in TASKS[task].ways]
)
def test_each_open_way_does_the_task_and_the_next_one_is_asked(
    task: Task, way: Way, pace: Pace
) -> None:
    conversation = at_task(task, pace=pace)
    do(conversation, task, way)
    said = conversation.hear()
    assert said[0] is TASKS[task].thanks(way)
    assert conversation.told[-1].done[task] == way
    assert conversation.task == following(task)


@pytest.mark.parametrize(("task", "way"), LATER)
def test_each_later_way_opens_with_the_hint_that_names_it(task: Task, way: Way) -> None:
    conversation = at_task(task)
    assert way not in conversation.ways
    assert take_hints(conversation)[: len(TASKS[task].hints)] != []
    assert way in conversation.ways
    do(conversation, task, way)
    said = conversation.hear()
    assert said[0] is TASKS[task].thanks(way)
    assert conversation.told[-1].done[task] == way


@pytest.mark.parametrize("task", ORDER)
def test_a_leader_may_confirm_each_task(task: Task) -> None:
    conversation = at_task(task, led=True)
    assert Way.LEADER in conversation.ways
    do(conversation, task, Way.LEADER)
    assert conversation.hear()[0] is Line.CONFIRMED
    assert conversation.told[-1].done[task] == Way.LEADER
    assert conversation.task == following(task)


def test_without_a_leader_nobody_is_told_to_ask_one() -> None:
    assert Way.LEADER not in at_task(Task.SPEAK).ways


@pytest.mark.parametrize("task", ORDER)
def test_when_nothing_comes_two_hints_and_a_word_of_patience_and_then_nothing(task: Task) -> None:
    conversation = at_task(task)
    said = take_hints(conversation)
    assert len(said) == 3
    assert said[-1] is Line.PATIENT
    assert said[-2] is TASKS[task].hints[-1]
    conversation.wait(600)
    assert conversation.lines() == said


@pytest.mark.parametrize("task", ORDER)
def test_the_gentle_pace_waits_longer_and_the_quick_one_asks_in_fewer_words(task: Task) -> None:
    gentle, quick = PATIENCE[Pace.GENTLE], PATIENCE[Pace.QUICK]
    assert all(long > short for long, short in zip(gentle.hints, quick.hints, strict=True))
    assert len(TASKS[task].quick.value) <= len(TASKS[task].ask.value)
    conversation = at_task(task, pace=Pace.GENTLE)
    conversation.wait(quick.hints[0] + 1)
    assert conversation.lines() == []


@pytest.mark.parametrize("task", ORDER)
def test_a_skipped_task_comes_back_once_at_the_end(task: Task) -> None:
    conversation = at_task(task)
    conversation.ask(Wish.SKIP)
    assert conversation.hear()[0] is Line.SKIPPED
    while conversation.task and conversation.task != task:
        do(conversation, Task(conversation.task), TASKS[Task(conversation.task)].ways[0])
        conversation.listen()
    assert conversation.task == task
    assert Line.RETURN in conversation.lines()
    conversation.ask(Wish.SKIP)
    assert conversation.hear() == [Line.LEFT_OUT, Line.FINISHED]
    assert task not in conversation.told[-1].done


class TestSpeaking:
    def test_a_cough_is_no_answer(self) -> None:
        conversation = at_task(Task.SPEAK)
        conversation.speak(0.4)
        assert conversation.lines() == []

    def test_several_short_words_are_one_answer(self) -> None:
        conversation = at_task(Task.SPEAK)
        for _ in range(3):
            conversation.speak(0.4)
        assert conversation.lines()[0] is Line.SPEAK_HEARD

    def test_it_does_not_interrupt(self) -> None:
        conversation = at_task(Task.SPEAK)
        for _ in range(80):
            conversation.now += TICK
            conversation.partner.hear(conversation.now, TICK)
            conversation.partner.tick(conversation.now)
        assert conversation.lines() == []

    def test_sound_without_a_pause_is_answered_in_the_end(self) -> None:
        conversation = at_task(Task.SPEAK)
        conversation.speak(17.0)
        assert conversation.lines()[0] is Line.SPEAK_HEARD

    def test_its_own_echo_is_not_taken_for_an_answer(self) -> None:
        conversation = at_task(Task.SPEAK)
        conversation.speak()
        assert conversation.lines() == [Line.SPEAK_HEARD]
        conversation.speak(4.0)
        conversation.listen()
        assert conversation.task == Task.MUTE

    def test_whoever_is_muted_is_told_how_to_be_heard(self) -> None:
        conversation = Conversation()
        conversation.press(microphone=False)
        conversation.start()
        assert conversation.lines() == [Line.GREETING, Line.SPEAK_ASK_MUTED]
        conversation.wait(20)
        assert conversation.lines()[-1] is Line.MICROPHONE_OFF

    def test_whoever_is_not_muted_and_not_heard_is_told_something_else(self) -> None:
        conversation = at_task(Task.SPEAK)
        conversation.wait(20)
        assert conversation.lines() == [Line.MICROPHONE_SILENT]

    def test_somebody_who_moves_and_speaks_has_spoken(self) -> None:
        conversation = at_task(Task.SPEAK)
        conversation.show(Sight.LIVELY)
        conversation.speak()
        conversation.listen()
        assert conversation.told[-1].done[Task.SPEAK] == Way.SPEECH

    def test_somebody_who_only_sits_there_has_signed_nothing(self) -> None:
        conversation = at_task(Task.SPEAK)
        conversation.show(Sight.LIVING, 10)
        assert conversation.lines() == []

    def test_whoever_signs_or_writes_may_do_so_in_every_task_from_then_on(self) -> None:
        for way in (Way.TEXT, Way.SIGN):
            conversation = at_task(Task.SPEAK)
            do(conversation, Task.SPEAK, way)
            conversation.listen()
            assert conversation.task == Task.MUTE
            assert way in conversation.ways


class TestMuting:
    def test_who_goes_on_speaking_is_told_so_twice_and_then_left_in_peace(self) -> None:
        conversation = at_task(Task.MUTE)
        for _ in range(4):
            conversation.speak(2.0)
            conversation.listen()
        assert conversation.lines().count(Line.MUTE_HEARD) == 2

    def test_a_page_that_says_it_is_muted_but_is_heard_is_not(self) -> None:
        conversation = at_task(Task.MUTE)
        conversation.sent.microphone = False
        conversation.partner.member_state(conversation.now, conversation.sent)
        conversation.speak(2.0)
        conversation.listen()
        assert conversation.task == Task.MUTE
        assert Task.MUTE not in conversation.told[-1].done

    def test_who_is_already_muted_turns_it_on_and_off(self) -> None:
        conversation = at_task(Task.SPEAK)
        conversation.press(microphone=False)
        conversation.write("Hej\n")
        conversation.listen()
        assert conversation.lines()[-1] is Line.MUTE_ASK_MUTED
        conversation.wait(3)
        assert Task.MUTE not in conversation.told[-1].done
        conversation.press(microphone=True)
        conversation.press(microphone=False)
        conversation.listen()
        assert conversation.told[-1].done[Task.MUTE] == Way.BUTTON

    def test_a_button_pressed_while_it_speaks_counts_afterwards(self) -> None:
        conversation = at_task(Task.SPEAK)
        conversation.speak()
        conversation.press(microphone=False)
        conversation.listen()
        conversation.wait(1)
        conversation.listen()
        assert conversation.told[-1].done[Task.MUTE] == Way.BUTTON


class TestCamera:
    def test_a_black_picture_is_told_and_then_seen(self) -> None:
        conversation = at_task(Task.CAMERA)
        conversation.press(camera=True)
        conversation.show(Sight.BLACK, 4)
        assert conversation.hear() == [Line.CAMERA_BLACK]
        conversation.show(Sight.LIVING)
        assert conversation.hear()[0] is Line.CAMERA_DONE

    def test_a_picture_that_stands_still_is_told(self) -> None:
        conversation = at_task(Task.CAMERA)
        conversation.press(camera=True)
        conversation.show(Sight.FROZEN, 6)
        assert conversation.hear() == [Line.CAMERA_FROZEN]

    def test_a_picture_that_flickers_to_black_for_a_moment_is_none_of_its_business(self) -> None:
        conversation = at_task(Task.CAMERA)
        conversation.press(camera=True)
        for _ in range(4):
            conversation.show(Sight.BLACK, 0.6)
            conversation.show(Sight.LIVING, 0.6)
        assert Line.CAMERA_BLACK not in conversation.lines()

    def test_whole_pictures_once_a_second_are_enough(self) -> None:
        conversation = at_task(Task.CAMERA)
        conversation.press(camera=True)
        for _ in range(4):
            conversation.wait(1.0)
            conversation.partner.see(conversation.now, Sight.LIVING)
        assert conversation.hear()[0] is Line.CAMERA_DONE

    def test_pictures_that_come_now_and_then_are_no_camera(self) -> None:
        conversation = at_task(Task.CAMERA)
        conversation.press(camera=True)
        for _ in range(3):
            conversation.wait(4.0)
            conversation.partner.see(conversation.now, Sight.LIVING)
        assert Task.CAMERA not in conversation.told[-1].done

    def test_who_is_seen_already_is_not_asked_to_be(self) -> None:
        conversation = at_task(Task.UNMUTE)
        conversation.press(microphone=True, camera=True)
        conversation.show(Sight.LIVING)
        conversation.speak()
        assert conversation.hear()[:2] == [Line.UNMUTE_DONE, Line.CAMERA_DONE]
        assert conversation.task == Task.CHAT

    def test_a_claim_without_a_picture_is_no_picture(self) -> None:
        conversation = at_task(Task.CAMERA)
        conversation.press(camera=True)
        conversation.wait(5)
        assert conversation.lines() == []


class TestWriting:
    def test_a_line_that_is_still_being_typed_is_not_interrupted(self) -> None:
        conversation = at_task(Task.CHAT, pace=Pace.QUICK)
        for end in range(1, 8):
            conversation.write("Hej Kim"[:end])
            conversation.wait(2.0)
        assert conversation.lines() == []
        conversation.wait(3.0)
        assert conversation.lines() == [Line.CHAT_DONE]

    def test_what_is_answered_in_writing_is_also_written(self) -> None:
        conversation = at_task(Task.CHAT)
        conversation.write("Hej\n")
        assert conversation.told[1].written == Line.CHAT_DONE.value

    def test_what_was_written_while_it_spoke_is_answered_afterwards(self) -> None:
        conversation = Conversation()
        conversation.partner.start(conversation.now)
        conversation.write("Hej\n")
        assert conversation.lines() == [Line.GREETING]
        conversation.listen()
        conversation.wait(TICK)
        assert conversation.lines()[-1] is Line.SPEAK_READ

    def test_the_rest_of_an_answered_line_answers_nothing_more(self) -> None:
        conversation = at_task(Task.SPEAK, pace=Pace.QUICK)
        conversation.write("Jag åt gröt")
        conversation.wait(3)
        conversation.listen()
        assert conversation.task == Task.MUTE
        conversation.write("Jag åt gröt med mjölk")
        conversation.write("Jag åt gröt med mjölk\n")
        conversation.wait(3)
        assert conversation.task == Task.MUTE
        conversation.write("Hur gör man?\n")
        conversation.listen()
        assert conversation.task == Task.UNMUTE

    def test_a_question_where_writing_is_not_the_answer_gets_help(self) -> None:
        conversation = at_task(Task.MUTE)
        conversation.write("Var är knappen?\n")
        assert conversation.hear() == [Line.READING, Line.MUTE_HINT]
        assert Task.MUTE not in conversation.told[-1].done

    def test_speech_where_a_line_was_asked_for_is_told_apart(self) -> None:
        conversation = at_task(Task.CHAT)
        conversation.speak()
        assert conversation.hear() == [Line.CHAT_HEARD]
        assert conversation.task == Task.CHAT

    @pytest.mark.parametrize("line", ["", "   ", "\n"])
    def test_an_empty_line_is_no_line(self, line: str) -> None:
        conversation = at_task(Task.CHAT)
        conversation.write(line)
        conversation.wait(8)
        assert conversation.lines() == []


class TestSharing:
    def test_a_screen_that_was_shared_before_it_was_asked_for_is_not_seen_yet(self) -> None:
        conversation = at_task(Task.HAND)
        conversation.show_screen()
        conversation.press(hand=True)
        conversation.listen()
        conversation.wait(3)
        assert conversation.task == Task.SCREEN
        conversation.show_screen()
        conversation.listen()
        assert conversation.task == ""

    def test_who_asks_for_the_button_gets_the_hint(self) -> None:
        conversation = at_task(Task.SCREEN)
        conversation.speak()
        assert conversation.hear() == [Line.SCREEN_HINT]
