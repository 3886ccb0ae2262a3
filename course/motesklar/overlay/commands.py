"""`motesklar course`: an organisation's own course folder."""

from collections.abc import Iterable
from pathlib import Path

import click

from motesklar.overlay.checking import check_course
from motesklar.overlay.fit import Finding, Weight, must_change
from motesklar.overlay.folder import OwnCourse
from motesklar.overlay.shipped import Shipped

_MARKS = {Weight.MUST: "change", Weight.NOTE: "note  "}


def _folder() -> click.Path:
    return click.Path(file_okay=False, path_type=Path)


def _own(folder: Path) -> OwnCourse:
    return OwnCourse(folder, Shipped.installed())


@click.group()
def course() -> None:
    """Your organisation's own course: settings, modules, texts, pictures and languages."""


@course.command()
@click.argument("folder", metavar="DIR", type=_folder())
def init(folder: Path) -> None:
    """Start an own course folder in DIR."""
    _own(folder).create()
    click.echo(f"{folder} is ready. Next: change {folder / 'course.toml'}, then run")
    click.echo(f"  motesklar course check {folder}")
    click.echo(f"  motesklar serve --course {folder}")


@course.command()
@click.argument("folder", metavar="DIR", type=_folder())
@click.argument("module")
def copy(folder: Path, module: str) -> None:
    """Copy a shipped MODULE to DIR, to change it there."""
    target = _own(folder).copy(module)
    click.echo(f"{target} is yours now. Files that you remove follow the shipped ones again.")


@course.command()
@click.argument("folder", metavar="DIR", type=_folder())
@click.argument("module")
def accept(folder: Path, module: str) -> None:
    """Remember that you have compared your MODULE with the shipped one of this release."""
    _own(folder).accept(module)
    click.echo(f"Remembered: {module} has been compared with the shipped one.")


@course.command()
@click.argument("folder", metavar="DIR", type=_folder())
@click.pass_context
def check(context: click.Context, folder: Path) -> None:
    """Say what in DIR no longer fits this release; exit status 1 if something must be changed."""
    own = _own(folder)
    findings = check_course(own)
    for line in _lines(findings):
        click.echo(line)
    if must_change(findings):
        context.exit(1)
    click.echo(f"{folder} fits Mötesklar {own.shipped.version}.")


def _lines(findings: Iterable[Finding]) -> list[str]:
    return [f"{_MARKS[f.weight]}  {f.place}: {f.sentence}" for f in findings]
