"""The channel between the server and a page's kernel, in the kernel's own process."""

import asyncio
import logging
import os
import socket
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from motesklar.kernels.frames import (
    BadFrame,
    Buffer,
    FrameKind,
    FrameReader,
    pack_frame,
    pack_message,
    unpack_message,
)
from motesklar.kernels.page_kernel import PageKernel
from motesklar.kernels.widget_files import WidgetFiles

log = logging.getLogger("motesklar.kernels")

#: Messages that were handled; a page sends one again when it doesn't know whether it arrived.
REMEMBERED_MESSAGES = 1000


def serve_page(kernel: PageKernel, channel: socket.socket, files: WidgetFiles) -> None:
    """Answer one page until its end of the channel is closed; never returns."""
    writing = threading.Lock()

    def publish(message: dict[str, Any], buffers: Sequence[Buffer]) -> None:
        frames = [pack_frame(FrameKind.FILE, file) for file in files.take_out(message["content"])]
        frames.append(pack_message(_for_page(message), buffers))
        try:
            with writing:  # an author's own threads may publish, too
                channel.sendall(b"".join(frames))
        except OSError:  # the server has closed it
            os._exit(0)

    kernel.publish_to(publish)
    asyncio.run(_answer(kernel, channel))
    os._exit(0)


async def _answer(kernel: PageKernel, channel: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    reader = FrameReader()
    seen: OrderedDict[str, None] = OrderedDict()

    def read() -> None:
        try:
            data = channel.recv(65536)
            if not data:
                ended.set()
            for kind, payload in reader.feed(data):
                message, buffers = unpack_message(kind, payload)
                if _is_new(message["id"], seen):
                    kernel.handle(message, buffers)
                else:
                    kernel.acknowledge(message["id"])
        except ConnectionError:  # closed before it had read everything
            ended.set()
        except BadFrame:
            log.exception("what the server sends can't be understood any more")
            ended.set()

    loop.add_reader(channel, read)
    await ended.wait()


def _is_new(message_id: str, seen: "OrderedDict[str, None]") -> bool:
    if message_id in seen:
        return False
    seen[message_id] = None
    if len(seen) > REMEMBERED_MESSAGES:
        seen.popitem(last=False)
    return True


def _for_page(message: dict[str, Any]) -> dict[str, Any]:
    kind = message["header"]["msg_type"]
    content = message["content"]
    if kind == "error":
        log.error("a widget failed: %s", "\n".join(content["traceback"]))
        # what a learner sees has no traceback; and errors told to people are called "error"
        kind, content = "error_output", content | {"traceback": []}
    told = {"type": kind, "parent": message["parent_header"].get("msg_id"), "content": content}
    if message["metadata"]:
        told["metadata"] = message["metadata"]
    return told
