"""The side that forks: a process without threads and without an event loop.

A client connects to the server's Unix socket and sends one request: the length (uint32), then
JSON `{"job", ...}`, with file descriptors beside it if the job takes some. The server forks, and
the child does the job. The client gets `{"pid"}` with a pidfd, and on the same connection, once the
child has been reaped, `{"status"}`: the exit code, or minus the signal, as in `subprocess`.
A client that hangs up, or dies, takes its child with it.
"""

import contextlib
import gc
import json
import logging
import os
import selectors
import signal
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger("motesklar.kernels")

_LENGTH = struct.Struct("!I")
MAX_REQUEST_BYTES = 1024 * 1024
MAX_DESCRIPTORS = 4
#: A client sends its request at once; one that stalls must not hold up the others.
REQUEST_SECONDS = 5.0
_BACKLOG = 512


@dataclass
class Request:
    """What a client asks for.

    Args:
        job: which of the server's jobs.
        arguments: the job's own.
        descriptors: open files that came with it; the child's to keep or close.
    """

    job: str
    arguments: dict[str, Any]
    descriptors: list[int] = field(default_factory=list)


Job = Callable[[Request], None]


class ForkServer:
    """Forks a child for each request.

    Args:
        listener: a bound and listening Unix socket; the server owns it.
        jobs: name to what the child does; the child ends when it returns.
        lifeline: a descriptor whose end of file means that our own parent has gone.
    """

    def __init__(self, listener: socket.socket, jobs: Mapping[str, Job], lifeline: int) -> None:
        self.listener = listener
        self.jobs = jobs
        self.lifeline = lifeline
        self._clients: dict[int, socket.socket] = {}

    def serve(self) -> None:
        """Fork until the lifeline breaks."""
        # whatever lives now is shared with every child, and must not be written to by collecting
        gc.collect()
        gc.freeze()
        gc.disable()
        self._selector = selectors.DefaultSelector()
        self._wakeup, wakeup_end = socket.socketpair()
        for end in (self._wakeup, wakeup_end):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakeup_end.fileno(), warn_on_full_buffer=False)
        self._inherited = [self._wakeup, wakeup_end, self.listener]
        self._selector.register(self.listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._wakeup, selectors.EVENT_READ, self._reap)
        self._selector.register(self.lifeline, selectors.EVENT_READ, self._end)
        self._running = True
        while self._running:
            for key, _ in self._selector.select():
                key.data()

    def _end(self) -> None:
        self._running = False
        for pid in self._clients:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _accept(self) -> None:
        client, _ = self.listener.accept()
        try:
            client.settimeout(REQUEST_SECONDS)
            request = _receive(client)
            job = self.jobs[request.job]
        except (OSError, ValueError, KeyError) as error:
            log.warning("a request could not be read: %s", error)
            client.close()
            return
        pid = os.fork()
        if pid == 0:
            self._become_child(client)
            _run_job(job, request)
        for descriptor in request.descriptors:
            os.close(descriptor)
        self._tell_started(pid, client)

    def _tell_started(self, pid: int, client: socket.socket) -> None:
        # nobody reaps it before we are back in the loop, so the number still means this child
        pidfd = os.pidfd_open(pid)
        try:
            socket.send_fds(client, [_line({"pid": pid})], [pidfd])
        except OSError:
            os.kill(pid, signal.SIGKILL)  # nobody waits for it
        finally:
            os.close(pidfd)
        self._clients[pid] = client
        self._selector.register(client, selectors.EVENT_READ, lambda: self._client_gone(pid))

    def _client_gone(self, pid: int) -> None:
        client = self._clients.get(pid)
        if client is None:
            return  # its child was reaped in the same turn
        with contextlib.suppress(OSError):
            if client.recv(1):
                return  # nothing is expected from it; its end is
        self._selector.unregister(client)
        client.close()
        os.kill(pid, signal.SIGKILL)  # not reaped yet, so the number still means this child

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._wakeup.recv(4096):
                pass
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                self._tell_ended(pid, os.waitstatus_to_exitcode(status))

    def _tell_ended(self, pid: int, status: int) -> None:
        # a process that was orphaned by another of our children is nobody's client
        client = self._clients.pop(pid, None)
        if client is None or client.fileno() == -1:
            return
        self._selector.unregister(client)
        with contextlib.suppress(OSError):
            client.sendall(_line({"status": status}))
        client.close()

    def _become_child(self, client: socket.socket) -> None:
        """Let go of everything that belongs to the server."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for open_socket in (*self._inherited, *self._clients.values(), client):
            open_socket.close()
        os.close(self.lifeline)
        gc.enable()


def listen(path: str) -> socket.socket:
    """A listening Unix socket at `path`, for this user alone."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(path)
    finally:
        os.umask(before)
    listener.listen(_BACKLOG)
    return listener


def pack_request(job: str, arguments: Mapping[str, Any]) -> bytes:
    """A request as it goes over the socket."""
    payload = json.dumps({"job": job, **arguments}).encode()
    return _LENGTH.pack(len(payload)) + payload


def _receive(client: socket.socket) -> Request:
    data, descriptors, _flags, _address = socket.recv_fds(client, 64 * 1024, MAX_DESCRIPTORS)
    try:
        (length,) = _LENGTH.unpack_from(data)
        if length > MAX_REQUEST_BYTES:
            raise ValueError(f"{length} bytes")
        while len(data) < _LENGTH.size + length:
            more = client.recv(64 * 1024)
            if not more:
                raise ValueError("cut off")
            data += more
        arguments = json.loads(data[_LENGTH.size :])
        return Request(arguments.pop("job"), arguments, descriptors)
    except (struct.error, ValueError, AttributeError, KeyError) as error:
        for descriptor in descriptors:
            os.close(descriptor)
        raise ValueError(f"no request: {error}") from error


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"


def _run_job(job: Job, request: Request) -> None:
    """Do the job in the child and end it, whatever happens; never returns."""
    status = 1
    try:
        job(request)
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        log.exception("the job %s failed", request.job)
    finally:
        sys.stderr.flush()
        # without the parent's clean-up: its sockets and files are not ours
        os._exit(status)
