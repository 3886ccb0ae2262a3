"""One person's browser, as far as a server can tell: ICE, DTLS and SRTP, but no codecs.

How it works. aiortc makes the connection. Then each datagram is looked at where it leaves the
socket: RTP is counted there and goes no further, so that a thousand packets a second cost the
load's process little. Only one with `on_packet` deciphers what it gets, and knows when it came.
"""

import asyncio
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aioice.candidate import Candidate
from aioice.ice import Connection
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from aiortc.sdp import SessionDescription

from benchmarks.call.sdp import Ours, answer_to
from motesklar.call.rtp.packet import is_rtcp

#: Of socket(7); the module doesn't name it.
_SO_RCVBUFFORCE = 33
_BUFFER_BYTES = 1 << 20
#: An enciphered packet of Opus's silence has about 40 bytes, one of speech far more.
_SILENT_MAX = 52
#: The first bytes of RTP and RTCP (RFC 7983).
_RTP_FIRST, _RTP_LAST = 128, 191


@dataclass
class Stream:
    """What has come of one SSRC: numbers without wrapping around, and how many packets."""

    first: int
    last: int
    packets: int = 1

    def take(self, number: int) -> None:
        """A packet with this sequence number has come."""
        # the nearest number that ends so (RFC 3711 3.3.1)
        number = self.last + (number - self.last + 0x8000) % 0x10000 - 0x8000
        self.last = max(self.last, number)
        self.packets += 1

    @property
    def missing(self) -> int:
        """How many between the first and the last have not come."""
        return max(0, self.last - self.first + 1 - self.packets)


@dataclass
class Received:
    """What has come to one peer.

    Args:
        sound_at: when the first packet came that is more than silence (`time.monotonic`).
        sounded: is set then.
        streams: by SSRC.
    """

    packets: int = 0
    sound_at: float = 0.0
    sounded: asyncio.Event = field(default_factory=asyncio.Event)
    streams: dict[bytes, Stream] = field(default_factory=dict)

    def take(self, data: bytes) -> None:
        """An RTP packet has come, enciphered; its header is in the clear."""
        self.packets += 1
        ssrc, number = data[8:12], int.from_bytes(data[2:4], "big")
        if (stream := self.streams.get(ssrc)) is None:
            self.streams[ssrc] = Stream(number, number)
        else:
            stream.take(number)
        if len(data) > _SILENT_MAX and not self.sounded.is_set():
            self.sound_at = time.monotonic()
            self.sounded.set()

    @property
    def missing(self) -> int:
        """Packets that have a number but have not come."""
        return sum(stream.missing for stream in self.streams.values())


class LoadPeer:
    """One connection.

    Args:
        address: the local address to use, loopback too.
        certificate: may be shared by many.
        on_packet: is given each RTP packet, deciphered, and when it came.
    """

    def __init__(
        self,
        address: str,
        certificate: RTCCertificate,
        *,
        on_packet: Callable[[bytes, float], None] | None = None,
    ) -> None:
        self.received = Received()
        self._on_packet = on_packet
        self._address = address
        gatherer = RTCIceGatherer(iceServers=[])
        self._connection: Connection = gatherer._connection
        _use_only(self._connection, address)
        self._gatherer = gatherer
        self._ice = RTCIceTransport(gatherer)
        self._dtls = RTCDtlsTransport(self._ice, [certificate])

    async def answer(self, offer: str, sources: dict[str, int] | None = None) -> str:
        """Get ready, and say so."""
        await self._gatherer.gather()
        for protocol in self._connection._protocols:
            _make_room(protocol.transport.get_extra_info("socket"))
        local = self._gatherer.getLocalParameters()
        sha256 = next(
            each
            for each in self._dtls.getLocalParameters().fingerprints
            if each.algorithm == "sha-256"
        )
        assert local.usernameFragment is not None
        assert local.password is not None
        ours = Ours(local.usernameFragment, local.password, sha256.value)
        return answer_to(offer, ours, sources or {})

    async def connect(self, offer: str) -> None:
        """Meet the server. Cancelling it leaves a peer that is to be closed.

        Raises:
            ConnectionError: they don't meet.
        """
        media = SessionDescription.parse(offer).media[0]
        assert media.dtls is not None
        assert media.ice is not None
        for candidate in media.ice_candidates:
            await self._ice.addRemoteCandidate(candidate)
        await self._ice.addRemoteCandidate(None)
        await self._ice.start(media.ice)
        if self._ice.state != "completed":
            raise ConnectionError(f"ICE is {self._ice.state}")
        self._dtls._set_role("client")
        self._listen()
        await self._dtls.start(media.dtls)
        if self._dtls.state != "connected":
            raise ConnectionError(f"DTLS is {self._dtls.state}")
        protocol, self._remote = self._nominated()
        self._send: Callable[[bytes, Any], None] = protocol.transport.sendto

    def send(self, packet: bytes) -> None:
        """Encrypt and send one RTP packet at once."""
        self._send(self._dtls._tx_srtp.protect(packet), self._remote)

    def send_rtcp(self, packet: bytes) -> None:
        """Encrypt and send one RTCP packet at once."""
        self._send(self._dtls._tx_srtp.protect_rtcp(packet), self._remote)

    @property
    def port(self) -> int:
        """The local UDP port."""
        port: int = self._nominated()[0].transport.get_extra_info("sockname")[1]
        return port

    async def vanish(self) -> None:
        """Be gone without a word, as when a network goes."""
        for protocol in self._connection._protocols:
            protocol.datagram_received = lambda data, addr: None  # type: ignore[method-assign]
            protocol.transport.sendto = lambda data, addr=None: None  # type: ignore[method-assign]
        await self.close()

    async def close(self) -> None:
        """Say goodbye and give the socket back."""
        await self._dtls.stop()
        await self._ice.stop()

    def _nominated(self) -> tuple[Any, tuple[str, int]]:
        pair = next(iter(self._connection._nominated.values()))
        return pair.protocol, pair.remote_addr

    def _listen(self) -> None:
        for protocol in self._connection._protocols:
            below = protocol.datagram_received

            def received(data: bytes | str, addr: tuple[str, int], below: Any = below) -> None:
                assert isinstance(data, bytes)
                if data and _RTP_FIRST <= data[0] <= _RTP_LAST:
                    self._take(data)
                else:
                    below(data, addr)

            protocol.datagram_received = received  # type: ignore[method-assign]

    def _take(self, data: bytes) -> None:
        if is_rtcp(data):
            return
        self.received.take(data)
        # the server may be quicker than the end of our own handshake
        if self._on_packet is not None and self._dtls._rx_srtp is not None:
            self._on_packet(self._dtls._rx_srtp.unprotect(data), time.monotonic())


def _use_only(connection: Connection, address: str) -> None:
    """Gather on one address; aioice leaves loopback out."""
    gather = connection.get_component_candidates

    async def gather_there(component: int, **_found: Any) -> list[Candidate]:
        return await gather(component=component, addresses=[address])

    connection.get_component_candidates = gather_there  # type: ignore[assignment,method-assign]


def _make_room(mine: socket.socket) -> None:
    """A large buffer, if we may: it is not the load's own slowness that is measured."""
    try:
        mine.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER_BYTES)
    except PermissionError:
        mine.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)


def kernel_drops(ports: set[int]) -> int:
    """Datagrams that the kernel threw away for lack of room, of this network's sockets."""
    with open("/proc/net/udp", encoding="ascii") as table:
        rows = [line.split() for line in table.readlines()[1:]]
    return sum(int(row[12]) for row in rows if int(row[1].split(":")[1], 16) in ports)


async def pace(seconds: float, sends: Callable[[float], float]) -> None:
    """Call `sends` with the time passed whenever it is due; it says when it is due next."""
    started = time.perf_counter()
    while (passed := time.perf_counter() - started) < seconds:
        due = sends(passed)
        await asyncio.sleep(max(0.0, started + due - time.perf_counter()))
