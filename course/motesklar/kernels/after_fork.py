"""What a forked child changes before it does anything else."""

import ctypes
import os
import random
import signal
import sys
from collections.abc import Mapping

_PR_SET_PDEATHSIG = 1  # prctl(2)
_PR_SET_CHILD_SUBREAPER = 36


def own_group() -> None:
    """Lead a process group, so that a signal meets this kernel and what it started, no others."""
    os.setpgid(0, 0)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def die_with_parent(parent: int) -> None:
    """Be killed when our parent, whose process id this is, ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before prctl could tell
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent dies, so that somebody reaps them."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def replace_environment(environment: Mapping[str, str]) -> None:
    """Take exactly this environment."""
    os.environ.clear()
    os.environ.update(environment)


def reseed() -> None:
    """Give this child randomness of its own: siblings are born with the same.

    The global generators of `random` and NumPy are seeded anew. A generator that a notebook made
    with a seed of its own is meant to give the same to everybody. `secrets`, `uuid` and `ssl` ask
    the system each time.
    """
    random.seed()
    # NumPy loads this part of itself when it is first used; before that there is nothing to seed
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()
