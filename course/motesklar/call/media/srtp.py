"""Enciphering of sound and picture (RFC 3711) with the keys of a handshake.

libsrtp is called through pylibsrtp's own binding, with one buffer for a connection's life: for
a packet that is sent on, this takes a fifth off the whole way out.

Private names of aiortc 1.16.0 and pylibsrtp 1.0.0 used here: see tests/call/media/test_contract.py.
"""

from collections.abc import Callable
from typing import Any

import pylibsrtp
from aiortc.rtcdtlstransport import RTCDtlsTransport
from pylibsrtp._binding import ffi, lib

#: Larger than any packet on an Ethernet of 1500 bytes.
_PACKET_MAX = 2048
#: What enciphering may add: SRTP_MAX_TRAILER_LEN and the index of SRTCP.
_TRAILER_MAX = pylibsrtp.SRTP_MAX_SRTCP_TRAILER_LEN


class Cipher:
    """Both directions of one connection.

    Args:
        dtls: connected.
    """

    __slots__ = ("_buffer", "_in", "_length", "_out", "_sessions", "_view")

    def __init__(self, dtls: RTCDtlsTransport) -> None:
        # they own what the two handles point to
        self._sessions = (dtls._rx_srtp, dtls._tx_srtp)
        self._in, self._out = (session._srtp[0] for session in self._sessions)
        self._buffer = ffi.new("char[]", _PACKET_MAX + _TRAILER_MAX)
        self._view = memoryview(ffi.buffer(self._buffer))
        self._length = ffi.new("int *")

    def protect(self, packet: bytes | bytearray) -> memoryview | None:
        """An RTP packet as it goes out, valid until the next call of any method.

        None when it is too long, no RTP, or older than what libsrtp remembers.
        """
        return self._process(lib.srtp_protect, self._out, packet)

    def protect_rtcp(self, packet: bytes | bytearray) -> memoryview | None:
        """An RTCP packet as it goes out, as `protect` gives it."""
        return self._process(lib.srtp_protect_rtcp, self._out, packet)

    def unprotect(self, packet: bytes) -> bytes | None:
        """An RTP packet as it was sent; None when it is forged, came before or is too old."""
        opened = self._process(lib.srtp_unprotect, self._in, packet)
        return None if opened is None else bytes(opened)

    def unprotect_rtcp(self, packet: bytes) -> bytes | None:
        """An RTCP packet as it was sent; None when it is forged or came before."""
        opened = self._process(lib.srtp_unprotect_rtcp, self._in, packet)
        return None if opened is None else bytes(opened)

    def _process(
        self, function: Callable[[Any, Any, Any], int], session: Any, packet: bytes | bytearray
    ) -> memoryview | None:
        size = len(packet)
        if size > _PACKET_MAX:
            return None
        view, length = self._view, self._length
        view[:size] = packet
        length[0] = size
        if function(session, self._buffer, length):
            return None
        return view[: length[0]]
