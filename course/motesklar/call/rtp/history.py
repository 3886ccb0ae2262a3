"""Packets that were sent and may be asked for again (RFC 4585 6.2.1, RFC 4588).

Packets are kept once for each source, not for each receiver: what a receiver asks for is found
by its stream's mapping and rendered anew.
"""

from motesklar.call.rtp.packet import RtpPacket

#: Packets kept for each source: some seconds of a small picture, about one of a large screen.
SIZE = 512
#: Numbers whose last answer is remembered, for each receiver's slot.
_ANSWERED_MAX = 128


class History:
    """The newest packets of one source, each once.

    Args:
        size: how many; a power of two.
    """

    __slots__ = ("_mask", "_ring")

    def __init__(self, size: int = SIZE) -> None:
        assert size & (size - 1) == 0
        self._mask = size - 1
        self._ring: list[RtpPacket | None] = [None] * size

    def store(self, packet: RtpPacket) -> bool:
        """Keep it; False if it, or one that came a whole ring later, was there before."""
        place = packet.index & self._mask
        old = self._ring[place]
        if old is not None and old.index >= packet.index:
            return False
        self._ring[place] = packet
        return True

    def get(self, index: int) -> RtpPacket | None:
        """The packet with this index, if it is still kept."""
        packet = self._ring[index & self._mask]
        return packet if packet is not None and packet.index == index else None

    def clear(self) -> None:
        """Forget all: the source starts anew."""
        self._ring = [None] * (self._mask + 1)


class Answers:
    """When each packet was last sent again to one receiver: once in a round trip is enough."""

    __slots__ = ("_answered",)

    def __init__(self) -> None:
        self._answered: dict[int, float] = {}

    def may(self, sequence_number: int, now: float, round_trip: float) -> bool:
        """Whether to send it again now; True counts as having been sent."""
        answered = self._answered
        last = answered.pop(sequence_number, None)
        if last is not None and now - last < round_trip:
            answered[sequence_number] = last
            return False
        answered[sequence_number] = now  # popped and put back: the oldest stands first
        if len(answered) > _ANSWERED_MAX:
            del answered[next(iter(answered))]
        return True
