"""A kernel manager whose kernels are forks, without a kernelspec file.

Notebooks name the kernel `python3`, so that any tool can run them; which process that means is
our choice.
"""

import sys
import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type, Unicode

PROVISIONER = "motesklar-fork"
#: How long a fresh kernel's answer may take until it is asked again.
_ASK_SECONDS = 1.0


class ForkKernelClient(AsyncKernelClient):
    """A client that knows when its kernel is ready, instead of listening for a while."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Wait until the kernel has answered on both channels.

        Raises:
            RuntimeError: it ended, or took longer than `timeout` seconds.
        """
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            asked = self.kernel_info()
            if await self._answered(asked):
                return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > deadline:
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")

    async def _answered(self, asked: str) -> bool:
        """Whether the answer came, and on the other channel the last that belongs to it."""
        try:
            while not _is_answer(reply := await self.get_shell_msg(timeout=_ASK_SECONDS), asked):
                pass  # an answer to somebody who did not wait for it
            self._handle_kernel_info_reply(reply)
            while not _is_idle(await self.get_iopub_msg(timeout=_ASK_SECONDS), asked):
                pass
        except Empty:
            return False
        return True


class ForkKernelManager(AsyncKernelManager):
    """Forks `python3` from a template process."""

    socket = Unicode(config=True, help="Where the template process listens.")
    client_factory = Type(klass=AsyncKernelClient, default_value=ForkKernelClient)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The one kernel there is.

        Raises:
            NoSuchKernel: another one is named.
        """
        if self.kernel_name != NATIVE_KERNEL_NAME:
            raise NoSuchKernel(self.kernel_name)
        provisioner = {"provisioner_name": PROVISIONER, "config": {"socket": self.socket}}
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
            metadata={"kernel_provisioner": provisioner},
        )


def _is_answer(message: dict[str, Any], parent: str) -> bool:
    return bool(message["parent_header"].get("msg_id") == parent)


def _is_idle(message: dict[str, Any], parent: str) -> bool:
    if message["msg_type"] != "status" or not _is_answer(message, parent):
        return False
    return bool(message["content"]["execution_state"] == "idle")
