"""The root template process: `python -m motesklar.kernels.template SOCKET`.

It has loaded everything that kernels need, and forks: full kernels, and a snapshot process for each
module and language. It says `ready` on standard output, and ends when its standard input does.
"""

import logging
import os
import sys

from motesklar.kernels.after_fork import adopt_orphans

#: ipykernel loads these only as it starts or tells an error; here they are loaded once for all.
_LATE_MODULES = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "faulthandler",
    "ipykernel.control",
    "ipykernel.debugger",
    "ipykernel.displayhook",
    "ipykernel.heartbeat",
    "ipykernel.iostream",
    "ipykernel.parentpoller",
    "ipykernel.shellchannel",
    "ipykernel.subshell_manager",
    "pygments.formatters.terminal256",
    "pygments.styles",
    "stack_data",
    "tornado.locks",
    "tornado.platform.asyncio",
    "tornado.queues",
    "zmq.asyncio",
    "zmq.eventloop.zmqstream",
)


def main(path: str) -> None:
    """Fork for whoever can reach `path`, until standard input ends."""
    # nobody debugs these kernels, and the debugger would cost each of them time and memory
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    # `-m` lets Python import from the folder in which the server was started; kernels must not
    if sys.path[0] == os.getcwd():
        del sys.path[0]
    from motesklar.kernels.fork_server import ForkServer, listen
    from motesklar.kernels.full_kernel import kernel_job
    from motesklar.kernels.grading import grading_job
    from motesklar.kernels.snapshot import snapshot_job

    _load_the_rest()
    adopt_orphans()
    listener = listen(path)
    os.write(1, b"ready\n")
    os.dup2(2, 1)  # from here on both are the log
    lifeline = os.dup(0)
    with open(os.devnull) as nothing:  # kernels must not share the lifeline, nor wait for input
        os.dup2(nothing.fileno(), 0)
    jobs = {"grading": grading_job, "kernel": kernel_job, "snapshot": snapshot_job}
    ForkServer(listener, jobs, lifeline).serve()


def _load_the_rest() -> None:
    for name in (*_LATE_MODULES, "anywidget", "ipywidgets", "motesklar_widgets"):
        try:
            __import__(name)
        except ImportError as error:
            logging.getLogger("motesklar.kernels").info("%s is not loaded ahead: %s", name, error)


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s", level=logging.INFO)
    main(sys.argv[1])
