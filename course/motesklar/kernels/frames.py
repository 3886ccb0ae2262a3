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
import struct
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Any

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
    """A frame as it goes over the socket."""
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
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode()


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError as error:
        raise BadFrame(str(error)) from error
    if not isinstance(value, dict):
        raise BadFrame("no JSON object")
    return value
