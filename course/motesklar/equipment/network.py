"""The network's ways to the course's calls, as it is set up: ports to open, relays to try. Pure."""

import enum
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from motesklar.config import CallSection

#: RFC 7065 3.1: scheme, host, port, transport; an IPv6 address stands in brackets.
_RELAY = re.compile(
    r"(?P<scheme>stuns?|turns?):(?P<host>\[[0-9A-Fa-f:.]+\]|[^:?]+)"
    r"(?::(?P<port>\d+))?(?:\?transport=(?P<transport>udp|tcp))?"
)
_DEFAULT_PORT = {"stun": 3478, "turn": 3478, "stuns": 5349, "turns": 5349}
_HTTP_PORT = {"http": 80, "https": 443}


class Stage(enum.StrEnum):
    """A way through the network that is tried on its own."""

    TURN_UDP = "turn-udp"  # the relay over UDP
    TURN_TCP = "turn-tcp"  # over TCP
    TURN_TLS = "turn-tls"  # over TLS, which looks like any other page from outside


class Use(enum.StrEnum):
    """What a port is opened for."""

    PAGES = "pages"  # pages and websockets
    MEDIA = "media"  # sound and picture, straight to the course's machine
    RELAY = "relay"  # sound and picture by way of the relay
    RELAYED = "relayed"  # from the relay to the course's machine


@dataclass(frozen=True)
class Relay:
    """One address of the relay.

    Args:
        stage: None for STUN, which relays nothing.
    """

    url: str
    host: str
    port: int
    transport: str
    stage: Stage | None


@dataclass(frozen=True)
class Opening:
    """One line for the firewall.

    Args:
        hosts: names or addresses of where it leads; empty: all addresses of the course's machine.
        transport: `TCP` or `UDP`.
        ports: the first and the last; None while any port may be used.
    """

    use: Use
    hosts: tuple[str, ...]
    transport: str
    ports: tuple[int, int] | None


def read_relay(url: str) -> Relay:
    """What an address of `call.turn_urls` says; settings let no other shape in."""
    found = _RELAY.fullmatch(url)
    if found is None:
        raise ValueError(f"no relay's address: {url}")
    scheme = found["scheme"]
    # RFC 7065 3.1: without a transport it is UDP for turn, and TCP for turns
    transport = found["transport"] or ("tcp" if scheme.endswith("s") else "udp")
    port = int(found["port"] or _DEFAULT_PORT[scheme])
    return Relay(url, found["host"], port, transport, _stage(scheme, transport))


def openings(call: CallSection, public_url: str, workers: int) -> list[Opening]:
    """Everything that a firewall has to let through, in the order of importance.

    Args:
        call: the settings as they are.
        public_url: where people reach the course.
        workers: how many processes carry sound and picture.
    """
    parts = urlsplit(public_url)
    web = parts.port or _HTTP_PORT[parts.scheme]
    machine = tuple(str(one) for one in (*call.addresses, call.public_address) if one)
    ports = (call.port, call.port + workers - 1) if call.port else None
    relays = [read_relay(url) for url in call.turn_urls]
    lines = [
        Opening(Use.PAGES, (parts.hostname or "",), "TCP", (web, web)),
        Opening(Use.MEDIA, machine, "UDP", ports),
    ]
    seen = dict.fromkeys((one.host, one.transport.upper(), one.port) for one in relays)
    lines += [Opening(Use.RELAY, (host,), kind, (port, port)) for host, kind, port in seen]
    if any(relay.stage for relay in relays):
        lines.append(Opening(Use.RELAYED, machine, "UDP", ports))
    return lines


def _stage(scheme: str, transport: str) -> Stage | None:
    if scheme.startswith("stun"):
        return None
    if scheme == "turns":
        return Stage.TURN_TLS
    return Stage.TURN_TCP if transport == "tcp" else Stage.TURN_UDP
