"""How a conversation begins, goes on after a break, and ends."""

import json

import pytest

from motesklar.call.evidence import Sight
from motesklar.call.partner.pace import Pace
from motesklar.call.partner.partner import PartnerState, Wish
from motesklar.call.partner.progress import Progress
from motesklar.call.partner.script import Line
from motesklar.call.partner.tasks import ORDER, Task, Way
from tests.call.partner.conversation import LINE_SECONDS, TICK, Conversation, at_task


def revived(conversation: Conversation) -> Conversation:
    """The same person with a new partner, as after the process has died."""
    blob = json.loads(json.dumps(conversation.progress.to_blob()))
    return Conversation(Progress.from_blob(blob))


def test_it_greets_and_asks_one_thing_and_then_listens() -> None:
    conversation = Conversation()
    conversation.start()
    assert [says.state for says in conversation.told] == [
        PartnerState.GREETING,
        PartnerState.SPEAKING,
        PartnerState.LISTENING,
    ]
    assert conversation.lines() == [Line.GREETING, Line.SPEAK_ASK]
    greeting, _, listening = conversation.told
    assert (greeting.line_name, greeting.caption) == ("greeting", Line.GREETING.value)
    assert (listening.line_name, listening.caption) == ("", "")
    assert listening.task == Task.SPEAK


def test_the_quick_pace_is_brief() -> None:
    conversation = Conversation(Progress(pace=Pace.QUICK))
    conversation.start()
    assert conversation.lines() == [Line.GREETING_QUICK, Line.SPEAK_QUICK]


def test_it_can_only_start_once() -> None:
    conversation = Conversation()
    conversation.start()
    with pytest.raises(RuntimeError, match="listening"):
        conversation.partner.start(conversation.now)


def test_nothing_happens_before_somebody_is_here() -> None:
    conversation = Conversation()
    for wish in Wish:
        conversation.ask(wish)
    conversation.speak()
    conversation.wait(60)
    assert conversation.told == []


def test_the_end_is_told_once_and_stays_friendly() -> None:
    conversation = at_task(Task.SCREEN)
    conversation.show_screen()
    assert conversation.hear() == [Line.SCREEN_DONE, Line.FINISHED]
    assert (conversation.task, conversation.ways) == ("", ())
    conversation.speak()
    assert conversation.hear() == [Line.STILL]
    conversation.write("Tack\n")
    assert conversation.hear() == [Line.READ_MORE]
    before = len(conversation.told)
    conversation.wait(600)
    assert len(conversation.told) == before, "silence after the end is not told"


def test_whatever_it_asked_last_is_repeated_on_request() -> None:
    conversation = at_task(Task.HAND)
    conversation.ask(Wish.REPEAT)
    assert conversation.hear() == [Line.HAND_ASK]
    conversation.wait(20)
    conversation.listen()
    conversation.ask(Wish.REPEAT)
    assert conversation.hear() == [Line.HAND_HINT]


def test_a_sentence_that_is_being_said_begins_anew_on_request() -> None:
    conversation = Conversation()
    conversation.partner.start(conversation.now)
    conversation.wait(LINE_SECONDS - 1)
    conversation.ask(Wish.REPEAT)
    conversation.wait(LINE_SECONDS - 1)
    assert conversation.lines() == [Line.GREETING, Line.GREETING]
    conversation.listen()
    assert conversation.lines()[-1] is Line.SPEAK_ASK


def test_everything_may_be_done_again_from_the_beginning() -> None:
    conversation = at_task(Task.CHAT)
    conversation.ask(Wish.AGAIN)
    assert conversation.hear() == [Line.AGAIN, Line.SPEAK_ASK]
    assert conversation.told[-1].done == {}


def test_a_leaders_word_on_another_task_does_not_disturb_this_one() -> None:
    conversation = at_task(Task.MUTE)
    conversation.partner.confirmed(conversation.now, Task.SCREEN)
    conversation.wait(2)
    assert conversation.lines() == []
    assert conversation.progress.done[Task.SCREEN] is Way.LEADER


def test_a_leader_may_confirm_before_the_call_has_begun() -> None:
    conversation = Conversation()
    conversation.partner.confirmed(conversation.now, Task.SPEAK)
    conversation.start()
    assert conversation.lines() == [Line.GREETING, Line.MUTE_ASK]


class TestComingBack:
    def test_after_a_lost_connection_it_goes_on_where_it_was(self) -> None:
        conversation = at_task(Task.CAMERA)
        conversation.partner.rejoined(conversation.now)
        assert conversation.hear() == [Line.WELCOME_BACK, Line.CAMERA_ASK]

    def test_after_a_lost_process_it_goes_on_where_it_was(self) -> None:
        before = at_task(Task.CAMERA, pace=Pace.QUICK)
        before.ask(Wish.SKIP)
        after = revived(before)
        after.start()
        assert after.lines() == [Line.WELCOME_BACK, Line.CHAT_QUICK]
        assert after.told[-1].done == before.told[-1].done
        assert after.progress == before.progress

    def test_whoever_comes_back_before_the_greeting_is_greeted(self) -> None:
        conversation = Conversation()
        conversation.partner.rejoined(conversation.now)
        assert conversation.lines() == [Line.GREETING]

    def test_whoever_comes_back_after_the_end_is_asked_nothing(self) -> None:
        conversation = at_task(None)
        conversation.partner.rejoined(conversation.now)
        assert conversation.hear() == [Line.WELCOME_BACK]

    @pytest.mark.parametrize("blob", [{}, {"done": "everything"}, {"pace": 3}, {"failure": "fire"}])
    def test_what_another_version_remembered_begins_a_new_conversation(self, blob: object) -> None:
        assert Progress.from_blob(blob) == Progress()  # type: ignore[arg-type]


class TestWithoutMedia:
    """Where no sound gets through, the page says that it hears its own microphone."""

    def test_the_conversation_goes_on_but_nothing_is_done(self) -> None:
        conversation = at_task(Task.SPEAK, media=False)
        conversation.speak_here()
        assert conversation.hear() == [Line.HEARD_HERE, Line.MUTE_ASK]
        assert conversation.told[-1].done == {}

    def test_a_silence_that_nothing_could_break_is_no_proof(self) -> None:
        conversation = at_task(Task.MUTE, media=False)
        conversation.press(microphone=False)
        assert conversation.hear() == [Line.MUTE_DONE, Line.UNMUTE_ASK]
        assert Task.MUTE not in conversation.told[-1].done

    def test_it_is_explained_once(self) -> None:
        conversation = at_task(Task.SPEAK, media=False)
        conversation.speak_here()
        conversation.listen()
        conversation.press(microphone=False)
        conversation.listen()
        conversation.press(microphone=True)
        conversation.speak_here()
        assert conversation.hear()[0] is Line.UNMUTE_DONE
        assert Task.UNMUTE not in conversation.told[-1].done

    def test_what_reached_the_server_after_all_counts(self) -> None:
        conversation = at_task(Task.SPEAK)
        for _ in range(12):
            conversation.now += TICK
            conversation.partner.heard_locally(conversation.now, TICK)
            conversation.partner.hear(conversation.now, TICK)
        conversation.wait(2)
        assert conversation.hear()[0] is Line.SPEAK_HEARD
        assert conversation.told[-1].done == {"speak": "speech"}

    def test_writing_earns_the_task(self) -> None:
        conversation = at_task(Task.SPEAK)
        conversation.write("Hej\n")
        conversation.listen()
        assert conversation.told[-1].done == {"speak": "text"}


class TestNeeds:
    def test_sound_is_needed_only_while_it_listens(self) -> None:
        conversation = Conversation()
        assert not conversation.partner.needs.sound
        conversation.partner.start(conversation.now)
        assert not conversation.partner.needs.sound
        conversation.listen()
        assert conversation.partner.needs.sound

    def test_motion_is_needed_only_where_signing_counts(self) -> None:
        assert at_task(Task.SPEAK).partner.needs.motion
        assert not at_task(Task.MUTE).partner.needs.motion

    def test_a_screen_is_needed_only_when_it_was_asked_for(self) -> None:
        needs = {task: at_task(task).partner.needs.screen for task in ORDER}
        assert [task for task, needed in needs.items() if needed] == [Task.SCREEN]

    def test_the_camera_is_needed_until_it_was_seen(self) -> None:
        conversation = at_task(Task.CAMERA)
        assert conversation.partner.needs.camera
        conversation.press(camera=True)
        conversation.show(Sight.LIVING)
        assert not conversation.partner.needs.camera
