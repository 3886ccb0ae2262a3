"""Prepares `DATA/course`, nbgrader's folder, so that it holds the course as published now.

    DATA/course/     source, release, submitted, autograded, gradebook.db, nbgrader_config.py
    DATA/published/  modules that `motesklar publish` put in; they count before all others
    DATA/grading/    templates/<module>.db, staging/, prepared.json (what has been prepared)

A module is first generated in a folder apart. Only if that works is anything changed. A second
start with the same files generates nothing.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from motesklar import __version__
from motesklar.course import Course, Module
from motesklar.errors import ConfigError
from motesklar.exercises.gradebook import ARCHIVE_MARK, GradebookReader
from motesklar.exercises.jobs import GradingFailed
from motesklar.exercises.library import ModuleSource, find_sources
from motesklar.exercises.nbgrader_settings import (
    CONFIG_FILE,
    GRADEBOOK_FILE,
    config_file_text,
)
from motesklar.exercises.notebook import LESSON
from motesklar.paths import DataFolder, shipped_modules


@dataclass(frozen=True)
class GradingFolder:
    """`DATA/grading` and `DATA/published`: what we keep beside nbgrader's own folder."""

    data: DataFolder

    @property
    def root(self) -> Path:
        """Everything of ours."""
        return self.data.root / "grading"

    @property
    def staging(self) -> Path:
        """Hand-ins being graded, one folder each."""
        return self.root / "staging"

    @property
    def log(self) -> Path:
        """What grading processes and kernels print."""
        return self.root / "grading.log"

    @property
    def scratch(self) -> Path:
        """What Jupyter and IPython want to write; made anew at each start."""
        return self.root / "scratch"

    @property
    def stamp(self) -> Path:
        """What has been prepared, so that the next start can skip it."""
        return self.root / "prepared.json"

    @property
    def published(self) -> Path:
        """Published modules."""
        return self.data.root / "published"

    def last_overlay(self) -> Path | None:
        """The organisation's own course folder, as the course was started last."""
        found = _read_stamp(self.stamp).get("overlay")
        return Path(found) if found else None

    @property
    def empty_gradebook(self) -> Path:
        """Making one takes nbgrader seconds, so it is kept."""
        return self.root / "templates" / f"empty-{version('nbgrader')}.db"

    def template(self, module: str) -> Path:
        """A gradebook that knows the module and no people."""
        return self.root / "templates" / f"{module}.db"


def layers(data: DataFolder, overlay: Path | None) -> list[Path]:
    """Where modules are looked for; a later folder counts before an earlier one."""
    found = [shipped_modules(), GradingFolder(data).published]
    return found if overlay is None else [found[0], overlay / "modules", found[1]]


def prepare_course(names: Sequence[str], data: DataFolder, overlay: Path | None = None) -> Course:
    """Bring `DATA/course` up to date with the modules' sources and return the course.

    Raises:
        ConfigError: a module is wrong; the course's folder is as it was.
    """
    data.nbgrader_root.mkdir(parents=True, exist_ok=True)
    folder = GradingFolder(data)
    (folder.root / "templates").mkdir(parents=True, exist_ok=True)
    sources = find_sources(names, layers(data, overlay))
    with only_one(folder.root / "lock"):
        return Course(tuple(_Preparation(data, overlay).run(sources)))


class _Preparation:
    """One run of `prepare_course`."""

    def __init__(self, data: DataFolder, overlay: Path | None) -> None:
        self.root = data.nbgrader_root
        self.folder = GradingFolder(data)
        self.overlay = overlay
        self.gradebook = GradebookReader(self.root)
        self.stamp = _read_stamp(self.folder.stamp)

    def run(self, sources: list[ModuleSource]) -> Iterator[Module]:
        """Prepare what has changed and yield every module."""
        changed = [source for source in sources if self._has_changed(source)]
        if changed:
            self._generate(changed, sources)
        else:
            _lay_out_source(self.root / "source", sources, changed=False)
        self.gradebook.add_indexes()
        self.gradebook.close()
        self._write_stamp(sources)
        for source in sources:
            released = self.root / "release" / source.name / LESSON
            yield source.module(self.root / "source" / source.name, released.read_bytes())

    def _generate(self, changed: list[ModuleSource], sources: list[ModuleSource]) -> None:
        with tempfile.TemporaryDirectory(dir=self.folder.root, prefix="build-") as folder:
            build = Path(folder)
            build_modules(build, changed, self.folder.empty_gradebook)
            (self.root / CONFIG_FILE).write_text(config_file_text(), encoding="utf-8")
            _lay_out_source(self.root / "source", sources, changed=True)
            if not self.gradebook.path.exists():
                shutil.copyfile(self.folder.empty_gradebook, self.gradebook.path)
            for source in changed:
                self._take_in(build / source.name, source)

    def _has_changed(self, source: ModuleSource) -> bool:
        made = (self.root / "release" / source.name / LESSON, self.folder.template(source.name))
        return (
            self.stamp.get("made_by") != _made_by()
            or self.stamp.get("modules", {}).get(source.name) != source.fingerprint
            or not self.gradebook.path.exists()
            or not all(path.exists() for path in made)
        )

    def _take_in(self, built: Path, source: ModuleSource) -> None:
        """Generate in the course's own folder what has just been generated apart."""
        from motesklar.exercises.nbgrader_calls import archive_assignment, generate

        name = source.name
        if self._exercises_changed(built, name):
            # nbgrader refuses new cells where there are submissions; these stay as they were
            archived = f"{name}{ARCHIVE_MARK}{self.stamp.get('modules', {}).get(name, '')[:8]}"
            archive_assignment(self.root, name, archived)
            for step in ("submitted", "autograded", "feedback"):
                for person in (self.root / step).glob(f"*/{name}"):
                    person.rename(person.with_name(archived))
        generate(self.root, name)
        os.replace(built / GRADEBOOK_FILE, self.folder.template(name))

    def _exercises_changed(self, built: Path, module: str) -> bool:
        if not self.gradebook.path.exists() or not self.gradebook.has_submissions(module):
            return False
        new = GradebookReader(built)
        try:
            return new.cells(module) != self.gradebook.cells(module)
        finally:
            new.close()

    def _write_stamp(self, sources: list[ModuleSource]) -> None:
        stamp = {
            "made_by": _made_by(),
            "overlay": str(self.overlay) if self.overlay else None,
            "modules": {source.name: source.fingerprint for source in sources},
        }
        if stamp != self.stamp:
            coming = self.folder.stamp.with_suffix(".coming")
            coming.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
            os.replace(coming, self.folder.stamp)


@contextmanager
def only_one(lock_file: Path) -> Iterator[None]:
    """Wait until no other process is inside with the same file."""
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_modules(folder: Path, sources: Sequence[ModuleSource], empty: Path) -> None:
    """Generate each module in an nbgrader root of its own, `folder/<module>`.

    `empty` is a gradebook without anything in it, made if it isn't there.

    Raises:
        ConfigError: a module is wrong.
    """
    for source in sources:
        source.module(folder, b"")  # our own rules first: they name the cell
    from motesklar.exercises.nbgrader_calls import generate, make_gradebook

    if not empty.exists():
        make_gradebook(folder / GRADEBOOK_FILE)
        os.replace(folder / GRADEBOOK_FILE, empty)
    for source in sources:
        root = folder / source.name
        copy_files(source, root / "source" / source.name)
        shutil.copyfile(empty, root / GRADEBOOK_FILE)
        try:
            generate(root, source.name)
        except GradingFailed as error:
            raise ConfigError(f"{source.name}/{LESSON}", "nbgrader", str(error)) from error


def copy_files(source: ModuleSource, folder: Path) -> None:
    """Copy a module's files into a new folder."""
    for inside, path in source.files.items():
        (folder / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / inside)


def _lay_out_source(place: Path, sources: list[ModuleSource], *, changed: bool) -> None:
    """Make nbgrader's source folder: a link where all modules lie together, else a copy."""
    homes = {
        path.parents[inside.count("/") + 1]
        for source in sources
        for inside, path in source.files.items()
    }
    if len(homes) == 1:
        home = homes.pop()
        if not place.is_symlink() or place.readlink() != home:
            _remove(place)
            place.symlink_to(home, target_is_directory=True)
    elif changed or place.is_symlink() or not place.is_dir():
        coming = place.with_name("source.coming")
        _remove(coming)
        for source in sources:
            copy_files(source, coming / source.name)
        _remove(place)
        coming.rename(place)


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def _made_by() -> str:
    """Changes when released notebooks could come out differently from the same source."""
    return f"{__version__} {hashlib.sha256(config_file_text().encode()).hexdigest()[:16]}"


def _read_stamp(path: Path) -> dict[str, Any]:
    try:
        stamp: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}  # everything is made anew
    return stamp
