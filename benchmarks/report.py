"""The one shape in which every benchmark reports."""

import os
import platform
from dataclasses import dataclass
from enum import Enum
from typing import Any

_GIB = 1024**3
#: What stands in the document where there is no figure.
_NONE = "–"


class TargetOf(Enum):
    """What a row's target is the upper limit of."""

    RATIO = "ratio"
    """Ours divided by the peer's: nothing can be said without the peer."""
    OURS = "ours"
    """Our own figure, in its unit, whatever the peer's is."""


@dataclass(frozen=True)
class Row:
    """One figure of ours beside the peer's.

    Args:
        what: what was measured, in words.
        unit: of `ours` and `peer`; smaller is better.
        ours: None when it failed.
        peer: None when there is no such peer, it isn't installed, or it failed; the name says so.
        target: an upper limit; None for a row that only explains others.
        note: what a reader has to know to judge the figure.
    """

    what: str
    unit: str
    ours: float | None
    peer: float | None = None
    peer_name: str = ""
    target: float | None = None
    target_of: TargetOf = TargetOf.RATIO
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours divided by the peer's, to three significant digits."""
        if self.ours is None or not self.peer:
            return None
        return float(f"{self.ours / self.peer:.3g}")

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None when there is none, or no peer to compare with."""
        if self.target is None:
            return None
        if self.ours is None:
            return False
        judged = self.ours if self.target_of is TargetOf.OURS else self.ratio
        return None if judged is None else judged <= self.target

    def as_dict(self) -> dict[str, Any]:
        """With the ratio and whether the target is met."""
        return {
            "what": self.what,
            "unit": self.unit,
            "ours": self.ours,
            "peer": self.peer,
            "peer_name": self.peer_name,
            "ratio": self.ratio,
            "target": self.target,
            "target_of": self.target_of.value,
            "met": self.met,
            "note": self.note,
        }


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


def document(results: list[dict[str, Any]], before: str = "") -> str:
    """All figures, the peers' beside ours, in Markdown.

    What `before` tells of benchmarks that are not among the results is kept.
    """
    known = before.split("\n## ")[1:]
    sections = {section.split("\n", 1)[0]: f"## {section}".rstrip() for section in known}
    sections |= {result["benchmark"]: _section(result) for result in results}
    head = (
        "# Benchmarks\n\nWritten by `make bench`. Smaller is better; a ratio is ours / peer. A"
        " target is the most that the ratio, or ours where it says so, may be."
    )
    return "\n\n".join([head, *(sections[name] for name in sorted(sections))]) + "\n"


def _section(result: dict[str, Any]) -> str:
    told = result["machine"]
    lines = [
        f"## {result['benchmark']}",
        "",
        f"{told['cores']} cores, {told['memory_gib']} GiB, Python {told['python']}.",
        "",
        "| what | unit | ours | peer | peer's name | ratio | target | met |",
        "|---|---|---|---|---|---|---|---|",
        *(_line(row) for row in result["rows"]),
    ]
    return "\n".join(lines)


def _line(row: dict[str, Any]) -> str:
    what = f"{row['what']}. {row['note']}" if row["note"] else row["what"]
    of_ours = row["target_of"] == TargetOf.OURS.value and row["target"] is not None
    cells = [
        what,
        row["unit"],
        row["ours"],
        row["peer"],
        row["peer_name"] or None,
        row["ratio"],
        f"ours {row['target']}" if of_ours else row["target"],
        {True: "yes", False: "no", None: None}[row["met"]],
    ]
    told = (_NONE if cell is None else str(cell).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(told)} |"
