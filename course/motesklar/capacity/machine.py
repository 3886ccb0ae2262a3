"""What this machine allows, as it is now."""

import resource

from motesklar.capacity.cap import kernel_cap
from motesklar.capacity.memory import available_bytes
from motesklar.config import CapacitySection


def allow_most_open_files() -> None:
    """Raise our own limit as far as the system allows; often 1,024 is only where it starts.

    Files, sockets among them, that a process may hold open: RLIMIT_NOFILE (getrlimit(2)).
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def kernels_allowed(settings: CapacitySection) -> int:
    """How many page kernels may live, by the settings and what is free now."""
    open_files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return kernel_cap(available_bytes(), settings.kernels, settings.kernel_megabytes, open_files)
