"""Where this machine can be reached."""

import ipaddress
from collections.abc import Sequence

from aioice.ice import get_host_addresses

LOOPBACK = "127.0.0.1"


def local_addresses(configured: Sequence[str] = (), *, loopback: bool = False) -> list[str]:
    """The addresses to listen on, each once.

    Args:
        configured: exactly these; when empty, every address of this machine that others can
            reach: neither loopback nor link-local ones, which need a zone (RFC 4007). Without any
            network there is only this machine itself.
        loopback: 127.0.0.1 as well, for a browser on this machine without a network.
    """
    found = [*configured] if configured else addresses_of_this_machine()
    if loopback or not found:
        found.append(LOOPBACK)
    return list(dict.fromkeys(found))


def addresses_of_this_machine() -> list[str]:
    """Those that other machines can reach; none without a network."""
    found = get_host_addresses(use_ipv4=True, use_ipv6=True)
    return [text for text in found if _can_be_reached(text)]


def _can_be_reached(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return not (address.is_loopback or address.is_link_local)
