"""DTLS-SRTP by aiortc: one certificate and one OpenSSL context for all connections of a worker.

Private names of aiortc 1.16.0 used here: see tests/call/media/test_contract.py.
"""

import asyncio
import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aiortc import RTCCertificate
from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_PROFILES,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    SRTPProtectionProfile,
)
from aiortc.rtcicetransport import RTCIceTransport

from motesklar.call.media.sdp import Role

if TYPE_CHECKING:
    from OpenSSL import SSL

#: Renewed this long before its end; browsers don't look at the end, others may.
_RENEW_BEFORE = datetime.timedelta(days=1)

#: The cheapest first: what is sent to 80 people is enciphered 80 times. AES-GCM with 128 bits
#: takes two thirds of the time of the others; browsers that lack it get what they know.
PROFILES: list[SRTPProtectionProfile] = sorted(
    SRTP_PROFILES, key=lambda profile: profile is not SRTP_AEAD_AES_128_GCM
)


class SharedCertificate(RTCCertificate):
    """A certificate that also keeps the OpenSSL context made for it."""

    _context: "SSL.Context | None" = None

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> "SSL.Context":
        # always the same profiles here, and a context serves any number of connections
        if self._context is None:
            self._context = super()._create_ssl_context(srtp_profiles)
        return self._context


class Identity:
    """Who a worker is to browsers: a certificate that is renewed in time."""

    def __init__(self) -> None:
        self._certificate: SharedCertificate = SharedCertificate.generateCertificate()

    def certificate(self) -> SharedCertificate:
        """The certificate for a new connection."""
        now = datetime.datetime.now(tz=datetime.UTC)
        if self._certificate.expires - now < _RENEW_BEFORE:
            self._certificate = SharedCertificate.generateCertificate()
        return self._certificate


def fingerprint_of(dtls: RTCDtlsTransport) -> str:
    """SHA-256 of our certificate, as the session description writes it (RFC 8122 5)."""
    fingerprints = dtls.getLocalParameters().fingerprints
    found = next(each for each in fingerprints if each.algorithm == "sha-256")
    return f"{found.algorithm} {found.value}"


def transport_over(transport: RTCIceTransport, certificate: RTCCertificate) -> RTCDtlsTransport:
    """A transport that has not started."""
    made = RTCDtlsTransport(transport, [certificate])
    made._srtp_profiles = PROFILES
    return made


async def shake_hands(
    dtls: RTCDtlsTransport, role: Role, fingerprints: Sequence[tuple[str, str]]
) -> None:
    """Agree on keys with the browser that has one of these certificates.

    Args:
        dtls: connected by ICE.
        role: ours.
        fingerprints: algorithm and value.

    Raises:
        ConnectionError: they could not agree, or it is somebody else.
    """
    dtls._set_role(role)
    parameters = RTCDtlsParameters([RTCDtlsFingerprint(*each) for each in fingerprints])
    await dtls.start(parameters)
    if dtls.state != "connected":
        raise ConnectionError(f"the handshake ended as {dtls.state}")


async def stop(dtls: RTCDtlsTransport) -> None:
    """Say goodbye, if there is somebody, and let go of the keys when the reading task has ended."""
    reading = dtls._task
    await dtls.stop()
    if reading is not None:
        await asyncio.wait([reading])
    # aiortc's objects point at each other, so that they stay until the garbage collector comes by.
    # It counts objects, and knows nothing of the 60 KB that OpenSSL and libsrtp hold behind these
    dtls._ssl = None
    dtls._rx_srtp = dtls._tx_srtp = None  # type: ignore[assignment]  # as it is before the handshake
