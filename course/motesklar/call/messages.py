"""What goes over the practice call's websocket: JSON text frames with a `type`.

The shapes stand here and nowhere else; `call_client.js` describes the same ones to the browser.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from motesklar.errors import BadRequest

#: A browser's answer is about 4 kB; this leaves room for many network cards and codecs.
MAX_SDP_CHARACTERS = 40_000
#: One line as typed; more than anybody says in one breath.
MAX_TEXT_CHARACTERS = 1_000


class Message(BaseModel):
    """A frame; unknown keys are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Join(Message):
    """I want to talk. `client_id` is made by the page and tells a returning page from a new one."""

    type: Literal["join"] = "join"
    client_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class Answer(Message):
    """The browser's answer to our offer."""

    type: Literal["answer"] = "answer"
    sdp: Annotated[str, Field(min_length=1, max_length=MAX_SDP_CHARACTERS)]


class Text(Message):
    """The whole line so far, as it is typed; a line feed at its end finishes it."""

    type: Literal["text"] = "text"
    text: Annotated[str, Field(max_length=MAX_TEXT_CHARACTERS)]


class Leave(Message):
    """I hang up."""

    type: Literal["leave"] = "leave"


class Ping(Message):
    """Are you there?"""

    type: Literal["ping"] = "ping"


ClientMessage = Annotated[Join | Answer | Text | Leave | Ping, Field(discriminator="type")]


class Joined(Message):
    """You are in `room`, and `partner` is the name of who you will meet."""

    type: Literal["joined"] = "joined"
    room: str
    partner: str


class Offer(Message):
    """Our offer, with every address in it; there is no trickle and no second offer."""

    type: Literal["offer"] = "offer"
    sdp: str


class PartnerMessage(Message):
    """What the partner does now; `caption` is the spoken sentence, empty while it listens."""

    type: Literal["partner"] = "partner"
    state: Literal["greeting", "listening", "speaking"]
    caption: str


class PartnerText(Message):
    """What the partner writes to somebody who wrote."""

    type: Literal["partner_text"] = "partner_text"
    text: str


class EvidenceMessage(Message):
    """What has really reached the server, in this module, over all calls."""

    type: Literal["evidence"] = "evidence"
    sound_seconds: float
    picture_seconds: float
    text_characters: int


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
    Joined | Offer | PartnerMessage | PartnerText | EvidenceMessage | ErrorMessage | Pong
)

_client_message: TypeAdapter[Join | Answer | Text | Leave | Ping] = TypeAdapter(ClientMessage)


def read_message(frame: str | bytes) -> Join | Answer | Text | Leave | Ping:
    """The client's message in `frame`.

    Raises:
        BadRequest: it is none of ours.
    """
    try:
        return _client_message.validate_json(frame)
    except ValidationError as error:
        raise BadRequest from error
