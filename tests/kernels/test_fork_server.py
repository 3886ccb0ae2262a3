"""A fork server forks for whoever asks well, survives whoever doesn't, and leaves nobody behind."""

import contextlib
import json
import os
import resource
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from motesklar.kernels import fork_server
from motesklar.kernels.fork_server import pack_request
from tests.kernels.conftest import (
    ANSWER_SECONDS,
    children_of,
    descriptors_of,
    is_running,
    state_of,
    wait_for_end,
    wait_until,
)

#: Short, so that the test of a client that stalls does not take long.
REQUEST_SECONDS = "0.3"


class LittleServer:
    """A running fork server with the jobs of `little_server`."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.kernels.little_server", path, REQUEST_SECONDS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdout
        assert self.process.stdout.readline() == b"ready\n"

    @property
    def pid(self) -> int:
        return self.process.pid

    def connect(self) -> socket.socket:
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(ANSWER_SECONDS)
        client.connect(self.path)
        return client

    def ask(self, job: str, *descriptors: int, **arguments: Any) -> "Client":
        client = self.connect()
        socket.send_fds(client, [pack_request(job, arguments)], descriptors)
        return Client(client)

    def end(self) -> str:
        """End it by its lifeline; returns what it told."""
        _, told = self.process.communicate(timeout=ANSWER_SECONDS)
        return told.decode()


class Client:
    """One who has asked. Its child ends with it."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def started(self) -> int:
        """The child's process id; the pidfd that comes with it means the same process."""
        data, (pidfd,), _, _ = socket.recv_fds(self.connection, 4096, 1)
        with open(f"/proc/self/fdinfo/{pidfd}") as info:
            of = {line.split(":")[0]: int(line.split(":")[1]) for line in info if line[:3] == "Pid"}
        os.close(pidfd)
        pid: int = json.loads(data)["pid"]
        assert of["Pid"] in (pid, -1)  # -1: reaped already
        return pid

    def status(self) -> int:
        told: int = json.loads(self.connection.recv(4096))["status"]
        assert self.connection.recv(1) == b""
        return told


@pytest.fixture
def little_server() -> Iterator[LittleServer]:
    with tempfile.TemporaryDirectory(prefix="mk-") as folder:
        server = LittleServer(os.path.join(folder, "s"))
        assert_serves(server)
        yield server
        if server.process.poll() is None:
            server.end()


def assert_serves(server: LittleServer) -> None:
    client = server.ask("leave", status=0)
    client.started()
    assert client.status() == 0


@contextlib.contextmanager
def heard() -> Iterator[tuple[int, socket.socket]]:
    """A descriptor for a child, and the end where one hears what it writes."""
    ours, theirs = socket.socketpair()
    ours.settimeout(ANSWER_SECONDS)
    with ours, theirs:
        yield theirs.fileno(), ours


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"status": 0}, 0),
        ({"status": 3}, 3),
        ({"status": None}, 0),
        ({"status": "a sentence"}, 1),
        ({"raises": "a fault"}, 1),
        ({"signal": signal.SIGTERM}, -signal.SIGTERM),
        ({"signal": signal.SIGKILL}, -signal.SIGKILL),
    ],
)
def test_the_client_is_told_how_its_child_ended(
    little_server: LittleServer, asked: dict[str, Any], told: int
) -> None:
    client = little_server.ask("leave", **asked)
    client.started()
    assert client.status() == told


def test_a_child_has_the_descriptors_that_came_with_its_request(
    little_server: LittleServer,
) -> None:
    with heard() as (descriptor, ours):
        _client = little_server.ask("say", descriptor, text="hej")
        assert ours.recv(100) == b"hej"


def test_a_request_may_be_large_and_arrive_in_pieces(little_server: LittleServer) -> None:
    text = "å" * 300_000
    request = pack_request("say", {"text": text})
    with heard() as (descriptor, ours), little_server.connect() as client:
        socket.send_fds(client, [request[:2]], [descriptor])
        client.sendall(request[2:7])
        client.sendall(request[7:])
        received = b""
        while len(received) < len(text.encode()):
            received += ours.recv(65536)
        assert received.decode() == text


BAD_REQUESTS = {
    "hangs up at once": b"",
    "is cut off in its length": b"\x00\x00",
    "is cut off in its text": pack_request("leave", {})[:-3],
    "is another protocol": b"GET / HTTP/1.1\r\n\r\n",
    "is too large": struct.pack("!I", fork_server.MAX_REQUEST_BYTES + 1) + b"{}",
    "is no text": struct.pack("!I", 4) + b"\xff\xfe\xfd\xfc",
    "is no JSON": struct.pack("!I", 4) + b"{job",
    "is no object": struct.pack("!I", 2) + b"[]",
    "is a number": struct.pack("!I", 1) + b"1",
    "is nested without end": struct.pack("!I", 500_000) + b"[" * 500_000,
    "names no job": struct.pack("!I", 2) + b"{}",
    "names a list": struct.pack("!I", 10) + b'{"job":[]}',
    "names a job that is none": pack_request("execute", {"code": "1"}),
}


@pytest.mark.parametrize("bad", BAD_REQUESTS.values(), ids=BAD_REQUESTS.keys())
def test_a_request_that_can_not_be_done_is_closed_and_harms_nobody(
    little_server: LittleServer, bad: bytes
) -> None:
    before = descriptors_of(little_server.pid)
    with heard() as (descriptor, _ours), little_server.connect() as client:
        if bad:
            with contextlib.suppress(ConnectionError):
                socket.send_fds(client, [bad[:50]], [descriptor])
                client.sendall(bad[50:])
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            assert client.recv(100) == b""
    assert_serves(little_server)
    assert descriptors_of(little_server.pid).keys() == before.keys()


def test_more_descriptors_than_allowed_are_not_kept(little_server: LittleServer) -> None:
    before = descriptors_of(little_server.pid)
    with heard() as (descriptor, _ours), little_server.connect() as client:
        socket.send_fds(client, [b"\x00"], [descriptor] * 3)
        socket.send_fds(client, [b"\x00"], [descriptor] * 3)
        assert client.recv(100) == b""
    assert_serves(little_server)
    assert descriptors_of(little_server.pid).keys() == before.keys()


def test_a_client_that_stalls_is_given_up(little_server: LittleServer) -> None:
    with heard() as (descriptor, _ours), little_server.connect() as client:
        socket.send_fds(client, [b"\x00\x00"], [descriptor])
        assert_serves(little_server)
        assert client.recv(100) == b""


def test_a_client_that_hangs_up_takes_its_child_with_it(little_server: LittleServer) -> None:
    client = little_server.ask("stay")
    pid = client.started()
    assert is_running(pid)
    client.connection.close()
    wait_for_end(pid)
    wait_until(lambda: not children_of(little_server.pid), "the child is reaped")


def test_a_client_that_hangs_up_before_it_is_answered_takes_its_child_with_it(
    little_server: LittleServer,
) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        little_server.ask("stay", theirs.fileno()).connection.close()
        theirs.close()
        while ours.recv(100):  # until the child's copy, if there ever was one, is closed, too
            pass
    assert_serves(little_server)
    wait_until(lambda: not children_of(little_server.pid), "the child is reaped")


def test_a_client_that_talks_on_is_not_listened_to(little_server: LittleServer) -> None:
    client = little_server.ask("stay")
    pid = client.started()
    client.connection.sendall(b"and one more thing" * 100)
    assert_serves(little_server)
    assert is_running(pid)


def test_what_a_child_has_started_ends_with_it(little_server: LittleServer) -> None:
    with heard() as (descriptor, ours):
        client = little_server.ask("start_others", descriptor, ends=True)
        client.started()
        own, _ = map(int, ours.recv(100).split())
        assert client.status() == 0
        wait_for_end(own)


def test_orphans_are_adopted_and_reaped(little_server: LittleServer) -> None:
    with heard() as (descriptor, ours):
        client = little_server.ask("leave_orphan", descriptor)
        orphan = int(ours.recv(100))
        assert client.started() != orphan
        assert client.status() == 0
        wait_until(lambda: not Path(f"/proc/{orphan}").exists(), "the orphan is reaped")


def test_nothing_is_left_after_two_hundred_forks(little_server: LittleServer) -> None:
    before = descriptors_of(little_server.pid)
    for number in range(200):
        with heard() as (descriptor, _ours):
            client = little_server.ask("leave", descriptor, status=number % 5)
            client.started()
            assert client.status() == number % 5
            client.connection.close()
    assert descriptors_of(little_server.pid).keys() == before.keys()
    assert children_of(little_server.pid) == set()


def test_many_clients_at_once_each_get_their_own_child(little_server: LittleServer) -> None:
    clients = [little_server.ask("leave", status=number) for number in range(80)]
    pids = {client.started() for client in clients}
    assert [client.status() for client in clients] == list(range(80))
    assert len(pids) == 80


def test_the_end_of_the_lifeline_ends_everything_below(little_server: LittleServer) -> None:
    with heard() as (descriptor, ours):
        clients = [little_server.ask("stay"), little_server.ask("start_others", descriptor)]
        pids = [client.started() for client in clients]
        pids += [int(pid) for pid in ours.recv(100).split()]
        assert all(is_running(pid) for pid in pids)
        little_server.end()
        assert little_server.process.returncode == 0
        assert not any(is_running(pid) for pid in pids)


def test_children_are_no_zombies_while_others_live(little_server: LittleServer) -> None:
    client = little_server.ask("stay")
    staying = client.started()
    for _ in range(5):
        assert_serves(little_server)
    assert children_of(little_server.pid) == {staying}
    assert state_of(staying) in "SR"


def test_without_a_free_descriptor_nobody_is_let_in_until_there_is_one(
    little_server: LittleServer,
) -> None:
    staying = little_server.ask("stay")
    staying.started()
    limit = resource.prlimit(little_server.pid, resource.RLIMIT_NOFILE)
    taken = max(descriptors_of(little_server.pid)) + 1
    resource.prlimit(little_server.pid, resource.RLIMIT_NOFILE, (taken, limit[1]))
    waiting = little_server.ask("leave", status=7)
    staying.connection.close()
    waiting.connection.settimeout(ANSWER_SECONDS)
    # the descriptor that came free lets it in, but the pidfd for it needs another one
    with contextlib.suppress(ValueError, KeyError, ConnectionError):
        waiting.started()
    resource.prlimit(little_server.pid, resource.RLIMIT_NOFILE, limit)
    assert_serves(little_server)


def test_a_fork_that_the_system_refuses_is_told_as_a_refusal(little_server: LittleServer) -> None:
    before = descriptors_of(little_server.pid)
    full = Path(little_server.path + ".full")
    full.touch()
    with heard() as (descriptor, _ours):
        refused = little_server.ask("say", descriptor, text="hej")
        assert refused.connection.recv(100) == b""
    full.unlink()
    assert_serves(little_server)
    assert descriptors_of(little_server.pid).keys() == before.keys()


def test_the_socket_is_for_this_user_alone(little_server: LittleServer) -> None:
    assert stat.S_IMODE(os.stat(little_server.path).st_mode) == 0o600
