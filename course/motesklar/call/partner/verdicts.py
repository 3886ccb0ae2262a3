"""Whether what has come does what was asked, in any of the ways that are open. Pure."""

from collections.abc import Callable, Collection, Mapping

from motesklar.call.partner.attention import Attention
from motesklar.call.partner.pace import Patience
from motesklar.call.partner.script import Line
from motesklar.call.partner.tasks import Task, Way

_Seen = Callable[[Attention, float], bool]

#: What the button does, seen in the media.
_BUTTONS: Mapping[Task, _Seen] = {
    Task.MUTE: Attention.went_quiet,
    Task.CAMERA: Attention.seen,
    Task.HAND: lambda attention, _now: attention.hand,
    Task.SCREEN: lambda attention, _now: attention.shows_screen(),
}

#: Who signs is silent by turning the camera off, and is back by turning it on.
_SIGNS: Mapping[Task, _Seen] = {Task.MUTE: Attention.went_dark, Task.UNMUTE: Attention.seen}


def way_done(
    task: Task, open_ways: Collection[Way], attention: Attention, patience: Patience, now: float
) -> Way | None:
    """The way in which the task has just been done."""
    button, sign = _BUTTONS.get(task), _SIGNS.get(task)
    if Way.BUTTON in open_ways and button is not None and button(attention, now):
        return Way.BUTTON
    if Way.TEXT in open_ways and attention.wrote(now, patience.typing):
        return Way.TEXT
    if Way.SPEECH in open_ways and attention.spoke(now, patience.pause):
        return Way.SPEECH
    if Way.SIGN in open_ways:
        signed = sign(attention, now) if sign else attention.signed(now, patience.pause)
        return Way.SIGN if signed else None
    return None


def picture_fault(task: Task, attention: Attention, now: float) -> Line | None:
    """What is wrong with the picture that was asked for."""
    if task is not Task.CAMERA or not attention.camera:
        return None
    if attention.is_black(now):
        return Line.CAMERA_BLACK
    return Line.CAMERA_FROZEN if attention.is_frozen(now) else None
