"""One browser's connection: the offer, the answer, and packets both ways.

How it works. Of aiortc only ICE, DTLS and SRTP are used: there are no senders and receivers, so
no decoders, threads or timers either. Once keys are agreed, a packet goes from the socket to
`PeerEvents.rtp` and from `Peer.send_rtp` to the socket within one call, without queue and task.
"""

import asyncio
import enum
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aiortc.rtcicetransport import RTCIceParameters

from motesklar.call.media import dtls, sdp
from motesklar.call.media.ice import SharedConnection, candidates_of, transport_over
from motesklar.call.media.incoming import Incoming
from motesklar.call.media.port import MediaPort
from motesklar.call.media.shape import Line, OutSlot, Shape, Track, lines_of
from motesklar.call.media.srtp import Cipher
from motesklar.call.rtp.packet import OPUS, RTX, VP8, is_rtcp
from motesklar.errors import BadRequest
from motesklar.i18n import N_

log = logging.getLogger("motesklar.call.media")


@dataclass(frozen=True)
class PeerEvents:
    """Whom a peer tells what it meets.

    Args:
        connected: sound and picture can flow.
        lost: they no longer can, and never will again on this connection.
        rtp: what is sent, the deciphered packet, a retransmission already unwrapped, and when it
            arrived (`time.monotonic`).
        rtcp: a deciphered compound packet.
    """

    connected: Callable[[], None]
    lost: Callable[[], None]
    rtp: Callable[[Track, bytes, float], None]
    rtcp: Callable[[bytes], None]


class PeerState(enum.Enum):
    """How far a connection is."""

    NEW = "new"
    """Nothing has happened."""
    OFFERED = "offered"
    """The browser may check; its answer is awaited."""
    CONNECTING = "connecting"
    """Its answer is here; checks and handshake are going on."""
    CONNECTED = "connected"
    """Packets flow."""
    LOST = "lost"
    """They don't any more; only `close` is left."""
    CLOSED = "closed"
    """It has been closed by us."""


class Peer:
    """One browser's connection.

    Args:
        port: the sockets that it shares.
        shape: the lines to offer.
        events: whom to tell.

    Attributes:
        slots: our sending lines, in the order of the offer.
        rtcp_ssrc: who we are in reports of ours.
    """

    def __init__(self, port: MediaPort, shape: Shape, events: PeerEvents) -> None:
        self._port = port
        self._events = events
        self._lines = lines_of(shape)
        self.slots: Sequence[OutSlot] = _slots(self._lines)
        self.rtcp_ssrc = self.slots[0].ssrc
        self._state = PeerState.NEW
        self._ice = SharedConnection(port, self._take_media)
        self._transport = transport_over(self._ice)
        self._dtls = dtls.transport_over(self._transport, port.identity.certificate())
        self._incoming = Incoming((), {})
        self._cipher: Cipher | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None

    @property
    def incoming(self) -> Mapping[Track, int]:
        """The SSRC of what the browser sends, as far as it is known."""
        return self._incoming.media

    @property
    def heard_at(self) -> float:
        """When something authentic last came (`time.monotonic`); 0 when nothing has."""
        return self._ice.heard_at

    async def create_offer(self) -> str:
        """Say where we are and what we send; call it once.

        Raises:
            RuntimeError: it has been called before.
        """
        if self._state is not PeerState.NEW:
            raise RuntimeError(f"an offer by a peer that is {self._state.value}")
        await self._ice.gather_candidates()
        self._set_state(PeerState.OFFERED)
        return sdp.offer(
            session=secrets.randbits(62),
            lines=self._lines,
            slots=self.slots,
            cname=secrets.token_hex(8),
            transport=sdp.Transport(
                candidates=candidates_of(self._port),
                username=self._ice.local_username,
                password=self._ice.local_password,
                fingerprint=dtls.fingerprint_of(self._dtls),
            ),
        )

    async def accept_answer(self, text: str) -> None:
        """Connect to the browser that gave this answer; `PeerEvents` tell how that ends.

        Raises:
            BadRequest: it can't be used, or there has been one.
        """
        try:
            if self._state is not PeerState.OFFERED:
                raise sdp.BadDescription(f"an answer to a peer that is {self._state.value}")
            answer = sdp.answer(text, self._lines)
        except sdp.BadDescription as error:
            log.info("refused an answer: %s", error)
            raise BadRequest(
                N_("The call could not be set up."), N_("Reload the page and try again.")
            ) from error
        self._incoming = Incoming(self._lines, answer.sent)
        self._set_state(PeerState.CONNECTING)
        self._connecting = asyncio.create_task(self._connect(answer))

    def send_rtp(self, packet: bytes | bytearray) -> None:
        """Send at once; before there is a connection, or when it can't be sent, it is dropped."""
        if self._cipher is not None:
            self._ice.send_media(self._cipher.protect(packet))

    def send_rtcp(self, packet: bytes) -> None:
        """The same for RTCP."""
        if self._cipher is not None:
            self._ice.send_media(self._cipher.protect_rtcp(packet))

    async def close(self) -> None:
        """End it; a second call waits for the same end, and cancelling doesn't undo it."""
        if self._closing is None:
            self._set_state(PeerState.CLOSED)
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
        # says goodbye, so that the browser knows at once
        await dtls.stop(self._dtls)
        await self._transport.stop()

    async def _connect(self, answer: sdp.Answer) -> None:
        self._dtls.on("statechange", self._on_transport)
        self._transport.on("statechange", self._on_transport)
        try:
            await self._transport.start(
                RTCIceParameters(usernameFragment=answer.username, password=answer.password)
            )
            if self._transport.state != "completed":
                raise ConnectionError(f"ICE ended as {self._transport.state}")
            role: sdp.Role = "server" if answer.role == "client" else "client"
            await dtls.shake_hands(self._dtls, role, answer.fingerprints)
            self._cipher = Cipher(self._dtls)
            self._set_state(PeerState.CONNECTED)
            self._events.connected()
        except ConnectionError as error:
            log.info("could not connect: %s", error)
            self._lose()
        except Exception:
            log.exception("could not connect")
            self._lose()

    def _on_transport(self) -> None:
        if "failed" in (states := (self._transport.state, self._dtls.state)) or "closed" in states:
            self._lose()

    def _lose(self) -> None:
        if self._state not in (PeerState.LOST, PeerState.CLOSED):
            self._set_state(PeerState.LOST)
            self._events.lost()

    def _set_state(self, state: PeerState) -> None:
        if state is self._state:
            return
        log.debug("peer %s: %s -> %s", self._ice, self._state.value, state.value)
        self._state = state
        if state is not PeerState.CONNECTED:
            self._cipher = None

    def _take_media(self, data: bytes, arrival: float) -> bool:
        """Decipher a packet and hand it on; whether it was authentic."""
        cipher = self._cipher
        if cipher is None or len(data) < 12:
            return False
        if is_rtcp(data):
            return self._take_rtcp(cipher, data)
        incoming = self._incoming
        stream = incoming.stream_of(data)
        packet = None if stream is None else cipher.unprotect(data)
        if stream is None or packet is None:
            return False
        incoming.confirm(packet, stream)
        if stream.again:
            packet = incoming.unwrap(packet, stream.track)
        if packet is not None:
            self._events.rtp(stream.track, packet, arrival)
        return True

    def _take_rtcp(self, cipher: Cipher, data: bytes) -> bool:
        if not self._incoming.is_reporter(data):
            return False
        packet = cipher.unprotect_rtcp(data)
        if packet is None:
            return False
        self._incoming.confirm_reporter(packet)
        self._events.rtcp(packet)
        return True


def _slots(lines: Sequence[Line]) -> tuple[OutSlot, ...]:
    """A slot for each line, with numbers that nobody can foresee (RFC 3550 8.1)."""
    numbers: set[int] = set()
    while len(numbers) < 2 * len(lines):
        numbers.add(secrets.randbits(32) or 1)
    return tuple(
        OutSlot(line.kind, line.index, line.mid, numbers.pop(), 0, OPUS, 0)
        if line.media == "audio"
        else OutSlot(line.kind, line.index, line.mid, numbers.pop(), numbers.pop(), VP8, RTX)
        for line in lines
    )
