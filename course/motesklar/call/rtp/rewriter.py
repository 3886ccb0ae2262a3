"""One stream without a seam, made of pieces of many.

A slot sends one stream (one SSRC) for as long as its receiver stays, while whom it shows changes.
The receiver must see sequence numbers without holes of our making, timestamps that go on with
the clock, and, in VP8, picture numbers that go on (RFC 3550 5.1, RFC 7741 4.2).

Each piece of a source lands by constant offsets: a `Mapping`. So packets that come late or out of
order find their own number, what is lost on the way in stays a hole that the receiver can ask to
have filled, and one that is asked for is rendered anew from the source's packet.
"""

import random
import struct
from collections import deque
from dataclasses import dataclass

from motesklar.call.rtp.history import History
from motesklar.call.rtp.packet import RtpPacket

_NUMBERS = struct.Struct("!HII")
_U16 = struct.Struct("!H")
#: Between the last picture or sound of one piece and the first of the next: at least this.
_STEP_SECONDS = 0.02
#: Pieces whose packets may still be asked for.
_PAST_MAX = 2


@dataclass(frozen=True, slots=True)
class Mapping:
    """Where one piece of a source lands in the slot's stream.

    Args:
        first: index of the source's packet that the piece starts with.
        sequence: what to add to the source's index.
        timestamp: what to add to its timestamp.
        picture: what to add to its picture id.
        tl0: what to add to its number of the lowest layer's picture.
        history: the packets of the source that can be asked for, if there are any.
    """

    first: int
    sequence: int
    timestamp: int
    picture: int
    tl0: int
    history: History | None


class StreamRewriter:
    """Numbers what one slot sends.

    Args:
        ssrc: the slot's own.
        clock_rate: ticks of its timestamps in a second.
        mid: the line it belongs to; one character, written over the source's where it has one.
        sequence_number: of the first packet; random unless given (RFC 3550 5.1).
        timestamp: likewise.
    """

    __slots__ = (
        "_last",
        "_mid",
        "_next",
        "_past",
        "_picture",
        "_time",
        "_timestamp",
        "_tl0",
        "clock_rate",
        "mapping",
        "ssrc",
    )

    def __init__(
        self,
        ssrc: int,
        clock_rate: int,
        mid: str = "0",
        *,
        sequence_number: int | None = None,
        timestamp: int | None = None,
    ) -> None:
        self.ssrc = ssrc
        self.clock_rate = clock_rate
        self._mid = ord(mid)
        #: how the stream goes on now; None: it is held
        self.mapping: Mapping | None = None
        self._past: deque[Mapping] = deque(maxlen=_PAST_MAX)
        self._last: RtpPacket | None = None
        # where the next piece goes on: after the last packet of the last piece
        self._next: int = random.getrandbits(15) if sequence_number is None else sequence_number
        self._timestamp: int = random.getrandbits(32) if timestamp is None else timestamp
        self._time: float | None = None
        self._picture = random.getrandbits(15)
        self._tl0 = random.getrandbits(8)

    def hold(self) -> None:
        """Let nothing through until `start`; what was sent can still be asked for."""
        mapping, last = self.mapping, self._last
        if mapping is None or last is None:
            return
        self._next = last.index + mapping.sequence + 1
        self._timestamp = last.timestamp + mapping.timestamp
        self._time = last.arrival
        if last.vp8 is not None and last.vp8.picture_id_offset:
            self._picture = last.vp8.picture_id + mapping.picture + 1
        if last.vp8 is not None and last.vp8.tl0_offset:
            self._tl0 = last.vp8.tl0 + mapping.tl0 + 1
        self._past.append(mapping)
        self.mapping = self._last = None

    def start(self, packet: RtpPacket, history: History | None = None) -> None:
        """Go on with `packet`, the first one of a new piece, right after all that was sent."""
        self.hold()
        vp8 = packet.vp8
        self.mapping = Mapping(
            first=packet.index,
            sequence=self._next - packet.index,
            timestamp=self._timestamp + self._ticks_until(packet.arrival) - packet.timestamp,
            picture=self._picture - vp8.picture_id if vp8 and vp8.picture_id_offset else 0,
            tl0=self._tl0 - vp8.tl0 if vp8 and vp8.tl0_offset else 0,
            history=history,
        )
        self._last = packet

    def _ticks_until(self, arrival: float) -> int:
        if self._time is None:
            return 0  # the first piece of all
        return round(max(arrival - self._time, _STEP_SECONDS) * self.clock_rate)

    def rewrite(self, packet: RtpPacket, buffer: bytearray) -> bool:
        """Make `buffer`, a copy of `packet`, this stream's own.

        Returns:
            False, and nothing is written, if the packet is not part of the stream: the stream is
            held, or the packet is older than its piece.
        """
        mapping, last = self.mapping, self._last
        if mapping is None or last is None or packet.index < mapping.first:
            return False
        if packet.index > last.index:
            self._last = packet
        self._patch(mapping, packet, buffer)
        return True

    def _patch(self, mapping: Mapping, packet: RtpPacket, buffer: bytearray) -> None:
        """Write the slot's numbers over the source's in `buffer`, a copy of `packet`."""
        _NUMBERS.pack_into(
            buffer,
            2,
            (packet.index + mapping.sequence) & 0xFFFF,
            (packet.timestamp + mapping.timestamp) & 0xFFFFFFFF,
            self.ssrc,
        )
        if packet.mid_offset:
            buffer[packet.mid_offset] = self._mid
        vp8 = packet.vp8
        if vp8 is None:
            return
        if vp8.picture_id_offset:
            picture = vp8.picture_id + mapping.picture & vp8.picture_id_mask
            if vp8.picture_id_mask > 0x7F:
                _U16.pack_into(buffer, vp8.picture_id_offset, 0x8000 | picture)
            else:
                buffer[vp8.picture_id_offset] = picture
        if vp8.tl0_offset:
            buffer[vp8.tl0_offset] = vp8.tl0 + mapping.tl0 & 0xFF

    def again(self, sequence_number: int) -> tuple[RtpPacket, bytearray] | None:
        """A packet that was sent with this number, and its bytes as they were then.

        None if there is none, or it is no longer kept.
        """
        index = self._sent_index(sequence_number)
        for mapping in self._mappings():
            if index >= mapping.first + mapping.sequence:
                packet = mapping.history and mapping.history.get(index - mapping.sequence)
                if not packet:
                    return None
                buffer = bytearray(packet.data)
                self._patch(mapping, packet, buffer)
                return packet, buffer
        return None

    def _sent_index(self, sequence_number: int) -> int:
        """The newest index that was sent, or skipped, with this number on the wire."""
        if self.mapping is not None and self._last is not None:
            highest = self._last.index + self.mapping.sequence
        else:
            highest = self._next - 1
        return highest - ((highest - sequence_number) & 0xFFFF)

    def _mappings(self) -> list[Mapping]:
        current = [] if self.mapping is None else [self.mapping]
        return current + list(reversed(self._past))
