"""What was measured of pages, and the rows that are made of it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.browser import Visit
from benchmarks.clients import Touch
from benchmarks.crowd import Burst
from benchmarks.figures import median, out_of_order, percentile
from benchmarks.report import Row, TargetOf
from benchmarks.usage import Usage

#: The peer that targets are set against.
VOILA = "stock Voilà"
POOL = "stock Voilà, preheated"
#: Below this nobody gets: what the browser itself takes to show a button and press it.
STILL = "floor: a still page of one button"
_STATES = (
    "Ours has all widget states in it, the peers' browsers fetch them afterwards. A preheated pool "
    "was full before, at the memory of an open page for each kernel."
)
_RUNS = "The peer's kernel runs since its page was asked for."
#: Memory that an allocator may keep for the next one without anything being left behind.
GROWTH_MIB = 8.0


@dataclass(frozen=True)
class Crowd:
    """So many who opened the page at once, and then touched it at once.

    Args:
        untouched: what the open pages cost the server before they were touched.
        touched: what they cost afterwards.
        private_mib: of each process that was new then.
    """

    opened: Burst
    touched: Burst
    untouched: Usage
    touched_usage: Usage
    private_mib: Sequence[float]


@dataclass(frozen=True)
class Measured:
    """A server of ours or a peer's.

    Args:
        alone: seconds of each page that was asked for alone.
        touches: of each page that was touched alone.
        crowds: by number of people.
        visits: first and second ones in Chromium.
        pool: kernels that have run the lesson before anybody asks.
    """

    alone: Sequence[float] = ()
    touches: Sequence[Touch] = ()
    crowds: Mapping[int, Crowd] = field(default_factory=dict)
    visits: Sequence[Sequence[Visit]] = ()
    pool: int = 0


@dataclass(frozen=True)
class Ours(Measured):
    """Ours, and what only ours is asked to do.

    Args:
        room: how many a full house is.
        mail: everybody opens the page within a minute.
        mail_rate: openings a minute.
        asked: who asked for a kernel in a full house, in order.
        served: who got one, in order.
        churn: what is used after so many pages came and went.
        parts_mib: where a kernel's private memory lies.
    """

    room: int = 0
    mail: Burst = field(default_factory=lambda: Burst(None, 0))
    mail_rate: int = 0
    asked: Sequence[int] = ()
    served: Sequence[int] = ()
    churn: Mapping[int, Usage] = field(default_factory=dict)
    parts_mib: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Floor:
    """The least that a process of one's own can cost, see `floor.py`."""

    parent_mib: float
    bare_ms: float
    bare_mib: float
    loop_ms: float
    loop_mib: float


_Figure = Callable[[Measured], float | None]
#: Peer's name to what was measured; None where it isn't installed.
Peers = Mapping[str, Measured | None]


def all_rows(ours: Ours, peers: Peers, floor: Floor) -> list[Row]:
    """Every row, the targets' rows before those that explain them."""
    return [
        *_opening(ours, peers),
        *_touching(ours, peers, floor),
        *_mail(ours),
        *_memory(ours, peers, floor),
        *_visiting(ours, peers),
        *_growth(ours.churn),
    ]


def _beside(
    what: str,
    unit: str,
    ours: Measured,
    peers: Peers,
    figure: _Figure,
    target: float | None = None,
    target_of: TargetOf = TargetOf.RATIO,
    note: str = "",
) -> list[Row]:
    """A row for each peer that has the figure or isn't installed; the target is against stock."""
    own = _rounded(figure(ours))
    rows = []
    for name, peer in peers.items():
        told = _told(name, peer)
        value = None if peer is None else _rounded(figure(peer))
        if name == VOILA:
            rows.append(Row(what, unit, own, value, told, target, target_of, note))
        elif value is not None or peer is None:
            rows.append(Row(what, unit, own, value, told, note=note))
    return rows


def _told(name: str, peer: Measured | None) -> str:
    if peer is None:
        return f"{name} (not installed)"
    return f"{name} ({peer.pool} kernels)" if peer.pool else name


def _opening(ours: Ours, peers: Peers) -> list[Row]:
    rows = _beside(
        "GET of the whole page, one person, median",
        "s",
        ours,
        _asked_by_client(peers),
        lambda one: median(one.alone) if one.alone else None,
        1 / 50,
        note=_STATES,
    )
    for count in ours.crowds:
        opened = _of_crowd(count, lambda met: met.opened.seconds)
        served = {name: peer for name, peer in peers.items() if peer and count in peer.crowds}
        what = f"{count} GETs at once, until the last page is there"
        if served:
            rows += _beside(what, "s", ours, served, opened, 1 / 30, note=_STATES)
        else:
            note = "More than a stock server is asked for."
            rows.append(Row(what, "s", _rounded(opened(ours)), note=note))
        rows += _beside(
            f"{count} GETs at once, failures",
            "pages",
            ours,
            served or {VOILA: Measured()},
            _of_crowd(count, lambda met: met.opened.failed),
            0,
            TargetOf.OURS,
        )
    return rows


def _of_crowd(count: int, taken: Callable[[Crowd], float | None]) -> _Figure:
    """The figure of a crowd; None where there was none of that size."""
    return lambda one: taken(one.crowds[count]) if count in one.crowds else None


def _asked_by_client(peers: Peers) -> Peers:
    """Those whose pages our client can read."""
    return {name: peer for name, peer in peers.items() if peer and peer.alone}


def _touching(ours: Ours, peers: Peers, floor: Floor) -> list[Row]:
    stock = {VOILA: peers.get(VOILA)}
    rows = _beside(
        "first touch until the kernel's answer, one person, p95",
        "ms",
        ours,
        stock,
        lambda one: percentile([touch.answered for touch in one.touches], 95),
        150,
        TargetOf.OURS,
        note=_RUNS,
    )
    parts: dict[str, Callable[[Touch], float]] = {
        "the websocket opens": lambda touch: touch.connected,
        "a kernel is forked": lambda touch: touch.ready - touch.connected,
        "it calculates and answers": lambda touch: touch.answered - touch.ready,
    }
    for part, taken in parts.items():
        took = _rounded(median([taken(touch) for touch in ours.touches]))
        rows.append(Row(f"of a first touch, median: {part}", "ms", took))
    fork = f"fork of a Python process of {floor.parent_mib:.0f} MB"
    rows.append(Row(f"floor: bare {fork}", "ms", _rounded(floor.bare_ms)))
    rows.append(Row(f"floor: {fork}, with an event loop", "ms", _rounded(floor.loop_ms)))
    for count, crowd in ours.crowds.items():
        full = count == ours.room
        rows += _beside(
            f"{count} first touches at once, until all have the answer",
            "s",
            ours,
            stock,
            _of_crowd(count, lambda met: met.touched.seconds),
            4.0 if full else None,
            TargetOf.OURS,
            "" if full else _RUNS,
        )
        if full:
            what = f"{count} first touches at once, failures"
            rows.append(Row(what, "pages", crowd.touched.failed, target=0, target_of=TargetOf.OURS))
    return rows


def _mail(ours: Ours) -> list[Row]:
    count = len(ours.mail.each) + ours.mail.failed
    what = (
        f"{count} people open the page, {ours.mail_rate} a minute, each in a session of their own"
    )
    p95 = _rounded(1000 * percentile(ours.mail.each, 95)) if ours.mail.each else None
    line = (
        f"{len(ours.asked)} people touch when {ours.room} kernels, which is all there may be, are "
        "taken: not served in the order in which they asked"
    )
    wrong = out_of_order(ours.asked, ours.served)
    return [
        Row(f"{what}: p95", "ms", p95, target=500, target_of=TargetOf.OURS),
        Row(f"{what}: failures", "pages", ours.mail.failed, target=0, target_of=TargetOf.OURS),
        Row(line, "people", wrong, target=0, target_of=TargetOf.OURS),
    ]


def _memory(ours: Ours, peers: Peers, floor: Floor) -> list[Row]:
    stock = {VOILA: peers.get(VOILA)}
    rows = _beside(
        "private memory of an open page that was touched, mean",
        "MiB",
        ours,
        stock,
        _mean_private,
        8.0,
        TargetOf.OURS,
        note="A page of ours that nobody has touched has no process.",
    )
    for part, mib in ours.parts_mib.items():
        rows.append(Row(f"of that: {part}", "MiB", _rounded(mib)))
    fork = f"fork of a Python process of {floor.parent_mib:.0f} MB"
    rows.append(Row(f"floor: bare {fork}", "MiB", _rounded(floor.bare_mib)))
    rows.append(Row(f"floor: {fork}, with an event loop", "MiB", _rounded(floor.loop_mib)))
    rows += _beside(
        "memory of all processes of the server, for each page opened and touched",
        "MiB",
        ours,
        stock,
        lambda one: _for_each(one, lambda crowd: crowd.touched_usage.memory_mib),
    )
    rows += _beside(
        "memory of all processes of the server, for each page opened and untouched",
        "MiB",
        ours,
        stock,
        lambda one: _for_each(one, lambda crowd: crowd.untouched.memory_mib),
    )
    rows += _beside(
        "processes for each page opened and untouched",
        "processes",
        ours,
        stock,
        lambda one: _for_each(one, lambda crowd: crowd.untouched.processes),
        0,
        TargetOf.OURS,
    )
    return rows


def _mean_private(one: Measured) -> float | None:
    private = [mib for crowd in one.crowds.values() for mib in crowd.private_mib]
    return sum(private) / len(private) if private else None


def _for_each(one: Measured, grown: Callable[[Crowd], float]) -> float | None:
    """Growth by the largest crowd, for each page that it opened."""
    if not one.crowds:
        return None
    crowd = one.crowds[max(one.crowds)]
    pages = len(crowd.opened.each)
    return grown(crowd) / pages if pages else None


def _visiting(ours: Ours, peers: Peers) -> list[Row]:
    first, second = "Chromium, first visit", "Chromium, second visit"

    def of(number: int, taken: Callable[[Visit], float], scale: float = 1) -> _Figure:
        def figure(one: Measured) -> float | None:
            values = [taken(both[number]) for both in one.visits]
            return median(values) / scale if values else None

        return figure

    def rows(what: str, unit: str, figure: _Figure, target: float | None = None) -> list[Row]:
        return _beside(what, unit, ours, peers, figure, target)

    # a pool serves the same scripts, and a still page has none worth a row
    weighed = {name: peer for name, peer in peers.items() if name not in (POOL, STILL)}

    def weight(what: str, unit: str, figure: _Figure, target: float) -> list[Row]:
        return _beside(what, unit, ours, weighed, figure, target, TargetOf.OURS)

    usable = "until a widget that calculates can be used"
    answer = "until the answer to a press at that moment is shown"
    return [
        *rows(f"{first}, {usable}", "s", of(0, lambda visit: visit.usable, 1000), 1 / 4),
        *rows(f"{second}, {usable}", "s", of(1, lambda visit: visit.usable, 1000), 1 / 5),
        *rows(f"{first}, {answer}", "s", of(0, lambda visit: visit.answered, 1000)),
        *rows(f"{second}, {answer}", "s", of(1, lambda visit: visit.answered, 1000)),
        *weight(f"{first}, weight", "kB", of(0, lambda visit: visit.bytes, 1000), 1000),
        *weight(f"{first}, requests", "requests", of(0, lambda visit: visit.requests), 15),
        *weight(f"{second}, weight", "kB", of(1, lambda visit: visit.bytes, 1000), 30),
        *weight(f"{first}, to other hosts", "requests", of(0, lambda v: v.foreign), 0),
    ]


def _growth(churn: Mapping[int, Usage]) -> list[Row]:
    (first, before), (last, after) = sorted(churn.items())
    grown = after.growth(before)
    what = f"pages opened, touched and left: growth from the {first}th to the {last}th"
    tolerance = f"Up to {GROWTH_MIB:.0f} MiB is what an allocator keeps for the next one."
    limit = TargetOf.OURS
    return [
        Row(
            f"{what}, memory",
            "MiB",
            _rounded(grown.memory_mib),
            None,
            "",
            GROWTH_MIB,
            limit,
            tolerance,
        ),
        Row(f"{what}, processes", "processes", grown.processes, None, "", 0, limit),
        Row(f"{what}, files", "files", grown.files, None, "", 0, limit),
        Row(f"{what}, sockets", "sockets", grown.sockets, None, "", 0, limit),
    ]


def _rounded(value: float | None) -> float | None:
    """To three significant digits; a whole number stays one."""
    if value is None or value == int(value):
        return None if value is None else int(value)
    return float(f"{value:.3g}")
