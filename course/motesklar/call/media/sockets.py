"""UDP sockets for sound and picture: one number on several addresses, and large buffers."""

import contextlib
import errno
import logging
import socket
import sys
from collections.abc import Iterable, Sequence

from motesklar.errors import Unavailable
from motesklar.i18n import N_

log = logging.getLogger("motesklar.call.media")

#: Wanted for each direction: half a second of 80 people watching five pictures each.
_BUFFER_BYTES = 16 * 1024 * 1024
#: Linux, as root: beyond the limits of the system (socket(7)); Python has no names for them.
_SO_SNDBUFFORCE, _SO_RCVBUFFORCE = 32, 33
#: Tries for a number that is free on every address.
_PORT_TRIES = 20
#: Linux, 64 bits: have the system write down when a datagram arrived (socket(7)).
TIMESTAMP = 35
#: Room for that time, a `struct timespec`.
TIMESTAMP_SPACE = socket.CMSG_SPACE(16)


class AddressUnusable(Unavailable):
    """The system does not let us listen on an address.

    Args:
        address: which.
        port: the number; 0 is any.
        error: what the system says.
    """

    code = "address_unusable"

    def __init__(self, address: str, port: int, error: OSError) -> None:
        super().__init__(
            N_("Sound and picture can't use the address %(address)s, port %(port)s: %(reason)s."),
            N_("Correct the addresses and the port of the call in the settings and start again."),
            address=address,
            port=port,
            reason=error.strerror or str(error),
        )


class _PortTaken(AddressUnusable):
    """Somebody else listens there."""


def bind_somewhere(addresses: Sequence[str], port: int, *, must: bool) -> list[socket.socket]:
    """Sockets on one number; a free one is looked for when `port` is 0."""
    tries = _PORT_TRIES if port == 0 else 1
    for _ in range(tries - 1):
        # the system's choice for the first address may be taken on another one
        with contextlib.suppress(_PortTaken):
            return _bind_all(addresses, port, must=must)
    return _bind_all(addresses, port, must=must)


def _bind_all(addresses: Sequence[str], port: int, *, must: bool) -> list[socket.socket]:
    """Sockets on one number.

    Args:
        addresses: the local addresses.
        port: the number; 0 for one that is free on the first address.
        must: when False, an address that the machine does not have (any more) is left out.
    """
    bound: list[socket.socket] = []
    for address in addresses:
        number = bound[0].getsockname()[1] if bound else port
        try:
            bound.append(_bind(address, number))
        except OSError as error:
            if not must and error.errno == errno.EADDRNOTAVAIL and address != addresses[-1]:
                log.warning("can't listen on %s: %s", address, error)
                continue
            _close(bound)
            kind = _PortTaken if error.errno == errno.EADDRINUSE else AddressUnusable
            raise kind(address, number, error) from error
    return bound


def _close(bound: Iterable[socket.socket]) -> None:
    for each in bound:
        each.close()


def _bind(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    try:
        made.setblocking(False)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        _enlarge(made, _SO_RCVBUFFORCE, socket.SO_RCVBUF)
        _enlarge(made, _SO_SNDBUFFORCE, socket.SO_SNDBUF)
        if sys.platform == "linux":
            made.setsockopt(socket.SOL_SOCKET, TIMESTAMP, 1)
        made.bind((address, port))
    except BaseException:
        made.close()
        raise
    return made


def _enlarge(made: socket.socket, force: int, ask: int) -> None:
    """As large as the system allows: it cuts what is asked for, and root may go beyond."""
    made.setsockopt(socket.SOL_SOCKET, ask, _BUFFER_BYTES)
    if sys.platform == "linux":
        # most servers don't run as root, and then that was all
        with contextlib.suppress(PermissionError):
            made.setsockopt(socket.SOL_SOCKET, force, _BUFFER_BYTES)
