"""The VP8 payload descriptor (RFC 7741 4.2): where a picture starts and how it is numbered."""

from motesklar.call.rtp.errors import BadPacket

_EXTENDED = 0x80
_START = 0x10
_PARTITION = 0x07
_HAS_PICTURE_ID = 0x80
_HAS_TL0 = 0x40
_HAS_LAYER_OR_KEY = 0x30
_WIDE = 0x80
#: The lowest bit of the first byte of a picture: set in all but keyframes (RFC 6386 9.1).
_INTERFRAME = 0x01


class Vp8Descriptor:
    """What a packet's descriptor says.

    Args:
        data: the packet.
        offset: where its payload starts.
        end: where its payload ends.

    Attributes:
        starts_frame: whether a picture starts here.
        keyframe: whether that picture needs no other.
        picture_id: its number; -1 without one.
        picture_id_offset: where the number stands; 0 without one.
        picture_id_mask: 0x7F or 0x7FFF, by its width.
        tl0: the number of the picture of the lowest temporal layer; -1 without one.
        tl0_offset: where that number stands; 0 without one.
        payload_offset: where the picture's own bytes start.

    Raises:
        BadPacket: it ends before the descriptor, or carries nothing after it.
    """

    __slots__ = (
        "keyframe",
        "payload_offset",
        "picture_id",
        "picture_id_mask",
        "picture_id_offset",
        "starts_frame",
        "tl0",
        "tl0_offset",
    )

    def __init__(self, data: bytes, offset: int, end: int) -> None:
        self.picture_id = self.tl0 = -1
        self.picture_id_offset = self.picture_id_mask = self.tl0_offset = 0
        if offset >= end:
            raise BadPacket("no VP8 descriptor")
        first = data[offset]
        position = offset + 1
        if first & _EXTENDED:
            position = self._parse_extended(data, position, end)
        if position >= end:
            raise BadPacket("nothing after the VP8 descriptor")
        self.payload_offset = position
        self.starts_frame = bool(first & _START) and not first & _PARTITION
        self.keyframe = self.starts_frame and not data[position] & _INTERFRAME

    def _parse_extended(self, data: bytes, position: int, end: int) -> int:
        """The optional fields; returns where they end, which may be behind `end`."""
        if position >= end:
            raise BadPacket("shorter than its VP8 descriptor")
        fields = data[position]
        position += 1
        if fields & _HAS_PICTURE_ID:
            if position + 1 >= end:
                raise BadPacket("shorter than its VP8 descriptor")
            self.picture_id_offset = position
            if data[position] & _WIDE:
                self.picture_id_mask = 0x7FFF
                self.picture_id = (data[position] & 0x7F) << 8 | data[position + 1]
                position += 2
            else:
                self.picture_id_mask = 0x7F
                self.picture_id = data[position]
                position += 1
        if fields & _HAS_TL0:
            if position >= end:
                raise BadPacket("shorter than its VP8 descriptor")
            self.tl0_offset = position
            self.tl0 = data[position]
            position += 1
        if fields & _HAS_LAYER_OR_KEY:
            position += 1
        return position
