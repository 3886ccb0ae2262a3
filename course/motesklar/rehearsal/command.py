"""`motesklar rehearse`: what this machine can hold, asked the evening before."""

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click
from tornado.httpclient import AsyncHTTPClient

from motesklar.config import Settings
from motesklar.course import ExerciseKind, Module
from motesklar.exercises.commands import course_folder, settings_of
from motesklar.exercises.library import ModuleSource, find_sources
from motesklar.exercises.nbgrader_root import GradingFolder, layers
from motesklar.exercises.notebook import solutions_of
from motesklar.options import data_option
from motesklar.paths import DataFolder
from motesklar.rehearsal.participant import Part, Participant, Refused
from motesklar.rehearsal.people import Cast, make_cast, marked, wipe
from motesklar.rehearsal.verdict import Act, Rehearsed, sentences
from motesklar.store.database import Database

PEOPLE_MAX = 300
SECONDS_MAX = 600
#: What the world outside can make of an act.
_FAILURES = (Refused, OSError, TimeoutError)


@click.command()
@click.option("--people", default=80, show_default=True, type=click.IntRange(1, PEOPLE_MAX))
@click.option(
    "--calls",
    default=8,
    show_default=True,
    type=click.IntRange(0, PEOPLE_MAX),
    help="So many of them call the practice partner; each call costs this machine a lot.",
)
@click.option(
    "--seconds",
    default=60,
    show_default=True,
    type=click.IntRange(5, SECONDS_MAX),
    help="They come spread over so long.",
)
@click.option("--url", default="http://localhost:8000", show_default=True, help="Where it runs.")
@data_option
def rehearse(people: int, calls: int, seconds: int, url: str, data: Path) -> None:
    """Let invented people open, test, call and hand in against the running course.

    They are marked, and wiped afterwards with all that they have done.
    """
    folder = course_folder(data)
    settings, overlay = settings_of(folder), GradingFolder(folder).last_overlay()
    sources = find_sources(settings.course.modules, layers(folder, overlay))
    database = Database(folder.database_url)
    try:
        going = _rehearse(database, folder, settings, part_of(sources), people, calls, seconds, url)
        rehearsed = asyncio.run(going)
    finally:
        database.close()
    for sentence in sentences(rehearsed):
        click.echo(sentence)
    sys.exit(0 if rehearsed.holds else 1)


def part_of(sources: Sequence[ModuleSource]) -> Part:
    """The first module that can be handed in without a call, and the one with the call.

    Raises:
        click.ClickException: the course has no such modules.
    """
    modules = [(source, source.module(Path(source.name), b"")) for source in sources]
    calls = [module.name for _, module in modules if _needs_call(module)]
    plain = [(source, one) for source, one in modules if one.exercises and not _needs_call(one)]
    if not plain:
        raise click.ClickException("The course has no exercises that can be rehearsed.")
    source, module = plain[0]
    answers = {
        exercise: value
        for exercise, value in solutions_of(module, source.notebook()).items()
        if value is not None
    }
    steps = tuple(step.id for step in module.steps)
    return Part(module.name, steps, answers, calls[0] if calls else "")


def _needs_call(module: Module) -> bool:
    return any(one.kind is ExerciseKind.CALL_EVIDENCE for one in module.exercises)


async def _rehearse(
    database: Database,
    data: DataFolder,
    settings: Settings,
    part: Part,
    people: int,
    calls: int,
    seconds: int,
    url: str,
) -> Rehearsed:
    """Make them, let them go, and wipe them, whatever happens."""
    await wipe(database, data, marked(database))  # of a rehearsal that was broken off
    cast = make_cast(database, settings.signin, people, part.module)
    try:
        return await _act(cast, part, calls if part.call else 0, seconds, url.rstrip("/"))
    finally:
        await wipe(database, data, marked(database))


async def _act(cast: Cast, part: Part, calls: int, seconds: int, url: str) -> Rehearsed:
    http = AsyncHTTPClient(force_instance=True, max_clients=2 * PEOPLE_MAX)
    everybody = [Participant(url, one, http) for one in cast.participants]
    started, used = time.monotonic(), sum(os.times()[:2])
    pause = seconds / len(everybody)
    failed = await asyncio.gather(
        *(
            _go(one, cast, part, wait=number * pause, calls=number < calls)
            for number, one in enumerate(everybody)
        )
    )
    http.close()
    passed = time.monotonic() - started
    took = {
        act: [one.took[act] for one in everybody if act in one.took]
        for act in Act
        if any(act in one.took for one in everybody)
    }
    share = (sum(os.times()[:2]) - used) / passed
    return Rehearsed(len(everybody), took, [one for one in failed if one], passed, share)


async def _go(one: Participant, cast: Cast, part: Part, *, wait: float, calls: bool) -> str:
    """All that one person does; returns what went wrong, if anything did."""
    await asyncio.sleep(wait)
    try:
        await one.open(part)
        await one.join(cast.code)
        await one.test()
        for number in range(len(part.steps)):
            await one.step(part, number)
        if calls:
            await one.call(part)
        await one.hand_in(part)
    except _FAILURES as error:
        return f"{type(error).__name__}: {error}"
    return ""
