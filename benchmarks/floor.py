"""The least that a page's own process can cost on this machine; run as a program of its own.

Forks a Python process of 80 MB, which has loaded what a kernel needs, as often as asked, and prints
one JSON object: how long a bare child takes to say a byte, how long one with an event loop takes to
answer one, and how much memory is each one's own.
"""

import asyncio
import gc
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from importlib import import_module

from benchmarks.figures import median
from motesklar.capacity.memory import memory_of

_MIB = 1024 * 1024
_TARGET_MIB = 80.0
#: What a template has loaded before it forks; loading starts no thread.
_LOADED = ("ipykernel.kernelbase", "ipywidgets", "anywidget")


def main() -> None:
    """Measure both kinds of child."""
    rounds = int(sys.argv[1])
    for name in _LOADED:
        import_module(name)
    ballast = _grow()
    gc.collect()
    gc.freeze()
    result = {"parent_mib": _private(os.getpid())}
    for name, child in (("bare", _answer_bare), ("loop", _answer_in_a_loop)):
        measured = [_fork(child) for _ in range(rounds)]
        result[f"{name}_ms"] = median([ms for ms, _ in measured])
        result[f"{name}_mib"] = median([mib for _, mib in measured])
    del ballast
    sys.stdout.write(json.dumps(result) + "\n")


def _grow() -> list[str]:
    """Small objects, until this process is as large as a template."""
    ballast: list[str] = []
    while _private(os.getpid()) < _TARGET_MIB:
        ballast += [f"object {number}" for number in range(20_000)]
    return ballast


def _private(pid: int) -> float:
    return memory_of([pid])[pid].private_bytes / _MIB


def _fork(child: Callable[[socket.socket], None]) -> tuple[float, float]:
    """Milliseconds from the fork to the child's answer, and its private memory in MiB."""
    ours, theirs = socket.socketpair()
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        ours.close()
        try:
            child(theirs)
        finally:
            os._exit(0)
    theirs.close()
    ours.sendall(b"?")
    ours.recv(1)
    took = (time.perf_counter() - started) * 1000
    memory = _private(pid)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    ours.close()
    return took, memory


def _answer_bare(channel: socket.socket) -> None:
    while said := channel.recv(1):
        channel.sendall(said)


def _answer_in_a_loop(channel: socket.socket) -> None:
    asyncio.run(_answer(channel))


async def _answer(channel: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=channel)
    while said := await reader.read(1):
        writer.write(said)


if __name__ == "__main__":
    main()
