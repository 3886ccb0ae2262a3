"""Enciphering of sound and picture (RFC 3711) with the keys of a handshake.

Private names of aiortc 1.16.0 used here: see tests/call/media/test_contract.py.
"""

import pylibsrtp
from aiortc.rtcdtlstransport import RTCDtlsTransport


class Cipher:
    """Both directions of one connection.

    Args:
        dtls: connected.
    """

    __slots__ = ("_in", "_out")

    def __init__(self, dtls: RTCDtlsTransport) -> None:
        self._in: pylibsrtp.Session = dtls._rx_srtp
        self._out: pylibsrtp.Session = dtls._tx_srtp

    def protect(self, packet: bytes) -> bytes | None:
        """An RTP packet as it goes out; None when it is too long or was sent too long ago."""
        try:
            protected: bytes = self._out.protect(packet)
        except (pylibsrtp.Error, ValueError):
            return None
        return protected

    def protect_rtcp(self, packet: bytes) -> bytes | None:
        """An RTCP packet as it goes out; None when it is none."""
        try:
            protected: bytes = self._out.protect_rtcp(packet)
        except (pylibsrtp.Error, ValueError):
            return None
        return protected

    def unprotect(self, packet: bytes) -> bytes | None:
        """An RTP packet as it was sent; None when it is forged, came before or is too old."""
        try:
            opened: bytes = self._in.unprotect(packet)
        except (pylibsrtp.Error, ValueError):
            return None
        return opened

    def unprotect_rtcp(self, packet: bytes) -> bytes | None:
        """An RTCP packet as it was sent; None when it is forged or came before."""
        try:
            opened: bytes = self._in.unprotect_rtcp(packet)
        except (pylibsrtp.Error, ValueError):
            return None
        return opened
