"""A whole room opens the same page: ours, stock Voilà, its preheated pool, and Solara.

All serve the same lesson (`lesson.py`) on loopback, are asked by the same client and shown by the
same Chromium. They take turns, each while the others are at rest, so that whatever else the machine
does meets them all. Solara needs an environment of its own, and is left out without it:

    python3.11 -m venv benchmarks/.venv
    benchmarks/.venv/bin/pip install --require-hashes -r benchmarks/requirements.lock
"""

import asyncio
import contextlib
import json
import logging
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from benchmarks import crowd
from benchmarks.browser import Visit, running_browser, visits_of
from benchmarks.clients import Failed, Touch, Visitors
from benchmarks.page_rows import POOL, STILL, VOILA, Crowd, Floor, Measured, Ours, all_rows
from benchmarks.report import Row, report
from benchmarks.servers import (
    Server,
    our_course,
    solara,
    solara_installed,
    still_page,
    stock_voila,
)
from benchmarks.usage import private_mib, private_parts, smaps_of, tree, usage

log = logging.getLogger("benchmarks")

SOLARA = "Solara"
PEERS = (VOILA, POOL, STILL, SOLARA)
#: A full house: as many as come to one workshop.
ROOM = 80
#: Who touch a widget when the house is full.
WAITING = 20
MAIL_A_MINUTE = 1000


@dataclass(frozen=True)
class Size:
    """How much is done; the work is the same.

    Args:
        rounds: pages of each peer that one person opens and touches.
        ours_a_round: pages of ours in each round.
        crowds: how many open the page at once.
        pool: preheated kernels.
        mail: people who get the mail.
        churn: pages that come and go, until the first and until the last look.
        visits: pairs of visits in Chromium.
        pool_shown: whether it visits the preheated one, which serves the same scripts, as well.
        floor: forks of each kind.
    """

    rounds: int
    ours_a_round: int
    crowds: tuple[int, ...]
    pool: int
    mail: int
    churn: tuple[int, int]
    visits: int
    pool_shown: bool
    floor: int


FULL = Size(10, 10, (20, 40), 20, 1000, (100, 500), 5, True, 50)
QUICK = Size(2, 10, (5,), 2, 30, (10, 40), 1, False, 10)


@dataclass
class Contestant:
    """A server that takes its turns, and what was measured of it so far."""

    server: Server
    visitors: Visitors
    alone: list[float] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    crowds: dict[int, Crowd] = field(default_factory=dict)
    visits: list[Sequence[Visit]] = field(default_factory=list)
    pool: int = 0

    @property
    def measured(self) -> Measured:
        """All of it."""
        return Measured(self.alone, self.touches, self.crowds, self.visits, self.pool)


def main(*, quick: bool) -> dict[str, Any]:
    """Measure all; `quick` has fewer of everything but people in a full house."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rows = asyncio.run(_measure(Path(folder), QUICK if quick else FULL))
    return report("pages", rows)


async def _measure(folder: Path, size: Size) -> list[Row]:
    work = asyncio.current_task()
    assert work
    # like Ctrl-C: what was started is ended first
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    floor = await _floor(size.floor)
    people = max(size.mail, ROOM + WAITING)
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(running_browser())
        log.info("servers start")
        starting = [
            _contestant(our_course(folder / "ours", people=people, kernels=ROOM)),
            _contestant(stock_voila(folder / "stock")),
            _contestant(stock_voila(folder / "pool", pool=size.pool), pool=size.pool),
            _contestant(still_page(folder / "still"), readable=False),
        ]
        if solara_installed():
            starting.append(_contestant(solara(folder / "solara"), readable=False))
        ours, *others = await asyncio.gather(*map(stack.enter_async_context, starting))
        # the last is missing where it isn't installed
        peers = dict(zip(PEERS, others, strict=False))
        stock, pool = others[:2]
        await _one_person(ours, stock, pool, size)
        shown = [one for one in (ours, *others) if size.pool_shown or one is not pool]
        await _in_chromium(browser, shown, peers[STILL], size.visits)
        await _crowds(folder, ours, stock, pool, size.crowds)
        measured = await _ours_alone(ours, people, size)
        log.info("servers stop")
    told = {name: peers[name].measured if name in peers else None for name in PEERS}
    return all_rows(measured, told, floor)


@asynccontextmanager
async def _contestant(
    starting: AbstractAsyncContextManager[Server], *, pool: int = 0, readable: bool = True
) -> AsyncIterator[Contestant]:
    """A server that has shown its page once, if our client can read it, and has come to rest."""
    async with starting as server:
        visitors = Visitors(server)
        try:
            if readable:
                await visitors.fetch()
            await server.rest()
            yield Contestant(server, visitors, pool=pool)
        finally:
            visitors.close()


async def _one_person(ours: Contestant, stock: Contestant, pool: Contestant, size: Size) -> None:
    """One opens the page, then touches it, again and again."""
    log.info("one person")
    for _ in range(size.rounds):
        for contestant, count in ((ours, size.ours_a_round), (stock, 1), (pool, 1)):
            await contestant.server.rest()
            opened = await crowd.open_one_by_one(contestant.visitors, count)
            contestant.alone += opened.each
            # a pool that fills up again must not be timed beside the next, nor beside the touch
            await contestant.server.rest()
            contestant.touches += await crowd.touch_one_by_one(opened.pages)


async def _in_chromium(
    browser: Browser, shown: Sequence[Contestant], still: Contestant, count: int
) -> None:
    """First and second visits, by a new browser profile each time. Failed ones are missing."""
    log.info("Chromium")
    # a browser's first page of all takes longer, whatever it is
    await visits_of(browser, still.server, count=1)
    for person in range(count):
        for contestant in shown:
            await contestant.server.rest()
            try:
                contestant.visits.append(await visits_of(browser, contestant.server, person))
            except Failed:
                log.exception("a visit failed")


async def _crowds(
    folder: Path, ours: Contestant, stock: Contestant, pool: Contestant, counts: Sequence[int]
) -> None:
    for count in counts:
        log.info("%s people at once", count)
        alone = len(tree(ours.server.pid))
        ours.crowds[count] = await _crowd(ours, count)
        for page in ours.crowds[count].opened.pages:
            page.close()
        await crowd.usage_when_left(ours.server, alone)
        stock.crowds[count] = await _stock_crowd(folder / f"stock-{count}", stock, count)
        pool.crowds[count] = await _crowd(pool, count)


async def _stock_crowd(folder: Path, stock: Contestant, count: int) -> Crowd:
    """Of a server that has met no crowd before, which may leave it unable to answer."""
    if not stock.crowds:
        return await _crowd(stock, count)
    async with _contestant(stock_voila(folder)) as fresh:
        return await _crowd(fresh, count)


async def _ours_alone(ours: Contestant, people: int, size: Size) -> Ours:
    """What only ours is asked to do."""
    server, visitors = ours.server, ours.visitors
    log.info("%s people within a minute", size.mail)
    mail = await crowd.open_over_time(visitors, size.mail, 60 * size.mail / MAIL_A_MINUTE)
    first, last = size.churn
    log.info("%s pages that come and go", last)
    before, after = await crowd.come_and_go(server, visitors, people, first, last)
    log.info("a full house")
    pids = tree(server.pid)
    ours.crowds[ROOM] = await _crowd(ours, ROOM)
    parts = _parts(tree(server.pid) - pids)
    asked, served = await crowd.order_of_line(visitors, ours.crowds[ROOM].opened.pages, WAITING)
    return Ours(
        ours.alone,
        ours.touches,
        ours.crowds,
        ours.visits,
        room=ROOM,
        mail=mail,
        mail_rate=MAIL_A_MINUTE,
        asked=asked,
        served=served,
        churn={first: before, last: after},
        parts_mib=parts,
    )


async def _crowd(contestant: Contestant, count: int) -> Crowd:
    """So many open the page, and touch it; they stay."""
    server = contestant.server
    await server.rest()
    pids, before = tree(server.pid), usage(server.pid)
    opened = await crowd.open_together(contestant.visitors, count)
    # a peer may have been given more than it can take; it is measured as it is then
    with contextlib.suppress(TimeoutError):
        await server.rest()
    untouched = usage(server.pid).growth(before)
    touched = await crowd.touch_together(opened.pages)
    grown, private = usage(server.pid).growth(before), private_mib(tree(server.pid) - pids)
    return Crowd(opened, touched, untouched, grown, private)


def _parts(pids: set[int]) -> dict[str, float]:
    """Where the private memory of these processes lies, in MiB, on average."""
    told = [private_parts(smaps_of(pid)) for pid in pids]
    return {part: sum(each[part] for each in told) / len(told) for part in told[0]} if told else {}


async def _floor(rounds: int) -> Floor:
    program = (sys.executable, "-m", "benchmarks.floor", str(rounds))
    process = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    return Floor(**json.loads(said))
