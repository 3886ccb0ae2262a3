"""What the capacity panel is told about kernels and templates."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class TemplateState(Enum):
    """Where a template is."""

    BUILDING = "building"
    """Its notebook runs now."""
    READY = "ready"
    """It can fork."""
    FAILED = "failed"
    """Its newest notebook does not run; the one before, if any, still counts."""


@dataclass(frozen=True)
class KernelView:
    """One page's live kernel."""

    pid: int
    module: str
    language: str
    started_at: datetime
    idle_seconds: float


@dataclass(frozen=True)
class TemplateView:
    """A process that kernels are forked from.

    Args:
        module: None for the root template, from which the modules' own are forked.
        language: of the page; None for the root template.
        version: of what it was made of.
        build: of this very process.
        reason: why it failed.
        pid: None while there is no process.
        kernels: how many live kernels were forked from it.
        restarts: how often it was made anew.
    """

    module: str | None
    language: str | None
    version: str
    build: str
    state: TemplateState
    reason: str
    pid: int | None
    kernels: int
    built_at: datetime | None
    restarts: int
