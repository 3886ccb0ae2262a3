"""What goes over the socket comes out the same, however it is cut; garbage is refused."""

import json
import random
import struct
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from motesklar.kernels import frames
from motesklar.kernels.frames import (
    BadFrame,
    FrameKind,
    FrameReader,
    pack_frame,
    pack_message,
    unpack_message,
)

CASES = 300
LETTERS = 'abcåäö ☎\U0001f3a7\x00\n"\\\ud83c'  # the last is half a character, as JavaScript cuts


def random_value(chance: random.Random, depth: int = 0) -> Any:
    """Something that JSON can hold."""
    simple = [
        None,
        chance.random() < 0.5,
        chance.randint(-(2**53), 2**53),
        chance.uniform(-1e9, 1e9),
        "".join(chance.choices(LETTERS, k=chance.randint(0, 12))),
    ]
    if depth > 3 or chance.random() < 0.6:
        return chance.choice(simple)
    values = [random_value(chance, depth + 1) for _ in range(chance.randint(0, 4))]
    if chance.random() < 0.5:
        return values
    return {f"{number}{chance.choice(LETTERS)}": value for number, value in enumerate(values)}


def random_message(chance: random.Random) -> tuple[dict[str, Any], list[bytes]]:
    buffers = [
        chance.randbytes(chance.choice([0, 1, 100, 5000])) for _ in range(chance.randint(0, 3))
    ]
    return {"type": "comm_msg", "data": random_value(chance)}, buffers


def cut(chance: random.Random, data: bytes) -> list[bytes]:
    """The same bytes in pieces, as a stream socket may give them."""
    cuts = sorted(chance.choices(range(len(data) + 1), k=chance.randint(0, 20)))
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]


def read_all(pieces: list[bytes]) -> list[tuple[FrameKind, bytes]]:
    reader = FrameReader()
    return [frame for piece in pieces for frame in reader.feed(piece)]


@pytest.mark.parametrize("seed", range(10))
def test_messages_come_out_as_they_went_in_however_the_stream_is_cut(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(CASES // 10):
        sent = [random_message(chance) for _ in range(chance.randint(1, 5))]
        stream = b"".join(pack_message(message, buffers) for message, buffers in sent)
        received = [unpack_message(*frame) for frame in read_all(cut(chance, stream))]
        assert received == sent


def test_a_message_may_hold_bytearrays_and_views() -> None:
    (frame,) = read_all([pack_message({"a": 1}, [bytearray(b"xy"), memoryview(b"z")])])
    assert unpack_message(*frame) == ({"a": 1}, [b"xy", b"z"])


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (float("nan"), "nan"),
        ([1.5, {"a": (float("inf"), -float("inf"))}], [1.5, {"a": ["inf", "-inf"]}]),
        ({3}, [3]),
        (range(2), [0, 1]),
        (b"\x00\x01", "AAE="),
        (Fraction(1, 2), 0.5),
        (date(2026, 3, 1), "2026-03-01"),
        (FrameReader, str(FrameReader)),
    ],
)
def test_what_json_does_not_know_is_told_as_jupyter_tells_it(value: Any, told: Any) -> None:
    (frame,) = read_all([pack_message({"value": value})])
    message, _ = unpack_message(*frame)
    assert message == {"value": told}
    assert json.loads(frame[1], parse_constant=pytest.fail) == message


def test_numpys_numbers_are_numbers() -> None:
    numpy = pytest.importorskip("numpy")
    values = [numpy.int64(3), numpy.float32(0.5), numpy.float32("nan"), numpy.float64("nan")]
    (frame,) = read_all([pack_message({"values": values})])
    assert unpack_message(*frame)[0] == {"values": [3, 0.5, "nan", "nan"]}


def test_kinds_are_kept_and_a_frame_may_be_empty() -> None:
    sent = [(kind, payload) for kind in FrameKind for payload in (b"", b"{}", b"\x00" * 70000)]
    assert read_all([b"".join(pack_frame(*frame) for frame in sent)]) == sent


def test_frames_before_a_bad_one_are_still_given() -> None:
    reader = FrameReader()
    given = reader.feed(pack_message({"a": 1}) + struct.pack("!IB", 1, 99) + b"x")
    assert unpack_message(*next(given)) == ({"a": 1}, [])
    with pytest.raises(BadFrame):
        next(given)


@pytest.mark.parametrize(
    "head",
    [
        struct.pack("!IB", 3, len(FrameKind)),
        struct.pack("!IB", 0, 255),
        struct.pack("!IB", frames.MAX_FRAME_BYTES + 1, FrameKind.TEXT),
        b"GET / HTTP/1.1",
    ],
)
def test_an_impossible_head_is_refused_before_anything_is_kept_for_it(head: bytes) -> None:
    with pytest.raises(BadFrame):
        read_all([head])


def test_a_payload_that_no_reader_would_take_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MAX_FRAME_BYTES", 100)
    with pytest.raises(BadFrame):
        pack_message({"text": "x" * 100})
    with pytest.raises(BadFrame):
        pack_message({}, [bytes(100)])


def binary(header: Any, rest: bytes = b"", length: int | None = None) -> bytes:
    told = json.dumps(header).encode()
    return struct.pack("!I", len(told) if length is None else length) + told + rest


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x00\x00",
        binary({"buffer_lengths": [2]}, b"x"),
        binary({"buffer_lengths": [1]}, b"xy"),
        binary({"buffer_lengths": [-1]}, b"x"),
        binary({"buffer_lengths": [2**80]}),
        binary({"buffer_lengths": ["1"]}, b"x"),
        binary({"buffer_lengths": [0.5]}, b"x"),
        binary({"buffer_lengths": None}),
        binary({"buffer_lengths": {"1": 1}}, b"x"),
        binary({}),
        binary([]),
        binary({"buffer_lengths": []}, length=3),
        binary({"buffer_lengths": []}, length=2**32 - 1),
    ],
)
def test_a_binary_message_that_does_not_add_up_is_refused(payload: bytes) -> None:
    with pytest.raises(BadFrame):
        unpack_message(FrameKind.BINARY, payload)


@pytest.mark.parametrize(
    "payload", [b"", b"null", b"[]", b'"text"', b"{", b"\xff\xfe\xfd", b'{"a":' * 100_000]
)
def test_a_text_that_is_no_object_is_refused(payload: bytes) -> None:
    with pytest.raises(BadFrame):
        unpack_message(FrameKind.TEXT, payload)


@pytest.mark.parametrize("seed", range(10))
def test_garbage_gives_messages_or_is_refused_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(CASES // 10):
        stream = bytearray(pack_message(*random_message(chance)))
        for _ in range(chance.randint(1, 6)):
            stream[chance.randrange(len(stream))] = chance.randrange(256)
        try:
            for frame in read_all(cut(chance, bytes(stream))):
                message, _ = unpack_message(*frame)
                assert isinstance(message, dict)
        except BadFrame:
            continue
