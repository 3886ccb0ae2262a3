"""Full kernels for tests: a manager, its client, and what the kernel printed."""

import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from motesklar.kernels.manager import ForkKernelManager
from motesklar.kernels.provisioner import ForkProvisioner
from tests.kernels.conftest import ANSWER_SECONDS


@dataclass
class FullKernel:
    """A kernel that has been started."""

    manager: AsyncKernelManager
    client: AsyncKernelClient

    @property
    def provisioner(self) -> ForkProvisioner:
        assert isinstance(self.manager.provisioner, ForkProvisioner)
        return self.manager.provisioner

    @property
    def pid(self) -> int:
        assert self.provisioner.pid
        return self.provisioner.pid

    @property
    def folder(self) -> Path:
        """Where its sockets lie."""
        return Path(self.manager.ip).parent

    async def run(self, code: str) -> str:
        """Run code; returns what it printed, and the name of the error that ended it."""
        return await self.told(self.client.execute(code))

    async def told(self, asked: str) -> str:
        """What a request printed, once it is through."""
        text = ""
        while True:
            message = await self.client.get_iopub_msg(timeout=ANSWER_SECONDS)
            if message["parent_header"].get("msg_id") != asked:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                text += content["text"]
            elif message["msg_type"] == "error":
                text += content["ename"]
            elif content.get("execution_state") == "idle":
                return text.strip()

    async def until_printed(self, word: str) -> None:
        """Wait until a running cell prints a word."""
        while True:
            message = await self.client.get_iopub_msg(timeout=ANSWER_SECONDS)
            if message["msg_type"] == "stream" and word in message["content"]["text"]:
                return

    async def status(self) -> int | None:
        """Wait for its end; returns the exit status."""
        return await self.provisioner.wait()


@contextlib.asynccontextmanager
async def full_kernel(socket: str, **start: Any) -> AsyncIterator[FullKernel]:
    """A kernel of the template that listens at `socket`; `start` goes to `start_kernel`."""
    manager = ForkKernelManager(socket=socket)
    await manager.start_kernel(**start)
    client = manager.client()
    try:
        client.start_channels()
        await client.wait_for_ready(timeout=ANSWER_SECONDS)
        yield FullKernel(manager, client)
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


def tcp_sockets_of(pid: int) -> set[str]:
    """Its descriptors that are TCP sockets, as `socket:[inode]`."""
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    known = {f"socket:[{fields[9]}]" for fields in lines}
    return known & {os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()}
