"""`motesklar lint` and `motesklar new module`: for authors, before anybody meets a lesson."""

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from motesklar.author.checks import Fault, check_modules
from motesklar.author.reading import remarks
from motesklar.config import Settings, load_settings
from motesklar.course import Module
from motesklar.errors import ConfigError, Conflict, MotesklarError
from motesklar.exercises.library import ModuleSource, find_sources
from motesklar.exercises.notebook import LESSON
from motesklar.glossary.words import usable_words
from motesklar.i18n import N_
from motesklar.paths import shipped_modules, shipped_services, shipped_settings
from motesklar.service.facts import words_of
from motesklar.service.profile import PROFILE_FILE, load_profile

_STARTER = Path(__file__).parent / "starter"
_NAME = r"[0-9]{2}-[a-z0-9]+(-[a-z0-9]+)*"


@click.command()
@click.option(
    "--course",
    "overlay",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Your organisation's own course folder.",
)
@click.argument("modules", nargs=-1)
@click.pass_context
def lint(context: click.Context, overlay: Path | None, modules: tuple[str, ...]) -> None:
    """Look for what should be mended in MODULES (all of the course, if none is named).

    Ids, points, languages, reading level, pictures, links and the words of every meeting service;
    and when these are in order, with nbgrader itself, that the solution earns every point and an
    empty hand-in none.
    """
    settings = load_settings(shipped_settings(), overlay / "course.toml" if overlay else None)
    layers = [shipped_modules(), *([overlay / "modules"] if overlay else [])]
    sources = find_sources(modules or settings.course.modules, layers)
    readable = _readable(sources)
    faults = [*_twice(one for _, one in readable), *_style(readable, settings, overlay)]
    if not faults:
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder)
            languages = settings.course.languages
            faults = check_modules(sources, languages, scratch, scratch / "empty.db")
    for fault in faults:
        click.echo(fault)
    if faults:
        context.exit(1)
    click.echo(f"{len(sources)} modules are in order.")


@click.group()
def new() -> None:
    """Start something of your own."""


@new.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def module(folder: Path) -> None:
    """Start a module in FOLDER, such as modules/09-our-own, with a lesson to rewrite."""
    start_module(folder)
    click.echo(f"{folder} is ready: rewrite {folder / LESSON}, with make author or any editor.")
    click.echo(f"Then name {folder.name} in course.modules and run: motesklar lint {folder.name}")


def start_module(folder: Path) -> None:
    """Copy the starter lesson into a new folder.

    Raises:
        ConfigError: the folder's name is no module's.
        Conflict: it is there already; nothing has been changed.
    """
    if not re.fullmatch(_NAME, folder.name):
        problem = "give the folder a name such as 09-our-own: two digits, small letters, hyphens"
        raise ConfigError(str(folder), "-", problem)
    if folder.exists():
        raise Conflict(
            N_("%(folder)s is there already."),
            N_("Work on that one, or give it another name first. Nothing was changed."),
            folder=folder,
        )
    shutil.copytree(_STARTER, folder)


def _readable(sources: Sequence[ModuleSource]) -> list[tuple[ModuleSource, Module]]:
    """The modules that can be read; what is wrong with the others is told by `check_modules`."""
    found = []
    for source in sources:
        with contextlib.suppress(MotesklarError):
            found.append((source, source.module(Path(source.name), b"")))
    return found


def _twice(modules: Iterable[Module]) -> Iterator[Fault]:
    """Ids of exercises that two modules have."""
    seen: dict[str, str] = {}
    for module in modules:
        for exercise in module.exercises:
            if exercise.id in seen:
                problem = f"exercise {exercise.id!r} is in {seen[exercise.id]} as well"
                yield Fault(module.name, problem)
            seen.setdefault(exercise.id, module.name)


def _style(
    readable: Iterable[tuple[ModuleSource, Module]], settings: Settings, overlay: Path | None
) -> Iterator[Fault]:
    words, anchors = _words_by_profile(settings, overlay), list(usable_words(overlay))
    for source, module in readable:
        for remark in remarks(module, source.notebook(), words, list(source.files), anchors):
            yield Fault(source.name, remark)


def _words_by_profile(settings: Settings, overlay: Path | None) -> dict[str, dict[str, str]]:
    """Each meeting service's profile to what stands for placeholders in it."""
    folders = [shipped_services(), *([overlay / "services"] if overlay else [])]
    found = [path.parent for folder in folders for path in sorted(folder.glob(f"*/{PROFILE_FILE}"))]
    language = settings.course.default_language
    return {
        folder.name: words_of(settings, load_profile(folder, [language]), language)
        for folder in found
    }
