"""What the rooms' pages are told and ask for. Pure.

`WS /api/workshops/<id>/rooms/live` tells the leader everything at each change, a `RoomsMessage`;
`WS /api/rooms/mine` tells a participant where they belong, a `MyRoomMessage`. What leaders do comes
as HTTP. `static/js/rooms/` reads and writes the same shapes.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from motesklar.call.rooms.division import SIZE_MAX, SIZE_MIN, Way
from motesklar.workshops.sheet.messages import FollowMessage
from motesklar.workshops.tables import TABLE_MAX

#: A leader's message to a room.
TEXT_MAX = 500
#: Far above any hall.
_PEOPLE_MAX = 1000
#: In place of a room's id: one more room is opened.
NEW_ROOM = "new"

PersonId = Annotated[str, Field(pattern=r"^p-[a-z0-9]{1,18}$")]
RoomId = Annotated[str, Field(pattern=r"^r-[a-z0-9]{1,18}$")]


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class PersonMessage(_Told):
    """A participant.

    Args:
        room: id of the open room that is theirs.
        here: id of the room whose call they are in now; another than theirs while they move.
        minutes: how long they have been in calls of this workshop.
    """

    id: str
    name: str
    department: str
    table: str
    room: str | None
    here: str | None
    minutes: int


class RoomMessage(_Told):
    """An open room.

    Args:
        visitors: names of leaders who are in it now.
    """

    id: str
    title: str
    visitors: list[str]


class RoomsMessage(_Told):
    """Everything the leader's panel shows; people by name, rooms by number."""

    ended: bool
    rooms: list[RoomMessage]
    people: list[PersonMessage]


class MyRoom(_Told):
    """A participant's own room.

    Args:
        others: names of the others whose room it is.
    """

    id: str
    title: str
    others: list[str]


class MyRoomMessage(_Told):
    """Where a participant belongs now.

    Args:
        room: None while no room of theirs is open.
        follow: where everybody is to go; None when they are in no workshop any more.
    """

    room: MyRoom | None
    follow: FollowMessage | None


class GroupMessage(_Told):
    """A room of a division that is not open yet."""

    title: str
    table: str
    people: list[str]


class DivisionMessage(_Told):
    """A proposal, for the leader to look at and to change."""

    groups: list[GroupMessage]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DivisionQuery(_Asked):
    """How to divide.

    Args:
        turn: another number mixes anew.
    """

    way: Way
    size: Annotated[int, Field(ge=SIZE_MIN, le=SIZE_MAX)]
    turn: Annotated[int, Field(ge=0, le=10_000)] = 0


class OpenGroup(_Asked):
    """A room to be opened."""

    people: Annotated[list[PersonId], Field(max_length=_PEOPLE_MAX)]
    table: Annotated[str, Field(max_length=TABLE_MAX)] = ""


class OpenBody(_Asked):
    """The division as the leader wants it."""

    groups: Annotated[list[OpenGroup], Field(max_length=_PEOPLE_MAX)]


class PlaceBody(_Asked):
    """Whom to move where: to a room, to a new one, or out of all."""

    person: PersonId
    room: RoomId | Literal["new"] | None


class TableBody(_Asked):
    """The table somebody sits at."""

    person: PersonId
    table: Annotated[str, Field(max_length=TABLE_MAX)]


class RoomBody(_Asked):
    """Which room; None means all of them."""

    room: RoomId | None = None


class NoticeBody(_Asked):
    """A message of the leader to a room, or to all."""

    text: Annotated[str, Field(min_length=1, max_length=TEXT_MAX)]
    room: RoomId | None = None


class PersonBody(_Asked):
    """Whom."""

    person: PersonId


class ConfirmBody(_Asked):
    """A task of the practice call that the leader has seen somebody do."""

    person: PersonId
    task: Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")]
