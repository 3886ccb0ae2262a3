"""How many pages may calculate at once. Pure."""

from typing import Literal

_MIB = 1024 * 1024
#: So few are allowed on any machine: a course on which nothing calculates is none.
LEAST_KERNELS = 8
#: What the server holds open for one: the channel, two ends of its life, and the page's websocket.
_FILES_EACH = 4
#: Open files for everything else.
_OTHER_FILES = 300
#: Of the memory that is free at the start; the rest is for calls, grading and the machine itself.
_SHARE = 0.5


def kernel_cap(
    available_bytes: int,
    kernels: int | Literal["auto"],
    kernel_megabytes: int,
    open_files: int,
) -> int:
    """How many page kernels may live.

    Args:
        available_bytes: memory that is free when the server starts.
        kernels: the setting: a number, or `"auto"` for what the machine holds.
        kernel_megabytes: what one is reckoned to need, in MiB.
        open_files: how many files the server may hold open.
    """
    if kernels != "auto":
        return kernels
    by_memory = int(available_bytes * _SHARE / (kernel_megabytes * _MIB))
    by_files = (open_files - _OTHER_FILES) // _FILES_EACH
    return max(LEAST_KERNELS, min(by_memory, by_files))
