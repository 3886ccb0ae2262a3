"""Rows about a full house. Pure."""

from benchmarks.call.house import House, HouseSize, Talk
from benchmarks.figures import median, percentile
from benchmarks.report import Row, TargetOf

_LATE = "In the worst second, while the load's processes take turns on the same cores."
_FLOOR = "floor: a bare UDP echo"


def house_rows(house: House, size: HouseSize) -> list[Row]:
    """All of them; targets are limits of ours."""
    return [
        *_coming(house, size),
        *_talking(house.alone, f"{size.people} people alone with the partner"),
        _ours("private memory of the workers for each of them", "MiB", house.each_mib, 8),
        *_talking(house.pairs, f"{size.people // 2} pairs in rooms of their own"),
        *_delays(house),
        _ours("errors in the server's log, in all this", "lines", len(house.faults), 0),
        _ours("people who could not come in, in all this", "people", len(house.failed), 0),
        _ours(
            f"everybody comes, is greeted and leaves, {size.rounds} times: memory of all processes,"
            " by how much it has grown",
            "MiB",
            house.growth_mib,
            8,
            note="In an hour that is each of them every few minutes. Counted from the end of"
            f" {size.warm_rounds} times before, in which caches and buffers fill. Up to 8 MiB is"
            " what an allocator keeps for the next one.",
        ),
    ]


def _coming(house: House, size: HouseSize) -> list[Row]:
    crowd = f"{size.people} people come, one every 0.375 s"
    return [
        _ours("from coming in to the partner's first sound, median", "ms", _ms(house.joins, 50)),
        _ours(
            "from coming in to the partner's first sound, p95",
            "ms",
            _ms(house.joins, 95),
            500,
            note="From before the websocket until sound is in the socket, one person after the"
            " other, all warm.",
        ),
        _ours(
            "back after a lost network, until sound comes again, p95",
            "ms",
            _ms(house.backs, 95),
            5000,
            note="From when the network is there again; a new connection takes the ghost's place.",
        ),
        _ours(f"{crowd}: until one is connected, p95", "ms", _ms(house.crowd, 95)),
        _ours(f"{crowd}: not connected", "people", size.people - len(house.crowd), 0),
    ]


def _talking(talk: Talk, who: str) -> list[Row]:
    who = f"{who}, all speaking and showing themselves"
    return [
        _ours(
            f"{who}: processor of the workers",
            "cores",
            talk.cores,
            note="Deciphering, decoding for evidence and the partner's voice among it."
            if "partner" in who
            else "",
        ),
        _ours(f"{who}: packets that they sent", "a second", talk.sent),
        _ours(f"{who}: thrown out meanwhile", "people", talk.gone, 0),
        _ours(f"{who}: how late the workers' loops came, p99", "ms", talk.late_ms, 50, note=_LATE),
        _ours(f"{who}: how late the server's loop came, p99", "ms", talk.server_late_ms, 50),
        _ours(f"{who}: packets that never came", "‰", 1000 * talk.undelivered, 1),
        _ours(
            f"{who}: packets that came, but not past the kernel's buffer",
            "‰",
            1000 * talk.dropped,
        ),
    ]


def _delays(house: House) -> list[Row]:
    way = "a packet's way from one person through the server to another"

    def row(what: str, of: float) -> Row:
        through, floor = _ms(house.through, of), _ms(house.floor, of)
        return Row(f"{way}, {what}", "ms", through, floor, _FLOOR, note="While the pairs talk.")

    through, floor = _ms(house.through, 95), _ms(house.floor, 95)
    added = None if through is None or floor is None else through - floor
    note = "Both ways are taken in turn, so whatever else the machine does is in both."
    return [
        row("median", 50),
        row("p95", 95),
        _ours(f"{way}: what the server adds to the floor, p95", "ms", added, 5, note=note),
    ]


def _ours(
    what: str, unit: str, ours: float | None, target: float | None = None, *, note: str = ""
) -> Row:
    figure = None if ours is None else float(f"{ours:.3g}")
    return Row(what, unit, figure, target=target, target_of=TargetOf.OURS, note=note)


def _ms(seconds: list[float], percent: float) -> float | None:
    if not seconds:
        return None
    found = median(seconds) if percent == 50 else percentile(seconds, percent)
    return float(f"{1000 * found:.3g}")
