"""What a module page and the server say to each other on `WS /api/modules/<module>/kernel`.

Text frames are JSON objects; a message with binary buffers is one binary frame (`kernels.frames`).
The kernel's own messages pass through with their Jupyter names: comm_open, comm_msg, comm_close,
display_data, update_display_data, execute_result, stream, error_output, clear_output and status,
each with `parent`, the id of the page's message that it answers.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from motesklar.errors import BadRequest
from motesklar.kernels.frames import BadFrame, FrameKind, unpack_message

#: The page leaves for good: its kernel ends at once.
CLOSE_BYE = 4000
#: The kernel has ended, or there is none for this page.
CLOSE_OVER = 4001

#: No widget's state comes near; what is deeper might be more than a kernel's parser can take.
MOST_NESTED = 100

_Id = Annotated[str, Field(min_length=1, max_length=64)]


class PageMessage(BaseModel):
    """What a page sends."""

    model_config = ConfigDict(extra="forbid")


class CommMessage(PageMessage):
    """A message for one widget, as in Jupyter's protocol.

    Args:
        id: made by the page; sent again with the same one, it is handled once.
        comm_id: the widget's model id.
        target_name: of a comm that is opened.
        data: `{"method": "update", "state": …}`, for example.
    """

    type: Literal["comm_open", "comm_msg", "comm_close"]
    id: _Id
    comm_id: _Id
    target_name: str = Field(default="", max_length=100)
    data: dict[str, Any] = Field(default_factory=dict)
    metadata: dict[str, Any] = Field(default_factory=dict)


class Ping(PageMessage):
    """Is anybody there?"""

    type: Literal["ping"]


_page_message: TypeAdapter[CommMessage | Ping] = TypeAdapter(
    Annotated[CommMessage | Ping, Field(discriminator="type")]
)


def read_page_message(frame: str | bytes) -> tuple[CommMessage | Ping, list[bytes]]:
    """A page's message, checked, and its buffers.

    Raises:
        BadRequest: it is none; code to run is none either.
    """
    try:
        if isinstance(frame, str):
            message, buffers = unpack_message(FrameKind.TEXT, frame.encode())
        else:
            message, buffers = unpack_message(FrameKind.BINARY, frame)
        checked = _page_message.validate_python(message)
    except (ValidationError, BadFrame, UnicodeError) as error:
        raise BadRequest from error
    if _is_deeper(message, MOST_NESTED):
        raise BadRequest
    return checked, buffers


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects stand in each other more than `levels` deep."""
    layer = [value]
    for _ in range(levels):
        layer = [inner for outer in layer for inner in _contents(outer)]
        if not layer:
            return False
    return True


def _contents(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def waiting(place: int) -> dict[str, Any]:
    """So many are served before this page, itself included."""
    return {"type": "waiting", "place": place}


def ready(kernel: str, build: str, *, resumed: bool, missed: bool) -> dict[str, Any]:
    """The kernel answers; `missed` says that some of its messages are lost."""
    return {
        "type": "ready",
        "kernel": kernel,
        "build": build,
        "resumed": resumed,
        "missed": missed,
    }


LOST = {"type": "lost"}
RENEWED = {"type": "renewed"}
PONG = {"type": "pong"}
