"""Frames between the server and a forked process, on a Unix stream socket.

A frame is a length (uint32, big-endian), a kind (one byte) and the payload. What the server
passes on to a browser is the payload alone, so the two wires carry the same messages:

- `TEXT`: a JSON object;
- `BINARY`: a JSON object with buffers: the length of its header (uint32, big-endian), the header
  with `buffer_lengths`, then the buffers;
- `FILE`: JSON `{"name", "text"}` of a script or style sheet that a widget brings with it; it is
  for the server, not for a browser.
"""

import json
import math
import struct
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Any

from jupyter_client.jsonutil import json_default

_HEAD = struct.Struct("!IB")
_LENGTH = struct.Struct("!I")
#: Above any picture a widget may send; a frame that says more is a fault.
MAX_FRAME_BYTES = 64 * 1024 * 1024

Buffer = bytes | bytearray | memoryview


class FrameKind(IntEnum):
    """What a frame's payload is."""

    TEXT = 0
    BINARY = 1
    FILE = 2


class BadFrame(ValueError):
    """The bytes are no frame of ours."""


def pack_frame(kind: FrameKind, payload: bytes) -> bytes:
    """A frame as it goes over the socket.

    Raises:
        BadFrame: the payload is too large.
    """
    if len(payload) > MAX_FRAME_BYTES:
        raise BadFrame(f"{len(payload)} bytes")
    return _HEAD.pack(len(payload), kind) + payload


def pack_message(message: dict[str, Any], buffers: Sequence[Buffer] = ()) -> bytes:
    """A message, with its buffers if it has any, as a frame."""
    if not buffers:
        return pack_frame(FrameKind.TEXT, _json(message))
    plain = [bytes(buffer) for buffer in buffers]
    header = _json(message | {"buffer_lengths": [len(buffer) for buffer in plain]})
    payload = b"".join((_LENGTH.pack(len(header)), header, *plain))
    return pack_frame(FrameKind.BINARY, payload)


def unpack_message(kind: FrameKind, payload: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The message and its buffers; the inverse of `pack_message`.

    Raises:
        BadFrame: the payload is no message.
    """
    try:
        if kind is not FrameKind.BINARY:
            return _object(payload), []
        (length,) = _LENGTH.unpack_from(payload)
        start = _LENGTH.size + length
        message = _object(payload[_LENGTH.size : start])
        buffers = []
        for size in message.pop("buffer_lengths"):
            buffers.append(payload[start : start + size])
            if size < 0 or len(buffers[-1]) != size:
                raise BadFrame("a buffer is cut off")
            start += size
        if start != len(payload):
            raise BadFrame("more than its buffers")
    except (struct.error, KeyError, TypeError, RecursionError) as error:
        raise BadFrame(str(error)) from error
    return message, buffers


class FrameReader:
    """Takes bytes as they arrive and gives whole frames."""

    def __init__(self) -> None:
        self._received = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[FrameKind, bytes]]:
        """The frames that `data` completes, in order.

        Raises:
            BadFrame: a length or kind is impossible; the connection can't be used any more.
        """
        self._received += data
        while len(self._received) >= _HEAD.size:
            length, number = _HEAD.unpack_from(self._received)
            if length > MAX_FRAME_BYTES or number >= len(FrameKind):
                raise BadFrame(f"kind {number}, {length} bytes")
            end = _HEAD.size + length
            if len(self._received) < end:
                return
            payload = bytes(self._received[_HEAD.size : end])
            del self._received[:end]
            yield FrameKind(number), payload


def _json(value: dict[str, Any]) -> bytes:
    try:
        return _dumps(value)
    except ValueError:  # infinite, or not a number, which browsers' JSON does not know
        return _dumps(_finite(value))


def _dumps(value: Any) -> bytes:
    # in ASCII, since a string may hold half a character, which has no bytes in UTF-8
    text = json.dumps(value, separators=(",", ":"), allow_nan=False, default=_known_to_json)
    return text.encode()


def _known_to_json(value: Any) -> Any:
    """As Jupyter tells times, NumPy's numbers, sets and the like; anything else as text."""
    try:
        return _finite(json_default(value))
    except TypeError:
        return str(value)


def _finite(value: Any) -> Any:
    """The same, but numbers that are none as text, like Jupyter's own messages."""
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(float(value))
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError as error:
        raise BadFrame(str(error)) from error
    if not isinstance(value, dict):
        raise BadFrame("no JSON object")
    return value
