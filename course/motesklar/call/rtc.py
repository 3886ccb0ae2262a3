"""One WebRTC connection on aiortc, and the only module that knows aiortc's and aioice's inside.

How it works. The server makes the offer: one audio line that both send on and one video line on
which only the browser sends, over one UDP socket per local address, all addresses in the offer.
The partner's voice goes out as ready Opus packets; between sentences one packet of silence is
sent now and then, as an Opus encoder itself does (RFC 7587 3.1.3). What the browser sends is
decoded for evidence, pictures only while somebody wants them.

What aiortc 1.16.0 and aioice 0.13.0 leave open is closed here:
- aioice hands on datagrams from any address: `GuardedProtocol` takes media only from an address
  that a STUN check, signed with this connection's password, has proven.
- Addresses named in the answer are not used at all. The browser's checks prove where it is, as
  with every ICE-lite server; so nobody can point our packets at somebody else's machine, a
  browser that hides its address behind mDNS works as well, and no multicast is needed.
- Queues without an end get one: between socket and DTLS, and between network and decoder.

Each private name used is covered by a contract test (tests/call/test_rtc_contract.py), which
fails by name when an upgrade takes it away.
"""

import asyncio
import contextlib
import fractions
import logging
import queue
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import av
from aioice.candidate import Candidate, candidate_foundation, candidate_priority
from aioice.ice import Connection, StunProtocol, get_host_addresses
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from motesklar.call.clips import PACKET_SECONDS, Clip
from motesklar.errors import BadRequest
from motesklar.i18n import N_

log = logging.getLogger("motesklar.call.rtc")

LOOPBACK = "127.0.0.1"

#: The first byte tells what a datagram is (RFC 7983): 0 to 3 is STUN.
_STUN_LAST = 3
_STUN_COOKIE = b"\x21\x12\xa4\x42"
_STUN_HEADER = 20
#: Larger than any packet that a browser sends over an Ethernet of 1500 bytes.
_DATAGRAM_MAX = 2048
#: Datagrams waiting for DTLS; a second of a good picture is about 300.
_DATAGRAMS_WAITING_MAX = 500
#: Encoded frames waiting for the decoder, and decoded ones waiting for us.
_FRAMES_WAITING_MAX = 50

#: Opus: one 20 ms frame of silence.
_SILENCE = b"\xf8\xff\xfe"
#: While silent, one packet in this time, as an encoder with DTX does.
_SILENCE_EVERY_SECONDS = 0.4
_OPUS_CLOCK = 48_000
_PACKET_TICKS = round(PACKET_SECONDS * _OPUS_CLOCK)

#: A sample of a picture: every 16th point of every 10th row, a few thousand at most.
_SAMPLE_COLUMNS = 16
_SAMPLE_ROWS = 10
#: Pictures are looked at this often at most.
_SAMPLE_EVERY_SECONDS = 0.2
#: Larger pictures cost too much to decode here; the browser side asks for far smaller ones.
_PICTURE_POINTS_MAX = 1920 * 1088


class GuardedProtocol(StunProtocol):
    """A UDP socket that strangers can't disturb."""

    dropped = 0

    def datagram_received(self, data: bytes | str, addr: tuple[Any, ...]) -> None:
        """Hand on STUN, which is authenticated later, and the proven peer's own datagrams."""
        if isinstance(data, bytes) and self._is_welcome(data, (addr[0], addr[1])):
            super().datagram_received(data, addr)
        else:
            self.dropped += 1

    def _is_welcome(self, data: bytes, source: tuple[str, int]) -> bool:
        if not data or len(data) > _DATAGRAM_MAX:
            return False
        if data[0] <= _STUN_LAST:
            return len(data) >= _STUN_HEADER and data[4:8] == _STUN_COOKIE
        connection = self.receiver
        if connection._queue.qsize() >= _DATAGRAMS_WAITING_MAX:
            return False
        # pairs exist only for addresses whose checks were signed: no candidates are signalled
        return any(
            pair.protocol is self and pair.remote_addr == source for pair in connection._check_list
        )


def local_addresses(configured: Sequence[str] = (), *, loopback: bool = False) -> list[str]:
    """The addresses to listen on.

    Args:
        configured: exactly these; when empty, every address of this machine but loopback.
        loopback: 127.0.0.1 as well, for a browser on this machine without a network.
    """
    addresses = list(configured) or get_host_addresses(use_ipv4=True, use_ipv6=True)
    if loopback and LOOPBACK not in addresses:
        addresses.append(LOOPBACK)
    return addresses


def guard(connection: Connection, addresses: Sequence[str]) -> None:
    """Let `connection` gather guarded sockets on `addresses`, and nothing else."""

    async def gather(component: int, **_found_by_aioice: Any) -> list[Candidate]:
        opened = [await _open_socket(connection, component, address) for address in addresses]
        return [candidate for candidate in opened if candidate is not None]

    connection.get_component_candidates = gather  # type: ignore[assignment,method-assign]


async def _open_socket(connection: Connection, component: int, address: str) -> Candidate | None:
    loop = asyncio.get_running_loop()
    try:
        transport, protocol = await loop.create_datagram_endpoint(
            lambda: GuardedProtocol(connection), local_addr=(address, 0)
        )
    except OSError as error:
        log.warning("can't listen on %s: %s", address, error)
        return None
    host, port = transport.get_extra_info("sockname")[:2]
    protocol.local_candidate = Candidate(
        foundation=candidate_foundation("host", "udp", host),
        component=component,
        transport="udp",
        priority=candidate_priority(component, "host"),
        host=host,
        port=port,
        type="host",
    )
    connection._protocols.append(protocol)
    return protocol.local_candidate


def without_addresses(sdp: str) -> str:
    """An answer without its candidates, and without saying that there are no more of them.

    aioice gives up when it has been told that there are none; so it waits for the browser's own
    checks until the room ends.
    """
    unwanted = ("a=candidate:", "a=end-of-candidates")
    return "".join(line for line in sdp.splitlines(keepends=True) if not line.startswith(unwanted))


class VoiceTrack(MediaStreamTrack):
    """Sends clips as they are, and silence between them."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._packets: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self._started_at: float | None = None
        self._sent = -1

    def play(self, clip: Clip) -> None:
        """Say `clip` now; what was being said ends."""
        self._packets = deque(clip.packets)
        self._wake.set()

    async def recv(self) -> "av.Packet[Any]":
        """The next packet, when it is due; cancelling loses nothing.

        Raises:
            MediaStreamError: the track has ended.
        """
        if self.readyState != "live":
            raise MediaStreamError
        loop = asyncio.get_running_loop()
        if self._started_at is None:
            self._started_at = loop.time()
        if not self._packets:
            await self._wait_for_clip(self._due(self._sent) + _SILENCE_EVERY_SECONDS)
            # time has passed unsent: go on where the clock is, never twice at the same place
            now = int((loop.time() - self._started_at) / PACKET_SECONDS)
            index = max(now, self._sent + 1)
        else:
            index = self._sent + 1
            await asyncio.sleep(self._due(index) - loop.time())
        self._sent = index
        packet = av.Packet(self._packets.popleft() if self._packets else _SILENCE)
        packet.pts = index * _PACKET_TICKS
        packet.time_base = fractions.Fraction(1, _OPUS_CLOCK)
        return packet

    def _due(self, index: int) -> float:
        assert self._started_at is not None
        return self._started_at + index * PACKET_SECONDS

    async def _wait_for_clip(self, until: float) -> None:
        self._wake.clear()
        # over time there is still silence, and it is time for a packet that says so
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._wake.wait()


@dataclass(frozen=True)
class PeerEvents:
    """Whom a peer tells what it meets.

    Args:
        connected: sound and picture can flow.
        lost: they no longer can, and never will again on this connection.
        sound: the root mean square of a decoded frame (full scale is 1) and its seconds.
        picture: a sample of a decoded picture's luma, one byte a point.
    """

    connected: Callable[[], None]
    lost: Callable[[], None]
    sound: Callable[[float, float], None]
    picture: Callable[[bytes], None]


class Peer:
    """One browser's connection.

    Args:
        addresses: local addresses to listen on.
        events: whom to tell.
    """

    def __init__(self, addresses: Sequence[str], events: PeerEvents) -> None:
        self._addresses = addresses
        self._events = events
        self._voice = VoiceTrack()
        self._connection: RTCPeerConnection | None = None
        self._receivers: list[RTCRtpReceiver] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._closing: asyncio.Task[None] | None = None

    async def create_offer(self) -> str:
        """Open the sockets and say where we are; call it once."""
        # without this list aiortc would ask a public STUN server about us
        configuration = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        self._connection = connection = RTCPeerConnection(configuration)
        connection.on("connectionstatechange", self._on_state)
        connection.on("track", self._on_track)
        audio = connection.addTransceiver(self._voice, direction="sendrecv")
        video = connection.addTransceiver("video", direction="recvonly")
        audio.setCodecPreferences(_codecs("audio", "audio/opus"))
        video.setCodecPreferences(_codecs("video", "video/VP8", "video/rtx"))
        self._receivers = [audio.receiver, video.receiver]
        for receiver in self._receivers:
            _bound(receiver)
        guard(audio.receiver.transport.transport._connection, self._addresses)
        await connection.setLocalDescription(await connection.createOffer())
        return str(connection.localDescription.sdp)

    async def accept_answer(self, sdp: str) -> None:
        """Connect to the browser that gave this answer.

        Raises:
            BadRequest: it can't be used.
        """
        assert self._connection is not None
        answer = RTCSessionDescription(sdp=without_addresses(sdp), type="answer")
        try:
            await self._connection.setRemoteDescription(answer)
        except Exception as error:
            # the parser trusts its text: what a wrong one provokes may be any exception
            log.info("refused an answer: %r", error)
            raise BadRequest(
                N_("The call could not be set up."), N_("Reload the page and try again.")
            ) from error

    def play(self, clip: Clip) -> None:
        """Let the partner say `clip` now."""
        self._voice.play(clip)

    def stop_pictures(self) -> None:
        """Decode no more pictures on this connection."""
        for receiver in self._receivers[1:]:
            receiver._enabled = False

    async def close(self) -> None:
        """End it; a second call waits for the same end, and cancelling doesn't undo it."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        # aiortc joins its decoder threads in the event loop: what they still have to do is dropped
        for receiver in self._receivers:
            receiver._enabled = False
            _drain(receiver)
        if self._connection is not None:
            await self._connection.close()
        # their tracks have ended with the connection; those of a connection that never was have not
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _on_state(self) -> None:
        assert self._connection is not None
        state = self._connection.connectionState
        log.debug("connection is %s", state)
        if self._closing is not None:
            return
        if state == "connected":
            self._events.connected()
        elif state in ("failed", "closed"):
            self._events.lost()

    def _on_track(self, track: MediaStreamTrack) -> None:
        follow = self._hear(track) if track.kind == "audio" else self._watch(track)
        self._tasks.append(asyncio.create_task(self._until_ended(follow)))

    async def _until_ended(self, follow: Coroutine[Any, Any, None]) -> None:
        try:
            await follow
        except MediaStreamError:
            pass  # the track has ended, as every track does
        except Exception:
            # a fault of ours: a call that only seems to listen is worse than a new one
            log.exception("a track could not be followed")
            self._events.lost()

    async def _hear(self, track: MediaStreamTrack) -> None:
        while True:
            frame = await track.recv()
            assert isinstance(frame, av.AudioFrame)
            self._events.sound(*loudness(frame))

    async def _watch(self, track: MediaStreamTrack) -> None:
        loop = asyncio.get_running_loop()
        looked_at = 0.0
        while True:
            frame = await track.recv()
            assert isinstance(frame, av.VideoFrame)
            if frame.width * frame.height > _PICTURE_POINTS_MAX:
                self.stop_pictures()
            elif loop.time() - looked_at >= _SAMPLE_EVERY_SECONDS:
                looked_at = loop.time()
                self._events.picture(luma_sample(frame))


def _codecs(kind: str, *wanted: str) -> list[Any]:
    capabilities = RTCRtpSender.getCapabilities(kind)
    assert capabilities is not None
    return [codec for codec in capabilities.codecs if codec.mimeType in wanted]


def _bound(receiver: RTCRtpReceiver) -> None:
    """Drop packets while the decoder, or our reading of its frames, is behind."""
    handle = receiver._handle_rtp_packet
    encoded = _encoded_frames(receiver)

    async def handle_if_room(packet: Any, arrival_time_ms: int) -> None:
        decoded = receiver._track
        behind = max(encoded.qsize(), decoded._queue.qsize() if decoded else 0)
        if behind < _FRAMES_WAITING_MAX:
            await handle(packet, arrival_time_ms)

    receiver._handle_rtp_packet = handle_if_room  # type: ignore[method-assign]


def _drain(receiver: RTCRtpReceiver) -> None:
    encoded = _encoded_frames(receiver)
    while not encoded.empty():
        encoded.get_nowait()


def _encoded_frames(receiver: RTCRtpReceiver) -> "queue.Queue[Any]":
    encoded: queue.Queue[Any] = receiver._RTCRtpReceiver__decoder_queue  # type: ignore[attr-defined]
    return encoded


def loudness(frame: av.AudioFrame) -> tuple[float, float]:
    """The root mean square of a decoded frame, full scale 1, and its length in seconds.

    Every fourth value of interleaved 16-bit samples is plenty, and four times cheaper.
    """
    used = frame.samples * len(frame.layout.channels)
    samples = memoryview(bytes(frame.planes[0])).cast("h")[:used:4]
    energy = sum(value * value for value in samples) / max(1, len(samples))
    return energy**0.5 / 32768, frame.samples / frame.sample_rate


def luma_sample(frame: av.VideoFrame) -> bytes:
    """A small, regular sample of a decoded picture's luma."""
    plane = frame.planes[0]
    luma, stride = memoryview(plane), plane.line_size
    rows = range(0, frame.height, _SAMPLE_ROWS)
    return b"".join(
        luma[row * stride : row * stride + frame.width : _SAMPLE_COLUMNS].tobytes() for row in rows
    )
