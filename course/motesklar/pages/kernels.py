"""Kernels of module pages: private sockets, and each owned by one session."""

import tempfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.kernelmanager import ServerKernelManager
from traitlets import default

from motesklar.errors import NotFound

#: One browser may hold this many pages with kernels; opening one more ends its oldest.
KERNELS_PER_SESSION = 4


class PrivateKernelManager(ServerKernelManager):
    """A kernel on IPC sockets in a folder only we can enter.

    TCP ports, which Jupyter uses by default, collide when many kernels start at once, and any
    local user can reach them.
    """

    @default("transport")
    def _private_transport(self) -> str:
        return "ipc"

    @default("ip")
    def _private_address(self) -> str:
        # an IPC path may have 107 characters, so the folder is never under DATA
        # the kernel may still be ending and hold a socket in it
        self._private_folder = tempfile.TemporaryDirectory(prefix="mk-", ignore_cleanup_errors=True)
        return str(Path(self._private_folder.name) / "k")

    def cleanup_connection_file(self) -> None:
        """Remove the sockets' folder with the connection file."""
        super().cleanup_connection_file()
        folder = getattr(self, "_private_folder", None)
        if folder is not None:
            folder.cleanup()


class KernelOwners:
    """Which session each kernel belongs to. Nobody else may know that it exists."""

    def __init__(self) -> None:
        self._owners: OrderedDict[str, str] = OrderedDict()

    def claim(self, kernel_id: str, session: str) -> list[str]:
        """Note the owner; returns the session's kernels that are over its share, oldest first."""
        self._owners[kernel_id] = session
        mine = [kernel for kernel, owner in self._owners.items() if owner == session]
        return mine[: max(0, len(mine) - KERNELS_PER_SESSION)]

    def check(self, kernel_id: str, session: str) -> None:
        """Let the owner pass.

        Raises:
            NotFound: there is no such kernel, or it is somebody else's.
        """
        if self._owners.get(kernel_id) != session:
            raise NotFound

    def release(self, kernel_id: str) -> None:
        """Forget a kernel that has ended."""
        self._owners.pop(kernel_id, None)

    def keep_only(self, alive: Any) -> None:
        """Forget every kernel that is not in `alive`: culled, killed or crashed."""
        for kernel_id in [k for k in self._owners if k not in alive]:
            del self._owners[kernel_id]
