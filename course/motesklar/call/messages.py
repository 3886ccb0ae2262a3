"""What goes over a call's websocket: JSON text frames with a `type`.

Pages open `/api/call/<module>` (alone with the partner) or `/api/rooms/<room>` (with other people).
The first message is `join`. Members are told apart by an opaque member id, the same for the same
person in the same room, also after a return. The partner is a member, too. Closing with code 4000
means that the call is over; with any other, that the page should come back.

The shapes stand here and nowhere else; `lib/call/messages.js` describes them to the browser.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from motesklar.errors import BadRequest
from motesklar.web.close_codes import COME_BACK as COME_BACK
from motesklar.web.close_codes import OVER as OVER

#: A browser's answer for all slots is about 15 kB; this leaves room for many network cards.
MAX_SDP_CHARACTERS = 40_000
#: One line as typed; more than anybody says in one breath.
MAX_TEXT_CHARACTERS = 1_000
#: Videos a page may name: more than fit on a screen.
MAX_VIDEOS_NAMED = 25
#: Videos that are sent to one page.
MAX_VIDEOS = 5
#: A page that hears the microphone itself tells it several times a second.
MAX_HEARD_SECONDS = 5.0

MemberId = Annotated[str, Field(min_length=1, max_length=40)]


class Message(BaseModel):
    """A frame; unknown keys are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Join(Message):
    """I want to come in, and this is what I send from the start.

    `client_id` is made by the page and tells a returning page from a new one. `hall`: I sit in the
    hall without a headset, and want neither sound nor pictures. `pace` is the partner's.
    """

    type: Literal["join"] = "join"
    client_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    microphone: bool = False
    camera: bool = False
    hall: bool = False
    pace: Literal["gentle", "quick"] = "gentle"


class Answer(Message):
    """The browser's answer to our one offer."""

    type: Literal["answer"] = "answer"
    sdp: Annotated[str, Field(min_length=1, max_length=MAX_SDP_CHARACTERS)]


class Text(Message):
    """The whole line so far, as it is typed; a line feed at its end finishes it."""

    type: Literal["text"] = "text"
    text: Annotated[str, Field(max_length=MAX_TEXT_CHARACTERS)]


class State(Message):
    """What I send now. It is believed only for what others are shown, and only to send less."""

    type: Literal["state"] = "state"
    microphone: bool
    camera: bool
    screen: bool
    hand: bool
    hall: bool


class View(Message):
    """Whom I want to see: `videos` are the members on my screen, best first.

    The server fills as many places as there are; with none named it chooses, speakers first.
    `count` is how many videos this screen has room for.
    """

    type: Literal["view"] = "view"
    pinned: MemberId | None
    videos: Annotated[list[MemberId], Field(max_length=MAX_VIDEOS_NAMED)]
    count: Annotated[int, Field(ge=0, le=MAX_VIDEOS)] = MAX_VIDEOS


class Ask(Message):
    """To the partner: say it again, leave this task out, let something break, start anew."""

    type: Literal["ask"] = "ask"
    what: Literal["repeat", "skip", "break", "again"]


class Heard(Message):
    """Where no media gets through the page itself hears the microphone. Never evidence."""

    type: Literal["heard"] = "heard"
    seconds: Annotated[float, Field(gt=0, le=MAX_HEARD_SECONDS)]


class Mute(Message):
    """A leader turns a member's microphone off. Nobody can turn another's on."""

    type: Literal["mute"] = "mute"
    member: MemberId


class End(Message):
    """A leader ends the room for everybody."""

    type: Literal["end"] = "end"


class Leave(Message):
    """I hang up."""

    type: Literal["leave"] = "leave"


class Ping(Message):
    """Are you there?"""

    type: Literal["ping"] = "ping"


AnyClientMessage = Join | Answer | Text | State | View | Ask | Heard | Mute | End | Leave | Ping
ClientMessage = Annotated[AnyClientMessage, Field(discriminator="type")]


class Member(BaseModel):
    """Somebody in the room, as the others see them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    microphone: bool = False
    camera: bool = False
    screen: bool = False
    hand: bool = False
    hall: bool = False
    partner: bool = False
    leader: bool = False


class Shape(BaseModel):
    """The offer's media lines in order; a line's mid is its number.

    First `audio` lines, of which the first also carries my microphone; then `video` lines, of
    which the first also carries my camera; then, if `screen`, one line for others' screen and mine.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    audio: int
    video: int
    screen: bool


class Limits(BaseModel):
    """What I may send now, by the size of the room; bit rates in bit/s."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    width: int
    framerate: int
    bitrate: int
    screen_width: int
    screen_framerate: int
    screen_bitrate: int


class Line(Message):
    """Somebody's line as far as it is written; with a line feed at its end it is in the chat.

    A finished line goes to everybody, its writer too, so that all read the chat in one order.
    """

    type: Literal["line"] = "line"
    member: str
    name: str
    text: str


class Joined(Message):
    """You are in `room`, as the member `you`; `leader`: you may mute others and end it."""

    type: Literal["joined"] = "joined"
    room: str
    kind: Literal["practice", "room", "mirror"]
    title: str
    you: str
    leader: bool
    shape: Shape
    limits: Limits
    ice_servers: list[dict[str, Any]]
    lines: list[Line]


class Offer(Message):
    """Our offer, with every address in it; there is no trickle and no second offer."""

    type: Literal["offer"] = "offer"
    sdp: str


class Members(Message):
    """Everybody in the room, the whole list, at each change."""

    type: Literal["members"] = "members"
    members: list[Member]


class Slots(Message):
    """Who is in which slot of what you receive; None is nobody."""

    type: Literal["slots"] = "slots"
    audio: list[str | None]
    video: list[str | None]
    screen: str | None


class Speaking(Message):
    """Who speaks now, loudest first, three at most; told at each change."""

    type: Literal["speaking"] = "speaking"
    members: list[str]


class PartnerMessage(Message):
    """What the partner does now.

    `line` names the sentence it says, whose clip is `/call/clips/<language>/<line>.opus`, and
    `caption` is the sentence; both are empty while it listens. `task` is the task now, `ways` the
    equal ways in which it can be fulfilled, `done` the tasks that are done, each with its way.
    """

    type: Literal["partner"] = "partner"
    state: Literal["greeting", "listening", "speaking"]
    line: str
    caption: str
    task: str
    ways: list[str]
    done: dict[str, str]


class Failure(Message):
    """Something breaks on purpose now: the page makes it happen and helps to repair it."""

    type: Literal["failure"] = "failure"
    kind: Literal["muted", "wrong_device", "network"]


class Repaired(Message):
    """The server has seen the failure repaired."""

    type: Literal["repaired"] = "repaired"


class EvidenceMessage(Message):
    """What has really reached the server, in this module, over all calls."""

    type: Literal["evidence"] = "evidence"
    sound_seconds: float
    picture_seconds: float
    text_characters: int
    tasks: dict[str, str]


class LimitsMessage(Message):
    """The room has grown or shrunk: from now on send this much."""

    type: Literal["limits"] = "limits"
    limits: Limits


class Muted(Message):
    """The leader `name` has turned your microphone off."""

    type: Literal["muted"] = "muted"
    name: str


class Notice(Message):
    """The leader `name` tells everybody something."""

    type: Literal["notice"] = "notice"
    name: str
    text: str


class Quality(Message):
    """What the server measures of your connection, every five seconds; shares are 0 to 1."""

    type: Literal["quality"] = "quality"
    up_loss: float
    down_loss: float
    rtt_ms: float | None
    jitter_ms: float


class Restarting(Message):
    """The server restarts soon: come back by yourself when this connection closes."""

    type: Literal["restarting"] = "restarting"


class ErrorMessage(Message):
    """Something the person should know, in their language. The call may well go on."""

    type: Literal["error"] = "error"
    code: str
    message: str
    next_step: str


class Pong(Message):
    """I am here."""

    type: Literal["pong"] = "pong"


ServerMessage = (
    Joined
    | Offer
    | Members
    | Slots
    | Speaking
    | Line
    | PartnerMessage
    | Failure
    | Repaired
    | EvidenceMessage
    | LimitsMessage
    | Muted
    | Notice
    | Quality
    | Restarting
    | ErrorMessage
    | Pong
)

_client_message: TypeAdapter[AnyClientMessage] = TypeAdapter(ClientMessage)


def read_message(frame: str | bytes) -> AnyClientMessage:
    """The client's message in `frame`.

    Raises:
        BadRequest: it is none of ours.
    """
    try:
        return _client_message.validate_json(frame)
    except ValidationError as error:
        raise BadRequest from error
