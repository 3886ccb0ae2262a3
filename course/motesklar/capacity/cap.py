"""How many pages may calculate at once. Pure."""

from typing import Literal

_MIB = 1024 * 1024
#: So few are allowed on any machine: a course on which nothing calculates is none.
LEAST_KERNELS = 8
#: Of the memory that is free at the start; the rest is for calls, grading and the machine itself.
_SHARE = 0.5


def kernel_cap(available_bytes: int, kernels: int | Literal["auto"], kernel_megabytes: int) -> int:
    """How many page kernels may live.

    Args:
        available_bytes: memory that is free when the server starts.
        kernels: the setting: a number, or `"auto"` for what the memory holds.
        kernel_megabytes: what one is reckoned to need, in MiB.
    """
    if kernels != "auto":
        return kernels
    return max(LEAST_KERNELS, int(available_bytes * _SHARE / (kernel_megabytes * _MIB)))
