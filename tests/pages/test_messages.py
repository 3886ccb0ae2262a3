"""A page may talk to its widgets and ping; anything else is refused whole."""

import json
import random
import struct
from typing import Any

import pytest

from motesklar.errors import BadRequest
from motesklar.kernels.frames import FrameReader, pack_message
from motesklar.pages.messages import MOST_NESTED, CommMessage, Ping, read_page_message

UPDATE = {"type": "comm_msg", "id": "m1", "comm_id": "c1", "data": {"method": "update"}}


def text(message: Any) -> str:
    return json.dumps(message)


def binary(message: dict[str, Any], *buffers: bytes) -> bytes:
    """As a browser packs it."""
    header = json.dumps(message | {"buffer_lengths": [len(b) for b in buffers]}).encode()
    return struct.pack("!I", len(header)) + header + b"".join(buffers)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("kind", ["comm_open", "comm_msg", "comm_close"])
def test_messages_for_widgets_are_read_in_both_forms(kind: str) -> None:
    message = UPDATE | {"type": kind, "metadata": {"version": "2.1.0"}, "target_name": "t"}
    for frame, buffers in ((text(message), []), (binary(message, b"ab", b""), [b"ab", b""])):
        read, received = read_page_message(frame)
        assert isinstance(read, CommMessage)
        assert read.model_dump() == message
        assert received == buffers


def test_a_ping_needs_nothing_else() -> None:
    assert isinstance(read_page_message('{"type": "ping"}')[0], Ping)


def test_what_a_kernel_gets_is_what_the_page_said() -> None:
    said = UPDATE | {"data": {"method": "update", "state": {"name": "Åsa ☎", "half": "\ud83c"}}}
    read, buffers = read_page_message(text(said))
    (frame,) = FrameReader().feed(pack_message(read.model_dump(), buffers))
    again = json.loads(frame[1])
    assert again["data"] == said["data"]


@pytest.mark.parametrize(
    "kind",
    [
        "execute_request",
        "complete_request",
        "inspect_request",
        "history_request",
        "input_reply",
        "kernel_info_request",
        "shutdown_request",
        "interrupt_request",
        "debug_request",
        "create_subshell_request",
        "comm_info_request",
        "status",
        "",
        None,
        ["comm_msg"],
    ],
)
def test_no_other_kind_of_message_exists(kind: Any) -> None:
    request = {"type": kind, "id": "1", "comm_id": "c", "data": {"code": "1"}, "code": "1"}
    for frame in (text(request), binary(request)):
        with pytest.raises(BadRequest):
            read_page_message(frame)


@pytest.mark.parametrize(
    "change",
    [
        {"code": "import os"},
        {"header": {"msg_type": "execute_request"}},
        {"channel": "shell"},
        {"msg_type": "execute_request"},
        {"id": ""},
        {"id": "x" * 65},
        {"id": 7},
        {"comm_id": None},
        {"comm_id": ["c"]},
        {"data": []},
        {"data": "text"},
        {"metadata": 1},
        {"target_name": "t" * 101},
    ],
)
def test_a_message_with_more_less_or_other_fields_is_refused(change: dict[str, Any]) -> None:
    for frame in (text(UPDATE | change), binary(UPDATE | change)):
        with pytest.raises(BadRequest):
            read_page_message(frame)


@pytest.mark.parametrize("missing", ["type", "id", "comm_id"])
def test_a_message_without_its_names_is_refused(missing: str) -> None:
    with pytest.raises(BadRequest):
        read_page_message(text({key: value for key, value in UPDATE.items() if key != missing}))


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "null",
        "[]",
        "7",
        '"ping"',
        "{",
        '{"type": "ping"',
        '{"type": "ping"}{"type": "ping"}',
        '{"type": "ping", "id": "1"}',
        '{"a":' * 50_000,
        "[" * 500_000,
        '{"type": "comm_msg", "id": "1", "comm_id": "c", "data": {"n": ' + "9" * 5000 + "}}",
        b"",
        b"\x00\x00\x00",
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x02{}",
        b"\x00\x00\x00\x02[]",
        b"\x00\x00\x00\x01\xff",
        binary(UPDATE, b"abc")[:-1],
        binary(UPDATE, b"abc") + b"d",
    ],
)
def test_garbage_is_refused(frame: str | bytes) -> None:
    with pytest.raises(BadRequest):
        read_page_message(frame)


def test_values_may_be_nested_but_not_without_end() -> None:
    in_message = MOST_NESTED - 3  # the message, its data, and the list's innermost value
    allowed = UPDATE | {"data": {"value": nested(in_message)}}
    assert read_page_message(text(allowed))[0].model_dump()["data"] == allowed["data"]
    for depth in (in_message + 1, 150, 400, 900):
        deeper = UPDATE | {"data": {"value": nested(depth)}}
        for frame in (text(deeper), binary(deeper)):
            with pytest.raises(BadRequest):
                read_page_message(frame)


def test_a_wide_message_is_read() -> None:
    wide = UPDATE | {
        "data": {"values": list(range(100_000)), "map": {str(n): n for n in range(9999)}}
    }
    read, _ = read_page_message(text(wide))
    assert read.model_dump()["data"] == wide["data"]


@pytest.mark.parametrize("seed", range(10))
def test_a_damaged_message_is_read_or_refused_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(100):
        frame = bytearray(binary(UPDATE, chance.randbytes(20)))
        for _ in range(chance.randint(1, 8)):
            frame[chance.randrange(len(frame))] = chance.randrange(256)
        cut = bytes(frame[: chance.randint(0, len(frame))])
        for damaged in (bytes(frame), cut, frame[4:].decode("latin-1")):
            try:
                message, buffers = read_page_message(damaged)
            except BadRequest:
                continue
            assert isinstance(message, CommMessage | Ping)
            assert all(isinstance(buffer, bytes) for buffer in buffers)
