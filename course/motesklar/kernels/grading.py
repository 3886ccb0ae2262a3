"""Runs hand-ins' cells: what is the same in all of them once, the rest in a fork for each.

A fork of the root template runs a lesson's cells up to the first answer. Each hand-in is a fork of
that process, with limits of its own. None of them has a network. There is no ZMQ and no thread, as
in page kernels, and the code is the course's own: answers are literals.
"""

import asyncio
import logging
import os
import socket
import sys
import threading
from collections.abc import Sequence
from functools import partial
from typing import Any

from motesklar.kernels.after_fork import die_with_parent, own_group, replace_environment, reseed
from motesklar.kernels.fork_server import ForkServer, Request, listen
from motesklar.kernels.frames import Buffer, pack_message
from motesklar.kernels.limits import HAND_IN_LIMITS, SNAPSHOT_LIMITS, data_bytes
from motesklar.kernels.network import leave_network
from motesklar.kernels.page_kernel import PageKernel

#: What a notebook shows is made of these; widgets' states are of no use to a grader.
_OUTPUTS = (
    "stream",
    "display_data",
    "execute_result",
    "update_display_data",
    "error",
    "clear_output",
)


def grading_job(request: Request) -> None:
    """Run what all hand-ins of a module have in common, then fork for each hand-in.

    The request has `cells` (sources from the top; None where nothing is run), `folder` (where they
    run), `environment` (the whole of it) and `path` (the socket to listen at), and one descriptor:
    a socket to the one who asks. On it goes a frame for each cell, `{"reply", "messages"}`, then
    one with `{"language", "threads"}`.
    """
    asked = request.arguments
    (descriptor,) = request.descriptors
    leave_network()  # before the next line, which it would undo
    die_with_parent(request.parent)
    own_group()
    replace_environment(asked["environment"])
    SNAPSHOT_LIMITS.apply()
    os.chdir(asked["folder"])
    sys.path.insert(0, "")
    kernel = PageKernel.create()
    assert kernel.shell is not None
    # coloured tracebacks read and parse the sources of all frames, for each wrong answer anew
    kernel.shell.InteractiveTB.set_mode("Plain")
    # a wrong answer is no fault, and what was answered belongs in no log
    kernel.log = logging.getLogger("motesklar.kernels.hand_in")
    kernel.log.setLevel(logging.CRITICAL)
    with socket.socket(fileno=descriptor) as channel:
        _run(kernel, asked["cells"], channel)
        # a fork has only the thread that forked, so what another one did would be missing in it
        threads = [t.name for t in threading.enumerate() if t is not threading.main_thread()]
        listener = listen(asked["path"])
        channel.sendall(pack_message({"language": kernel.language_info, "threads": threads}))
        lifeline = channel.detach()
    born_with = data_bytes()
    jobs = {"hand-in": lambda one: _hand_in_job(one, kernel, born_with)}
    ForkServer(listener, jobs, lifeline).serve()


def _hand_in_job(request: Request, kernel: PageKernel, born_with: int) -> None:
    """Run the rest of the cells; the request has `cells` and `folder`, and a socket for frames."""
    asked = request.arguments
    (descriptor,) = request.descriptors
    die_with_parent(request.parent)
    own_group()
    HAND_IN_LIMITS.apply(born_with)
    reseed()
    os.chdir(asked["folder"])
    with socket.socket(fileno=descriptor) as channel:
        _run(kernel, asked["cells"], channel)


def _run(kernel: PageKernel, cells: Sequence[str | None], channel: socket.socket) -> None:
    """Run cells one after the other, those after a failed one, too, as nbgrader does."""

    async def run_all() -> None:
        for number, source in enumerate(cells):
            messages: list[dict[str, Any]] = []
            kernel.publish_to(partial(_keep_outputs, messages))
            reply = {"status": "ok"}
            if source is not None:
                reply = await kernel.run_cell(source, number)
            told = {name: reply.get(name) for name in ("status", "ename", "evalue", "traceback")}
            channel.sendall(pack_message({"reply": told, "messages": messages}))

    asyncio.run(run_all())


def _keep_outputs(
    messages: list[dict[str, Any]], message: dict[str, Any], _buffers: Sequence[Buffer]
) -> None:
    if message["header"]["msg_type"] in _OUTPUTS:
        kept = ("header", "msg_type", "content", "metadata", "parent_header")
        messages.append({name: message[name] for name in kept})
