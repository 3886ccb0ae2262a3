"""The settings of coturn, the relay for networks that let no UDP through. Pure but for the secret.

How it works. A browser that can't send UDP reaches the relay by TLS over one TCP port (RFC 8656),
and the relay speaks UDP with the course. Only people in a call get a name and a password for it
(the TURN REST scheme: the name says until when, the password is its HMAC with a secret that the
course and the relay share). And the relay leads to the course's own addresses alone: one that
leads anywhere is a way round the firewall for whoever gets hold of a password.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from motesklar.paths import DataFolder

#: Of UDP and of TCP without TLS (RFC 8656 4).
PLAIN_PORT = 3478
#: Where coturn looks by itself.
CONFIGURATION = Path("/etc/turnserver.conf")

#: One connection of a page asks over each of its networks and at each address of the relay, and
#: each has a password of its own; more than this is misuse.
_ALLOCATIONS_A_PASSWORD = 12
#: Bytes a second for one allocation: five pictures and a shared screen, with room to spare.
_BYTES_A_SECOND = 1_000_000
#: Connections of the relay's own: two an allocation, reserve included.
_RELAY_PORTS = (49152, 65535)

_TEMPLATE = """\
# coturn for the practice calls, written by `motesklar coturn`. It holds a secret: nobody but
# coturn's own user may read it. Run the command again rather than changing this by hand.

# Who may use it: people in a call, each with a password that soon runs out.
use-auth-secret
static-auth-secret={secret}
realm={realm}
stale-nonce=600
secure-stun
user-quota={user_quota}
total-quota={total_quota}
max-bps={bytes_a_second}
max-allocate-lifetime=3600

# Where it listens.
{listening}
cert={cert}
pkey={key}
no-tlsv1
no-tlsv1_1
no-dtls
no-tcp
fingerprint

# Where it leads: to the course's own addresses, and nowhere else at all. The second pair closes
# every range there is (private, loopback, link-local, reserved and public), IPv4 and IPv6.
no-multicast-peers
no-tcp-relay
{allowed}
denied-peer-ip=0.0.0.0-255.255.255.255
denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
min-port={first_port}
max-port={last_port}

# What it tells: nothing of itself, and its log to the system's.
no-cli
no-rfc5780
no-stun-backward-compatibility
no-software-attribute
syslog
"""


@dataclass(frozen=True)
class Relay:
    """What is to be known of a relay.

    Args:
        host: the name that people's browsers ask for; the certificate's.
        tls_port: where it takes TLS over TCP.
        cert, key: files that coturn's user can read.
        secret: shared with the course.
        reaches: the course's addresses for sound and picture; at least one.
        listens: local addresses it listens on; every one when empty.
        people: how many may use it at the same time.
        udp: whether it takes UDP as well, which is quicker where it gets through.
    """

    host: str
    tls_port: int
    cert: Path
    key: Path
    secret: str
    reaches: Sequence[str]
    listens: Sequence[str]
    people: int
    udp: bool

    @property
    def urls(self) -> list[str]:
        """For `call.turn_urls`, the quickest first (RFC 7065)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        tls = f"turns:{host}:{self.tls_port}?transport=tcp"
        return [f"turn:{host}:{PLAIN_PORT}?transport=udp", tls] if self.udp else [tls]


def configuration(relay: Relay) -> str:
    """The whole of `turnserver.conf`."""
    first_port, last_port = _RELAY_PORTS
    return _TEMPLATE.format(
        secret=relay.secret,
        realm=relay.host,
        user_quota=_ALLOCATIONS_A_PASSWORD,
        # twice, because everybody may come back at once, and who has gone is noticed later
        total_quota=2 * _ALLOCATIONS_A_PASSWORD * relay.people,
        bytes_a_second=_BYTES_A_SECOND,
        listening="\n".join(_listening(relay)),
        cert=relay.cert,
        key=relay.key,
        allowed="\n".join(f"allowed-peer-ip={address}" for address in relay.reaches),
        first_port=first_port,
        last_port=last_port,
    )


def _listening(relay: Relay) -> list[str]:
    lines = [f"listening-ip={address}" for address in relay.listens]
    lines += [f"tls-listening-port={relay.tls_port}"]
    return lines + ([f"listening-port={PLAIN_PORT}"] if relay.udp else ["no-udp"])


def keep_secret(data: DataFolder) -> str:
    """The secret shared with the relay; made when there is none, readable by its owner alone."""
    data.prepare()
    path = data.turn_secret_file
    if not path.exists():
        write_private(path, secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip()


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone can read, whole or not at all.

    Raises:
        OSError: it can't be written there.
    """
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(fresh, "x", encoding="utf-8", opener=_for_owner) as file:
        file.write(text)
    fresh.replace(path)


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
