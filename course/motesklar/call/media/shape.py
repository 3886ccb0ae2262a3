"""What a connection carries: its lines, and the slots in which others are sent to it."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["audio", "video", "screen"]


class Track(enum.StrEnum):
    """What a person sends."""

    MICROPHONE = "microphone"
    CAMERA = "camera"
    SCREEN = "screen"


@dataclass(frozen=True)
class Shape:
    """The media lines of an offer, in this order; the mid is the line's index as text.

    The first line of each kind carries the person's own sound or picture up as well.

    Args:
        audio: lines of sound.
        video: lines of camera pictures.
        screen: whether a last line carries a screen.
    """

    audio: int
    video: int
    screen: bool


#: Alone with the partner.
PRACTICE = Shape(audio=1, video=1, screen=True)
#: With other people.
ROOM = Shape(audio=3, video=5, screen=True)
#: With oneself, to measure the line.
MIRROR = Shape(audio=1, video=1, screen=False)


@dataclass(frozen=True)
class Line:
    """One media line: what goes down on it, and what comes up.

    Args:
        kind: what it carries.
        index: which of its kind, from 0.
        mid: its name in the session description.
        up: what the person sends on it; nothing on most lines.
    """

    kind: Kind
    index: int
    mid: str
    up: Track | None

    @property
    def media(self) -> Literal["audio", "video"]:
        """The kind of media as the session description names it."""
        return "audio" if self.kind == "audio" else "video"


@dataclass(frozen=True)
class OutSlot:
    """One sending line of one peer; the rtx fields are 0 for sound, which is never sent again."""

    kind: Kind
    index: int
    mid: str
    ssrc: int
    rtx_ssrc: int
    payload_type: int
    rtx_payload_type: int


def lines_of(shape: Shape) -> tuple[Line, ...]:
    """The lines of `shape`, in the order of the offer."""
    kinds: tuple[tuple[Kind, int, Track], ...] = (
        ("audio", shape.audio, Track.MICROPHONE),
        ("video", shape.video, Track.CAMERA),
        ("screen", int(shape.screen), Track.SCREEN),
    )
    return tuple(
        Line(kind, index, str(number), up if index == 0 else None)
        for number, (kind, index, up) in enumerate(_each(kinds))
    )


def _each(kinds: tuple[tuple[Kind, int, Track], ...]) -> Iterator[tuple[Kind, int, Track]]:
    for kind, count, up in kinds:
        for index in range(count):
            yield kind, index, up
