"""The one shape in which every benchmark reports."""

import os
import platform
from dataclasses import asdict, dataclass
from typing import Any

_GIB = 1024**3


@dataclass(frozen=True)
class Row:
    """One figure of ours beside the peer's.

    Args:
        what: what was measured, in words.
        unit: of `ours` and `peer`; smaller is better.
        target: `ours / peer` must not be above it.
    """

    what: str
    unit: str
    ours: float
    peer: float
    peer_name: str
    target: float

    @property
    def ratio(self) -> float:
        """Ours divided by the peer's."""
        return round(self.ours / self.peer, 3)

    def as_dict(self) -> dict[str, Any]:
        """With the ratio and whether the target is met."""
        return asdict(self) | {"ratio": self.ratio, "met": self.ratio <= self.target}


def machine() -> dict[str, Any]:
    """What it ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / _GIB, 1),
        "python": platform.python_version(),
    }


def report(name: str, rows: list[Row]) -> dict[str, Any]:
    """The JSON object that is a benchmark's last line."""
    return {"benchmark": name, "machine": machine(), "rows": [row.as_dict() for row in rows]}
