"""Packets that are sent again, as a stream of their own beside their first one's (RFC 4588)."""

import struct

from motesklar.call.rtp.packet import RTX, VP8, RtpPacket

#: Of the original sequence number, which stands before the payload.
_NUMBER_SIZE = 2


class RtxStream:
    """Numbers the packets that are sent again (RFC 4588 4).

    Args:
        ssrc: the retransmission stream's own.
        payload_type: likewise.
        sequence_number: of its first packet.
    """

    __slots__ = ("_next", "payload_type", "ssrc")

    def __init__(self, ssrc: int, payload_type: int = RTX, sequence_number: int = 0) -> None:
        self.ssrc = ssrc
        self.payload_type = payload_type
        self._next = sequence_number

    def wrap(self, data: bytes | bytearray, payload_offset: int) -> bytearray:
        """`data`, a media packet, as this stream's next one."""
        wrapped = bytearray(data[:payload_offset])
        wrapped += data[2:4]  # the original sequence number
        wrapped += data[payload_offset:]
        wrapped[1] = data[1] & 0x80 | self.payload_type
        struct.pack_into("!H", wrapped, 2, self._next)
        struct.pack_into("!I", wrapped, 8, self.ssrc)
        self._next = (self._next + 1) & 0xFFFF
        return wrapped


def unwrap_rtx(packet: RtpPacket, ssrc: int, payload_type: int = VP8) -> bytes | None:
    """The media packet inside a retransmission (RFC 4588 4); None if it is padding alone.

    Args:
        packet: what came on the retransmission stream.
        ssrc: the media stream's.
        payload_type: likewise.
    """
    data, start = packet.data, packet.payload_offset
    if packet.payload_end - start < _NUMBER_SIZE:
        return None
    media = bytearray(data[:start])
    media += data[start + 2 :]
    media[1] = data[1] & 0x80 | payload_type
    media[2:4] = data[start : start + 2]
    struct.pack_into("!I", media, 8, ssrc)
    return bytes(media)
