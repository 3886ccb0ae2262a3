"""The side that forks: a process without threads and without an event loop.

A client connects to the server's Unix socket and sends one request: the length (uint32), then
JSON `{"job", ...}`, with file descriptors beside it if the job takes some. The server forks, and
the child does the job. The client gets `{"pid"}` with a pidfd, and on the same connection, once the
child has been reaped, `{"status"}`: the exit code, or minus the signal, as in `subprocess`.
A client that hangs up, or dies, takes its child with it; and a child's end is the end of what it
has started.
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
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

log = logging.getLogger("motesklar.kernels")

_LENGTH = struct.Struct("!I")
#: A notebook goes in whole, with the pictures in it.
MAX_REQUEST_BYTES = 64 * 1024 * 1024
MAX_DESCRIPTORS = 4
#: A client sends its request at once; one that stalls must not hold up the others.
REQUEST_SECONDS = 5.0
_BACKLOG = 512
#: Without a free descriptor nobody can be let in; some child's end will free one.
_PAUSE_SECONDS = 0.1


@dataclass
class Request:
    """What a client asks for.

    Args:
        job: which of the server's jobs.
        arguments: the job's own.
        descriptors: open files that came with it; the child's to keep or close.
        parent: the process that read it, and forks.
    """

    job: str
    arguments: dict[str, Any]
    descriptors: list[int] = field(default_factory=list)
    parent: int = field(default_factory=os.getpid)


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
        self._end_descendants()

    def _end(self) -> None:
        self._running = False

    def _end_descendants(self) -> None:
        """Kill all below us. Where we adopt orphans, grandchildren become children and are next."""
        with contextlib.suppress(ChildProcessError):
            while True:
                for pid in {*self._clients, *_children()}:
                    _kill(pid)
                pid, _ = os.waitpid(-1, 0)
                self._clients.pop(pid, None)

    def _accept(self) -> None:
        try:
            client, _ = self.listener.accept()
        except OSError as error:
            log.warning("nobody can be let in: %s", error)
            time.sleep(_PAUSE_SECONDS)
            return
        try:
            request = _receive(client)
        except (OSError, ValueError, RecursionError) as error:
            log.warning("a request could not be read: %s", error)
            client.close()
            return
        try:
            self._fork(request, client)
        except (OSError, ValueError) as error:
            log.warning("no fork for %s: %s", request.job, error)
            client.close()
        finally:
            _close_all(request.descriptors)

    def _fork(self, request: Request, client: socket.socket) -> None:
        if request.job not in self.jobs:
            raise ValueError("no such job")
        pid = os.fork()
        if pid == 0:
            self._be_child(request, client)
        with contextlib.suppress(OSError):  # it has been quick and done so itself, or has ended
            os.setpgid(pid, pid)  # before anybody may send its parent's group a signal
        self._tell_started(pid, client)

    def _tell_started(self, pid: int, client: socket.socket) -> None:
        # nobody reaps it before we are back in the loop, so the number still means this child
        try:
            pidfd = os.pidfd_open(pid)
            try:
                socket.send_fds(client, [_line({"pid": pid})], [pidfd])
            finally:
                os.close(pidfd)
        except OSError:
            _kill(pid)  # nobody waits for it
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
        _kill(pid)  # not reaped yet, so the number still means this child

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._wakeup.recv(4096):
                pass
        with contextlib.suppress(ChildProcessError):
            while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                _kill(ended.si_pid)  # what it started; its number is free only when it is reaped
                _, status = os.waitpid(ended.si_pid, 0)
                self._tell_ended(ended.si_pid, os.waitstatus_to_exitcode(status))

    def _tell_ended(self, pid: int, status: int) -> None:
        # a process that was orphaned by another of our children is nobody's client
        client = self._clients.pop(pid, None)
        if client is None or client.fileno() == -1:
            return
        self._selector.unregister(client)
        with contextlib.suppress(OSError):
            client.sendall(_line({"status": status}))
        client.close()

    def _be_child(self, request: Request, client: socket.socket) -> NoReturn:
        """Do the job and end, whatever happens."""
        status = 1
        try:
            self._let_go(client)
            self.jobs[request.job](request)
            status = 0
        except SystemExit as error:
            if error.code is None or isinstance(error.code, int):
                status = error.code or 0
        except BaseException:
            log.exception("the job %s failed", request.job)
        finally:
            try:
                sys.stderr.flush()
            finally:
                # without the parent's clean-up: its sockets and files are not ours
                os._exit(status)

    def _let_go(self, client: socket.socket) -> None:
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
    descriptors: list[int] = []
    try:
        asked = json.loads(_payload(client, descriptors))
        if not isinstance(asked, dict) or not isinstance(asked.get("job"), str):
            raise ValueError("no job")
        return Request(asked.pop("job"), asked, descriptors)
    except BaseException:
        _close_all(descriptors)
        raise


def _payload(client: socket.socket, descriptors: list[int]) -> bytes:
    """Read until the request is whole; adds the descriptors that come with it."""
    deadline = time.monotonic() + REQUEST_SECONDS
    data = bytearray()
    end = _LENGTH.size
    while len(data) < end:
        client.settimeout(max(0.0, deadline - time.monotonic()))
        more, received, *_ = socket.recv_fds(client, 256 * 1024, MAX_DESCRIPTORS)
        descriptors += received
        for descriptor in received:
            os.set_inheritable(descriptor, False)
        if not more:
            raise ValueError("cut off")
        if len(descriptors) > MAX_DESCRIPTORS:
            raise ValueError(f"{len(descriptors)} descriptors")
        data += more
        if end == _LENGTH.size <= len(data):
            end += _LENGTH.unpack_from(data)[0]
            if end > MAX_REQUEST_BYTES:
                raise ValueError(f"{end} bytes")
    return bytes(data[_LENGTH.size : end])


def _close_all(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _kill(pid: int) -> None:
    """Kill a child that has not been reaped, and the group it leads."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)


def _children() -> list[int]:
    """This process's children, if the system lists them: proc_pid_task_tid_children(5)."""
    with contextlib.suppress(FileNotFoundError):
        return [int(pid) for pid in Path("/proc/thread-self/children").read_text().split()]
    return []


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"
