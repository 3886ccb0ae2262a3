"""A full Jupyter kernel as a fork: for nbclient, nbgrader and stock Voilà, over ZMQ."""

import os

from ipykernel.kernelapp import IPKernelApp

from motesklar.kernels.after_fork import (
    die_with_parent,
    own_group,
    replace_environment,
    reseed,
)
from motesklar.kernels.fork_server import Request
from motesklar.kernels.limits import KERNEL_LIMITS


def kernel_job(request: Request) -> None:
    """Be the kernel that `arguments` (as on the command line, `-f FILE` first) describe.

    The request has `arguments`, `environment` (the whole of it) and `folder` (where it works).
    """
    asked = request.arguments
    die_with_parent()
    own_group()
    replace_environment(asked["environment"])
    os.chdir(asked["folder"])
    KERNEL_LIMITS.apply()
    reseed()
    app = IPKernelApp.instance()
    app.initialize(asked["arguments"])
    app.start()
