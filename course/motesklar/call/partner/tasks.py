"""What the partner asks for, one thing at a time, and the ways in which each can be done.

Every way counts alike, and nobody is asked why they took another one. Only the ways that can't
happen by chance are open at once; the others open with the hint that names them, or at once for
whoever writes or signs instead of speaking. So a question said aloud is not taken for a chat
line, and a person who writes is not kept waiting.
"""

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from motesklar.call.partner.pace import Pace
from motesklar.call.partner.script import Line


class Task(enum.StrEnum):
    """Something to practise, in the order in which it is asked: the easiest first."""

    SPEAK = "speak"  # say, write or sign anything
    MUTE = "mute"  # turn the microphone off
    UNMUTE = "unmute"  # turn it on, and be heard again
    CAMERA = "camera"  # be seen, neither black nor frozen
    CHAT = "chat"  # write a line
    HAND = "hand"  # raise the hand
    SCREEN = "screen"  # share a window
    FAILURE = "failure"  # repair what broke on purpose; only when asked for


class Way(enum.StrEnum):
    """How a task was done."""

    SPEECH = "speech"  # heard
    TEXT = "text"  # read
    SIGN = "sign"  # seen: hands that move in front of the camera
    BUTTON = "button"  # with the button, and the media say so too
    LEADER = "leader"  # a leader saw it, and confirmed it


#: The ways in which one simply answers, whatever the task.
ANSWERS = (Way.SPEECH, Way.TEXT, Way.SIGN)

_THANKS = {
    Way.SPEECH: Line.THANKS_HEARD,
    Way.TEXT: Line.THANKS_READ,
    Way.SIGN: Line.THANKS_SEEN,
    Way.LEADER: Line.CONFIRMED,
}


@dataclass(frozen=True)
class TaskScript:
    """What is said around a task, and how it can be done.

    Args:
        ask: asks for it, gently.
        quick: asks for it in few words.
        hints: said when nothing comes, one after the other; the last one names the later ways.
        done: what is said when it is done, by way; other ways are thanked for as everywhere.
        ways: open at once.
        later: open from the last hint on, or at once for whoever has answered in that way.
        ask_muted: asks for it while the microphone is off, gently or not.
        heard: said when speech comes where another thing was asked for.
        wants_sound: the first hint tells whether the microphone is off or only too quiet.
    """

    ask: Line
    quick: Line
    hints: tuple[Line, ...]
    done: Mapping[Way, Line]
    ways: tuple[Way, ...]
    later: tuple[Way, ...] = ()
    ask_muted: Line | None = None
    heard: Line | None = None
    wants_sound: bool = False

    def open_ways(self, hints: int, answers: Collection[Way]) -> tuple[Way, ...]:
        """Those that count now, after so many hints, for whoever has answered in these ways."""
        opened = hints >= len(self.hints)
        return self.ways + tuple(way for way in self.later if opened or way in answers)

    def ask_line(self, pace: Pace, *, microphone: bool) -> Line:
        """The sentence that asks for it."""
        if self.ask_muted is not None and not microphone:
            return self.ask_muted
        return self.quick if pace is Pace.QUICK else self.ask

    def hint(self, given: int, *, microphone: bool) -> Line:
        """The next hint after so many."""
        if given == 0 and self.wants_sound:
            return Line.MICROPHONE_SILENT if microphone else Line.MICROPHONE_OFF
        return self.hints[given]

    def thanks(self, way: Way) -> Line:
        """What is said when it was done in this way."""
        return self.done.get(way) or _THANKS[way]


TASKS: Mapping[Task, TaskScript] = {
    Task.SPEAK: TaskScript(
        ask=Line.SPEAK_ASK,
        ask_muted=Line.SPEAK_ASK_MUTED,
        quick=Line.SPEAK_QUICK,
        hints=(Line.MICROPHONE_OFF, Line.STILL_SILENT),
        done={
            Way.SPEECH: Line.SPEAK_HEARD,
            Way.TEXT: Line.SPEAK_READ,
            Way.SIGN: Line.SPEAK_SEEN,
        },
        ways=ANSWERS,
        wants_sound=True,
    ),
    Task.MUTE: TaskScript(
        ask=Line.MUTE_ASK,
        ask_muted=Line.MUTE_ASK_MUTED,
        quick=Line.MUTE_QUICK,
        hints=(Line.MUTE_HINT, Line.MUTE_OTHERWISE),
        done={Way.BUTTON: Line.MUTE_DONE},
        ways=(Way.BUTTON,),
        later=(Way.SIGN, Way.TEXT),
        heard=Line.MUTE_HEARD,
    ),
    Task.UNMUTE: TaskScript(
        ask=Line.UNMUTE_ASK,
        quick=Line.UNMUTE_ASK,
        hints=(Line.MICROPHONE_OFF, Line.UNMUTE_OTHERWISE),
        done={Way.SPEECH: Line.UNMUTE_DONE},
        ways=(Way.SPEECH,),
        later=(Way.SIGN, Way.TEXT),
        wants_sound=True,
    ),
    Task.CAMERA: TaskScript(
        ask=Line.CAMERA_ASK,
        quick=Line.CAMERA_QUICK,
        hints=(Line.CAMERA_HINT, Line.CAMERA_OTHERWISE),
        done={Way.BUTTON: Line.CAMERA_DONE},
        ways=(Way.BUTTON, Way.TEXT),
    ),
    Task.CHAT: TaskScript(
        ask=Line.CHAT_ASK,
        quick=Line.CHAT_QUICK,
        hints=(Line.CHAT_HINT, Line.CHAT_OTHERWISE),
        done={Way.TEXT: Line.CHAT_DONE},
        ways=(Way.TEXT,),
        later=(Way.SPEECH, Way.SIGN),
        heard=Line.CHAT_HEARD,
    ),
    Task.HAND: TaskScript(
        ask=Line.HAND_ASK,
        quick=Line.HAND_QUICK,
        hints=(Line.HAND_HINT, Line.HAND_OTHERWISE),
        done={Way.BUTTON: Line.HAND_DONE},
        ways=(Way.BUTTON,),
        later=ANSWERS,
    ),
    Task.SCREEN: TaskScript(
        ask=Line.SCREEN_ASK,
        quick=Line.SCREEN_QUICK,
        hints=(Line.SCREEN_HINT, Line.SCREEN_OTHERWISE),
        done={Way.BUTTON: Line.SCREEN_DONE},
        ways=(Way.BUTTON,),
        later=ANSWERS,
    ),
}

#: In the order in which they are asked.
ORDER = tuple(TASKS)
