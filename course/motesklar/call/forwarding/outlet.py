"""What forwarding needs of a member's connection."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from motesklar.call.media.shape import OutSlot, Track


class Outlet(Protocol):
    """The way to one member's browser."""

    @property
    def slots(self) -> Sequence[OutSlot]:
        """The lines that can be sent on."""
        ...

    @property
    def incoming(self) -> Mapping[Track, int]:
        """The media SSRC of what the member sends, as far as it is known; it grows."""
        ...

    @property
    def rtcp_ssrc(self) -> int:
        """Whom our reports come from."""
        ...

    def send_rtp(self, packet: bytes | bytearray) -> None:
        """Send at once, or drop; never waits and never raises.

        The caller writes over `packet` right after the call: it must not be kept.
        """
        ...

    def send_rtcp(self, packet: bytes) -> None:
        """Likewise."""
        ...
