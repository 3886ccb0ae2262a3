"""What a forked kernel may use, so that one that runs wild harms nobody else."""

import resource
from dataclasses import dataclass, replace
from pathlib import Path

_MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Limits of one process; the system ends or refuses what goes beyond.

    Args:
        memory_bytes: private memory above what it was born with (RLIMIT_DATA).
        cpu_seconds: computing time in its whole life (RLIMIT_CPU: SIGKILL at the hard limit).
        file_bytes: the largest file it may write (RLIMIT_FSIZE).
        open_files: file descriptors (RLIMIT_NOFILE).
    """

    memory_bytes: int
    cpu_seconds: int
    file_bytes: int = 64 * _MIB
    open_files: int = 256

    def lowered(self, **limits: int) -> "Limits":
        """These, but lower where `limits` say so; 0 says nothing."""
        asked = {name: min(value, getattr(self, name)) for name, value in limits.items() if value}
        return replace(self, **asked)

    def apply(self, born_with: int | None = None) -> None:
        """Limit this process and its children; never above what is allowed already.

        Args:
            born_with: `data_bytes()` as this process was forked, if its parent knows it: reading
                it costs each fork more than everything else here.
        """
        born_with = data_bytes() if born_with is None else born_with
        _lower(resource.RLIMIT_DATA, born_with + self.memory_bytes)
        _lower(resource.RLIMIT_CPU, self.cpu_seconds)
        _lower(resource.RLIMIT_FSIZE, self.file_bytes)
        _lower(resource.RLIMIT_NOFILE, self.open_files)
        # a core would hold what people typed
        _lower(resource.RLIMIT_CORE, 0)


#: A page's kernel answers widgets. A minute of computing is more than any page needs in a day.
PAGE_LIMITS = Limits(memory_bytes=512 * _MIB, cpu_seconds=60)
#: A snapshot process runs the notebook, for which the server waits a minute, and afterwards only
#: forks; each fork costs it some milliseconds, and there are many until the module changes.
SNAPSHOT_LIMITS = Limits(memory_bytes=2048 * _MIB, cpu_seconds=24 * 3600, open_files=4096)
#: A hand-in runs a lesson's cells; whoever grades waits half a minute for each.
HAND_IN_LIMITS = Limits(memory_bytes=1024 * _MIB, cpu_seconds=120)
#: A full kernel runs a whole notebook; its many threads' stacks count as memory, too.
KERNEL_LIMITS = Limits(memory_bytes=2048 * _MIB, cpu_seconds=600, file_bytes=1024 * _MIB)


def _lower(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def data_bytes() -> int:
    """What RLIMIT_DATA counts now in this process: VmData of proc_pid_status(5)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0
