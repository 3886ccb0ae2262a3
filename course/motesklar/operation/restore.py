"""Puts a backup in the place of what is there.

    DATA/.restore/new/      the backup: laid out, checked, migrated, its erasures done again
    DATA/.restore/swapping  from here on the exchange is finished, by whoever comes next
    DATA/replaced-<time>/   what was there before; somebody may remove it when all is well

Until `swapping` is there, nothing that counts has been touched. After it, everything in `new` is
known to be whole; if the machine stops in the middle, the next start of the course goes on where it
was. So there is no moment in which a course could start with half of each.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from motesklar.errors import Conflict
from motesklar.exercises.in_use import alone
from motesklar.exercises.nbgrader_root import GradingFolder
from motesklar.i18n import N_
from motesklar.operation.archive import Manifest, unpack_archive
from motesklar.operation.contents import LEDGER, REPLACED, RESTORING, stays
from motesklar.operation.errors import NoRoom, NotRestorable, failure_of
from motesklar.paths import DataFolder
from motesklar.store.database import Database
from motesklar.store.schema import is_known


@dataclass(frozen=True)
class Replayed:
    """What was done again in a backup.

    Args:
        erased: people who were in it and have been erased since it was made.
        merged: people who were in it twice and have been made one since.
    """

    erased: int = 0
    merged: int = 0


#: Erases and merges again in a course's data what a list of erasures names.
Replay = Callable[[DataFolder, Database, Path], Replayed]


@dataclass(frozen=True)
class Restored:
    """How a restore went.

    Args:
        replaced: where what was there before lies now; None where there was nothing.
        again: what has been erased and merged since the backup was made.
    """

    manifest: Manifest
    replaced: Path | None
    again: Replayed


def restore(file: Path, data: DataFolder, replay: Replay, at: datetime) -> Restored:
    """Put the backup `file` in the place of what is in `data`.

    Raises:
        Conflict: the course runs.
        NotRestorable: the file is no whole backup, or from a newer release. Nothing was changed.
        BackupFailed: the disk said no. Nothing was changed.
    """
    data.prepare()
    finish(data)
    with alone(GradingFolder(data)):
        place = data.root / RESTORING
        shutil.rmtree(place, ignore_errors=True)
        try:
            new = DataFolder(place / "new")
            new.root.mkdir(mode=0o700, parents=True)
            manifest = unpack_archive(file, new.root)
            _check(new, manifest)
            _merge_ledgers(data.root / LEDGER, new.root / LEDGER)
            again = _bring_up_to_date(new, replay)
            _mark(data, at)
        except (OSError, sqlite3.Error) as error:
            shutil.rmtree(place, ignore_errors=True)
            raise _told(error) from error
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        # from here on there is no way back: what breaks off now goes on at the next start
        finish(data)
        replaced = _aside(data, at)
        return Restored(manifest, replaced if replaced.exists() else None, again)


def finish(data: DataFolder) -> None:
    """End an exchange that was broken off; does nothing where there was none.

    Raises:
        Conflict: somebody restores a backup in this moment.
    """
    mark = data.root / RESTORING / "swapping"
    if mark.exists():
        with _marked(mark):
            _swap(data, Path(mark.read_text(encoding="utf-8")))


def _check(new: DataFolder, manifest: Manifest) -> None:
    if not is_known(manifest.schema):
        raise NotRestorable(
            N_("The backup was made by a newer release of Mötesklar (%(release)s)."),
            N_("Install that release or a newer one, and try again. Nothing has been changed."),
            release=manifest.motesklar,
        )
    for path in new.root.rglob("*.db"):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            state = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if state != "ok":
            name = str(path.relative_to(new.root))
            raise NotRestorable(N_("The backup is damaged: %(name)s is not as it was."), name=name)


def _merge_ledgers(living: Path, restored: Path) -> None:
    """What was erased stays erased: the lines of both, each once."""
    lines: dict[bytes, None] = {}
    for path in (restored, living):
        if path.exists():
            lines |= dict.fromkeys(path.read_bytes().splitlines())
    if lines:
        restored.write_bytes(b"\n".join(lines) + b"\n")
        restored.chmod(0o600)


def _bring_up_to_date(new: DataFolder, replay: Replay) -> Replayed:
    database = Database(new.database_url)
    try:
        database.migrate()
        return replay(new, database, new.root / LEDGER)
    finally:
        database.close()


def _mark(data: DataFolder, at: datetime) -> None:
    mark = data.root / RESTORING / "swapping"
    coming = mark.with_suffix(".coming")
    coming.write_text(str(_aside(data, at)), encoding="utf-8")
    os.sync()  # all of `new` is on the disk before anything says so
    os.replace(coming, mark)


def _aside(data: DataFolder, at: datetime) -> Path:
    return data.root / f"{REPLACED}{at:%Y%m%d-%H%M%S}"


def _swap(data: DataFolder, replaced: Path) -> None:
    """Exchange what is there for what is new; may be broken off anywhere and done again."""
    new = data.root / RESTORING / "new"
    away = data.root / RESTORING / "away"
    if not away.exists():
        replaced.mkdir(mode=0o700, exist_ok=True)
        for path in sorted(data.root.iterdir()):
            if not stays(path.name):
                path.rename(replaced / path.name)
        away.touch()  # what stands in the data folder from now on is new
    for path in sorted(new.iterdir()):
        path.rename(data.root / path.name)
    if replaced.exists() and {path.name for path in replaced.iterdir()} <= {"grading"}:
        shutil.rmtree(replaced)  # there was no course, only the lock that keeps one from starting
    os.sync()
    # the mark goes last of all: without it nobody would go on
    (data.root / RESTORING / "swapping").unlink()
    shutil.rmtree(data.root / RESTORING, ignore_errors=True)


@contextmanager
def _marked(mark: Path) -> Iterator[None]:
    with mark.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                N_("A backup is being restored right now."), N_("Wait until it is done.")
            ) from error
        yield


def _told(error: OSError | sqlite3.Error) -> Exception:
    if isinstance(failure_of(error), NoRoom):
        return NotRestorable(
            N_("The backup could not be restored: the disk is full."),
            N_("Make room on the disk and try again. Nothing has been changed."),
        )
    return NotRestorable(N_("The backup could not be restored: %(reason)s."), reason=str(error))
