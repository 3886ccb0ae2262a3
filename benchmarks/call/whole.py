"""The whole benchmark: first what handing on costs, then a full house."""

import asyncio
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.call import house
from benchmarks.call.forwarding_rows import forwarding_rows
from benchmarks.call.house import HouseSize
from benchmarks.call.house_rows import house_rows
from benchmarks.call.janus import in_network_apart, missing
from benchmarks.call.processes import cancel_on_term, outcome
from benchmarks.report import Row, report


@dataclass(frozen=True)
class Size:
    """How much is done; the work is the same.

    Args:
        people: in one room.
        seconds: how long handing on is measured.
        kinds: what is handed on beside Janus.
        house: see there.
    """

    people: int
    seconds: float
    kinds: tuple[str, ...]
    house: HouseSize


FULL = Size(
    80, 8, ("audio", "video"), HouseSize(people=80, seconds=10, joins=40, warm_rounds=3, rounds=7)
)
QUICK = Size(20, 1, ("audio",), HouseSize(people=10, seconds=2, joins=5, warm_rounds=1, rounds=2))


def run(*, quick: bool) -> dict[str, Any]:
    """Do all, and report."""
    return report("call", asyncio.run(_rows(QUICK if quick else FULL)))


async def _rows(size: Size) -> list[Row]:
    cancel_on_term()
    without = missing()
    asked = {"people": size.people, "seconds": size.seconds, "kinds": size.kinds}
    arguments = (
        "benchmarks.call.forwarding",
        json.dumps(asked | {"with_janus": not without}),
    )
    command = [sys.executable, "-m", *arguments] if without else in_network_apart(*arguments)
    rows = forwarding_rows(await outcome(command), size.people, without)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        measured = await house.measure(size.house, Path(folder) / "course")
    return rows + house_rows(measured, size.house)
