"""What a server and all its processes use."""

import contextlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types

from motesklar.capacity.memory import memory_of, parse_fields

_MIB = 1024 * 1024
#: The line in smaps before the figures of each part of a process: addresses, …, name.
_PART = re.compile(r"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \S+ *(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Usage:
    """Of a whole tree of processes.

    Args:
        memory_mib: proportional memory (PSS): what they share counts once.
        files: open file descriptors, `sockets` among them.
    """

    processes: int
    memory_mib: float
    files: int
    sockets: int

    def growth(self, before: "Usage") -> "Usage":
        """What there is more of than `before`."""
        return Usage(
            self.processes - before.processes,
            self.memory_mib - before.memory_mib,
            self.files - before.files,
            self.sockets - before.sockets,
        )


def tree(pid: int) -> set[int]:
    """A process and all below it; nothing when it has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return {pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))}
    return set()


def usage(pid: int) -> Usage:
    """Of a process and all below it, at this moment."""
    pids = tree(pid)
    files = [target for each in pids for target in _open_files(each)]
    return Usage(
        processes=len(pids),
        memory_mib=sum(memory.proportional_bytes for memory in memory_of(pids).values()) / _MIB,
        files=len(files),
        sockets=sum(target.startswith("socket:") for target in files),
    )


def private_mib(pids: Iterable[int]) -> list[float]:
    """Private memory of each process that still runs."""
    return [memory.private_bytes / _MIB for memory in memory_of(pids).values()]


def private_parts(smaps: str) -> dict[str, float]:
    """Private memory in MiB of `objects` (heap and the like) and of `libraries`, of a `smaps`."""
    parts = {"objects": 0.0, "libraries": 0.0}
    _, *told = _PART.split(smaps)
    for name, figures in zip(told[::2], told[1::2], strict=True):
        fields = parse_fields(figures)
        own = fields.get("Private_Clean", 0) + fields.get("Private_Dirty", 0)
        parts["libraries" if name.startswith("/") else "objects"] += own / _MIB
    return parts


def smaps_of(pid: int) -> str:
    """Its memory, part by part; empty when it has ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/smaps").read_text()
    return ""


def cpu_seconds(pid: int) -> float:
    """Processor time that a process and all below it have used."""
    spent = 0.0
    for each in tree(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            spent += sum(psutil.Process(each).cpu_times()[:2])
    return spent


def _open_files(pid: int) -> list[str]:
    folder = f"/proc/{pid}/fd"
    targets = []
    with contextlib.suppress(OSError):  # it has ended
        for name in os.listdir(folder):
            with contextlib.suppress(OSError):  # closed meanwhile
                targets.append(os.readlink(f"{folder}/{name}"))
    return targets
