"""`motesklar nbgrader …`: the stock tools on the running course."""

import os
import sys
from pathlib import Path

import click

from motesklar.config import Settings, load_settings
from motesklar.errors import ConfigError
from motesklar.exercises.nbgrader_root import GradingFolder, prepare_course
from motesklar.exercises.nbgrader_settings import CONFIG_FILE, path_with_scripts
from motesklar.options import data_option
from motesklar.paths import DataFolder, shipped_settings


@click.command(
    context_settings={
        "ignore_unknown_options": True,
        "allow_interspersed_args": False,
        "help_option_names": [],
    }
)
@data_option
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def nbgrader(data: Path, arguments: tuple[str, ...]) -> None:
    """Run an nbgrader command on the course.

    The same works without us, in a shell in DATA/course.
    """
    folder = course_folder(data)
    command = [sys.executable, "-m", "nbgrader", *arguments]
    os.chdir(folder.nbgrader_root)
    # replaces this process, so that Ctrl-C and the exit status are nbgrader's own
    os.execve(sys.executable, command, os.environ | {"PATH": path_with_scripts()})  # noqa: S606


def course_folder(data: Path) -> DataFolder:
    """The data folder; its course is prepared if nobody has started it yet.

    A course that has been started is left as it is: it may have an overlay that we don't know.

    Raises:
        ConfigError: there is no such folder.
    """
    folder = DataFolder(data.resolve())
    if not folder.root.is_dir():
        raise ConfigError(str(data), "--data", "is not there; start the course once, or name it")
    if not (folder.nbgrader_root / CONFIG_FILE).exists():
        prepare_course(settings_of(folder).course.modules, folder)
    return folder


def settings_of(folder: DataFolder) -> Settings:
    """The settings with which the course in a data folder was started last."""
    overlay = GradingFolder(folder).last_overlay()
    return load_settings(shipped_settings(), overlay / "course.toml" if overlay else None)
