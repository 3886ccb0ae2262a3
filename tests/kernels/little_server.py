"""A fork server with small jobs: `python -m tests.kernels.little_server SOCKET SECONDS`.

It ends when its standard input does. Clients have SECONDS for their request. While there is a file
SOCKET.full, the system has no room for another process.
"""

import errno
import os
import signal
import subprocess
import sys
from typing import NoReturn

from motesklar.kernels import fork_server
from motesklar.kernels.after_fork import adopt_orphans, own_group
from motesklar.kernels.fork_server import ForkServer, Request, listen


def leave(request: Request) -> NoReturn:
    """Exit in the way that is asked for."""
    if "raises" in request.arguments:
        raise RuntimeError(request.arguments["raises"])
    if "signal" in request.arguments:
        os.kill(os.getpid(), request.arguments["signal"])
    sys.exit(request.arguments.get("status"))


def say(request: Request) -> None:
    """Write to the descriptor that came along."""
    (descriptor,) = request.descriptors
    os.write(descriptor, request.arguments["text"].encode())


def stay(request: Request) -> None:
    """Wait to be killed; a descriptor that came along is told that the wait has begun."""
    own_group()
    for descriptor in request.descriptors:
        os.write(descriptor, b"here")
    signal.pause()


def start_others(request: Request) -> None:
    """Start a process, another one in a session of its own, tell their ids, and wait or end."""
    own_group()
    command = [sys.executable, "-c", "import signal; signal.pause()"]
    started = [subprocess.Popen(command), subprocess.Popen(command, start_new_session=True)]
    os.write(request.descriptors[0], " ".join(str(each.pid) for each in started).encode())
    if not request.arguments.get("ends"):
        signal.pause()


def leave_orphan(request: Request) -> None:
    """Start a process in a group of its own that outlives its parent a little, and end."""
    listens, tells = os.pipe()
    parent_lives, ends_with_parent = os.pipe()
    if os.fork() == 0:
        os.setsid()
        os.write(request.descriptors[0], str(os.getpid()).encode())
        os.write(tells, b"ready")
        os.close(ends_with_parent)
        os.read(parent_lives, 1)
        os._exit(0)
    os.read(listens, 5)


JOBS = {
    "leave": leave,
    "leave_orphan": leave_orphan,
    "say": say,
    "start_others": start_others,
    "stay": stay,
}


def limit_forks(full: str) -> None:
    """Refuse to fork as the system does, while the file `full` is there."""
    fork = os.fork

    def fork_if_there_is_room() -> int:
        if os.path.exists(full):
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return fork()

    os.fork = fork_if_there_is_room


if __name__ == "__main__":
    fork_server.REQUEST_SECONDS = float(sys.argv[2])
    limit_forks(sys.argv[1] + ".full")
    adopt_orphans()
    listener = listen(sys.argv[1])
    os.write(1, b"ready\n")
    ForkServer(listener, JOBS, lifeline=os.dup(0)).serve()
