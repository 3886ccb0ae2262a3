"""A full Jupyter kernel as a fork: for nbclient, nbgrader and stock Voilà, over ZMQ."""

import atexit
import logging
import os
import sys
import time

from motesklar.kernels.after_fork import (
    die_with_parent,
    own_group,
    replace_environment,
    reseed,
)
from motesklar.kernels.fork_server import Request
from motesklar.kernels.limits import KERNEL_LIMITS
from motesklar.kernels.private_iopub import PrivateKernelApp

#: A history would be written to disk by a thread, and nobody looks it up.
_NO_HISTORY = "--HistoryManager.enabled=False"


def kernel_job(request: Request) -> None:
    """Be the kernel that `arguments` (as on the command line, `-f FILE` first) describe.

    The request has `arguments`, `environment` (the whole of it), `folder` (where it works) and
    `limits` (fields of `KERNEL_LIMITS` to lower), and one descriptor, which gets one byte when the
    kernel listens.
    """
    asked = request.arguments
    (ready,) = request.descriptors
    die_with_parent(request.parent)
    own_group()
    _be_fresh(asked["arguments"], asked["environment"])
    os.chdir(asked["folder"])
    KERNEL_LIMITS.lowered(**asked["limits"]).apply()
    # 1 is a parent that never goes: the system ends us with ours, so nobody needs to look
    app = PrivateKernelApp.instance(parent_handle=1)
    app.initialize([*asked["arguments"], _NO_HISTORY])
    os.write(ready, b"\n")
    os.close(ready)
    # they wait for threads, one of which may be waiting for another that has ended; the system
    # ends all of them with the process
    for clean_up in (app.close, app.iopub_thread.stop):
        atexit.unregister(clean_up)
    app.start()
    # what the notebook has registered; the template has nothing to clean up
    atexit._run_exitfuncs()
    sys.stdout.flush()


def _be_fresh(arguments: list[str], environment: dict[str, str]) -> None:
    """What a notebook can see is as in an interpreter that was started for it."""
    replace_environment(environment)
    time.tzset()
    reseed()
    sys.argv = ["ipykernel_launcher", *arguments]
    root = logging.getLogger()
    root.handlers.clear()
    root.setLevel(logging.WARNING)
