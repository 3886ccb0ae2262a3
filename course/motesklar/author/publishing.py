"""Puts checked modules into a course's data folder, all at once or not at all.

    DATA/publications/<n>/   what was published, complete each time; the newest two are kept
    DATA/published           a link to the one that counts

Changing the link is one step of the file system, so a course that starts at the same moment
sees the old modules or the new ones, never a mixture.
"""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from motesklar.author.bundle import modules_in, unpack_bundle
from motesklar.author.checks import check_modules
from motesklar.config import Settings
from motesklar.errors import ConfigError
from motesklar.exercises.library import ModuleSource, find_sources
from motesklar.exercises.nbgrader_root import GradingFolder, copy_files, only_one
from motesklar.paths import DataFolder

_KEPT = 2


def publish(given: Path, data: DataFolder, settings: Settings) -> list[str]:
    """Check the modules of a bundle or folder and make them count from the next start.

    Returns:
        Their names.

    Raises:
        ConfigError: something is wrong; nothing has changed.
    """
    folder = GradingFolder(data)
    folder.empty_gradebook.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.root, prefix="publish-") as scratch:
        sources = read_modules(given, Path(scratch) / "modules")
        names = [source.name for source in sources]
        unknown = sorted(set(names) - set(settings.course.modules))
        if unknown:
            raise ConfigError("course.toml", "course.modules", f"does not name {unknown[0]}")
        built = Path(scratch) / "built"
        built.mkdir()
        refuse_faults(given, sources, settings, built, folder.empty_gradebook)
        with only_one(folder.root / "lock"):
            _put_in(sources, data, folder)
    return names


def read_modules(given: Path, folder: Path) -> list[ModuleSource]:
    """A copy in `folder` of the modules of a bundle or folder, so that nobody changes them now.

    Raises:
        ConfigError: there are none that can be read.
    """
    if given.is_dir():
        for source in modules_in(given):
            copy_files(source, folder / source.name)
        return find_sources(sorted(path.name for path in folder.iterdir()), [folder])
    return unpack_bundle(given, folder)


def refuse_faults(
    given: Path, sources: Sequence[ModuleSource], settings: Settings, scratch: Path, empty: Path
) -> None:
    """Let modules pass that have no fault.

    Raises:
        ConfigError: names every fault.
    """
    faults = check_modules(sources, settings.course.languages, scratch, empty)
    if faults:
        told = "".join(f"\n  {fault}" for fault in faults)
        raise ConfigError(str(given), "not published", f"correct this first:{told}")


def _put_in(sources: Sequence[ModuleSource], data: DataFolder, folder: GradingFolder) -> None:
    place = data.root / "publications"
    place.mkdir(exist_ok=True)
    numbers = sorted(int(path.name) for path in place.iterdir() if path.name.isdecimal())
    number = (numbers[-1] if numbers else 0) + 1
    coming = place / f".{number}.coming"
    shutil.rmtree(coming, ignore_errors=True)
    if folder.published.exists():
        shutil.copytree(folder.published, coming)
    for source in sources:
        # as a whole: a file that the author removed must not live on
        shutil.rmtree(coming / source.name, ignore_errors=True)
        copy_files(source, coming / source.name)
    coming.rename(place / str(number))
    _point(folder.published, Path("publications") / str(number))
    for old in [*numbers, number][:-_KEPT]:
        shutil.rmtree(place / str(old))


def _point(link: Path, target: Path) -> None:
    coming = link.with_name(f".{link.name}.coming")
    coming.unlink(missing_ok=True)
    coming.symlink_to(target, target_is_directory=True)
    os.replace(coming, link)
