"""Keeps gradebook, files and our own database in step while somebody copies all three.

A hand-in is promoted in three places one after another. Whoever copies them asks for a pause: those
under way are ended first, the next ones wait. Locks are files, so that it works between processes;
they go with their process, however that ends.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

_LOOK_SECONDS = 0.05


@asynccontextmanager
async def promoting(folder: Path) -> AsyncIterator[None]:
    """Inside, no pause begins; waits for the end of one.

    Args:
        folder: `DATA/grading`.

    Cancelling it while it waits changes nothing.
    """
    while (held := _try_to_come_in(folder)) is None:  # noqa: ASYNC110 - another process ends it
        await asyncio.sleep(_LOOK_SECONDS)
    try:
        yield
    finally:
        _let_go(held)


@contextmanager
def paused(folder: Path) -> Iterator[None]:
    """Inside, nothing is promoted; waits for those that are on their way."""
    # the door is locked before the room is asked for: a stream of newcomers can't keep us waiting
    door = _open(folder, "promotions-door")
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        room = _open(folder, "promotions")
        try:
            fcntl.flock(room, fcntl.LOCK_EX)
            yield
        finally:
            _let_go(room)
    finally:
        _let_go(door)


def _try_to_come_in(folder: Path) -> int | None:
    door = _open(folder, "promotions-door")
    try:
        fcntl.flock(door, fcntl.LOCK_SH | fcntl.LOCK_NB)
        room = _open(folder, "promotions")
        fcntl.flock(room, fcntl.LOCK_SH)
    except BlockingIOError:
        return None
    else:
        return room
    finally:
        _let_go(door)


def _open(folder: Path, name: str) -> int:
    return os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)


def _let_go(descriptor: int) -> None:
    # said aloud: a process that was forked meanwhile may have the same file open
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)
