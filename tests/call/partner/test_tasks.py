"""Every task: right, wrong, in each of its ways, and when nothing comes."""

import pytest

from motesklar.call.evidence import Sight
from motesklar.call.partner.pace import Pace
from motesklar.call.partner.script import Line
from motesklar.call.partner.tasks import ORDER, TASKS, Task, Way
from tests.call.partner.conversation import Conversation, at_task

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
