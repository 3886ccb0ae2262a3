"""ICE on shared sockets: aioice's connection without sockets of its own and without polling.

How it works. We are controlling and never look for the browser: its checks, signed with our
password, prove where it is, and each new address is then checked back (RFC 8445 7.3.1.4), so
nobody can point our packets at somebody else. The candidates in its answer are not used, which
also spares us from mDNS names. Media go where the browser's own last came from, among the
addresses that have answered our check: after a change of network they follow it by themselves.

Private names of aioice 0.13.0 used here: see tests/call/media/test_contract.py.
"""

import asyncio
import contextlib
import logging
import random
import struct
import time
from collections.abc import Callable
from typing import Any

from aioice import stun
from aioice.candidate import Candidate, candidate_foundation, candidate_priority
from aioice.ice import CandidatePair, Connection, StunProtocol
from aioice.utils import random_string
from aiortc import RTCIceGatherer, RTCIceTransport

from motesklar.call.media.limits import SourceLimits, TokenBucket
from motesklar.call.media.port import Address, MediaPort, PortSocket

log = logging.getLogger("motesklar.call.media")

#: Long enough that no two connections share one and nobody guesses one (RFC 8445 5.3).
_USERNAME_LENGTH = 8
_PASSWORD_LENGTH = 24
#: Datagrams of the handshake that wait; a handshake is about ten.
_DATAGRAMS_WAITING_MAX = 64
#: Addresses that a browser checks from: one for each network and address family it has.
_ADDRESSES_MAX = 6
#: An address that has been silent for this long may go to another connection. Browsers repeat
#: their checks every few seconds.
_HOLD_SECONDS = 10.0
#: RFC 7675 5.1: how often consent is asked for, and how long it lasts.
CONSENT_EVERY_SECONDS, CONSENT_SECONDS = 5.0, 30.0
#: Checks a second, and at once. A browser that connects sends some 20 a second from each of its
#: addresses; who is already known has more of them.
_CHECKS = (50.0, 100.0)
_STRANGERS_CHECKS = (20.0, 60.0)
_ALL_STRANGERS_CHECKS = (200.0, 400.0)
#: Strangers that are told apart.
_STRANGERS = 8


class _Transport(asyncio.DatagramTransport):
    """What aioice takes for its own socket."""

    def __init__(self, protocol: StunProtocol, via: PortSocket) -> None:
        super().__init__()
        self._protocol = protocol
        self._via = via

    def sendto(self, data: Any, addr: Any = None) -> None:
        self._via.send(data, addr)

    def close(self) -> None:
        # the socket is the port's and stays
        self._protocol.connection_lost(None)


class SharedProtocol(StunProtocol):
    """A connection's share of one socket.

    Args:
        connection: whose.
        via: the socket.
        preference: among our addresses (RFC 8445 5.1.2.1), higher is better.
    """

    def __init__(self, connection: Connection, via: PortSocket, port: int, preference: int) -> None:
        super().__init__(connection)
        self.via = via
        self.local_candidate = host_candidate(via.address, port, preference)
        self.connection_made(_Transport(self, via))


def host_candidate(address: str, port: int, preference: int) -> Candidate:
    """One of our addresses, as offered."""
    return Candidate(
        foundation=candidate_foundation("host", "udp", address),
        component=1,
        transport="udp",
        priority=candidate_priority(1, "host", preference),
        host=address,
        port=port,
        type="host",
    )


class SharedConnection(Connection):
    """One browser's ICE connection on the sockets of `port`.

    Args:
        port: the shared sockets.
        take_media: takes a protected packet and says whether it was authentic.

    Attributes:
        route: the socket and the address that our packets go to; None before there is one.
        heard_at: when something authentic last came (`time.monotonic`); 0 when nothing has.
    """

    def __init__(self, port: MediaPort, take_media: Callable[[bytes, float], bool]) -> None:
        super().__init__(
            ice_controlling=True,
            local_username=random_string(_USERNAME_LENGTH),
            local_password=random_string(_PASSWORD_LENGTH),
        )
        self.route: tuple[PortSocket, Address] | None = None
        self.heard_at = 0.0
        self._port = port
        self._take_media = take_media
        self._first_check = asyncio.Event()
        #: where signed checks came from, and when last; the latest stands last
        self._sources: dict[tuple[PortSocket, Address], float] = {}
        now = time.monotonic()
        self._known_checks = TokenBucket(*_CHECKS, now)
        self._strangers_checks = SourceLimits(
            _STRANGERS_CHECKS, _ALL_STRANGERS_CHECKS, _STRANGERS, now
        )

    # what aioice asks for

    async def gather_candidates(self) -> None:
        """Take a share of each socket of the port; the second time does nothing."""
        if self._local_candidates_start:
            return
        self._local_candidates_start = True
        for number, via in enumerate(self._port.sockets):
            protocol = SharedProtocol(self, via, self._port.port, 65535 - number)
            self._protocols.append(protocol)
            self._local_candidates.append(protocol.local_candidate)
        self._local_candidates_end = True
        self._port.add(self.local_username.encode(), self)

    async def connect(self) -> None:
        """Wait for the browser's first check, then connect; cancelling leaves it unconnected.

        Raises:
            ConnectionError: it has been closed.
        """
        await self._first_check.wait()
        if self._closing:
            raise ConnectionError("closed before the browser was heard")
        await super().connect()
        for pair in self._check_list:
            # aioice has just cancelled these checks: let the browser's next one start them again
            if pair.task is not None:
                pair.task = None
                pair.state = CandidatePair.State.FAILED

    def _check_periodic(self) -> bool:
        """Start no checks of our own accord and keep no timer: each is triggered by a check."""
        return False

    def check_complete(self, pair: CandidatePair) -> None:
        """A check is done; an address that is in use stays so until media come from another."""
        in_use = self._nominated.get(1)
        super().check_complete(pair)
        if in_use is not None:
            self._nominated[1] = in_use
        elif (chosen := self._nominated.get(1)) is not None:
            self._use(chosen)

    async def query_consent(self) -> None:
        """Ask every few seconds whether we may go on sending; close when nobody says so.

        Unlike aioice we ask thrice before an answer counts as missing: half a second, its only
        wait, is less than some networks take. Cancelling is what `close` does.
        """
        assert self.remote_password is not None
        granted_at = time.monotonic()
        while time.monotonic() - granted_at < CONSENT_SECONDS:
            # RFC 7675 5.1: not all at the same time
            spread = random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing
            await asyncio.sleep(CONSENT_EVERY_SECONDS * spread)
            pair = self._nominated[1]
            with contextlib.suppress(stun.TransactionError):
                await pair.protocol.request(
                    self.build_request(pair, nominate=False),
                    pair.remote_addr,
                    integrity_key=self.remote_password.encode(),
                    retransmissions=2,
                )
                granted_at = self.heard_at = time.monotonic()
        log.info("%s: consent to send has expired", self)
        # so that closing does not wait for this task itself
        self._query_consent_task = None
        await self.close()

    async def close(self) -> None:
        """Leave the sockets; idempotent."""
        self._port.remove(self.local_username.encode())
        for via, source in self._sources:
            via.release(source, self)
        self._sources.clear()
        self.route = None
        self._first_check.set()
        await super().close()

    # what the port hands over

    def take_check(self, data: bytes, source: Address, via: PortSocket) -> bool:
        """Believe a check that names us when it is signed with our password."""
        now = time.monotonic()
        if not self._may_check(source, via, now):
            return False
        message = _parse(data)
        if message is None or not self._is_signed_check(message):
            return False
        if not via.claim(source, self):
            return False
        self.heard_at = now
        self._remember(via, source, now)
        self.request_received(message, source, self._protocol_on(via))
        self._first_check.set()
        return True

    def take_check_answer(self, data: bytes, source: Address, via: PortSocket) -> bool:
        """Give it to the check that it answers; aioice looks at its signature there."""
        transaction = self._protocol_on(via).transactions.get(data[8:20])
        if transaction is None or not self._known_checks.allow(time.monotonic()):
            return False
        message = _parse(data)
        if message is None:
            return False
        transaction.response_received(message, source)
        return True

    def take_dtls(self, data: bytes) -> bool:
        """Put a datagram of the handshake in the queue, if there is room."""
        if self._queue.qsize() >= _DATAGRAMS_WAITING_MAX:
            return False
        self.data_received(data, 1)
        return True

    def take_media(self, data: bytes, source: Address, via: PortSocket, arrival: float) -> bool:
        """Hand a packet on and, when it is authentic, send to where it came from."""
        if not self._take_media(data, arrival):
            return False
        self.heard_at = arrival
        if self.route != (via, source):
            self._follow(via, source)
        return True

    def holds(self, source: Address, via: PortSocket) -> bool:
        """Whether something has come from there lately."""
        heard_at = self._sources.get((via, source), -_HOLD_SECONDS)
        if self.route == (via, source):
            heard_at = max(heard_at, self.heard_at)
        return time.monotonic() - heard_at < _HOLD_SECONDS

    def lose(self, source: Address, via: PortSocket) -> None:
        """Do without an address that somebody else has now."""
        self._forget(via, source)

    def send_media(self, data: memoryview | None) -> None:
        """Send a protected packet, or count one that could not be protected."""
        if data is None:
            self._port.send_failed += 1
        elif self.route is not None:
            via, address = self.route
            via.send(data, address)

    # who is where

    def _may_check(self, source: Address, via: PortSocket, now: float) -> bool:
        if (via, source) in self._sources:
            return self._known_checks.allow(now)
        return self._strangers_checks.allow(source[0], now)

    def _is_signed_check(self, message: stun.Message) -> bool:
        # RFC 8445 7.2.2: a check has a priority; aioice takes that for granted
        return (
            "PRIORITY" in message.attributes
            and self._valid_username(message.attributes.get("USERNAME", ""))
            and message.check_message_integrity(self.local_password.encode())
        )

    def _protocol_on(self, via: PortSocket) -> StunProtocol:
        return next(each for each in self._protocols if _socket_of(each) is via)

    def _remember(self, via: PortSocket, source: Address, now: float) -> None:
        self._sources.pop((via, source), None)
        self._sources[via, source] = now
        if len(self._sources) > _ADDRESSES_MAX:
            oldest = next(each for each in self._sources if each != self.route)
            self._forget(*oldest)

    def _forget(self, via: PortSocket, source: Address) -> None:
        via.release(source, self)
        self._sources.pop((via, source), None)
        if self.route == (via, source):
            self.route = None
        for pair in self._pairs(via, source):
            if pair.task is not None:
                pair.task.cancel()
            self._check_list.remove(pair)
        self._remote_candidates = [
            each
            for each in self._remote_candidates
            if any(pair.remote_candidate is each for pair in self._check_list)
        ]

    def _pairs(self, via: PortSocket, source: Address) -> list[CandidatePair]:
        return [
            pair
            for pair in self._check_list
            if pair.remote_addr == source and _socket_of(pair.protocol) is via
        ]

    def _follow(self, via: PortSocket, source: Address) -> None:
        """Use an address from which media come, once it has answered a check of ours."""
        for pair in self._pairs(via, source):
            if pair.state is CandidatePair.State.SUCCEEDED:
                # consent (RFC 7675) is asked there from now on, too
                self._nominated[1] = pair
                self._use(pair)

    def _use(self, pair: CandidatePair) -> None:
        log.debug("%s sends and receives by %s", self, pair)
        self.route = _socket_of(pair.protocol), pair.remote_addr


def candidates_of(port: MediaPort) -> list[str]:
    """Our addresses as an offer names them, best first."""
    # most people come from outside, where a NAT's address is the only one that can be reached
    public = [port.public_address] if port.public_address else []
    return [
        host_candidate(address, port.port, 65535 - number).to_sdp()
        for number, address in enumerate([*public, *port.addresses])
    ]


def _socket_of(protocol: StunProtocol) -> PortSocket:
    assert isinstance(protocol, SharedProtocol)
    return protocol.via


def _parse(data: bytes) -> stun.Message | None:
    try:
        return stun.parse_message(data)
    except (ValueError, struct.error):
        return None


def transport_over(connection: SharedConnection) -> RTCIceTransport:
    """The transport of aiortc over a connection of ours."""
    # without this list it would ask a public STUN server about us
    gatherer = RTCIceGatherer(iceServers=[])
    gatherer._connection = connection
    return RTCIceTransport(gatherer)
