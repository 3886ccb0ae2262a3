"""What breaks on purpose, is repaired, and can always be left."""

import pytest

from motesklar.call.partner.failures import FAILURES, TAKES_EFFECT_SECONDS, Failure, next_failure
from motesklar.call.partner.partner import Wish
from motesklar.call.partner.progress import Progress
from motesklar.call.partner.script import Line
from motesklar.call.partner.tasks import Task, Way
from tests.call.partner.conversation import LINE_SECONDS, Conversation, at_task

SOUND = (Failure.MUTED, Failure.WRONG_DEVICE)


def broken(failure: Failure, task: Task | None = Task.HAND) -> Conversation:
    """Something was broken just now."""
    conversation = at_task(task)
    conversation.progress.failures = tuple(Failure).index(failure)
    conversation.ask(Wish.BREAK)
    assert conversation.hear() == [FAILURES[failure].ask]
    return conversation


def test_it_is_announced_before_it_happens() -> None:
    conversation = at_task(Task.HAND)
    conversation.ask(Wish.BREAK)
    conversation.wait(LINE_SECONDS - 1)
    assert [says.failure for says in conversation.told] == [None, None]
    conversation.listen()
    assert conversation.told[-1].failure == Failure.MUTED
    assert conversation.task == Task.FAILURE


@pytest.mark.parametrize("failure", SOUND)
def test_being_heard_again_repairs_it_and_the_conversation_goes_on(failure: Failure) -> None:
    conversation = broken(failure)
    conversation.press(microphone=False)
    conversation.press(microphone=True)
    conversation.speak()
    assert [says.repaired for says in conversation.told].count(True) == 1
    assert conversation.hear() == [Line.REPAIRED, Line.HAND_ASK]
    assert conversation.told[-1].done[Task.FAILURE] == Way.SPEECH


@pytest.mark.parametrize("failure", SOUND)
def test_what_was_still_on_its_way_repairs_nothing(failure: Failure) -> None:
    conversation = broken(failure)
    conversation.speak(TAKES_EFFECT_SECONDS - 0.2)
    conversation.wait(5)
    assert not any(says.repaired for says in conversation.told)


def test_coming_back_repairs_the_network() -> None:
    conversation = broken(Failure.NETWORK)
    conversation.partner.rejoined(conversation.now)
    assert conversation.told[-1].repaired
    assert conversation.hear() == [Line.REPAIRED_NETWORK, Line.HAND_ASK]
    assert conversation.told[-1].done[Task.FAILURE] == Way.BUTTON


def test_coming_back_to_another_process_repairs_the_network_too() -> None:
    blob = broken(Failure.NETWORK).progress.to_blob()
    conversation = Conversation(Progress.from_blob(blob))
    conversation.start()
    assert conversation.lines() == [Line.REPAIRED_NETWORK, Line.HAND_ASK]
    assert conversation.told[0].repaired


def test_coming_back_by_chance_leaves_another_failure_as_it_was() -> None:
    conversation = broken(Failure.MUTED)
    conversation.partner.rejoined(conversation.now)
    assert conversation.hear() == [Line.WELCOME_BACK, Line.BREAK_MUTED]
    assert conversation.told[-1].failure == Failure.MUTED


@pytest.mark.parametrize("failure", Failure)
def test_there_is_always_a_way_out(failure: Failure) -> None:
    conversation = broken(failure)
    conversation.ask(Wish.SKIP)
    assert conversation.told[-1].repaired
    assert conversation.hear() == [Line.BREAK_OVER, Line.HAND_ASK]
    assert Task.FAILURE not in conversation.told[-1].done


@pytest.mark.parametrize("failure", Failure)
def test_who_does_not_find_it_is_told_of_the_way_out(failure: Failure) -> None:
    conversation = broken(failure)
    conversation.wait(200)
    conversation.listen()
    assert Line.BREAK_OTHERWISE in conversation.lines()
    assert conversation.lines()[-1] is Line.PATIENT


def test_a_leader_may_end_it() -> None:
    conversation = broken(Failure.WRONG_DEVICE)
    conversation.partner.confirmed(conversation.now, Task.FAILURE)
    assert conversation.told[-1].repaired
    assert conversation.hear() == [Line.CONFIRMED, Line.HAND_ASK]


def test_starting_again_ends_it() -> None:
    conversation = broken(Failure.MUTED)
    conversation.ask(Wish.AGAIN)
    assert conversation.told[-1].repaired
    assert conversation.task == Task.SPEAK


def test_only_one_thing_is_broken_at_a_time() -> None:
    conversation = broken(Failure.MUTED)
    before = len(conversation.told)
    conversation.ask(Wish.BREAK)
    assert len(conversation.told) == before


def test_another_thing_breaks_each_time_also_after_the_end() -> None:
    conversation = at_task(None)
    kinds = []
    for _ in range(4):
        conversation.ask(Wish.BREAK)
        conversation.listen()
        kinds.append(conversation.told[-1].failure)
        conversation.ask(Wish.SKIP)
        conversation.listen()
    assert kinds == [*Failure, Failure.MUTED]


def test_only_the_network_breaks_for_whoever_does_not_speak() -> None:
    assert {next_failure(tried, heard=False) for tried in range(5)} == {Failure.NETWORK}


def test_repeating_the_announcement_does_not_break_it_earlier() -> None:
    conversation = at_task(Task.HAND)
    conversation.ask(Wish.BREAK)
    conversation.wait(LINE_SECONDS - 1)
    conversation.ask(Wish.REPEAT)
    conversation.wait(LINE_SECONDS - 1)
    assert all(says.failure is None for says in conversation.told)
    conversation.listen()
    assert conversation.told[-1].failure == Failure.MUTED
