"""`motesklar backup` and `motesklar restore`."""

import getpass
from contextlib import closing
from pathlib import Path

import click

from motesklar.config import load_settings
from motesklar.exercises.commands import settings_of
from motesklar.operation.backups import Backups, make_backup
from motesklar.operation.erasures import replay
from motesklar.operation.restore import restore as put_back
from motesklar.options import course_option, data_option
from motesklar.paths import DataFolder, shipped_settings
from motesklar.store.database import Database
from motesklar.store.models import utcnow


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@data_option
@course_option
def backup(file: Path | None, data: Path, overlay: Path | None) -> None:
    """Make a backup; the course may be running.

    Without FILE it lies where backup.folder says, and the oldest beyond backup.keep are removed.
    """
    folder = _existing(data)
    if file is not None:
        manifest = make_backup(folder, file.resolve(), utcnow())
        told = f"{manifest.members} files, {manifest.bytes / 1e6:.1f} MB unpacked"
        click.echo(f"Backup made: {file} ({told})")
        return
    own = overlay / "course.toml" if overlay else None
    settings = load_settings(shipped_settings(), own) if own else settings_of(folder)
    with closing(Database(folder.database_url)) as database:
        made = Backups(folder, settings.backup, database).make(f"os:{getpass.getuser()}"[:20])
    click.echo(f"Backup made: {made.path} ({made.bytes / 1e6:.1f} MB)")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
def restore(file: Path, data: Path) -> None:
    """Put the backup FILE in the place of what is in the data folder. Stop the course first.

    What was there before is kept beside it. What somebody has had erased since the backup was made
    is erased again, and who has been merged is merged again.
    """
    done = put_back(file.resolve(), DataFolder(data.resolve()), replay, utcnow())
    click.echo(f"Restored: {done.manifest.members} files of {done.manifest.made_at}.")
    if done.again.erased:
        click.echo(f"{done.again.erased} people who have been erased since then were erased again.")
    if done.again.merged:
        click.echo(f"{done.again.merged} people who have been merged since then were merged again.")
    if done.replaced:
        click.echo(f"What was there before lies in {done.replaced}.")
        click.echo("Look whether all is well, then remove that folder: it holds people's data.")
    click.echo("Start the course again.")


def _existing(data: Path) -> DataFolder:
    folder = DataFolder(data.resolve())
    if not (folder.root / "course.db").exists():
        raise click.ClickException(f"{data} holds no course. Name its folder with --data.")
    return folder
