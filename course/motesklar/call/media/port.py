"""One UDP port for all connections of a worker: a socket per local address, told apart by source.

How it works. Each socket keeps a table from source address to connection. Sound, picture and
DTLS are taken from addresses in the table only; a look-up is all that a stranger's datagram costs.
An address comes into the table by a STUN check that names a connection (by its user name) and is
signed with that connection's password, so nothing else needs to be known beforehand: neither
candidates nor ports. An address that a connection is using can't be claimed by another one.

Sockets are read and written directly: many datagrams for one turn of the event loop, and a packet
goes out when it is ready or, when the system's buffer is full, not at all, as on any network.
"""

import asyncio
import logging
import socket
import struct
import time
from collections.abc import Sequence
from typing import Protocol

from motesklar.call.media import stun
from motesklar.call.media.addresses import local_addresses
from motesklar.call.media.dtls import Identity
from motesklar.call.media.sockets import TIMESTAMP, TIMESTAMP_SPACE, bind_somewhere

log = logging.getLogger("motesklar.call.media")

_TIMESPEC = struct.Struct("@qq")

Address = tuple[str, int]

#: Larger than any packet that a browser sends over an Ethernet of 1500 bytes.
_DATAGRAM_MAX = 2048
#: Datagrams read, and seconds spent on them, before the event loop may do something else.
_BATCH = 64
_BATCH_SECONDS = 0.005
# RFC 7983: what a datagram is, by its first byte.
_STUN_LAST = 3
_DTLS_FIRST, _DTLS_LAST = 20, 63
_MEDIA_FIRST, _MEDIA_LAST = 128, 191


class Endpoint(Protocol):
    """A connection, as the port sees it."""

    def take_check(self, data: bytes, source: Address, via: "PortSocket") -> bool:
        """A check that names this connection; whether it was really for it."""

    def take_check_answer(self, data: bytes, source: Address, via: "PortSocket") -> bool:
        """The answer to a check of this connection; whether it was one."""

    def take_dtls(self, data: bytes) -> bool:
        """A datagram of the handshake; whether there was room for it."""

    def take_media(self, data: bytes, source: Address, via: "PortSocket", arrival: float) -> bool:
        """A protected RTP or RTCP packet; whether it was authentic."""

    def holds(self, source: Address, via: "PortSocket") -> bool:
        """Whether this connection is using `source`, so that nobody else may have it."""

    def lose(self, source: Address, via: "PortSocket") -> None:
        """Another connection has got `source`."""


class PortSocket:
    """One socket and who is known to send to it.

    Args:
        port: whose counters it keeps.
        bound: not waiting for anything.
    """

    def __init__(self, port: "MediaPort", bound: socket.socket) -> None:
        self.address: str = bound.getsockname()[0]
        self._port = port
        self._socket = bound
        self._owners: dict[Address, Endpoint] = {}

    def fileno(self) -> int:
        """For the event loop."""
        return self._socket.fileno()

    def close(self) -> None:
        """Give the port back."""
        self._owners.clear()
        self._socket.close()

    def send(self, data: bytes | memoryview, address: Address) -> None:
        """Send at once or drop: a full buffer is a full network, and waiting makes old sound."""
        try:
            self._socket.sendto(data, address)
        except OSError:
            # also what an earlier packet met: nobody listens there any more, no way there
            self._port.send_failed += 1
        else:
            self._port.sent += 1

    def read(self) -> None:
        """Take what has arrived, up to a batch."""
        receive = self._socket.recvmsg
        # the system's times of arrival are the wall clock's; ours only ever go forward
        began = time.monotonic()
        offset = time.time() - began
        for _ in range(_BATCH):
            try:
                data, ancillary, _, source = receive(_DATAGRAM_MAX + 1, TIMESTAMP_SPACE)
            except BlockingIOError:
                return
            except OSError as error:
                log.debug("an earlier packet came back to %s: %s", self.address, error)
                continue
            self.take(data, source, _arrival(ancillary, offset))
            # a picture that is looked at takes as long as a hundred that are handed on
            if time.monotonic() - began > _BATCH_SECONDS:
                return

    def take(
        self, data: bytes, source: tuple[str, int] | tuple[str, int, int, int], arrival: float
    ) -> None:
        """Hand a datagram to the connection that it belongs to, or refuse it.

        Args:
            data: the datagram.
            source: as the system tells it; IPv6 has more than an address and a port.
            arrival: when it came (`time.monotonic`).
        """
        port = self._port
        port.received += 1
        address = source if len(source) == 2 else source[:2]
        if not data or len(data) > _DATAGRAM_MAX:
            taken = False
        elif (first := data[0]) <= _STUN_LAST:
            taken = self._take_stun(data, address)
        elif (owner := self._owners.get(address)) is None:
            taken = False
        elif _MEDIA_FIRST <= first <= _MEDIA_LAST:
            taken = owner.take_media(data, address, self, arrival)
        else:
            taken = _DTLS_FIRST <= first <= _DTLS_LAST and owner.take_dtls(data)
        if not taken:
            port.refused += 1

    def _take_stun(self, data: bytes, source: Address) -> bool:
        kind = stun.kind_of(data)
        if kind is stun.Kind.CHECK:
            named = self._port.named(stun.local_username(data))
            return named is not None and named.take_check(data, source, self)
        if kind is stun.Kind.ANSWER:
            # we only ask where a signed check came from, so only such addresses may answer
            owner = self._owners.get(source)
            return owner is not None and owner.take_check_answer(data, source, self)
        return False

    def claim(self, source: Address, owner: Endpoint) -> bool:
        """Let `owner` have what comes from `source`, unless somebody else is using it."""
        previous = self._owners.get(source)
        if previous is not None and previous is not owner:
            if previous.holds(source, self):
                return False
            previous.lose(source, self)
        self._owners[source] = owner
        return True

    def release(self, source: Address, owner: Endpoint) -> None:
        """Take no more from `source` for `owner`."""
        if self._owners.get(source) is owner:
            del self._owners[source]


class MediaPort:
    """All UDP sockets of one worker, on the same port of each local address.

    Attributes:
        port: its number.
        addresses: what it listens on.
        public_address: where it is reached from outside a 1:1 NAT; "" when there is none.
        identity: who we are to browsers.
        received: datagrams that have come.
        refused: those of them that belonged to no connection.
        sent: datagrams that have gone out.
        send_failed: those that the system did not take.
    """

    def __init__(self, bound: Sequence[socket.socket], public_address: str) -> None:
        self.received = 0
        self.refused = 0
        self.sent = 0
        self.send_failed = 0
        self.public_address = public_address
        self.identity = Identity()
        self.sockets = tuple(PortSocket(self, each) for each in bound)
        self.addresses = tuple(each.address for each in self.sockets)
        self.port: int = bound[0].getsockname()[1]
        self._named: dict[bytes, Endpoint] = {}
        self._closed = False

    @classmethod
    async def open(
        cls,
        addresses: Sequence[str],
        port: int = 0,
        *,
        loopback: bool = False,
        public_address: str = "",
    ) -> "MediaPort":
        """Listen.

        Args:
            addresses: exactly these; when empty, every address of this machine but loopback.
            port: the number on every address; 0 finds one that is free.
            loopback: on 127.0.0.1 as well.
            public_address: where a 1:1 NAT shows this machine, offered in addition.

        Raises:
            AddressUnusable: an address or the port can't be used; names it.
        """
        wanted = local_addresses(addresses, loopback=loopback)
        bound = bind_somewhere(wanted, port, must=bool(addresses))
        made = cls(bound, public_address)
        loop = asyncio.get_running_loop()
        for each in made.sockets:
            loop.add_reader(each, each.read)
        log.info("media on port %d of %s", made.port, ", ".join(made.addresses))
        return made

    async def close(self) -> None:
        """Stop listening; idempotent. Connections that are still there can't send any more."""
        if self._closed:
            return
        self._closed = True
        loop = asyncio.get_running_loop()
        for each in self.sockets:
            loop.remove_reader(each)
            each.close()
        self._named.clear()

    def named(self, username: bytes | None) -> Endpoint | None:
        """The connection whose checks name `username`."""
        return None if username is None else self._named.get(username)

    def add(self, username: bytes, endpoint: Endpoint) -> None:
        """Take checks for `username` from now on."""
        self._named[username] = endpoint

    def remove(self, username: bytes) -> None:
        """Take no more checks for `username`."""
        self._named.pop(username, None)


def _arrival(ancillary: list[tuple[int, int, bytes]], offset: float) -> float:
    """When a datagram reached the system (`time.monotonic`), however late we read it."""
    if ancillary and ancillary[0][:2] == (socket.SOL_SOCKET, TIMESTAMP):
        seconds, nanoseconds = _TIMESPEC.unpack(ancillary[0][2])
        arrival: float = seconds - offset + nanoseconds * 1e-9
        return arrival
    return time.monotonic()
