"""A kernel that starts while nobody waits for it.

Most of the time it takes to grade a hand-in is a kernel's start. So each grading process has one
kernel in store. Every hand-in still gets a kernel of its own, which ends with it.
"""

import itertools
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbgrader.preprocessors import Execute

log = logging.getLogger("motesklar.exercises")

#: The kernel that lessons name.
KERNEL = "python3"
#: Loaded before anybody waits, without giving the notebook a name it hasn't imported.
_PRELOAD = "--InteractiveShellApp.exec_lines=[\"__import__('motesklar_widgets')\"]"
_NO_HISTORY = "--HistoryManager.hist_file=:memory:"


class KernelStore:
    """Starts kernels on private sockets, one ahead of need.

    Args:
        folder: nobody else can enter it, and its path is short: a socket's may have 107
            characters. TCP ports would collide between kernels and be open to local users.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count(1)
        self._spare: Any = None

    def prepare(self) -> None:
        """Begin to start a spare kernel, unless there is one."""
        if self._spare is not None:
            return
        try:
            self._spare = self._start(KERNEL)
        except OSError:  # such as no memory: the next hand-in tries again, and tells
            log.exception("no spare kernel")

    def take(self, kernel: str) -> Any:
        """A kernel manager whose kernel has at least begun to start; the caller ends it."""
        spare = self._spare
        if kernel != KERNEL or spare is None:
            return self._start(kernel)
        self._spare = None
        return spare if run_sync(spare.is_alive)() else self._start(kernel)

    def _start(self, kernel: str) -> Any:
        name = f"{os.getpid()}-{next(self._numbers)}"
        manager = AsyncKernelManager(
            kernel_name=kernel,
            transport="ipc",
            ip=str(self.folder / name),
            connection_file=str(self.folder / f"{name}.json"),
        )
        arguments = [_NO_HISTORY, _PRELOAD] if kernel == KERNEL else []
        run_sync(manager.start_kernel)(extra_arguments=arguments, cwd=str(self.folder))
        return manager


@cache
def kernel_store() -> KernelStore:
    """This process's own store; `worker.warm_up` has set the folder."""
    return KernelStore(Path(os.environ["JUPYTER_RUNTIME_DIR"]))


class ExecuteInSpareKernel(Execute):  # type: ignore[misc]
    """nbgrader's own execution, in a kernel from the store."""

    @contextmanager
    def setup_kernel(self, **kwargs: Any) -> Iterator[None]:
        """Take a kernel, go to the notebook's folder, and end it afterwards."""
        self.km = kernel_store().take(self.nb.metadata.get("kernelspec", {}).get("name", KERNEL))
        with super().setup_kernel(**kwargs):
            folder = self.resources.get("metadata", {}).get("path") or os.getcwd()
            code = f"__import__('os').chdir({folder!r})"
            self.wait_for_reply(self.kc.execute(code, silent=True, store_history=False))
            yield
