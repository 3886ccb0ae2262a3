"""Kernels as forks for `jupyter_client`: any tool that starts kernels can have warm ones.

A kernelspec names the provisioner, and where the template listens:

    "metadata": {"kernel_provisioner": {"provisioner_name": "motesklar-fork",
                                        "config": {"socket": "/run/…/root"}}}

Without `socket` the environment variable MOTESKLAR_TEMPLATE says it. The kernel's own sockets lie
in a private folder, never on TCP ports. A kernel ends with the process that asked for it, and with
the template.
"""

import asyncio
import contextlib
import os
import signal
import tempfile
from collections.abc import Iterator
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Integer, Unicode, default

from motesklar.kernels.fork_client import ForkedProcess, ForkFailed, fork, readable

SOCKET_VARIABLE = "MOTESKLAR_TEMPLATE"
#: What a kernelspec's command must run; its arguments go to the fork.
_LAUNCHERS = ("ipykernel_launcher", "ipykernel")
#: A socket's path may have 107 characters; this much is left for the kernel's folder and socket.
_LONGEST_FOLDER = 80
#: A fork listens after some 30 ms; when many start at once the last waits its turn.
READY_SECONDS = 60.0
#: Nothing can refuse SIGKILL, but the system may be busy.
_KILL_SECONDS = 5.0


class ForkProvisioner(LocalProvisioner):
    """Forks each kernel from a warm template process."""

    socket = Unicode(config=True, help="Where the template process listens.")
    memory_bytes = Integer(
        0, min=0, config=True, help="Memory for a kernel; 0 means as much as any may have."
    )
    cpu_seconds = Integer(
        0, min=0, config=True, help="Computing time for a kernel; 0 means as much as any may have."
    )

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._fork: ForkedProcess | None = None
        self._sockets: tempfile.TemporaryDirectory[str] | None = None

    @default("socket")
    def _socket_of_environment(self) -> str:
        return os.environ.get(SOCKET_VARIABLE, "")

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel whose end nobody has waited for."""
        return self._fork is not None

    async def poll(self) -> int | None:
        """The kernel's exit status, or None while it runs; 0 where there is none."""
        return 0 if self._fork is None else self._fork.poll()

    async def wait(self) -> int | None:
        """Wait for the kernel's end; returns its exit status. Cancelling it changes nothing."""
        if self._fork is None:
            return 0
        status = await self._fork.wait()
        self._fork = None
        return status

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and what it has started."""
        if self._fork is not None and self._fork.poll() is None:
            # it leads its group, and is not reaped before its end has been told
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._fork.pid, signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel at once, and wait until it has gone."""
        await self.send_signal(signal.SIGKILL)
        if self._fork is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._fork.wait(), _KILL_SECONDS)

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel to end."""
        await self.send_signal(signal.SIGTERM)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Have the manager speak over sockets in a folder that nobody else can enter.

        Raises:
            ForkFailed: no template is named, or the one that is has gone.
        """
        if not self.socket:
            raise ForkFailed(
                "No template process is named. Set metadata.kernel_provisioner.config.socket in "
                f"the kernelspec, or {SOCKET_VARIABLE} in the environment, to where it listens."
            )
        if self._sockets is None:
            with self._told():
                self._sockets = _private_folder(os.path.dirname(self.socket))
        manager = self._manager
        manager.transport = "ipc"
        manager.ip = os.path.join(self._sockets.name, "k")
        if not manager.connection_file:
            manager.connection_file = os.path.join(self._sockets.name, "kernel.json")
        prepared: dict[str, Any] = await super().pre_launch(**kwargs)
        return prepared

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel and wait until it listens; cancelling it ends the kernel.

        Of what else may be given to `subprocess.Popen`, only `env` and `cwd` mean something to a
        fork.

        Raises:
            ForkFailed: the template has gone, or the kernel ended before it listened.
            ValueError: the command does not run ipykernel.
        """
        self.cwd = _absolute(kwargs.get("cwd"))
        try:
            request = {
                "arguments": _kernel_arguments(cmd),
                "environment": kwargs["env"],
                "folder": self.cwd,
                "limits": {"memory_bytes": self.memory_bytes, "cpu_seconds": self.cpu_seconds},
            }
            with self._told():
                self._fork = await _fork_ready(self.socket, request)
        except BaseException:
            self._remove_sockets()
            raise
        self.pid = self.pgid = self._fork.pid
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the kernel's sockets, unless it starts again."""
        if not restart:
            self._remove_sockets()

    async def get_provisioner_info(self) -> dict[str, Any]:
        """What there is to know of this kernel."""
        info: dict[str, Any] = await super().get_provisioner_info()
        return info | {"socket": self.socket}

    async def load_provisioner_info(self, provisioner_info: dict[str, Any]) -> None:
        """Know of a kernel what another process knew.

        The kernel itself has ended with that process, so there is none until `launch_kernel`.
        """
        await super().load_provisioner_info(provisioner_info)
        self.socket = provisioner_info["socket"]

    @property
    def _manager(self) -> KernelManager:
        assert isinstance(self.parent, KernelManager), "a provisioner works for a manager"
        return self.parent

    def _remove_sockets(self) -> None:
        folder, self._sockets = self._sockets, None
        if folder is None:
            return
        if self._manager.connection_file.startswith(folder.name + os.sep):
            self._manager.connection_file = ""
        folder.cleanup()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Say what failed and what to do."""
        try:
            yield
        except OSError as error:
            raise ForkFailed(
                f"No kernel from the template process at {self.socket}: {error}. "
                "Start the template again, or name one that runs."
            ) from error


def _private_folder(beside: str) -> tempfile.TemporaryDirectory[str]:
    """A folder for one kernel's sockets, mode 0700.

    It lies in the template's own folder if its path is short enough, and so it goes with that at
    the latest, even where the one who asked for the kernel had no time to clean up.
    """
    return tempfile.TemporaryDirectory(
        prefix="k-",
        dir=beside if len(os.fsencode(beside)) <= _LONGEST_FOLDER else None,
        # a kernel that is being killed may still be making a socket in it
        ignore_cleanup_errors=True,
    )


def _absolute(folder: str | None) -> str:
    return os.path.abspath(folder or os.getcwd())


def _kernel_arguments(command: list[str]) -> list[str]:
    """The arguments after `-m ipykernel_launcher`."""
    for number, word in enumerate(command[:-1]):
        if word == "-m" and command[number + 1] in _LAUNCHERS:
            return command[number + 2 :]
    raise ValueError(f"the kernelspec's command must run ipykernel_launcher: {command}")


async def _fork_ready(path: str, request: dict[str, Any]) -> ForkedProcess:
    """Fork a kernel and wait until it listens.

    Clients that connect before would try again after 100 ms only.
    """
    listens, tells = os.pipe()
    try:
        try:
            process = await fork(path, "kernel", request, [tells])
        finally:
            os.close(tells)
        try:
            async with asyncio.timeout(READY_SECONDS):
                await readable(listens)
            if not os.read(listens, 1):
                raise ForkFailed(f"it ended with status {await process.wait()} as it started")
        except BaseException:
            process.close()
            raise
        return process
    finally:
        os.close(listens)
