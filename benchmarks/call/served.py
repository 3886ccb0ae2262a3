"""The course as people start it, that also writes down how its loops fare.

`python -m benchmarks.call.served FILE serve …`: each line of FILE is what a worker reports of one
second, or how late the server's own loop came in it.
"""

import asyncio
import json
import sys
import time
from typing import Any, TextIO

from motesklar.call.manager import Calls
from motesklar.call.worker.pulse import Lag
from motesklar.cli import main

_BEAT_SECONDS = 0.02


def watch(file: TextIO) -> None:
    """Have every course of this process write into `file`."""
    on_load, start = Calls._on_load, Calls.start
    watching: list[asyncio.Task[None]] = []

    def write(**what: Any) -> None:
        file.write(json.dumps({"at": time.monotonic()} | what) + "\n")
        file.flush()

    def told(self: Calls, number: int) -> None:
        on_load(self, number)
        [load] = [keeper.load for keeper in self._supervisor.ready() if keeper.number == number]
        if load is not None:
            write(worker=number, **load.model_dump(exclude={"type"}))

    def started(self: Calls) -> None:
        start(self)
        watching.append(asyncio.create_task(_beat(write)))

    Calls._on_load, Calls.start = told, started  # type: ignore[method-assign]


async def _beat(write: Any) -> None:
    """Look at the clock as workers do."""
    lag, began, beats = Lag(), time.monotonic(), 0
    while True:
        beats += 1
        await asyncio.sleep(max(0.0, began + beats * _BEAT_SECONDS - time.monotonic()))
        lag.add(max(0.0, time.monotonic() - began - beats * _BEAT_SECONDS))
        if beats % round(1 / _BEAT_SECONDS) == 0:
            write(worker=None, lag_ms=lag.percentile_99_ms())


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        watch(file)
        main(sys.argv[2:], prog_name="motesklar")
