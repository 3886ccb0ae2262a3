"""The whole hall: eighty open, test, talk to the partner and hand in within the same minutes.

In the middle one process of each kind is killed: a worker of calls, one that grades, and the
template of the pages' kernels. People do as their pages do: what got no answer is tried again, and
a call that is lost is called again.
"""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from tornado.httpclient import AsyncHTTPClient

from benchmarks.call.course import CallCourse, command_of, watched_course
from benchmarks.call.person import Person, Surroundings, surroundings
from benchmarks.figures import percentile
from benchmarks.report import Row, TargetOf, report
from benchmarks.servers import HOST
from benchmarks.usage import tree
from motesklar.config import load_settings
from motesklar.exercises.library import find_sources
from motesklar.paths import shipped_modules, shipped_settings
from motesklar.rehearsal.command import part_of
from motesklar.rehearsal.participant import Part, Participant, Refused
from motesklar.rehearsal.people import Cast, Invented, make_cast
from motesklar.rehearsal.verdict import Act
from motesklar.store.database import Database
from motesklar.store.models import Attempt, AttemptState, Fact
from motesklar.web.visitor import SESSION_COOKIE

PEOPLE = 80
PAGE_SECONDS = 1.0
FEEDBACK_SECONDS = 5.0
LAG_MS = 100.0
#: A page gives up after so many tries (`http.js`, `api.js`).
_TRIES = 6
_AGAIN_SECONDS = 0.5
_TALK_SECONDS = 8.0
_FAILURES = (Refused, OSError, TimeoutError)
#: What stands in the command line of each kind of process.
_KINDS = {
    "calls": b"motesklar.call.worker",
    "grading": b"multiprocessing.spawn",
    "kernels": b"motesklar.kernels",
}


@dataclass
class Seen:
    """What has happened.

    Args:
        failed: what kept somebody from coming through.
        calls: seconds until somebody heard the partner.
        killed: kinds of processes of which one was killed.
    """

    took: dict[Act, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)


def main(*, quick: bool) -> dict[str, Any]:
    """All within five minutes; `quick` within half a minute, with fewer people."""
    people, seconds = (24, 20.0) if quick else (PEOPLE, 240.0)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return report("hall", asyncio.run(_rows(Path(folder), people, seconds)))


async def _rows(folder: Path, people: int, seconds: float) -> list[Row]:
    settings = load_settings(shipped_settings())
    part = part_of(find_sources(settings.course.modules, [shipped_modules()]))
    overlay = folder / "course"
    overlay.mkdir(parents=True)
    async with watched_course(folder, overlay) as course:
        database = Database(course.data.database_url)
        cast = make_cast(database, settings.signin, people, part.module)
        began, used = time.monotonic(), sum(os.times()[:2])
        seen = await _hold(course, cast, part, seconds)
        passed = time.monotonic() - began
        share = (sum(os.times()[:2]) - used) / passed
        lost = _lost(database, cast, part)
        lags = [each["lag_ms"] for each in course.loads(began) if each["worker"] is None]
        database.close()
    return _told(people, seen, passed, share, lost, percentile(lags, 99))


def _told(people: int, seen: Seen, passed: float, share: float, lost: int, lag: float) -> list[Row]:
    who = f"{people} open, test, call and hand in within {passed:.0f} s"
    ours = TargetOf.OURS
    killed = ", ".join(seen.killed) or "nothing"
    pages, results = seen.took.get(Act.OPEN, [0.0]), seen.took.get(Act.HAND_IN, [0.0])
    return [
        Row(
            f"{who}: did not come through",
            "people",
            len(seen.failed),
            None,
            "",
            0,
            ours,
            f"Killed in the middle: {killed}.",
        ),
        Row(f"{who}: steps and hand-ins that are lost", "things", lost, None, "", 0, ours),
        Row(f"{who}: a page, p95", "s", _p95(pages), None, "", PAGE_SECONDS, ours),
        Row(
            f"{who}: from hand-in to feedback, p95",
            "s",
            _p95(results),
            None,
            "",
            FEEDBACK_SECONDS,
            ours,
        ),
        Row(f"{who}: from calling to the partner's first sound, p95", "s", _p95(seen.calls)),
        Row(
            f"{who}: how late the server's loop came, p99",
            "ms",
            round(lag, 1),
            None,
            "",
            LAG_MS,
            ours,
        ),
        Row(f"{who}: processor that the load itself used", "cores", round(share, 3)),
    ]


def _p95(times: list[float]) -> float:
    return round(percentile(times or [0.0], 95), 3)


async def _hold(course: CallCourse, cast: Cast, part: Part, seconds: float) -> Seen:
    """Everybody comes in the first half and does everything; processes are killed meanwhile."""
    http = AsyncHTTPClient(force_instance=True, max_clients=500)
    shared, seen = surroundings(HOST), Seen()
    pause = seconds / 2 / len(cast.participants)
    killing = asyncio.create_task(_kill(course, seen, seconds))
    await asyncio.gather(
        *(
            _go(
                course,
                Participant(f"http://{HOST}:{course.port}", one, http),
                cast,
                part,
                seen,
                shared,
                number,
                wait=number * pause,
            )
            for number, one in enumerate(cast.participants)
        )
    )
    await killing
    http.close()
    return seen


async def _go(
    course: CallCourse,
    one: Participant,
    cast: Cast,
    part: Part,
    seen: Seen,
    shared: Surroundings,
    number: int,
    *,
    wait: float,
) -> None:
    await asyncio.sleep(wait)
    try:
        await _again(lambda: one.open(part))
        await _again(lambda: one.join(cast.code))
        await _again(one.test)
        for step in range(len(part.steps)):
            await _again(lambda step=step: one.step(part, step))  # type: ignore[misc]
        seen.calls.append(await _talk(course, part, one.who, shared, number))
        await _again(lambda: one.hand_in(part))
    except _FAILURES as error:
        seen.failed.append(f"{type(error).__name__}: {error}")
    for act, took in one.took.items():
        seen.took.setdefault(act, []).append(took)


async def _again(act: Callable[[], Awaitable[None]]) -> None:
    """Do as pages do where nobody answers."""
    for tries in range(1, _TRIES + 1):
        try:
            await act()
        except _FAILURES:
            if tries == _TRIES:
                raise
            await asyncio.sleep(_AGAIN_SECONDS * tries)
        else:
            return


async def _talk(
    course: CallCourse, part: Part, who: Invented, shared: Surroundings, number: int
) -> float:
    """Call the partner, listen for a while, and leave; what does not come about is tried anew."""
    way = {
        "server": "course",
        "url": f"ws://{HOST}:{course.port}/api/call/{part.call}",
        "cookie": f"{SESSION_COOKIE}={who.token}",
        "number": number,
        "sends": [],
        "joining": {"microphone": False, "camera": False},
    }
    took: list[float] = []

    async def call() -> None:
        person = Person.on(way, shared)
        await person.join(shared)
        took.append(await person.hear())
        await asyncio.sleep(_TALK_SECONDS)
        await person.leave()

    await _again(call)
    return took[-1]


async def _kill(course: CallCourse, seen: Seen, seconds: float) -> None:
    """One of each kind, one after another."""
    for kind, sign in _KINDS.items():
        await asyncio.sleep(seconds / (len(_KINDS) + 1))
        of_kind = sorted(pid for pid in tree(course.pid) if sign in command_of(pid))
        if of_kind:
            os.kill(of_kind[0], signal.SIGKILL)
            seen.killed.append(kind)


def _lost(database: Database, cast: Cast, part: Part) -> int:
    """Steps and hand-ins that should be there and are not."""
    ids = [one.person_id for one in cast.participants]
    steps = select(func.count(func.distinct(Fact.person_id + Fact.step))).where(
        Fact.person_id.in_(ids), Fact.kind == "done", Fact.module == part.module
    )
    graded = select(func.count(func.distinct(Attempt.person_id))).where(
        Attempt.person_id.in_(ids), Attempt.state == AttemptState.GRADED
    )
    with database.transaction() as session:
        there = int(session.scalar(steps) or 0) + int(session.scalar(graded) or 0)
    return len(ids) * (len(part.steps) + 1) - there
