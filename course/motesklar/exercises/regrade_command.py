"""`motesklar regrade MODULE`: who has other points after an exercise's test has changed."""

import asyncio
import sys
import tempfile
from pathlib import Path

import click

from motesklar.exercises.attempts import AttemptStore
from motesklar.exercises.commands import course_folder, settings_of
from motesklar.exercises.gradebook import GradebookReader
from motesklar.exercises.in_use import alone
from motesklar.exercises.library import find_sources
from motesklar.exercises.nbgrader_root import GradingFolder, layers, prepare_course
from motesklar.exercises.regrade import Outcome, Regrading
from motesklar.options import data_option
from motesklar.paths import DataFolder
from motesklar.store.database import Database
from motesklar.store.facts import FactLog
from motesklar.store.models import Person


@click.command()
@click.argument("module")
@click.option("--apply", is_flag=True, help="Change the points; without it they are only shown.")
@data_option
def regrade(module: str, apply: bool, data: Path) -> None:
    """Grade MODULE's hand-ins that count once more. Stop the course first.

    Nothing is erased, and nobody loses a module that they have completed.
    """
    folder = course_folder(data)
    names, overlay = settings_of(folder).course.modules, GradingFolder(folder).last_overlay()
    if module not in names:
        raise click.ClickException(f"The course has no module {module}. It has: {', '.join(names)}")
    with alone(GradingFolder(folder)):
        if apply:
            # as the next start of the course would
            prepare_course(names, folder, overlay)
        database = Database(folder.database_url)
        try:
            database.migrate()
            failed = asyncio.run(_regrade(folder, database, module, overlay, apply=apply))
        finally:
            database.close()
    sys.exit(1 if failed else 0)


async def _regrade(
    data: DataFolder, database: Database, name: str, overlay: Path | None, *, apply: bool
) -> int:
    """Tell every outcome; returns how many hand-ins could not be graded."""
    [source] = find_sources([name], layers(data, overlay))
    folder, gradebook = GradingFolder(data), GradebookReader(data.nbgrader_root)
    told: list[Outcome] = []
    with tempfile.TemporaryDirectory(dir=folder.root, prefix="regrade-") as built:
        try:
            regrading = Regrading(
                folder, AttemptStore(database), gradebook, FactLog(database), source, Path(built)
            )
            async for outcome in regrading.run(apply=apply):
                told.append(outcome)
                _tell(database, outcome)
        finally:
            gradebook.close()
    changed = sum(bool(one.changes) and not one.keeps for one in told)
    verb = "changed" if apply else "would change"
    click.echo(f"{len(told)} hand-ins looked at, {changed} {verb}.")
    click.echo("Nothing is erased, and nobody loses a module that they have completed.")
    if changed and not apply:
        click.echo("Nothing has been changed. Add --apply to change the points.")
    return sum(one.failed for one in told)


def _tell(database: Database, outcome: Outcome) -> None:
    with database.transaction() as session:
        person = session.get(Person, outcome.person_id)
    who = f"{person.name if person else '?'} ({outcome.person_id})"
    if outcome.failed:
        click.echo(f"{who}: could not be graded, stays as it is; see grading.log", err=True)
    for change in outcome.changes:
        before = "-" if change.before is None else f"{change.before:g}"
        kept = "  (stays: the module is completed)" if outcome.keeps else ""
        click.echo(f"{who}: {change.exercise}: {before} → {change.after:g}{kept}")
