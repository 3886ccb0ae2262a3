"""What the server and its call workers tell each other over their link.

The server decides who may come in and keeps what must be kept; a worker has the rooms. A `visit`
is one page's stay, from its joining until its websocket or its room ends; its number is used once.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from motesklar.call.messages import ClientMessage, Join, Message

#: Who comes back within this time finds everything as it was: the server keeps the room on its
#: worker, and the worker place, hand and chat.
REMEMBER_SECONDS = 120.0

#: What a person's conversation has come to, as the partner itself wrote it.
Progress = dict[str, Any]
#: What has arrived from a person in a module; see `evidence`.
Totals = dict[str, Any]


class Configure(Message):
    """The first message: how this worker works."""

    type: Literal["configure"] = "configure"
    addresses: list[str]
    port: int
    loopback: bool
    public_address: str
    languages: list[str]
    locale_folders: list[str]
    partner_name: str
    minutes_max: int


class Enter(Message):
    """Somebody comes into a room, which is made if need be.

    For practice `progress` and `totals` are what is known of earlier calls; a worker that still
    has the room knows better. `led`: a leader is there who may confirm tasks.
    """

    type: Literal["enter"] = "enter"
    visit: int
    room: str
    shown_room: str
    kind: Literal["practice", "room", "mirror"]
    title: str
    member: str
    name: str
    language: str
    leader: bool
    join: Join
    ice_servers: list[dict[str, Any]]
    progress: Progress | None = None
    totals: Totals | None = None
    led: bool = False


class Say(Message):
    """The page of a visit has sent this."""

    type: Literal["say"] = "say"
    visit: int
    message: ClientMessage


class Exit(Message):
    """The connection of a visit is gone; who hangs up says so before."""

    type: Literal["exit"] = "exit"
    visit: int


class Forget(Message):
    """Nobody will come back to this room."""

    type: Literal["forget"] = "forget"
    room: str


class Announce(Message):
    """Tell everybody in the room."""

    type: Literal["announce"] = "announce"
    room: str
    name: str
    text: str


class EndRoom(Message):
    """The room is over for everybody."""

    type: Literal["end_room"] = "end_room"
    room: str


class MuteMember(Message):
    """Turn a member's microphone off."""

    type: Literal["mute_member"] = "mute_member"
    room: str
    member: str
    name: str


class Remove(Message):
    """A member no longer belongs to this room."""

    type: Literal["remove"] = "remove"
    room: str
    member: str


class Confirm(Message):
    """A leader has seen that a task of the practice call is done."""

    type: Literal["confirm"] = "confirm"
    room: str
    task: str


class Beat(Message):
    """Asked and answered alike: I am here."""

    type: Literal["beat"] = "beat"
    number: int


class Stop(Message):
    """End all rooms, tell what is left to tell, and exit."""

    type: Literal["stop"] = "stop"


AnyOrder = (
    Configure
    | Enter
    | Say
    | Exit
    | Forget
    | Announce
    | EndRoom
    | MuteMember
    | Remove
    | Confirm
    | Beat
    | Stop
)


class Started(Message):
    """The worker is ready: its media come and go here."""

    type: Literal["started"] = "started"
    addresses: list[str]
    port: int


class CannotStart(Message):
    """The worker can't work with what it was told; the log says the same."""

    type: Literal["cannot_start"] = "cannot_start"
    problem: str


class Tell(Message):
    """Send this text to the pages of these visits, as it is."""

    type: Literal["tell"] = "tell"
    visits: list[int]
    text: str


class Bye(Message):
    """A visit has ended here: close its websocket with this code."""

    type: Literal["bye"] = "bye"
    visit: int
    code: int


class Practised(Message):
    """What has arrived in a practice room changed, or how far the conversation has come."""

    type: Literal["practised"] = "practised"
    room: str
    totals: Totals
    progress: Progress


class RoomOver(Message):
    """A leader in the room has ended it."""

    type: Literal["room_over"] = "room_over"
    room: str


class Load(Message):
    """What this worker has done in the last second.

    Args:
        share: processor time of one core, 0 to 1.
        lag_ms: how late its clock came, 99th percentile.
        received: datagrams; so are `sent`, `refused` (strangers' and malformed ones) and
            `send_failed` (the kernel took no more), since the start.
        resident_bytes: memory.
    """

    type: Literal["load"] = "load"
    share: float
    lag_ms: float
    rooms: int
    people: int
    received: int
    sent: int
    refused: int
    send_failed: int
    resident_bytes: int


class Logged(Message):
    """A line for the server's log, where the workers' lines stand with its own."""

    type: Literal["logged"] = "logged"
    level: int
    name: str
    message: str


AnyReport = Started | CannotStart | Tell | Bye | Practised | RoomOver | Load | Logged | Beat

#: What a worker reads.
ORDERS: TypeAdapter[AnyOrder] = TypeAdapter(Annotated[AnyOrder, Field(discriminator="type")])
#: What the server reads.
REPORTS: TypeAdapter[AnyReport] = TypeAdapter(Annotated[AnyReport, Field(discriminator="type")])
