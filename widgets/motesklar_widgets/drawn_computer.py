"""The computer of `FixPractice` as a table: what can be set on it, and what a meeting needs. Pure.

Everything on it is a *control* with a few values: a switch, a list of microphones, a panel that is
open or closed. An *action* is `control:value`, such as `headset-switch:on`, and does something only
where that value can be chosen and the control's panel is open. A *need* is met by any one of its
settings. The browser gets this same table with the widget's state, so the page that shows a repair
and the test that grades it can't disagree.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: More than anybody does before asking for help; what comes after is not looked at.
MOST_ACTIONS = 300

Settings = Mapping[str, str]


@dataclass(frozen=True)
class Control:
    """Something to set.

    Args:
        values: what can be chosen; the first of them is how it stands when all is well.
        panel: the panel that must be open to reach it, or "" where it is always in reach.
    """

    values: tuple[str, ...]
    panel: str = ""


@dataclass(frozen=True)
class Need:
    """What must be so in a meeting.

    Args:
        check: the equipment check that would notice, such as `microphone`.
        finding: what that check would find where the need is not met.
        settings: (control, value) pairs; one of them is enough.
    """

    check: str
    finding: str
    settings: tuple[tuple[str, str], ...]


#: At most one of them is open, as with the menus of a real computer.
PANELS = ("site-menu", "meeting-settings", "sound-settings", "network-settings")

CONTROLS: Mapping[str, Control] = {
    **{panel: Control(("closed", "open")) for panel in PANELS},
    "microphone-permission": Control(("allow", "block"), "site-menu"),
    "camera-permission": Control(("allow", "block"), "site-menu"),
    "meeting-microphone": Control(("on", "off")),
    "meeting-camera": Control(("on", "off")),
    "microphone": Control(("headset", "computer", "screen"), "meeting-settings"),
    "speaker": Control(("headset", "computer", "screen"), "meeting-settings"),
    "system-microphone": Control(("on", "off"), "sound-settings"),
    "volume": Control(("50", "0", "25", "75", "100"), "sound-settings"),
    "wifi": Control(("on", "off"), "network-settings"),
    "network": Control(("office", "guest"), "network-settings"),
    "headset-switch": Control(("on", "off")),
}

#: In the order in which a meeting shows that they are missing: without a network nothing else does.
NEEDS: Mapping[str, Need] = {
    "wifi": Need("network", "offline", (("wifi", "on"),)),
    "network": Need("network", "websocket-blocked", (("network", "office"),)),
    "permission": Need("microphone", "denied", (("microphone-permission", "allow"),)),
    "unmuted": Need("microphone", "silent", (("meeting-microphone", "on"),)),
    "system-microphone": Need("microphone", "muted", (("system-microphone", "on"),)),
    "microphone": Need(
        "microphone", "weak", (("microphone", "headset"), ("microphone", "computer"))
    ),
    # whoever takes the computer's own microphone instead has found another way, as good
    "headset-switch": Need(
        "microphone", "silent", (("headset-switch", "on"), ("microphone", "computer"))
    ),
    "speaker": Need("speaker", "nothing-heard", (("speaker", "headset"), ("speaker", "computer"))),
    "volume": Need(
        "speaker", "nothing-heard", tuple(("volume", loud) for loud in ("50", "25", "75", "100"))
    ),
}

#: Fault to what is wrong when the rehearsal begins.
FAULTS: Mapping[str, Settings] = {
    "permission": {"microphone-permission": "block"},
    "wrong-microphone": {"microphone": "screen"},
    "muted-system": {"system-microphone": "off"},
    "muted-headset": {"headset-switch": "off"},
    "wrong-speaker": {"speaker": "screen"},
    "network": {"wifi": "off"},
}


def broken(fault: str) -> dict[str, str]:
    """How the computer stands when the rehearsal of `fault` begins.

    Raises:
        ValueError: there is no such fault.
    """
    if fault not in FAULTS:
        raise ValueError(f"{fault!r} is no fault: {', '.join(FAULTS)}")
    return {name: control.values[0] for name, control in CONTROLS.items()} | dict(FAULTS[fault])


def all_actions() -> Iterator[str]:
    """Every action that the computer knows."""
    for name, control in CONTROLS.items():
        yield from (f"{name}:{value}" for value in control.values)


def after(settings: Settings, action: str) -> dict[str, str]:
    """How the computer stands after an action; one that can't be done changes nothing."""
    name, _, value = action.partition(":")
    control = CONTROLS.get(name)
    if control is None or value not in control.values:
        return dict(settings)
    if control.panel and settings[control.panel] != "open":
        return dict(settings)
    closed = dict.fromkeys(PANELS, "closed") if name in PANELS else {}
    return {**settings, **closed, name: value}


def unmet(settings: Settings) -> str | None:
    """The first need that is not met, or None when one can hear and be heard."""
    for name, need in NEEDS.items():
        if not any(settings[control] == value for control, value in need.settings):
            return name
    return None


def fix_works(fault: str, actions: object) -> bool:
    """Whether `actions`, done one after the other, repair the computer; no list of them never does.

    Raises:
        ValueError: there is no such fault.
    """
    settings = broken(fault)
    if not isinstance(actions, list):
        return False
    for action in actions[:MOST_ACTIONS]:
        if not isinstance(action, str):
            return False
        settings = after(settings, action)
    return unmet(settings) is None


def table(fault: str) -> dict[str, Any]:
    """The computer with a fault, as JSON for the browser.

    Raises:
        ValueError: there is no such fault.
    """
    return {
        "panels": list(PANELS),
        "controls": {n: {"values": list(c.values), "panel": c.panel} for n, c in CONTROLS.items()},
        "needs": [
            {"name": name, "check": n.check, "finding": n.finding, "settings": _lists(n.settings)}
            for name, n in NEEDS.items()
        ],
        "start": broken(fault),
        "mostActions": MOST_ACTIONS,
    }


def _lists(pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
    return [list(pair) for pair in pairs]
