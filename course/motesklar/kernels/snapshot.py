"""A snapshot process: it has run a module's notebook once, and its forks answer pages.

It is a fork of the root template itself. Who reads the page never enters it: it is made from the
notebook and the language alone.
"""

import asyncio
import base64
import contextlib
import itertools
import logging
import os
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import comm
import nbformat

from motesklar.kernels.after_fork import die_with_parent, own_group, reseed
from motesklar.kernels.fork_server import ForkServer, Request, listen
from motesklar.kernels.frames import Buffer, pack_message
from motesklar.kernels.limits import PAGE_LIMITS, SNAPSHOT_LIMITS, data_bytes
from motesklar.kernels.page_channel import serve_page
from motesklar.kernels.page_kernel import PageKernel
from motesklar.kernels.widget_files import WidgetFiles

log = logging.getLogger("motesklar.kernels")


def snapshot_job(request: Request) -> None:
    """Run a notebook, tell what it published, then fork page kernels until the server is gone.

    The request has `notebook` (its JSON text), `folder` (where it runs), `environment` (added to
    the template's), `model_prefix` and `path` (the socket to listen at), and one descriptor: a
    socket to the server. On it goes one frame, `{"records", "files", "threads"}`.
    """
    asked = request.arguments
    (descriptor,) = request.descriptors
    die_with_parent(request.parent)
    own_group()
    SNAPSHOT_LIMITS.apply()
    os.chdir(asked["folder"])
    os.environ.update(asked["environment"])
    sys.path.insert(0, "")  # as in any kernel, code beside the notebook can be imported
    notebook = nbformat.reads(asked["notebook"], as_version=4)
    kernel, records = run_notebook(notebook, asked["model_prefix"])
    files = WidgetFiles()
    listener = listen(asked["path"])
    with socket.socket(fileno=descriptor) as server:
        server.sendall(pack_message(_told(records, files)))
        lifeline = server.detach()
    born_with = data_bytes()
    jobs = {"page": lambda page: _page_job(page, kernel, files, born_with)}
    ForkServer(listener, jobs, lifeline).serve()


def _page_job(request: Request, kernel: PageKernel, files: WidgetFiles, born_with: int) -> None:
    (descriptor,) = request.descriptors
    own_group()
    PAGE_LIMITS.apply(born_with)
    reseed()
    serve_page(kernel, socket.socket(fileno=descriptor), files)


def _told(records: list[dict[str, Any]], files: WidgetFiles) -> dict[str, Any]:
    for record in records:
        for message in record["messages"]:
            for _ in files.take_out(message["content"]):
                pass
            message["buffers"] = [base64.b64encode(b).decode() for b in message["buffers"]]
    # a fork has only the thread that forked, so what another one did would be missing in it
    threads = [t.name for t in threading.enumerate() if t is not threading.main_thread()]
    return {"records": records, "files": files.texts, "threads": threads}


def run_notebook(notebook: Any, model_prefix: str) -> tuple[PageKernel, list[dict[str, Any]]]:
    """Run every code cell; returns the kernel, and for each cell what it published.

    A cell's record is `{"reply", "messages"}`: the execute reply's content, and iopub messages as
    nbclient takes them. It ends with the first cell that fails.

    Args:
        notebook: a notebook of version 4.
        model_prefix: model ids begin with it and are numbered, so that the same notebook gives the
            same ids wherever and whenever it runs.
    """
    kernel = PageKernel.create()
    records: list[dict[str, Any]] = []

    async def run_all() -> None:
        for number, cell in enumerate(notebook.cells):
            messages: list[dict[str, Any]] = []
            kernel.publish_to(partial(_record, messages))
            reply = {"status": "ok"}
            if cell.cell_type == "code" and cell.source.strip():
                reply = await kernel.run_cell(cell.source, number)
            records.append({"reply": reply, "messages": messages})
            if reply["status"] != "ok":
                return

    with _numbered_models(model_prefix):
        asyncio.run(run_all())
    return kernel, records


def _record(
    messages: list[dict[str, Any]], message: dict[str, Any], buffers: Sequence[Buffer]
) -> None:
    messages.append(message | {"buffers": [bytes(buffer) for buffer in buffers]})


@contextlib.contextmanager
def _numbered_models(prefix: str) -> Iterator[None]:
    """Inside, every new comm gets the next number instead of a random id."""
    create_comm = comm.create_comm
    numbers = itertools.count(1)

    def numbered(*args: Any, **kwargs: Any) -> Any:
        if not kwargs.get("comm_id"):
            kwargs["comm_id"] = f"{prefix}{next(numbers):08x}"
        return create_comm(*args, **kwargs)

    comm.create_comm = numbered
    try:
        yield
    finally:
        comm.create_comm = create_comm
