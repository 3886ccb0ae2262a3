"""What breaks on purpose: the page makes it happen, the server sees in the media that it is over.

Only when asked for, never as a surprise: the partner says what will happen and what to do, then
it happens. Skipping ends it at once.
"""

import enum
from collections.abc import Mapping

from motesklar.call.partner.script import Line
from motesklar.call.partner.tasks import TaskScript, Way


class Failure(enum.StrEnum):
    """Something that goes wrong in meetings."""

    MUTED = "muted"  # the microphone is off without anybody having pressed the button
    WRONG_DEVICE = "wrong_device"  # a silent input is chosen
    NETWORK = "network"  # the connection breaks


#: The page needs a moment to make it happen; what is heard meanwhile repairs nothing.
TAKES_EFFECT_SECONDS = 1.5

FAILURES: Mapping[Failure, TaskScript] = {
    Failure.MUTED: TaskScript(
        ask=Line.BREAK_MUTED,
        quick=Line.BREAK_MUTED,
        hints=(Line.MICROPHONE_OFF, Line.BREAK_OTHERWISE),
        done={Way.SPEECH: Line.REPAIRED},
        ways=(Way.SPEECH,),
        wants_sound=True,
    ),
    Failure.WRONG_DEVICE: TaskScript(
        ask=Line.BREAK_DEVICE,
        quick=Line.BREAK_DEVICE,
        hints=(Line.DEVICE_HINT, Line.BREAK_OTHERWISE),
        done={Way.SPEECH: Line.REPAIRED},
        ways=(Way.SPEECH,),
    ),
    Failure.NETWORK: TaskScript(
        ask=Line.BREAK_NETWORK,
        quick=Line.BREAK_NETWORK,
        hints=(Line.BREAK_OTHERWISE,),
        done={Way.BUTTON: Line.REPAIRED_NETWORK},
        ways=(Way.BUTTON,),
    ),
}


def next_failure(tried: int, *, heard: bool) -> Failure:
    """The one to try now: another each time, and none about sound for who has not been heard."""
    kinds = tuple(Failure) if heard else (Failure.NETWORK,)
    return kinds[tried % len(kinds)]
