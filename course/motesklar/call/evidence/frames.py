"""Puts VP8 pictures together again from their packets (RFC 7741 4.4). Pure, and bounded.

Packets may come late or in another order. A picture is handed on when it and all before it are
whole, beginning with one that needs no other. When one stays away, the next such picture is
awaited.
"""

from collections.abc import Iterator
from typing import NamedTuple

from motesklar.call.rtp.errors import BadPacket
from motesklar.call.rtp.packet import RtpPacket, Unwrapper
from motesklar.call.rtp.vp8 import Vp8Descriptor

#: So many packets are kept while one before them is missing, or a keyframe is awaited: more than
#: a whole picture of a page has.
PACKETS_KEPT = 256
#: No picture of the size that is decoded here has more.
FRAME_PACKETS_MAX = 512


class Frame(NamedTuple):
    """An encoded picture."""

    data: bytes
    keyframe: bool


class _Part(NamedTuple):
    data: bytes
    starts: bool
    keyframe: bool
    ends: bool


class FrameAssembler:
    """The pictures of one stream."""

    def __init__(self) -> None:
        self._unwrapper = Unwrapper()
        self._parts: dict[int, _Part] = {}
        #: Where the next picture starts; None while a keyframe is awaited.
        self._next: int | None = None
        #: What came before this has been handed on or given up.
        self._past = 0

    @property
    def awaits_keyframe(self) -> bool:
        """Whether nothing can be handed on before the next picture that needs no other."""
        return self._next is None

    def await_keyframe(self) -> None:
        """Hand on no picture that needs another one."""
        self._next = None

    def push(self, packet: RtpPacket) -> Iterator[Frame]:
        """Take a packet; the pictures that are whole now, in order."""
        index = self._unwrapper.unwrap(packet.sequence_number)
        if index < self._past:
            return
        self._parts[index] = _part(packet)
        if self._next is None or self._next not in self._parts:
            self._find_keyframe()
        while (frame := self._take()) is not None:
            yield frame
        self._bound()

    def _find_keyframe(self) -> None:
        """Begin at a whole keyframe, if there is one: what is missing before it is not missed."""
        for index in sorted(self._parts):
            if self._parts[index].keyframe and self._end(index) is not None:
                self._next = index
                self._forget_before(index)
                return

    def _forget_before(self, index: int) -> None:
        self._past = index
        self._parts = {at: part for at, part in self._parts.items() if at >= index}

    def _end(self, index: int) -> int | None:
        """Where the picture with this packet ends, if everything until there has come."""
        while index in self._parts:
            if self._parts[index].ends:
                return index
            index += 1
        return None

    def _take(self) -> Frame | None:
        """The next picture, if it is whole."""
        while self._next is not None and (end := self._end(self._next)) is not None:
            parts = [self._parts.pop(at) for at in range(self._next, end + 1)]
            self._next = self._past = end + 1
            begin = next((at for at, part in enumerate(parts) if part.starts), None)
            if begin is not None:  # else it was padding between two pictures
                return Frame(b"".join(part.data for part in parts[begin:]), parts[begin].keyframe)
        return None

    def _bound(self) -> None:
        """Give up on what stays away, and keep no more than that."""
        missing = self._next is None or self._next not in self._parts
        if len(self._parts) > (PACKETS_KEPT if missing else FRAME_PACKETS_MAX):
            self._next = None
            self._forget_before(sorted(self._parts)[-PACKETS_KEPT])


def _part(packet: RtpPacket) -> _Part:
    start, end = packet.payload_offset, packet.payload_end
    try:
        descriptor = Vp8Descriptor(packet.data, start, end)
    except BadPacket:
        # nothing in it, as in the padding that measures a network
        return _Part(b"", False, False, packet.marker)
    data = packet.data[descriptor.payload_offset : end]
    return _Part(data, descriptor.starts_frame, descriptor.keyframe, packet.marker)
