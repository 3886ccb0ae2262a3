"""A template process for the whole run, snapshots of a few cells, and pages with their kernels."""

import ast
import asyncio
import contextlib
import itertools
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest

from motesklar.kernels.fork_client import ForkedProcess, fork
from motesklar.kernels.frames import FrameKind, FrameReader, pack_message, unpack_message
from motesklar.kernels.page_client import PageClient
from motesklar.kernels.supervisor import TemplateProcess
from tests.conftest import is_readable

#: Nothing here takes longer than a moment, but the machine may be busy with other things.
ANSWER_SECONDS = 60.0

#: A cell that evaluates what the test asks, inside the kernel. Authors' code can do anything.
PROBE = """\
import ipywidgets
probe = ipywidgets.Label()
probe.on_msg(lambda widget, content, buffers: widget.send({"value": repr(eval(content["ask"]))}))
"""


@dataclass
class Message:
    """What a kernel said."""

    type: str
    parent: str | None
    content: dict[str, Any]
    buffers: list[bytes]

    @property
    def data(self) -> Any:
        """Of a comm message."""
        return self.content["data"]


@dataclass
class Made:
    """A snapshot process, and what it told."""

    process: ForkedProcess
    channel: socket.socket
    path: str
    told: dict[str, Any] | None

    @property
    def records(self) -> list[dict[str, Any]]:
        assert self.told, "the process ended before it told anything"
        records: list[dict[str, Any]] = self.told["records"]
        return records

    def messages(self, kind: str) -> list[dict[str, Any]]:
        """The contents of all messages of one kind, in order."""
        return [
            message["content"]
            for record in self.records
            for message in record["messages"]
            if message["header"]["msg_type"] == kind
        ]

    @property
    def models(self) -> dict[str, dict[str, Any]]:
        """Model id to the state it was opened with."""
        return {c["comm_id"]: c["data"]["state"] for c in self.messages("comm_open")}

    def model(self, name: str) -> str:
        """The id of the one widget of this kind."""
        (found,) = [i for i, state in self.models.items() if state["_model_name"] == name]
        return found

    def close(self) -> None:
        self.process.close()
        self.channel.close()


@dataclass
class Page:
    """One page view with its kernel."""

    snapshot: Made
    client: PageClient
    files: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self._frames = self.client.frames()

    @property
    def pid(self) -> int:
        return self.client.process.pid

    async def send(
        self, comm_id: str, data: dict[str, Any], buffers: Sequence[bytes] = (), **more: Any
    ) -> str:
        """Send a message; returns its id."""
        message = {"type": "comm_msg", "id": f"m{next(self._numbers)}", "comm_id": comm_id}
        message |= {"data": data} | more
        await self.client.send(pack_message(message, buffers))
        return message["id"]

    async def receive(self) -> Message | None:
        """The next message; None when the kernel has ended."""
        async with asyncio.timeout(ANSWER_SECONDS):
            async for kind, payload in self._frames:
                message, buffers = unpack_message(kind, payload)
                if kind is FrameKind.FILE:
                    self.files[message["name"]] = message["text"]
                else:
                    parts = message["type"], message["parent"], message["content"]
                    return Message(*parts, buffers)
        return None

    async def receive_until(self, wanted: Callable[[Message], bool]) -> list[Message]:
        """What comes until a certain message, with it."""
        received = []
        while message := await self.receive():
            received.append(message)
            if wanted(message):
                return received
        raise AssertionError(f"the kernel ended after {received}")

    async def tell(
        self, comm_id: str, data: dict[str, Any], buffers: Sequence[bytes] = (), **more: Any
    ) -> list[Message]:
        """Send a message; returns what came until it was acknowledged, without statuses."""
        sent = await self.send(comm_id, data, buffers, **more)
        received = await self.receive_until(lambda message: is_idle(message, sent))
        return [message for message in received if message.type != "status"]

    async def set(self, comm_id: str, **state: Any) -> list[Message]:
        """Change a widget as its front end does."""
        return await self.tell(comm_id, {"method": "update", "state": state, "buffer_paths": []})

    async def click(self, comm_id: str) -> list[Message]:
        """Click a button."""
        return await self.tell(comm_id, {"method": "custom", "content": {"event": "click"}})

    async def evaluate(self, expression: str) -> Any:
        """A literal that `PROBE` finds in the kernel."""
        asked = {"method": "custom", "content": {"ask": expression}}
        received = await self.tell(self.snapshot.model("LabelModel"), asked)
        (answer,) = [m for m in received if m.type == "comm_msg" and m.data["method"] == "custom"]
        return ast.literal_eval(answer.data["content"]["value"])

    async def states(self) -> dict[str, Any]:
        """The answer to request_states."""
        target = {"target_name": "jupyter.widget.control", "metadata": {"version": "1.0.0"}}
        await self.tell("control", {}, type="comm_open", **target)
        received = await self.tell("control", {"method": "request_states"})
        (answer,) = [m for m in received if m.type == "comm_msg"]
        states: dict[str, Any] = answer.data["states"]
        return states

    async def ended(self) -> int:
        """Wait for the kernel's end; returns the exit status."""
        async with asyncio.timeout(ANSWER_SECONDS):
            return await self.client.process.wait()


def is_idle(message: Message, parent: str) -> bool:
    """Whether it acknowledges the message `parent`."""
    idle = message.type == "status" and message.content["execution_state"] == "idle"
    return idle and message.parent == parent


def updates(received: list[Message]) -> dict[str, Any]:
    """Model id to the state that was changed."""
    changed: dict[str, Any] = {}
    for message in received:
        if message.type == "comm_msg" and message.data.get("method") == "update":
            changed.setdefault(message.content["comm_id"], {}).update(message.data["state"])
    return changed


def printed(received: list[Message]) -> str:
    """What was written to standard output."""
    return "".join(
        message.content["text"]
        for message in received
        if message.type == "stream" and message.content["name"] == "stdout"
    )


def is_running(pid: int) -> bool:
    """Whether a process is there and has not ended; a zombie has."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return state_of(pid) not in "ZX"
    return False


def state_of(pid: int) -> str:
    """The letter of its state in proc_pid_stat(5)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def parent_of(pid: int) -> int:
    """The process id of its parent."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def children_of(pid: int) -> set[int]:
    """The process ids of its children, zombies too."""
    found = set()
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if entry.name.isdigit() and parent_of(int(entry.name)) == pid:
                found.add(int(entry.name))
    return found


def descendants_of(pid: int) -> set[int]:
    """Its children, and theirs."""
    children = children_of(pid)
    return children.union(*(descendants_of(child) for child in children))


def descriptors_of(pid: int) -> dict[int, str]:
    """Descriptor to what it stands for."""
    found = {}
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found[int(entry.name)] = os.readlink(entry)
    return found


def wait_for_end(*pids: int) -> None:
    """Wait until processes that need not be our children have ended."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            pidfd = os.pidfd_open(pid)
            try:
                assert is_readable(pidfd, ANSWER_SECONDS), f"process {pid} goes on"
            finally:
                os.close(pidfd)


def wait_until(true: Callable[[], object], what: str) -> None:
    """Look again and again, for what the system tells nobody about."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while not true():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.005)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemplateProcess]:
    """A root template process."""
    process = TemplateProcess(tmp_path_factory.mktemp("template") / "kernels.log")
    with asyncio.Runner() as runner:
        runner.run(process.start())
        yield process
        runner.run(process.close())


SnapshotOf = Callable[..., Awaitable[Made]]
PageOf = Callable[[Made], Awaitable[Page]]


@pytest.fixture
async def snapshot_of(template: TemplateProcess, tmp_path: Path) -> AsyncIterator[SnapshotOf]:
    """Makes a snapshot of cells, given as source texts."""
    numbers = itertools.count(1)
    made: list[Made] = []

    async def make(*cells: str, prefix: str = "abc", root: TemplateProcess = template) -> Made:
        # other tests in this run share the template's folder
        path = str(root.folder / f"t{os.getpid()}-{len(os.listdir(root.folder))}-{next(numbers)}")
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in cells]
        )
        ours, theirs = socket.socketpair()
        with theirs:
            request = {
                "notebook": nbformat.writes(notebook),
                "folder": str(tmp_path),
                "environment": {"MOTESKLAR_LANGUAGE": "sv"},
                "model_prefix": prefix,
                "path": path,
            }
            process = await fork(root.path, "snapshot", request, [theirs.fileno()])
        made.append(Made(process, ours, path, None))
        made[-1].told = await _read_told(ours)
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
async def page_of() -> AsyncIterator[PageOf]:
    """Opens a page of a snapshot, with a kernel of its own."""
    pages: list[Page] = []

    async def open_page(snapshot: Made) -> Page:
        pages.append(Page(snapshot, await PageClient.start(snapshot.path)))
        return pages[-1]

    yield open_page
    for page in pages:
        page.client.close()


async def _read_told(channel: socket.socket) -> dict[str, Any] | None:
    loop = asyncio.get_running_loop()
    channel.setblocking(False)
    reader = FrameReader()
    async with asyncio.timeout(ANSWER_SECONDS):
        while data := await loop.sock_recv(channel, 64 * 1024):
            for kind, payload in reader.feed(data):
                return unpack_message(kind, payload)[0]
    return None
