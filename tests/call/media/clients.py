"""Browsers made of plain aiortc, and what a peer told."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)

from motesklar.call.media.peer import Peer, PeerEvents
from motesklar.call.media.port import MediaPort
from motesklar.call.media.shape import PRACTICE, Shape, Track

WAIT_SECONDS = 60


async def until(condition: Callable[[], Any], what: str) -> None:
    """Wait until `condition` holds; a test that waits in vain says for what."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            # packets come from another socket, which tells nobody
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"waited in vain for {what}") from None


@dataclass
class Told:
    """What a peer has told."""

    connected: int = 0
    lost: int = 0
    rtp: list[tuple[Track, bytes, float]] = field(default_factory=list)
    rtcp: list[bytes] = field(default_factory=list)

    def events(self) -> PeerEvents:
        return PeerEvents(
            connected=self._connected,
            lost=self._lost,
            rtp=self.take_rtp,
            rtcp=self.rtcp.append,
        )

    def _connected(self) -> None:
        self.connected += 1

    def _lost(self) -> None:
        self.lost += 1

    def take_rtp(self, track: Track, packet: bytes, arrival: float) -> None:
        self.rtp.append((track, packet, arrival))

    def packets(self, track: Track) -> list[bytes]:
        return [packet for sent, packet, _ in self.rtp if sent is track]


@dataclass
class Client:
    """A browser: answers an offer, sends its tracks, keeps the packets that come."""

    tracks: tuple[MediaStreamTrack, ...] = ()
    received: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        # without this policy aiortc leaves the later lines of a kind on a transport that it stops
        configuration = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        self.connection = RTCPeerConnection(configuration)

    async def answer(self, offer: str) -> str:
        description = RTCSessionDescription(sdp=offer, type="offer")
        await self.connection.setRemoteDescription(description)
        for track in self.tracks:
            self.connection.addTrack(track)
        for transceiver in self.connection.getTransceivers():
            if transceiver._offerDirection == "sendrecv":
                transceiver.direction = "sendrecv"
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        self._keep_packets()
        return str(self.connection.localDescription.sdp)

    def _keep_packets(self) -> None:
        handle = self.dtls._handle_rtp_data

        async def keep(data: bytes, arrival_time_ms: int) -> None:
            self.received.append(data)
            await handle(data, arrival_time_ms)

        self.dtls._handle_rtp_data = keep

    @property
    def dtls(self) -> Any:
        return self.connection.getTransceivers()[0].receiver.transport

    @property
    def ice(self) -> Any:
        return self.dtls.transport._connection

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Where its packets come from."""
        return [(each.host, each.port) for each in self.ice.local_candidates]

    async def send(self, packet: bytes) -> None:
        """An RTP or RTCP packet of its own."""
        await self.dtls._send_rtp(packet)

    async def close(self) -> None:
        for track in self.tracks:
            track.stop()
        await self.connection.close()


@dataclass
class Call:
    """A peer and its client, connected or about to be."""

    peer: Peer
    told: Told
    client: Client
    offer: str = ""

    async def connect(self) -> None:
        self.offer = await self.peer.create_offer()
        await self.peer.accept_answer(await self.client.answer(self.offer))
        await self.until_connected()

    async def until_connected(self) -> None:
        await until(lambda: self.told.connected or self.told.lost, "a connection")
        assert (self.told.connected, self.told.lost) == (1, 0)

    async def until_client_connected(self) -> None:
        await until(lambda: self.client.connection.connectionState == "connected", "the client")


def make_call(port: MediaPort, *tracks: MediaStreamTrack, shape: Shape = PRACTICE) -> Call:
    told = Told()
    return Call(Peer(port, shape, told.events()), told, Client(tracks))


@contextlib.asynccontextmanager
async def calling(
    port: MediaPort, *tracks: MediaStreamTrack, shape: Shape = PRACTICE
) -> AsyncIterator[Call]:
    """A call that is connected, and closed at the end."""
    call = make_call(port, *tracks, shape=shape)
    try:
        await call.connect()
        yield call
    finally:
        await asyncio.gather(call.peer.close(), call.client.close())
