"""Verdicts of the equipment's checks, as they come from pages and stand in facts. Pure.

What each finding means, and what is said about it, stands in the browser's `findings.js` alone.
"""

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

#: `Fact.kind` of a verdict; its `detail` is `{test, verdict, finding, figures, …}`.
VERDICT_FACT = "verdict"
#: The finding of a check that somebody will do on another device: it says nothing about them.
NOT_HERE = "not-here"

FINDING = r"[a-z0-9][a-z0-9-]{0,39}"

Figure = bool | int | float | str
Member = TypeVar("Member", bound=enum.StrEnum)

_FIGURE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_FIGURE_WORD = re.compile(r"[A-Za-z0-9._:/+-]{1,40}")
_TELLS_A_DEVICE = re.compile(r"label|(device|group)_?id", re.IGNORECASE)


class Check(enum.StrEnum):
    """What is tested, in the order of the one flow."""

    BROWSER = "browser"
    SPEAKER = "speaker"
    MICROPHONE = "microphone"
    CAMERA = "camera"
    NETWORK = "network"


class VerdictName(enum.StrEnum):
    """How a check ends."""

    PASS = "pass"  # noqa: S105 - no password: it works, and there is evidence
    WARN = "warn"  # can be used, but something should be mended
    FAIL = "fail"  # doesn't work
    SKIPPED = "skipped"  # not on this device, or not for this person; no reason is asked


class Browser(enum.StrEnum):
    """Families of browsers that have guides of their own."""

    CHROME = "chrome"
    EDGE = "edge"
    FIREFOX = "firefox"
    SAFARI = "safari"
    SAMSUNG = "samsung"
    OTHER = "other"


class System(enum.StrEnum):
    """Operating systems that have guides of their own."""

    WINDOWS = "windows"
    MACOS = "macos"
    IOS = "ios"
    IPADOS = "ipados"
    ANDROID = "android"
    CHROMEOS = "chromeos"
    LINUX = "linux"
    OTHER = "other"


@dataclass(frozen=True)
class Verdict:
    """How one check ended for somebody.

    Args:
        browser: None where the page didn't tell, as is the system.
        figures: the evidence; never a device's name.
    """

    check: Check
    verdict: VerdictName
    finding: str
    at: datetime
    browser: Browser | None = None
    system: System | None = None
    hall: bool = False
    figures: Mapping[str, Figure] = field(default_factory=dict)


def read_verdict(detail: Mapping[str, Any], at: datetime) -> Verdict | None:
    """The verdict in a fact's detail; None where it is none of these checks'.

    Facts from before findings had names of their own have them among the figures, as `reason`.
    """
    check = _member(Check, detail.get("test"))
    name = _member(VerdictName, detail.get("verdict"))
    if check is None or name is None:
        return None
    told = detail.get("figures")
    figures = told if isinstance(told, Mapping) else {}
    finding = detail.get("finding") or figures.get("reason") or name.value
    return Verdict(
        check=check,
        verdict=name,
        finding=finding if re.fullmatch(FINDING, str(finding)) else name.value,
        at=at,
        browser=_member(Browser, detail.get("browser")),
        system=_member(System, detail.get("system")),
        hall=detail.get("hall") is True,
        figures=plain_figures(figures),
    )


def plain_figures(figures: Mapping[str, Any]) -> dict[str, Figure]:
    """Those of the figures that can't hold anything personal.

    A microphone is often called after its owner, so only numbers, yes or no, and single words stay,
    and nothing under a name that tells which device it was.
    """
    return {
        name: value
        for name, value in figures.items()
        if _FIGURE_NAME.fullmatch(name) and not _TELLS_A_DEVICE.search(name) and _is_plain(value)
    }


def plain_detail(detail: Mapping[str, Any]) -> dict[str, Any]:
    """A verdict's detail as it is stored: with plain figures alone."""
    figures = detail.get("figures")
    plain = plain_figures(figures) if isinstance(figures, Mapping) else {}
    return {**detail, "figures": plain}


def latest(verdicts: Iterable[Verdict]) -> dict[Check, Verdict]:
    """The newest verdict of each check."""
    newest: dict[Check, Verdict] = {}
    for verdict in verdicts:
        known = newest.get(verdict.check)
        if known is None or verdict.at >= known.at:
            newest[verdict.check] = verdict
    return {check: newest[check] for check in Check if check in newest}


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return _FIGURE_WORD.fullmatch(value) is not None
    return isinstance(value, bool | int | float)


def _member(kind: type[Member], value: Any) -> Member | None:
    return next((member for member in kind if member.value == value), None)
