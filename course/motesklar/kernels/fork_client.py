"""The side that asks for forks: a child of somebody else, watched through a pidfd.

Linux only (pidfd_open(2), since 5.3). A pidfd means this very process for ever, while a number
may come to mean another one.
"""

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from motesklar.kernels.fork_server import pack_request

#: Told as exit status where the process that forked it has died and nobody could reap it.
UNKNOWN_STATUS = 255
#: A template forks in milliseconds; when 80 ask at once the last waits a second.
START_SECONDS = 30.0
#: From the end of a process until its parent has reaped it; more means that the parent is stuck.
_REAP_SECONDS = 5.0


class ForkFailed(OSError):
    """The template did not fork: it is gone, or refused."""


class ForkedProcess:
    """A process that a fork server made for us. It ends when we close it, or when we die."""

    def __init__(self, pid: int, pidfd: int, connection: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._pidfd = pidfd
        self._connection = connection

    def poll(self) -> int | None:
        """The exit status, or None while it runs or has not been reaped."""
        if self.returncode is None and _ready(self._pidfd) and _ready(self._connection.fileno()):
            self._settle()
        return self.returncode

    async def wait(self) -> int:
        """Wait for its end; returns the exit status. Cancelling it changes nothing."""
        if self.returncode is None:
            await readable(self._pidfd)
        if self.returncode is None:  # else others have waited, too, or closed it
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_REAP_SECONDS):
                    await readable(self._connection.fileno())
        if self.returncode is None:
            self._settle()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to it alone; nothing happens when it has ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number)

    def close(self) -> None:
        """End it at once if it still runs; safe to call twice."""
        if self.poll() is None:
            self.send_signal(signal.SIGKILL)
            self.returncode = -signal.SIGKILL
            self._release()

    def _settle(self) -> None:
        """Read the status, if the parent told it before it ended itself."""
        self.returncode = UNKNOWN_STATUS
        with contextlib.suppress(OSError, ValueError, KeyError):
            self.returncode = int(json.loads(self._connection.recv(4096))["status"])
        self._release()

    def _release(self) -> None:
        os.close(self._pidfd)
        self._connection.close()


async def fork(
    path: str, job: str, arguments: Mapping[str, Any], descriptors: Sequence[int] = ()
) -> ForkedProcess:
    """Ask the fork server at `path` to do `job` in a child; cancelling it ends the child.

    Args:
        path: the server's socket.
        job: which of its jobs.
        arguments: the job's own, as JSON can hold them.
        descriptors: open files for the child; the caller still closes its own.

    Raises:
        ForkFailed: no server is there, or it refused.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        async with asyncio.timeout(START_SECONDS):
            await asyncio.get_running_loop().sock_connect(connection, path)
            await _send(connection, pack_request(job, arguments), descriptors)
            await readable(connection.fileno())
        data, received, _flags, _address = socket.recv_fds(connection, 4096, 1)
        if not data:
            raise ForkFailed("refused; the server's log says why")
        pid, pidfd = int(json.loads(data)["pid"]), received[0]
        os.set_inheritable(pidfd, False)
        return ForkedProcess(pid, pidfd, connection)
    except (OSError, ValueError, LookupError) as error:
        connection.close()
        raise ForkFailed(f"{job}: {error or type(error).__name__}") from error
    except BaseException:
        connection.close()
        raise


def is_listening(path: str) -> bool:
    """Whether a fork server is still there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(START_SECONDS)
        try:
            connection.connect(path)
        except OSError:
            return False
        return True


async def _send(connection: socket.socket, data: bytes, descriptors: Sequence[int]) -> None:
    sent = socket.send_fds(connection, [data], list(descriptors)) if descriptors else 0
    # sending nothing, too, fails where a quick child has ended meanwhile and the server has hung up
    if sent < len(data):
        await asyncio.get_running_loop().sock_sendall(connection, data[sent:])


async def readable(descriptor: int) -> None:
    """Wait until a descriptor can be read, or has ended. Cancelling it changes nothing."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    # a descriptor of its own: others may wait for the same one in this loop
    own = os.dup(descriptor)
    loop.add_reader(own, _settle_once, ready)
    try:
        await ready
    finally:
        loop.remove_reader(own)
        os.close(own)


def _ready(descriptor: int) -> bool:
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    return bool(poller.poll(0))


def _settle_once(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
