"""Messages on the wire."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

import motesklar_widgets
from motesklar.call.messages import (
    MAX_SDP_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    MAX_VIDEOS_NAMED,
    Answer,
    AnyClientMessage,
    Ask,
    End,
    Heard,
    Join,
    Leave,
    Limits,
    Member,
    Mute,
    Ping,
    ServerMessage,
    State,
    Text,
    View,
    read_message,
)
from motesklar.errors import BadRequest

CLIENT = Path(motesklar_widgets.__file__).parent / "static" / "lib" / "call" / "messages.js"

SENDS_ALL = '"microphone": true, "camera": true, "screen": true, "hand": true, "hall": true'


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ('{"type": "join", "client_id": "abcd-1234"}', Join(client_id="abcd-1234")),
        ('{"type": "answer", "sdp": "v=0"}', Answer(sdp="v=0")),
        ('{"type": "text", "text": "Hej"}', Text(text="Hej")),
        (
            f'{{"type": "state", {SENDS_ALL}}}',
            State(microphone=True, camera=True, screen=True, hand=True, hall=True),
        ),
        (
            '{"type": "view", "pinned": null, "videos": ["m-1"], "count": 2}',
            View(pinned=None, videos=["m-1"], count=2),
        ),
        ('{"type": "ask", "what": "skip"}', Ask(what="skip")),
        ('{"type": "heard", "seconds": 0.5}', Heard(seconds=0.5)),
        ('{"type": "mute", "member": "m-1"}', Mute(member="m-1")),
        ('{"type": "end"}', End()),
        ('{"type": "leave"}', Leave()),
        (b'{"type": "ping"}', Ping()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_client_message_is_read(frame: str | bytes, message: BaseModel) -> None:
    assert read_message(frame) == message


def test_who_says_nothing_of_it_sends_nothing_and_wants_everything() -> None:
    join = read_message('{"type": "join", "client_id": "abcd-1234"}')
    assert isinstance(join, Join)
    assert (join.microphone, join.camera, join.hall, join.pace) == (False, False, False, "gentle")


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
        '{"type": "join", "client_id": "abcd-1234", "pace": "slow"}',
        '{"type": "answer", "sdp": ""}',
        '{"type": "answer", "sdp": 1}',
        '{"type": "leave", "more": true}',
        '{"type": "heard", "seconds": 0}',
        '{"type": "heard", "seconds": 3600}',
        '{"type": "heard", "seconds": NaN}',
        '{"type": "heard", "seconds": Infinity}',
        '{"type": "ask", "what": "money"}',
        '{"type": "mute", "member": ""}',
        '{"type": "state", "microphone": true}',
        '{"type": "view", "pinned": null, "videos": [], "count": 6}',
        '{"type": "view", "pinned": null, "videos": [], "count": -1}',
        '{"type": "view", "pinned": "' + "m" * 41 + '", "videos": []}',
        '{"type": "view", "pinned": null, "videos": ['
        + ",".join(['"m"'] * (MAX_VIDEOS_NAMED + 1))
        + "]}",
        '{"type": "text", "text": "' + "x" * (MAX_TEXT_CHARACTERS + 1) + '"}',
        '{"type": "answer", "sdp": "' + "x" * (MAX_SDP_CHARACTERS + 1) + '"}',
        # what only the server may say
        '{"type": "evidence", "sound_seconds": 9, "picture_seconds": 9, "text_characters": 9,'
        ' "tasks": {}}',
        b"\xff\xfe",
        "[" * 10_000,
    ],
    ids=lambda frame: repr(frame)[:40],
)
def test_anything_else_is_refused(frame: str | bytes) -> None:
    with pytest.raises(BadRequest):
        read_message(frame)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda part: (
        st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=8), part, max_size=4)
    ),
    max_leaves=8,
)
kinds = st.sampled_from(
    [each.model_fields["type"].default for each in get_args(AnyClientMessage)] + ["dance"]
)
fields = st.sampled_from(
    sorted({name for each in get_args(AnyClientMessage) for name in each.model_fields})
)
nearly = st.builds(
    lambda kind, more: json.dumps(more | {"type": kind}), kinds, st.dictionaries(fields, anything)
)


@given(st.binary() | st.text() | anything.map(json.dumps) | nearly)
def test_any_frame_is_a_message_of_ours_or_a_bad_request(frame: str | bytes) -> None:
    try:
        message = read_message(frame)
    except BadRequest:
        return
    assert isinstance(message, AnyClientMessage)
    assert read_message(message.model_dump_json()) == message


@pytest.mark.parametrize("message", [*get_args(AnyClientMessage), *get_args(ServerMessage)])
def test_the_browser_knows_the_same_messages(message: type[BaseModel]) -> None:
    kind = message.model_fields["type"].default
    described = re.search(rf'\{{ (type: "{kind}"[^}}]*) \}}', CLIENT.read_text(encoding="utf-8"))
    assert described, f"{kind} is missing in {CLIENT.name}"
    assert re.findall(r"(\w+):", described[1]) == list(message.model_fields)


@pytest.mark.parametrize("part", [Member, Limits])
def test_the_browser_knows_the_same_parts(part: type[BaseModel]) -> None:
    told = CLIENT.read_text(encoding="utf-8").split(f"@typedef {{object}} {part.__name__}")
    assert len(told) == 2, f"{part.__name__} is missing in {CLIENT.name}"
    properties = told[1].split("@typedef")[0]
    assert re.findall(r"@property {\w+} (\w+)", properties) == list(part.model_fields)
