"""Messages on the wire."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

import motesklar_widgets
from motesklar.call.messages import (
    MAX_SDP_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    Answer,
    Join,
    Leave,
    Ping,
    ServerMessage,
    Text,
    read_message,
)
from motesklar.errors import BadRequest

CLIENT = Path(motesklar_widgets.__file__).parent / "static" / "lib" / "call" / "messages.js"


def test_every_client_message_is_read() -> None:
    assert read_message('{"type": "join", "client_id": "abcd-1234"}') == Join(client_id="abcd-1234")
    assert read_message('{"type": "answer", "sdp": "v=0"}') == Answer(sdp="v=0")
    assert read_message('{"type": "text", "text": "Hej"}') == Text(text="Hej")
    assert read_message('{"type": "leave"}') == Leave()
    assert read_message(b'{"type": "ping"}') == Ping()


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "null",
        "[]",
        "{",
        '{"type": "dance"}',
        '{"sdp": "v=0"}',
        '{"type": "join"}',
        '{"type": "join", "client_id": "short"}',
        '{"type": "join", "client_id": "../../etc/passwd"}',
        '{"type": "answer", "sdp": ""}',
        '{"type": "answer", "sdp": 1}',
        '{"type": "leave", "more": true}',
        '{"type": "text", "text": "' + "x" * (MAX_TEXT_CHARACTERS + 1) + '"}',
        '{"type": "answer", "sdp": "' + "x" * (MAX_SDP_CHARACTERS + 1) + '"}',
        b"\xff\xfe",
        "[" * 10_000,
    ],
    ids=lambda frame: repr(frame)[:40],
)
def test_anything_else_is_refused(frame: str | bytes) -> None:
    with pytest.raises(BadRequest):
        read_message(frame)


@pytest.mark.parametrize("message", [Join, Answer, Text, Leave, Ping, *get_args(ServerMessage)])
def test_the_browser_knows_the_same_shapes(message: type[BaseModel]) -> None:
    kind = message.model_fields["type"].default
    described = re.search(rf'\{{ (type: "{kind}"[^}}]*) \}}', CLIENT.read_text(encoding="utf-8"))
    assert described, f"{kind} is missing in {CLIENT.name}"
    assert re.findall(r"(\w+):", described[1]) == list(message.model_fields)
