"""How much memory there is for us, and what processes use. Parsing is pure; the readers are small.

Linux only: /proc (proc(5)), and control groups (cgroups(7)), by which a container is given less
than the machine has.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_CGROUP = Path("/sys/fs/cgroup")
_KIB = 1024
#: What version 1 of control groups says where there is no limit: nearly all of 64 bits.
_NO_LIMIT = 1 << 60


@dataclass(frozen=True)
class ProcessMemory:
    """Memory of one process.

    Args:
        private_bytes: what nobody else uses, and is free when it ends.
        proportional_bytes: private memory and its share of what several use (PSS).
    """

    private_bytes: int
    proportional_bytes: int


def parse_fields(text: str) -> dict[str, int]:
    """Fields such as `MemAvailable:  12 kB`, in bytes; others are left out."""
    fields: dict[str, int] = {}
    for line in text.splitlines():
        name, _, rest = line.partition(":")
        words = rest.split()
        if len(words) == 2 and words[1] == "kB" and words[0].isdigit():
            fields[name.strip()] = int(words[0]) * _KIB
    return fields


def parse_process(smaps_rollup: str) -> ProcessMemory:
    """A process's memory, of its `smaps_rollup`."""
    fields = parse_fields(smaps_rollup)
    private = fields.get("Private_Clean", 0) + fields.get("Private_Dirty", 0)
    return ProcessMemory(private, fields.get("Pss", 0))


def reclaimable(memory_stat: str) -> int:
    """What a group uses only as a cache of files, given back as soon as somebody needs it.

    Version 1 counts the groups inside as `total_`; there the plain name is the group's own.
    """
    fields = dict(line.rsplit(" ", 1) for line in memory_stat.splitlines() if " " in line)
    count = fields.get("total_inactive_file", fields.get("inactive_file", ""))
    return int(count) if count.isdigit() else 0


def left_in_group(limit: str, used: str, memory_stat: str = "") -> int | None:
    """What a control group may still use; None where it has no limit.

    `limit` and `used` are the contents of `memory.max` and `memory.current` (version 2) or
    `memory.limit_in_bytes` and `memory.usage_in_bytes` (version 1).
    """
    if not limit.strip().isdigit() or int(limit) >= _NO_LIMIT or not used.strip().isdigit():
        return None
    return max(0, int(limit) - max(0, int(used) - reclaimable(memory_stat)))


def group_paths(proc_self_cgroup: str) -> list[tuple[str, str, str]]:
    """Folders of this process's control groups with their files for limit and use.

    The group itself first, then those around it: each of them limits us.
    """
    found: list[tuple[str, str, str]] = []
    for line in proc_self_cgroup.splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers:
            names, root = ("memory.max", "memory.current"), ""
        elif "memory" in controllers.split(","):
            names, root = ("memory.limit_in_bytes", "memory.usage_in_bytes"), "memory"
        else:
            continue
        parts = [part for part in path.split("/") if part and part != ".."]
        for depth in range(len(parts), -1, -1):
            found.append(("/".join([root, *parts[:depth]]).strip("/"), *names))
    return found


def available_bytes(proc: Path = _PROC, cgroup: Path = _CGROUP) -> int:
    """What we may use before the machine, or our container, runs out of memory."""
    left = [parse_fields((proc / "meminfo").read_text()).get("MemAvailable", 0)]
    for name, limit, used in group_paths(_read(proc / "self" / "cgroup")):
        folder = cgroup / name
        group = left_in_group(*(_read(folder / file) for file in (limit, used, "memory.stat")))
        if group is not None:
            left.append(group)
    return min(left)


def memory_of(pids: Iterable[int], proc: Path = _PROC) -> dict[int, ProcessMemory]:
    """Memory of the processes that still run."""
    found = {}
    for pid in pids:
        text = _read(proc / str(pid) / "smaps_rollup")
        if text:
            found[pid] = parse_process(text)
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has ended, or isn't there on this machine
        return ""
