"""What people do to a server, alone and together; the same for ours and for every peer."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from benchmarks.clients import FAILURES, CoursePage, Failed, OpenPage, Touch, Visitors
from benchmarks.servers import Server
from benchmarks.usage import Usage, tree, usage

_LEAVE_SECONDS = 30.0
_LOOK_SECONDS = 0.1

_Done = TypeVar("_Done")


@dataclass(frozen=True)
class Burst:
    """Many who did the same at once.

    Args:
        seconds: until the last one who came through; None if nobody did.
        each: seconds of each who came through.
        pages: the views of those who came through, if they opened any.
    """

    seconds: float | None
    failed: int
    each: Sequence[float] = ()
    pages: list[OpenPage] = field(default_factory=list)


async def open_one_by_one(visitors: Visitors, count: int) -> Burst:
    """Open the page again and again."""
    started = time.perf_counter()
    took, pages = [], []
    for person in range(count):
        seconds, html = await visitors.fetch(person)
        took.append(seconds)
        pages.append(visitors.page(html, person))
    return Burst(time.perf_counter() - started, 0, took, pages)


async def open_together(visitors: Visitors, count: int) -> Burst:
    """So many people ask for the page in the same moment."""

    async def come(person: int) -> tuple[int, float, str]:
        return person, *await visitors.fetch(person)

    done, failed, seconds = await _gather([come(person) for person in range(count)])
    # the pages are read afterwards, so that the client's own work isn't timed
    pages = [visitors.page(html, person) for person, _, html in done]
    return Burst(seconds, failed, [took for _, took, _ in done], pages)


async def open_over_time(visitors: Visitors, count: int, seconds: float) -> Burst:
    """So many people ask for the page, spread evenly over a time."""

    async def come(person: int) -> float:
        await asyncio.sleep(person * seconds / count)
        return (await visitors.fetch(person))[0]

    done, failed, last = await _gather([come(person) for person in range(count)])
    return Burst(last, failed, done)


async def touch_one_by_one(pages: Sequence[OpenPage]) -> list[Touch]:
    """Touch a page and leave it, then the next."""
    touches = []
    for page in pages:
        try:
            touches.append(await page.touch())
        finally:
            page.close()
    return touches


async def touch_together(pages: Sequence[OpenPage]) -> Burst:
    """All touch their first widget in the same moment."""
    done, failed, seconds = await _gather([page.touch() for page in pages])
    return Burst(seconds, failed, [touch.answered / 1000 for touch in done])


async def order_of_line(
    visitors: Visitors, holders: Sequence[OpenPage], waiting: int
) -> tuple[list[int], list[int]]:
    """The order in which people asked in a full house, and that in which they were served.

    Args:
        visitors: of a server of ours.
        holders: pages that have every kernel there is; they are left one after the other.
        waiting: how many ask then, each a person of their own.
    """
    asked: list[int] = []
    served: list[int] = []
    pages: list[CoursePage] = []
    for number in range(waiting):
        page = await visitors.open(len(holders) + number)
        if not isinstance(page, CoursePage):
            raise Failed("only our own pages stand in line")
        await page.ask()
        await page.until_in_line()
        asked.append(number)
        pages.append(page)
    came = asyncio.Queue[int]()
    tasks = [asyncio.create_task(_tell_ready(page, n, came)) for n, page in enumerate(pages)]
    try:
        for holder in holders[:waiting]:
            holder.close()
            async with asyncio.timeout(_LEAVE_SECONDS):
                served.append(await came.get())
    except TimeoutError:
        pass  # who was never served is missing in what is returned
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for page in pages:
            page.close()
    return asked, served


async def _tell_ready(page: CoursePage, number: int, came: "asyncio.Queue[int]") -> None:
    await page.until_ready()
    await came.put(number)


async def come_and_go(
    server: Server, visitors: Visitors, people: int, first: int, last: int
) -> tuple[Usage, Usage]:
    """Pages opened, touched and left one after the other; what is used after two counts of them."""
    alone = len(tree(server.pid))
    before = None
    for number in range(1, last + 1):
        page = await visitors.open(number % people)
        try:
            await page.touch()
        finally:
            page.close()
        if number == first:
            before = await usage_when_left(server, alone)
    assert before is not None
    return before, await usage_when_left(server, alone)


async def usage_when_left(server: Server, processes: int) -> Usage:
    """What a server uses once it has no more than so many processes, or after a while."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LEAVE_SECONDS):
            while len(tree(server.pid)) > processes:  # noqa: ASYNC110 - another process's processes
                await asyncio.sleep(_LOOK_SECONDS)
    await server.rest()
    return usage(server.pid)


async def _gather(work: Sequence[Awaitable[_Done]]) -> tuple[list[_Done], int, float | None]:
    """What came through, in order, how much did not, and seconds until the last that did.

    Raises:
        BaseException: something other than the server failed.
    """
    started = time.perf_counter()
    last = None

    async def timed(one: Awaitable[_Done]) -> _Done:
        nonlocal last
        result = await one
        last = time.perf_counter() - started  # a failure may have taken all of its patience
        return result

    done: list[_Done] = []
    failed = 0
    for result in await asyncio.gather(*map(timed, work), return_exceptions=True):
        if isinstance(result, FAILURES):
            failed += 1
        elif isinstance(result, BaseException):
            raise result
        else:
            done.append(result)
    return done, failed, last
