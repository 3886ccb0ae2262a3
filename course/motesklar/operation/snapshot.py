"""A picture of the data folder as it is in one moment, while the course runs.

Both databases are copied by SQLite itself, in one step each. nbgrader's files are replaced whole
and never written to, so a second name for each (a hard link) keeps what it holds now and costs no
room.
Promotions pause meanwhile, so that gradebook, files and our own database tell the same.

Our own database goes first. What is handed in after it waits in no copy; what was being graded then
is graded again after a restore, which changes nothing where it was already in. The list of erasures
goes last: it may name more than is in the copies, never less.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from motesklar.exercises.in_use import InUse
from motesklar.exercises.nbgrader_root import GradingFolder, only_one
from motesklar.exercises.promotions import paused
from motesklar.operation.contents import LEDGER, SNAPSHOT, belongs, is_database
from motesklar.operation.errors import BackupFailed
from motesklar.paths import DataFolder


@contextmanager
def snapshot(data: DataFolder) -> Iterator[Path]:
    """A folder that holds what belongs in a backup; it is gone afterwards.

    Raises:
        Conflict: hand-ins are being graded anew, or a backup is being restored.
        OSError: no room, or no right.
        sqlite3.Error: a database can't be copied.
    """
    folder = GradingFolder(data)
    in_use = InUse(folder)
    in_use.hold()
    try:
        with tempfile.TemporaryDirectory(prefix=SNAPSHOT, dir=data.root) as place:
            with only_one(folder.root / "lock"), paused(folder.root):
                _take(data.root, Path(place))
            yield Path(place)
    finally:
        in_use.release()


def copy_database(source: Path, target: Path) -> None:
    """Copy an SQLite database in one step; others may read and write it meanwhile.

    Raises:
        sqlite3.Error: it can't be read, or there is no room.
    """
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        reading.backup(writing)
    target.chmod(0o600)


def _take(root: Path, place: Path) -> None:
    copy_database(root / "course.db", place / "course.db")
    for inside in _files(root):
        if inside not in ("course.db", LEDGER):
            _copy(root / inside, place / inside)
    if (root / LEDGER).exists():
        shutil.copyfile(root / LEDGER, place / LEDGER)


def _files(root: Path) -> Iterator[str]:
    """Every file and link that belongs in a backup, gradebooks before the files they tell of."""
    found: list[str] = []
    for folder, names, files in os.walk(root):
        inside = Path(folder).relative_to(root)
        links = [name for name in names if (Path(folder) / name).is_symlink()]
        kept = [name for name in names if name not in links]
        names[:] = sorted(name for name in kept if belongs(str(inside / name)))
        here = (str(inside / name) for name in sorted([*files, *links]))
        found += (path for path in here if belongs(path))
    return iter(sorted(found, key=lambda path: not is_database(path)))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if source.is_symlink():
        link = source.readlink()
        if link.is_absolute() or ".." in link.parts:
            # what it leads to would be missing after a restore, and nobody would have been told
            raise BackupFailed(reason=f"{source.name} is a link that leads out of the data folder")
        target.symlink_to(link)
    elif is_database(source.name):
        copy_database(source, target)
    elif source.is_file():
        try:
            os.link(source, target)
        except PermissionError:  # another one's file, or a file system without links
            shutil.copyfile(source, target)
        except FileNotFoundError:  # its person has been erased in this moment
            return
