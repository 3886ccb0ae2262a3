"""The kernel of a module page: ipykernel's own, without sockets, threads or code from outside.

The notebook runs in it once, in a snapshot process. Every page's kernel is a fork of that
process, connected to the server by one Unix socket, and does nothing but hand widgets the messages
of one page. There is no execute request, so a page can't send code.
"""

import io
import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipywidgets import register_comm_target
from jupyter_client.session import Session
from traitlets.config import Config

from motesklar.kernels.charts import show_charts_as_data
from motesklar.kernels.frames import Buffer

log = logging.getLogger("motesklar.kernels")

_CONTENT = ("comm_id", "target_name", "data")
_COMM_MESSAGES = ("comm_open", "comm_msg", "comm_close")

#: A Jupyter message (header, parent_header, content, metadata) and its buffers.
Sink = Callable[[dict[str, Any], Sequence[Buffer]], None]


class SinkSession(Session):
    """Gives what the kernel publishes to a function, instead of writing it to a ZMQ socket."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.sink: Sink = lambda message, buffers: None

    def send(
        self,
        stream: Any,
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        parent: dict[str, Any] | None = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """As `Session.send`; `stream`, `ident` and `track` mean nothing here."""
        if isinstance(msg_or_type, dict):
            message = msg_or_type
        else:
            message = self.msg(
                msg_or_type, content=content, parent=parent, header=header, metadata=metadata
            )
        self.sink(message, buffers or ())
        return message


class KernelStream(io.TextIOBase):
    """Standard output or error of a kernel; a line reaches the page when it is whole."""

    encoding = "UTF-8"

    def __init__(self, kernel: "PageKernel", name: str) -> None:
        self._kernel = kernel
        self.name = name
        self._text = ""
        self._lock = threading.Lock()

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, text: str) -> int:
        """Keep the text until a line is whole, or it is flushed."""
        with self._lock:
            self._text += text
        if "\n" in text:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Publish what was written."""
        with self._lock:
            text, self._text = self._text, ""
        if text:
            content = {"name": self.name, "text": text}
            self._kernel.publish("stream", content)


class PageKernel(IPythonKernel):
    """A kernel that lives without a socket, so that its process can be forked."""

    @classmethod
    def create(cls) -> "PageKernel":
        """This process's kernel, with standard output going through it."""
        config = Config({"HistoryManager": {"enabled": False}})  # it would start a thread
        # as in every Jupyter kernel, pictures go into the notebook
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        kernel: PageKernel = cls.instance(
            config=config,
            session=SinkSession(),
            iopub_socket=object(),
            user_ns={},
            log=log,
            # asked only whether it is the one that runs cells, so that it may be interrupted
            shell_channel_thread=SimpleNamespace(parent_thread=None),
        )
        # the template imported ipywidgets before there was a kernel to do it for
        register_comm_target()
        assert kernel.shell is not None
        show_charts_as_data(kernel.shell)
        sys.stdout = KernelStream(kernel, "stdout")
        sys.stderr = KernelStream(kernel, "stderr")
        return kernel

    def publish_to(self, sink: Sink) -> None:
        """From now on give what is published to `sink`."""
        assert isinstance(self.session, SinkSession)
        self.session.sink = sink

    def publish(self, kind: str, content: dict[str, Any]) -> None:
        """Publish one message as an answer to the one being handled."""
        assert self.session is not None
        self.session.send(None, kind, content, parent=self.get_parent())

    async def run_cell(self, source: str, number: int) -> dict[str, Any]:
        """Run one cell of the notebook; returns the content of its execute reply."""
        parent = {"header": {"msg_id": f"cell-{number}", "msg_type": "execute_request"}}
        self.set_parent([], parent)
        reply: dict[str, Any] = await self.do_execute(source, silent=False, store_history=False)
        self.flush()
        return reply

    def handle(self, message: dict[str, Any], buffers: Sequence[bytes]) -> None:
        """Hand one message of the page to its widget, and tell when that is done."""
        kind = message["type"]
        if kind not in _COMM_MESSAGES:
            log.warning("a page sent %s", kind)
            return
        header = {"msg_id": message["id"], "msg_type": kind, "version": "5.3"}
        content = {key: message[key] for key in _CONTENT if key in message}
        metadata = message.get("metadata") or {}
        views = [memoryview(buffer) for buffer in buffers]
        jupyter = {"header": header, "content": content, "metadata": metadata, "buffers": views}
        self.set_parent([], jupyter)
        self._publish_status("busy", "shell")
        try:
            self.shell_handlers[kind](None, [], jupyter)
        except Exception:  # the widget's own fault; the kernel goes on
            log.exception("a widget failed")
        self.flush()
        self._publish_status("idle", "shell")

    def acknowledge(self, message_id: str) -> None:
        """Tell again that a message was handled: the page has not heard it."""
        self.set_parent([], {"header": {"msg_id": message_id, "version": "5.3"}})
        self._publish_status("idle", "shell")

    @staticmethod
    def flush() -> None:
        """Publish what was printed."""
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
