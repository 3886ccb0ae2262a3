"""ipykernel's output channel without its TCP port.

A kernel listens for what processes that it forks itself print, as `multiprocessing` does. ipykernel
uses a port of its own for that even where everything else speaks over IPC. These are private names
of ipykernel; `tests/kernels` cover them.
"""

import os
from typing import Any

import zmq
from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp
from zmq.eventloop.zmqstream import ZMQStream

#: As ipykernel: how long a forked process waits for its output to be taken.
_LINGER_MS = 3000


class PrivateIOPubThread(IOPubThread):
    """Takes what forked processes print from an IPC socket.

    Args:
        pipe_address: that socket's; nobody else can reach it.
    """

    def __init__(self, socket: Any, pipe_address: str, **options: Any) -> None:
        self._pipe_address = pipe_address
        super().__init__(socket, pipe=True, **options)  # type: ignore[no-untyped-call]

    def _setup_pipe_in(self) -> None:
        self._pipe_uuid = os.urandom(16)
        pipe = self.socket.context.socket(zmq.PULL)
        pipe.linger = 0
        pipe.bind(self._pipe_address)
        self._pipe_in = ZMQStream(pipe, self.io_loop)
        self._pipe_in.on_recv(self._handle_pipe_msg)

    def _setup_pipe_out(self) -> tuple[Any, Any]:
        context: Any = zmq.Context()  # one can't be used after a fork
        pipe = context.socket(zmq.PUSH)
        pipe.linger = _LINGER_MS
        pipe.connect(self._pipe_address)
        return context, pipe


class PrivateKernelApp(IPKernelApp):
    """A kernel that opens no port."""

    def init_iopub(self, context: Any) -> None:
        """As ipykernel, with our thread."""
        socket = context.socket(zmq.XPUB)
        socket.linger = 1000
        self.iopub_port = self._bind_socket(socket, self.iopub_port)
        self.configure_tornado_logger()
        self.iopub_thread = PrivateIOPubThread(
            socket, f"ipc://{self.ip}-pipe", session=self.session
        )
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket
