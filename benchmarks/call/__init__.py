"""Calls: what forwarding costs beside Janus and MediaRelay, and a full house of synthetic people.

Janus comes from the system (Debian: `apt-get install janus`), MediaRelay with aiortc. The load is
processes of their own that count packets at the socket, see `peer` and `load`.
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from typing import Any

from benchmarks.call.forwarding_rows import forwarding_rows
from benchmarks.call.janus import in_network_apart, missing
from benchmarks.call.processes import cancel_on_term, outcome
from benchmarks.report import Row, report


@dataclass(frozen=True)
class Size:
    """How much is done; the work is the same.

    Args:
        people: in one room.
        seconds: how long each is measured.
    """

    people: int
    seconds: float


FULL = Size(80, 8)
QUICK = Size(20, 1.5)


def main(*, quick: bool) -> dict[str, Any]:
    """Run it; `quick` has fewer people and less time."""
    return report("call", asyncio.run(_rows(QUICK if quick else FULL)))


async def _rows(size: Size) -> list[Row]:
    cancel_on_term()
    without = missing()
    asked = {"people": size.people, "seconds": size.seconds, "with_janus": not without}
    arguments = ("benchmarks.call.forwarding", json.dumps(asked))
    command = [sys.executable, "-m", *arguments] if without else in_network_apart(*arguments)
    return forwarding_rows(await outcome(command), size.people, without)
