"""What the doctor says: one line a check. Pure."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class Level(enum.StrEnum):
    """How a check went."""

    OK = "ok"
    WARN = "warn"  # the course runs, but something will trouble people
    FAIL = "fail"  # something does not work


@dataclass(frozen=True)
class Check:
    """One check.

    Args:
        name: what was looked at.
        sentence: what was found.
        next_step: the one thing to do; empty when all is well.
    """

    name: str
    level: Level
    sentence: str
    next_step: str = ""


def ok(name: str, sentence: str) -> Check:
    """All is well."""
    return Check(name, Level.OK, sentence)


def warn(name: str, sentence: str, next_step: str) -> Check:
    """The course runs, but not well for everybody."""
    return Check(name, Level.WARN, sentence, next_step)


def fail(name: str, sentence: str, next_step: str) -> Check:
    """Something does not work."""
    return Check(name, Level.FAIL, sentence, next_step)


def failed(checks: Sequence[Check]) -> bool:
    """Whether anything does not work."""
    return any(check.level is Level.FAIL for check in checks)


def as_lines(checks: Sequence[Check]) -> list[str]:
    """The report for a person."""
    lines = []
    for check in checks:
        lines.append(f"{check.level:<4}  {check.name}: {check.sentence}")
        if check.next_step:
            lines.append(f"      → {check.next_step}")
    count = {level: sum(check.level is level for check in checks) for level in Level}
    lines.append("")
    lines.append(", ".join(f"{number} {level}" for level, number in count.items()))
    return lines


def as_json(version: str, checks: Sequence[Check]) -> dict[str, Any]:
    """The report for a program."""
    return {
        "motesklar": version,
        "ok": not failed(checks),
        "checks": [
            {
                "name": check.name,
                "level": check.level.value,
                "sentence": check.sentence,
                "next_step": check.next_step,
            }
            for check in checks
        ],
    }
