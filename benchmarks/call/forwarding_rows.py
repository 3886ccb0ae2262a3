"""Rows about handing on packets. Pure."""

from collections.abc import Mapping

from benchmarks.report import Row, TargetOf

#: So many are heard, or shown, in a room.
HEARD, SHOWN = 3, 5
#: People in MediaRelay's call, of whom one speaks; with more its encoders fall behind.
RELAYED = 7

#: Ours divided by Janus's, of processor time for each packet.
JANUS_TARGET = 0.7
RELAY_TARGET = 1 / 20
#: Of a thousand packets, so many may fail to come.
UNDELIVERED_TARGET = 1.0

_JANUS_NOTE = (
    "Ours also deciphers what comes and chooses who is heard; Janus gets it in the clear from its"
    " own machine."
)

Costs = Mapping[str, Mapping[str, float]]


def forwarding_rows(costs: Costs, people: int, missing: str) -> list[Row]:
    """All of them.

    Args:
        costs: what `forwarding.measure` gives.
        people: in our room and in Janus's stream.
        missing: why Janus wasn't measured; empty when it was.
    """
    rows = []
    for kind, what in (("audio", f"{HEARD} speak"), ("video", f"{SHOWN} are shown")):
        if f"ours {kind}" in costs:
            rows += _beside_janus(costs, kind, f"{people} people in one room, {what}", missing)
    relay = costs["relay audio"]
    rows.append(
        Row(
            f"{people} people in one room, {HEARD} speak: processor time for each packet handed on",
            "µs",
            _rounded(costs["ours audio"]["microseconds"]),
            _rounded(relay["microseconds"]),
            "aiortc's MediaRelay",
            RELAY_TARGET,
            note=f"The peer has {RELAYED} people, of whom one speaks: it encodes for each of them.",
        )
    )
    return rows


def _beside_janus(costs: Costs, kind: str, where: str, missing: str) -> list[Row]:
    ours, peer = costs[f"ours {kind}"], costs.get(f"janus {kind}")
    name = missing or "Janus, streaming plugin"

    def row(
        what: str, unit: str, figure: str, factor: float = 1, target: float | None = None
    ) -> Row:
        return Row(
            f"{where}: {what}",
            unit,
            _rounded(factor * ours[figure]),
            None if peer is None else _rounded(factor * peer[figure]),
            name,
            target,
            TargetOf.RATIO if figure == "microseconds" else TargetOf.OURS,
            _JANUS_NOTE if figure == "microseconds" else "",
        )

    return [
        row("processor time for each packet handed on", "µs", "microseconds", 1, JANUS_TARGET),
        row("packets that never came", "‰", "undelivered", 1000, UNDELIVERED_TARGET),
        row("packets that came, but not past the kernel's buffer", "‰", "dropped", 1000),
        row("packets handed on", "a second", "a_second"),
    ]


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")
