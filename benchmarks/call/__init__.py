"""Calls: what forwarding costs beside Janus and MediaRelay, and a full house of synthetic people.

Janus comes from the system (Debian: `apt-get install janus`), MediaRelay with aiortc. The load is
processes of their own that count packets at the socket, see `peer` and `load`.
"""

from typing import Any


def main(*, quick: bool) -> dict[str, Any]:
    """Run it; `quick` has fewer people and less time."""
    # imported here: the processes of this package start often, and should start quickly
    from benchmarks.call.whole import run

    return run(quick=quick)
