"""A full house in the real course: people come, talk alone or in pairs, drop out, and go."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.call.course import CallCourse, call_course
from benchmarks.call.processes import Told, together, told
from benchmarks.servers import HOST
from benchmarks.usage import cpu_seconds, private_mib, usage

_LOADS = 2
_WARM_SECONDS = 1.5
#: Eighty people in half a minute.
_JOIN_EVERY_SECONDS = 30 / 80


@dataclass(frozen=True)
class HouseSize:
    """How much is done; the work is the same.

    Args:
        people: alone with the partner, and then in pairs; an even number.
        seconds: how long each is measured.
        joins: people who come in one after the other.
        warm_rounds: how often everybody comes and goes before memory is looked at: buffers, caches
            and the allocator's own stock are filled by then.
        rounds: how often they do after that.
    """

    people: int
    seconds: float
    joins: int
    warm_rounds: int
    rounds: int


@dataclass(frozen=True)
class Talk:
    """What was measured while everybody talked.

    Args:
        cores: that the workers used.
        sent: packets a second that came from those who talked.
        gone: people whom the workers no longer had at the end, though nobody left.
        late_ms, server_late_ms: how late the latest of 99 in 100 beats came, in the worst second,
            in any worker and in the server.
        undelivered: share of packets that were to come, but came neither to a peer nor to the
            kernel.
        dropped: share that the kernel threw away before a peer's process read it.
    """

    cores: float
    sent: float
    gone: int
    late_ms: float
    server_late_ms: float
    undelivered: float
    dropped: float


@dataclass(frozen=True)
class House:
    """All that was measured; times are in seconds.

    Args:
        joins: from the first word to the first sound, one person after the other.
        backs: the same for people who had lost the network.
        crowd: from the first word until connected, while all came in half a minute.
        failed: what kept people out, at any time.
        each_mib: private memory of the workers for each person.
        growth_mib: memory of all processes, from the last warm round of comings and goings to the
            last one of all.
        through, floor: from one person to another, and to a bare echo and back.
        faults: lines of the server's log about what went wrong inside.
    """

    joins: list[float]
    backs: list[float]
    crowd: list[float]
    failed: list[str]
    alone: Talk
    pairs: Talk
    each_mib: float
    growth_mib: float
    through: list[float]
    floor: list[float]
    faults: list[str]


async def measure(size: HouseSize, folder: Path) -> House:
    """Fill it and empty it. Cancelling it ends all processes."""
    failed: list[str] = []
    async with AsyncExitStack() as stack:
        modules = ["benchmarks.call.delay"] + ["benchmarks.call.load"] * _LOADS
        course, (delays, *loads) = await asyncio.gather(
            stack.enter_async_context(call_course(folder, people=size.people + 2)),
            asyncio.gather(*(stack.enter_async_context(told(each, HOST)) for each in modules)),
        )
        alone = [course.practice(number) for number in range(size.people)]
        joins, backs = await _one_by_one(loads[0], alone[: size.joins], failed)
        before = sum(private_mib(course.workers()))
        crowd = await _crowd(loads, alone, failed)
        talked_alone = await _talk(course, loads, size.people, size.seconds)
        each = (sum(private_mib(course.workers())) - before) / size.people
        await together(loads, "close")
        talked, apart = await _in_pairs(course, loads, delays, size, failed)
        growth = await _come_and_go(course, loads, alone, size, failed)
        return House(
            joins=joins,
            backs=backs,
            crowd=crowd,
            failed=failed,
            alone=talked_alone,
            pairs=talked,
            each_mib=each,
            growth_mib=growth,
            through=apart["through"],
            floor=apart["floor"],
            faults=course.faults(),
        )


async def _one_by_one(
    load: Told, ways: Sequence[Any], failed: list[str]
) -> tuple[list[float], list[float]]:
    """People come in one after the other, and come back when they have lost the network."""
    # the very first one warms the course up
    came = await load.do("connect", ways=ways, hears=True, at_once=1)
    back = await load.do("come_back")
    await load.do("close")
    failed += came["failed"] + back["failed"]
    return came["took"][1:], back["took"]


async def _crowd(loads: list[Told], ways: list[Any], failed: list[str]) -> list[float]:
    """All come by the clock."""
    every = _JOIN_EVERY_SECONDS * len(loads)
    came = await asyncio.gather(
        *(
            load.do("connect", ways=ways[index :: len(loads)], every=every)
            for index, load in enumerate(loads)
        )
    )
    failed += [each for outcome in came for each in outcome["failed"]]
    return [took for outcome in came for took in outcome["took"]]


async def _in_pairs(
    course: CallCourse, loads: list[Told], delays: Told, size: HouseSize, failed: list[str]
) -> tuple[Talk, dict[str, list[float]]]:
    """Everybody talks with one other; two more measure how long that takes."""
    rooms = course.open_rooms([2] * (size.people // 2 + 1))
    ways = [course.room(number, room) for number, room in enumerate(rooms)]
    two = [ways[-2] | {"sends": ["audio"]}, ways[-1] | {"sends": []}]
    # the two first: whoever knocks while a crowd is coming in may be asked to wait
    await delays.do("connect", ways=two)
    failed += await _all_in(loads, ways[:-2])
    measuring = delays.do("measure", seconds=_WARM_SECONDS + size.seconds, warm=_WARM_SECONDS)
    talked, apart = await asyncio.gather(
        _talk(course, loads, size.people + len(two), size.seconds), measuring
    )
    await delays.do("close")
    await together(loads, "close")
    return talked, apart


async def _all_in(loads: list[Told], ways: list[Any], **more: Any) -> list[str]:
    """Bring everybody in; what kept some out."""
    outcomes = await asyncio.gather(
        *(
            load.do("connect", ways=ways[index :: len(loads)], **more)
            for index, load in enumerate(loads)
        )
    )
    return [each for outcome in outcomes for each in outcome["failed"]]


async def _talk(course: CallCourse, loads: list[Told], people: int, seconds: float) -> Talk:
    """All who are in talk, and show themselves; `people` are in."""
    sending = asyncio.create_task(
        together(loads, "send", seconds=_WARM_SECONDS + seconds, warm=_WARM_SECONDS)
    )
    await asyncio.sleep(_WARM_SECONDS)
    began, spent = time.monotonic(), _spent(course)
    counted = await sending
    took, spent = time.monotonic() - began, _spent(course) - spent
    told = course.loads(began)
    total = {name: sum(each[name] for each in counted) for name in counted[0]}
    numbered = max(1, total["received"] + total["missing"])
    there = {each["worker"]: each["people"] for each in told if each["worker"] is not None}
    return Talk(
        cores=spent / took,
        sent=total["sent"] / seconds,
        gone=people - sum(there.values()),
        late_ms=max(each["lag_ms"] for each in told if each["worker"] is not None),
        server_late_ms=max(each["lag_ms"] for each in told if each["worker"] is None),
        undelivered=max(0, total["missing"] - total["dropped"]) / numbered,
        dropped=total["dropped"] / numbered,
    )


def _spent(course: CallCourse) -> float:
    return sum(cpu_seconds(pid) for pid in course.workers())


async def _come_and_go(
    course: CallCourse, loads: list[Told], ways: list[Any], size: HouseSize, failed: list[str]
) -> float:
    """Everybody comes, is greeted and leaves, again and again; how memory has grown at last."""
    grown: list[float] = []
    for _ in range(size.warm_rounds + size.rounds):
        failed += await _all_in(loads, ways, hears=True)
        await together(loads, "close")
        grown.append(usage(course.pid).memory_mib)
    return grown[-1] - grown[size.warm_rounds - 1]
