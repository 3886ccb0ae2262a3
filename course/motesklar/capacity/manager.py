"""Puts together what the capacity panel shows."""

import asyncio
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

from motesklar.capacity.figures import KernelView, TemplateState, TemplateView
from motesklar.capacity.memory import ProcessMemory, available_bytes, memory_of
from motesklar.store.models import utcnow

#: What a panel reader is asked for when they report a trouble.
PACKAGES = (
    "motesklar",
    "voila",
    "ipykernel",
    "ipywidgets",
    "anywidget",
    "nbgrader",
    "aiortc",
    "tornado",
)


class KernelFigures(Protocol):
    """Where the figures come from: the module pages."""

    @property
    def cap(self) -> int:
        """How many kernels may live."""

    def kernels(self) -> list[KernelView]:
        """Every live kernel."""

    def waiting(self) -> list[float]:
        """Seconds that each page in line has waited, the first in line first."""

    def templates(self) -> list[TemplateView]:
        """The root template, then each module's."""


class Judgement(Enum):
    """What the figures say together."""

    ROOM = "room"
    """Whoever comes has a place."""
    SHORT = "short"
    """Places are left, but memory for fewer than the cap says."""
    FULL = "full"
    """Pages wait."""
    STOPPED = "stopped"
    """There is nothing to fork from, so nobody gets a kernel."""


@dataclass(frozen=True)
class TemplateFigures:
    """A template, and what its process alone uses, if there is one."""

    view: TemplateView
    private_bytes: int


@dataclass(frozen=True)
class Capacity:
    """One look at the machine.

    Args:
        kernels: how many live.
        cap: how many may.
        waiting: seconds that each in line has waited.
        available_bytes: memory that is free now.
        kernel_bytes: private memory of each kernel.
        server_bytes: private memory of the server itself.
        more: how many more kernels fit, by the cap and by the memory that is free.
    """

    at: datetime
    kernels: int
    cap: int
    waiting: tuple[float, ...]
    available_bytes: int
    kernel_bytes: tuple[int, ...]
    server_bytes: int
    templates: tuple[TemplateFigures, ...]
    more: int

    @property
    def mean_kernel_bytes(self) -> int:
        """What a kernel uses on average; 0 while there is none."""
        return sum(self.kernel_bytes) // len(self.kernel_bytes) if self.kernel_bytes else 0

    @property
    def template_bytes(self) -> int:
        """What all templates use."""
        return sum(template.private_bytes for template in self.templates)

    @property
    def judgement(self) -> Judgement:
        """What stands in the way of the next page, if anything does."""
        roots = [template.view for template in self.templates if template.view.module is None]
        if not any(root.state is TemplateState.READY for root in roots):
            return Judgement.STOPPED
        if self.waiting:
            return Judgement.FULL
        return Judgement.ROOM if self.more == self.cap - self.kernels else Judgement.SHORT

    @property
    def failed(self) -> int:
        """How many modules do not run, each language for itself."""
        return sum(t.view.state is TemplateState.FAILED for t in self.templates)


class CapacityWatch:
    """Looks at the machine when asked.

    Args:
        figures: the module pages.
        kernel_bytes: what one kernel is reckoned to need.
        available: reads how much memory is free.
    """

    def __init__(
        self,
        figures: KernelFigures,
        kernel_bytes: int,
        available: Callable[[], int] = available_bytes,
    ) -> None:
        self._figures = figures
        self._kernel_bytes = kernel_bytes
        self._available = available

    async def look(self) -> Capacity:
        """The figures of this moment; may be called twice at once, and be cancelled.

        Linux adds up a process's pages for each reading, about 1 ms, so it is done in a thread:
        calls and answers go on meanwhile.
        """
        kernels = self._figures.kernels()
        waiting = tuple(self._figures.waiting())
        templates = self._figures.templates()
        pids = [kernel.pid for kernel in kernels]
        all_pids = [os.getpid(), *pids, *(view.pid for view in templates if view.pid)]
        used, free = await asyncio.to_thread(lambda: (memory_of(all_pids), self._available()))
        fit = max(0, free // self._kernel_bytes)
        return Capacity(
            at=utcnow(),
            kernels=len(kernels),
            cap=self._figures.cap,
            waiting=waiting,
            available_bytes=free,
            kernel_bytes=tuple(used[pid].private_bytes for pid in pids if pid in used),
            server_bytes=_private(used, os.getpid()),
            templates=tuple(TemplateFigures(view, _private(used, view.pid)) for view in templates),
            more=max(0, min(self._figures.cap - len(kernels), fit)),
        )


def versions() -> dict[str, str]:
    """Name to version of what the course runs on."""
    found = {"Python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _private(used: dict[int, ProcessMemory], pid: int | None) -> int:
    return used[pid].private_bytes if pid in used else 0
