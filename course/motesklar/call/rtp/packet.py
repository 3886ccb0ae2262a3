"""One RTP packet (RFC 3550 5.1) as a view over the bytes that came.

A packet is parsed once, when it arrives; forwarding then patches a few bytes at offsets found
here. The payload types and the ids of header extensions are those that aiortc offers; the server
makes every offer, so they are the same for everyone.
"""

import struct
from collections.abc import Iterable
from typing import NamedTuple

from motesklar.call.rtp.errors import BadPacket as BadPacket
from motesklar.call.rtp.vp8 import Vp8Descriptor

OPUS = 96
VP8 = 97
RTX = 98

#: Ids of header extensions: RFC 9143 15.2, RFC 6464, and the absolute send time.
MID = 1
AUDIO_LEVEL = 2
ABS_SEND_TIME = 3

OPUS_CLOCK = 48_000
VIDEO_CLOCK = 90_000

#: The level of silence (RFC 6464 3): 127 dB under the loudest.
SILENCE = 127

_HEADER = struct.Struct("!BBHII")
_EXTENSION = struct.Struct("!HH")
_U16 = struct.Struct("!H")
_VERSION = 2
_ONE_BYTE_PROFILE = 0xBEDE
_TWO_BYTE_PROFILE = 0x1000
_ONE_BYTE_STOP = 15
_ONE_BYTE_LENGTH_MAX = 16


class AudioLevel(NamedTuple):
    """What a sender says of its own sound (RFC 6464).

    Args:
        level: 0 (loudest) to 127 (silence), in dB under full scale.
        voice: whether the sender believes that it is a voice.
    """

    level: int
    voice: bool


class RtpPacket:
    """A view over one packet.

    Args:
        data: the whole packet, decrypted.

    Attributes:
        extensions: id of each header extension to the offset and length of its data.
        payload_offset: where the payload starts.
        payload_end: where it ends, without padding.
        mid_offset: where the one character of its line stands; 0 if it names none.
        index: the sequence number without wrapping around; set by whoever follows the stream.
        arrival: when it came, in seconds; set with `index`.
        vp8: its payload descriptor; set with `index`, on video.

    Raises:
        BadPacket: the header, its extensions or the padding don't fit into `data`.
    """

    __slots__ = (
        "arrival",
        "data",
        "extensions",
        "index",
        "marker",
        "mid_offset",
        "padding",
        "payload_end",
        "payload_offset",
        "payload_type",
        "sequence_number",
        "ssrc",
        "timestamp",
        "vp8",
    )

    sequence_number: int
    timestamp: int
    ssrc: int

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEADER.size:
            raise BadPacket("shorter than an RTP header")
        first, second, self.sequence_number, self.timestamp, self.ssrc = _HEADER.unpack_from(data)
        if first >> 6 != _VERSION:
            raise BadPacket("not RTP version 2")
        self.data = data
        self.marker = second > 127
        self.payload_type = second & 0x7F
        offset = 12 + 4 * (first & 0x0F)
        self.extensions: dict[int, tuple[int, int]] = {}
        if first & 0x10:
            offset = self._parse_extensions(offset)
        end = len(data)
        if offset > end:
            raise BadPacket("shorter than its list of sources")
        self.padding = 0
        if first & 0x20:
            self.padding = data[-1]
            end -= self.padding
            if not self.padding or end < offset:
                raise BadPacket("more padding than payload")
        self.payload_offset = offset
        self.payload_end = end
        mid, length = self.extensions.get(MID, (0, 0))
        self.mid_offset = mid if length == 1 else 0
        self.index = self.sequence_number
        self.arrival = 0.0
        self.vp8: Vp8Descriptor | None = None

    def _parse_extensions(self, offset: int) -> int:
        """Find the header extensions (RFC 8285 4.2 and 4.3); returns where they end."""
        data = self.data
        if len(data) < offset + 4:
            raise BadPacket("shorter than its header extension")
        profile, words = _EXTENSION.unpack_from(data, offset)
        offset += 4
        end: int = offset + 4 * words
        if len(data) < end:
            raise BadPacket("shorter than its header extension")
        if profile == _ONE_BYTE_PROFILE:
            self._parse_one_byte(offset, end)
        elif profile & 0xFFF0 == _TWO_BYTE_PROFILE:
            self._parse_two_byte(offset, end)
        return end

    def _parse_one_byte(self, offset: int, end: int) -> None:
        data, extensions = self.data, self.extensions
        while offset < end:
            element = data[offset]
            offset += 1
            if not element:
                continue  # padding
            number, length = element >> 4, (element & 0x0F) + 1
            if number == _ONE_BYTE_STOP:
                return
            if offset + length > end:
                raise BadPacket("a header extension is longer than their block")
            extensions[number] = (offset, length)
            offset += length

    def _parse_two_byte(self, offset: int, end: int) -> None:
        data, extensions = self.data, self.extensions
        while offset < end:
            number = data[offset]
            offset += 1
            if not number:
                continue  # padding
            if offset >= end or offset + 1 + data[offset] > end:
                raise BadPacket("a header extension is longer than their block")
            extensions[number] = (offset + 1, data[offset])
            offset += 1 + data[offset]

    @property
    def payload(self) -> bytes:
        """What it carries, without padding."""
        return self.data[self.payload_offset : self.payload_end]

    @property
    def mid(self) -> str | None:
        """The line of the session description that it belongs to, if it says so."""
        found = self.extensions.get(MID)
        if found is None:
            return None
        offset, length = found
        return self.data[offset : offset + length].decode("latin-1")

    @property
    def audio_level(self) -> AudioLevel | None:
        """How loud its sound is, if it says so."""
        found = self.extensions.get(AUDIO_LEVEL)
        if found is None or not found[1]:
            return None
        value = self.data[found[0]]
        return AudioLevel(value & 0x7F, value > 127)

    @property
    def send_time(self) -> int | None:
        """When it was sent, by its sender's clock, if it says so: see `stamp`."""
        found = self.extensions.get(ABS_SEND_TIME)
        if found is None or found[1] != 3:
            return None
        return int.from_bytes(self.data[found[0] : found[0] + 3], "big")


class Unwrapper:
    """Numbers that wrap around, in a row without end.

    Args:
        bits: how many bits the number has on the wire.
    """

    __slots__ = ("_half", "_mask", "highest")

    def __init__(self, bits: int = 16) -> None:
        self._mask = (1 << bits) - 1
        self._half = 1 << (bits - 1)
        self.highest: int | None = None

    def unwrap(self, number: int) -> int:
        """`number` as the one nearest to the highest so far, which may be below the first."""
        highest = self.highest
        if highest is None:
            self.highest = number
            return number
        half = self._half
        index = highest + ((number - highest + half) & self._mask) - half
        if index > highest:
            self.highest = index
        return index


def is_rtcp(datagram: bytes) -> bool:
    """Whether a datagram on a shared port is RTCP rather than RTP (RFC 5761 4)."""
    return len(datagram) >= 2 and 192 <= datagram[1] <= 223


def stamp(buffer: bytearray, packet: RtpPacket, now: float) -> None:
    """Say in `buffer`, a copy of `packet`, that it is sent now, if it says when.

    The absolute send time has 24 bits of seconds, 18 of them after the point.
    """
    found = packet.extensions.get(ABS_SEND_TIME)
    if found is not None and found[1] == 3:
        buffer[found[0] : found[0] + 3] = (int(now * (1 << 18)) & 0xFFFFFF).to_bytes(3, "big")


def build(
    payload_type: int,
    sequence_number: int,
    timestamp: int,
    ssrc: int,
    payload: bytes,
    *,
    marker: bool = False,
    extensions: Iterable[tuple[int, bytes]] = (),
) -> bytes:
    """A packet of our own; extensions (id 1 to 14, 1 to 16 bytes) in the one-byte form."""
    block = bytearray()
    for number, value in extensions:
        assert 0 < number < _ONE_BYTE_STOP
        assert 0 < len(value) <= _ONE_BYTE_LENGTH_MAX
        block.append(number << 4 | (len(value) - 1))
        block += value
    block += bytes(-len(block) % 4)
    first = _VERSION << 6 | (0x10 if block else 0)
    header = _HEADER.pack(first, marker << 7 | payload_type, sequence_number, timestamp, ssrc)
    if block:
        header += _EXTENSION.pack(_ONE_BYTE_PROFILE, len(block) // 4) + block
    return header + payload
