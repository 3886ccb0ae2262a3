"""`motesklar author`, `publish` and `formgrader`."""

import getpass
import tempfile
from pathlib import Path

import click

from motesklar.author.jupyter import run_jupyter
from motesklar.config import load_settings
from motesklar.errors import ConfigError
from motesklar.exercises.commands import course_folder, settings_of
from motesklar.exercises.library import find_sources
from motesklar.exercises.nbgrader_root import GradingFolder, layers
from motesklar.options import data_option
from motesklar.paths import DataFolder, shipped_settings
from motesklar.store.database import Database
from motesklar.store.models import AuditEntry

_course_option = click.option(
    "--course",
    "overlay",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Your organisation's own course folder.",
)
_directory_option = click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    help="The author's copy of the course; DATA/author if not given.",
)
_browser_option = click.option("--browser/--no-browser", default=True, help="Open it in a browser.")


@click.group(invoke_without_command=True)
@data_option
@_course_option
@_directory_option
@click.option("--port", default=8890, show_default=True, help="Port of JupyterLab.")
@_browser_option
@click.pass_context
def author(
    context: click.Context,
    data: Path,
    overlay: Path | None,
    directory: Path | None,
    port: int,
    browser: bool,
) -> None:
    """Write modules in JupyterLab, on a copy of the course with invented learners.

    The copy is made once; what you have written in it stays. Nothing of it reaches anybody until
    it is published.
    """
    folder = DataFolder(data.resolve())
    workspace = (directory or folder.root / "author").resolve()
    context.obj = (folder, workspace)
    if context.invoked_subcommand is None:
        _open_workspace(folder, workspace, overlay)
        click.echo(f"Your copy of the course: {workspace / 'source'}")
        click.echo(f"When a module is ready: motesklar publish --data {data} {workspace}")
        run_jupyter(workspace, workspace / ".jupyter", port, lab=True, browser=browser)


@author.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("modules", nargs=-1)
@click.pass_obj
def bundle(made: tuple[DataFolder, Path], file: Path, modules: tuple[str, ...]) -> None:
    """Check MODULES of your copy (all, if none is named) and pack them into FILE, a zip."""
    from motesklar.author.bundle import modules_in, write_bundle
    from motesklar.author.publishing import refuse_faults

    folder, workspace = made
    sources = modules_in(workspace)
    unknown = sorted(set(modules) - {source.name for source in sources})
    if unknown:
        raise ConfigError(str(workspace), "source", f"has no module {unknown[0]!r}")
    chosen = [source for source in sources if not modules or source.name in modules]
    with tempfile.TemporaryDirectory() as scratch:
        empty = Path(scratch) / "empty.db"
        refuse_faults(workspace, chosen, settings_of(folder), Path(scratch), empty)
    write_bundle(file, chosen)
    click.echo(f"{file}: {', '.join(source.name for source in chosen)}")


@click.command()
@data_option
@click.argument("given", metavar="BUNDLE|DIR", type=click.Path(exists=True, path_type=Path))
def publish(data: Path, given: Path) -> None:
    """Check the modules of a bundle or a folder and put them into the course.

    Nothing changes unless every one of them is in order: valid for nbgrader, without outputs,
    complete in every language, its solution worth all points and an empty hand-in none.
    """
    from motesklar.author.publishing import publish as put_in

    folder = course_folder(data)
    names = put_in(given, folder, settings_of(folder))
    _note(folder, "published", ", ".join(names))
    click.echo(f"Published: {', '.join(names)}")
    click.echo("Restart the course to show it. The publication before is kept.")


@click.command()
@data_option
@click.option("--port", default=8891, show_default=True, help="Port of formgrader.")
@_browser_option
def formgrader(data: Path, port: int, browser: bool) -> None:
    """Open nbgrader's formgrader on the running course. Each time is noted in the audit log.

    For an administrator at this machine: it shows everybody's hand-ins and the hidden tests.
    """
    folder = course_folder(data)
    _note(folder, "formgrader", "gradebook")
    own = GradingFolder(folder).root / "jupyter"
    run_jupyter(folder.nbgrader_root, own, port, lab=False, browser=browser)


def _open_workspace(folder: DataFolder, workspace: Path, overlay: Path | None) -> None:
    if (workspace / "source").is_dir():
        return
    if workspace.exists() and any(workspace.iterdir()):
        raise ConfigError(str(workspace), "--dir", "is not empty and is no author's copy")
    from motesklar.author.workspace import make_workspace

    folder.prepare()
    overlay = overlay.resolve() if overlay else GradingFolder(folder).last_overlay()
    settings = load_settings(shipped_settings(), overlay / "course.toml" if overlay else None)
    click.echo("Making a copy of the course with invented learners …")
    make_workspace(workspace, find_sources(settings.course.modules, layers(folder, overlay)))


def _note(folder: DataFolder, action: str, subject: str) -> None:
    """Note in the course's audit log who did it; here the machine's own user, not a person."""
    database = Database(folder.database_url)
    try:
        database.migrate()
        with database.transaction() as session:
            entry = AuditEntry(actor_id=f"os:{getpass.getuser()}"[:20], action=action)
            entry.subject = subject[:120]
            session.add(entry)
    finally:
        database.close()
