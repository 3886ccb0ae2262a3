"""A forked process is known by its pidfd: its end, its status, and nobody else's."""

import asyncio
import gc
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest

from motesklar.kernels import fork_client
from motesklar.kernels.fork_client import UNKNOWN_STATUS, ForkedProcess, ForkFailed, fork
from motesklar.kernels.fork_server import listen
from tests.kernels.conftest import (
    ANSWER_SECONDS,
    children_of,
    descriptors_of,
    is_running,
    wait_for_end,
    wait_until,
)


class Server:
    """A little fork server, and the processes that tests asked of it."""

    def __init__(self, path: str, process: subprocess.Popen[bytes]) -> None:
        self.path = path
        self.process = process
        self.forked: list[ForkedProcess] = []

    async def fork(self, job: str, *descriptors: int, **arguments: object) -> ForkedProcess:
        self.forked.append(await fork(self.path, job, arguments, descriptors))
        return self.forked[-1]


@pytest.fixture
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="mk-") as folder:
        path = os.path.join(folder, "s")
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.kernels.little_server", path, "5"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        server = Server(path, process)
        yield server
        for forked in server.forked:
            forked.close()
        process.kill()
        process.communicate()


async def ended(process: ForkedProcess) -> int:
    async with asyncio.timeout(ANSWER_SECONDS):
        return await process.wait()


@pytest.mark.parametrize("status", [0, 3, 255])
async def test_wait_gives_the_exit_status(server: Server, status: int) -> None:
    process = await server.fork("leave", status=status)
    assert await ended(process) == status
    assert process.poll() == status
    assert await ended(process) == status


async def test_a_killed_process_has_the_signal_as_its_status(server: Server) -> None:
    process = await server.fork("stay")
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert await ended(process) == -signal.SIGTERM


async def test_a_child_that_has_ended_before_its_client_goes_on_has_done_its_job(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_fds = socket.send_fds

    def send_and_be_slow(connection: socket.socket, *what: Any) -> int:
        sent = send_fds(connection, *what)
        end = select.poll()
        end.register(connection, select.POLLRDHUP)
        assert end.poll(ANSWER_SECONDS * 1000), "the server hangs up"
        return sent

    monkeypatch.setattr(socket, "send_fds", send_and_be_slow)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = await server.fork("say", theirs.fileno(), text="hej")
        assert ours.recv(100) == b"hej"
        assert await ended(process) == 0


async def test_poll_alone_finds_the_end(server: Server) -> None:
    process = await server.fork("leave", status=3)
    wait_until(lambda: process.poll() is not None, "it ends")
    assert process.returncode == 3


async def test_all_who_wait_are_told_the_same(server: Server) -> None:
    process = await server.fork("stay")
    waiting = [asyncio.create_task(ended(process)) for _ in range(3)]
    await asyncio.sleep(0)
    process.send_signal(signal.SIGKILL)
    assert await asyncio.gather(*waiting) == [-signal.SIGKILL] * 3


async def test_a_wait_that_is_cancelled_changes_nothing(server: Server) -> None:
    process = await server.fork("stay")
    waiting = asyncio.create_task(process.wait())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    process.send_signal(signal.SIGKILL)
    assert await ended(process) == -signal.SIGKILL


async def test_closing_ends_it_at_once_and_may_be_done_twice(server: Server) -> None:
    process = await server.fork("stay")
    process.close()
    process.close()
    assert process.returncode == -signal.SIGKILL
    wait_for_end(process.pid)
    wait_until(lambda: not children_of(server.process.pid), "it is reaped")


async def test_closing_keeps_the_status_of_one_that_has_ended(server: Server) -> None:
    process = await server.fork("leave", status=3)
    wait_until(lambda: not is_running(process.pid), "it ends")
    wait_until(lambda: not children_of(server.process.pid), "it is reaped")
    process.close()
    assert process.returncode == 3


async def test_closing_while_somebody_waits_closes_nobody_elses_descriptors(
    server: Server,
) -> None:
    process = await server.fork("stay")
    waiting = asyncio.create_task(ended(process))
    await asyncio.sleep(0)
    process.close()
    # these take the numbers that have just come free
    others = [os.open(os.devnull, os.O_RDONLY) for _ in range(8)]
    assert await waiting == -signal.SIGKILL
    for other in others:
        os.close(other)  # fails if it is closed already


async def test_a_signal_to_one_that_has_ended_reaches_nobody(server: Server) -> None:
    process = await server.fork("leave")
    wait_until(lambda: not children_of(server.process.pid), "it is reaped")
    process.send_signal(signal.SIGKILL)
    assert await ended(process) == 0
    process.send_signal(signal.SIGKILL)


async def test_a_process_goes_on_without_its_server_and_its_status_is_unknown(
    server: Server,
) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = await server.fork("stay", theirs.fileno())
        assert ours.recv(10) == b"here"
        server.process.kill()
        server.process.wait()
        assert process.poll() is None
        assert is_running(process.pid)
        process.send_signal(signal.SIGTERM)
        assert await ended(process) == UNKNOWN_STATUS


async def test_a_server_that_is_stuck_holds_nobody_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fork_client, "_REAP_SECONDS", 0.1)
    process = await server.fork("stay")
    server.process.send_signal(signal.SIGSTOP)
    process.send_signal(signal.SIGKILL)
    wait_until(lambda: not is_running(process.pid), "it ends")
    assert process.poll() is None  # not reaped; and asking takes no time
    assert await ended(process) == UNKNOWN_STATUS


async def test_a_fork_that_is_cancelled_leaves_no_child(server: Server) -> None:
    server.process.send_signal(signal.SIGSTOP)
    asking = asyncio.create_task(server.fork("stay"))
    before = len(descriptors_of(os.getpid()))
    await asyncio.sleep(0)
    # it has asked: there is the connection, and the copy through which it waits for the answer
    assert len(descriptors_of(os.getpid())) == before + 2
    asking.cancel()
    await asyncio.wait({asking})
    server.process.send_signal(signal.SIGCONT)
    assert await ended(await server.fork("leave")) == 0
    wait_until(lambda: not children_of(server.process.pid), "its child is reaped")


async def test_a_server_that_never_answers_is_given_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fork_client, "START_SECONDS", 0.1)
    server.process.send_signal(signal.SIGSTOP)
    with pytest.raises(ForkFailed, match="stay"):
        await server.fork("stay")


async def test_nobody_there_is_told_as_a_failed_fork(server: Server) -> None:
    server.process.kill()
    server.process.wait()
    with pytest.raises(ForkFailed):
        await server.fork("leave")
    with pytest.raises(ForkFailed):
        await fork(server.path + "-none", "leave", {})


async def test_a_refusal_is_told_as_a_failed_fork(server: Server) -> None:
    with pytest.raises(ForkFailed, match="execute"):
        await server.fork("execute")


@pytest.mark.parametrize(
    "answer",
    [b"", b"no JSON\n", b"{}\n", b'{"pid": 1}\n'],
)
async def test_an_answer_that_is_none_is_told_as_a_failed_fork(answer: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="mk-") as folder:
        path = os.path.join(folder, "s")
        with listen(path) as listener:
            asking = asyncio.create_task(fork(path, "leave", {}))
            listener.setblocking(False)
            client, _ = await asyncio.get_running_loop().sock_accept(listener)
            with client:
                client.send(answer)
            with pytest.raises(ForkFailed):
                await asking


async def test_what_is_forked_and_closed_leaves_no_descriptor(server: Server) -> None:
    gc.collect()
    before = descriptors_of(os.getpid()).keys()
    for number in range(30):
        process = await fork(server.path, "stay" if number % 2 else "leave", {})
        if number % 3:
            process.close()
        else:
            process.send_signal(signal.SIGKILL)
            await ended(process)
    assert descriptors_of(os.getpid()).keys() == before


async def test_programs_that_we_start_do_not_inherit_it(server: Server) -> None:
    process = await server.fork("stay")
    assert not os.get_inheritable(process._pidfd)
    assert not process._connection.get_inheritable()
