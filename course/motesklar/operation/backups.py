"""Makes backups, keeps the newest of them, and says which there are.

A backup is written under another name, brought to the disk and only then called what it is. So a
file in the list is always whole, whatever happened.
"""

import asyncio
import fcntl
import logging
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from motesklar.config import BackupSection
from motesklar.errors import NotFound
from motesklar.operation.archive import Manifest, write_archive
from motesklar.operation.contents import BACKUPS, SNAPSHOT
from motesklar.operation.errors import BackupRunning, failure_of
from motesklar.operation.snapshot import snapshot
from motesklar.paths import DataFolder
from motesklar.store.audit import note
from motesklar.store.database import Database
from motesklar.store.models import utcnow

log = logging.getLogger("motesklar.operation")

_NAME = re.compile(r"motesklar-(\d{8}-\d{6})\.tar\.gz")
_STAMP = "%Y%m%d-%H%M%S"
#: How often it is looked whether a backup is due; and so long after the start the first time.
LOOK_SECONDS = 600.0


@dataclass(frozen=True)
class Backup:
    """A finished backup.

    Args:
        at: when it was begun; UTC.
    """

    path: Path
    at: datetime
    bytes: int


def backup_folder(data: DataFolder, settings: BackupSection) -> Path:
    """Where backups lie."""
    return Path(settings.folder) if settings.folder else data.root / BACKUPS


def backups_in(folder: Path) -> list[Backup]:
    """The finished backups in a folder, the newest first; none where it isn't there."""
    found = []
    for path in folder.glob("motesklar-*.tar.gz"):
        match = _NAME.fullmatch(path.name)
        if match and path.is_file():
            at = datetime.strptime(match[1], _STAMP)
            found.append(Backup(path, at, path.stat().st_size))
    return sorted(found, key=lambda one: one.at, reverse=True)


def make_backup(data: DataFolder, file: Path, at: datetime) -> Manifest:
    """Write a backup of a course, which may be running, to `file`.

    Raises:
        BackupRunning: another one is being made.
        BackupFailed: the disk said no; what `file` was before, it still is.
        Conflict: hand-ins are being graded anew, or a backup is being restored.
    """
    coming = file.with_name(f".{file.name}.coming")
    try:
        with _one_at_a_time(data):
            for leftover in data.root.glob(f"{SNAPSHOT}*"):  # of one that was killed
                shutil.rmtree(leftover, ignore_errors=True)
            try:
                with snapshot(data) as folder, coming.open("wb") as target:
                    coming.chmod(0o600)  # it holds keys, and everything about everybody
                    manifest = write_archive(folder, target, at)
                    target.flush()
                    os.fsync(target.fileno())
                os.replace(coming, file)
            finally:
                coming.unlink(missing_ok=True)
            _sync(file.parent)
    except (OSError, sqlite3.Error) as error:
        raise failure_of(error) from error
    return manifest


class Backups:
    """The backups of one installation.

    Args:
        now: the clock, UTC.
    """

    def __init__(
        self,
        data: DataFolder,
        settings: BackupSection,
        database: Database,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.data = data
        self.settings = settings
        self.database = database
        self.now = now
        self._making: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        #: Why the latest one failed, until one succeeds.
        self.failed: Exception | None = None

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return backup_folder(self.data, self.settings)

    def all(self) -> list[Backup]:
        """The finished ones, the newest first."""
        return backups_in(self.folder)

    def find(self, name: str) -> Backup:
        """The backup with that file name.

        Raises:
            NotFound: there is none.
        """
        for one in self.all():
            if one.path.name == name:
                return one
        raise NotFound

    def make(self, actor_id: str) -> Backup:
        """Make one now, and remove those beyond `backup.keep`. Blocks: call it in a thread.

        Raises:
            BackupRunning: another one is being made.
            BackupFailed: the disk said no; all earlier ones are still there.
        """
        at = self.now().replace(microsecond=0)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise failure_of(error) from error
        file = self.folder / f"motesklar-{at.strftime(_STAMP)}.tar.gz"
        manifest = make_backup(self.data, file, at)
        # only now: a backup that failed costs no older one
        for old in self.all()[self.settings.keep :]:
            old.path.unlink(missing_ok=True)
        self.note(actor_id, "backup", file.name)
        log.info(
            "backup made",
            extra={"facts": {"members": manifest.members, "bytes": file.stat().st_size}},
        )
        return Backup(file, at, file.stat().st_size)

    async def make_now(self, actor_id: str) -> Backup:
        """Make one in a thread; cancelling it doesn't stop the thread.

        Raises:
            BackupRunning: another one is being made.
            BackupFailed: the disk said no; all earlier ones are still there.
        """
        if self._lock.locked():
            raise BackupRunning
        async with self._lock:
            return await asyncio.to_thread(self.make, actor_id)

    def note(self, actor_id: str, action: str, subject: str) -> None:
        """Note who made or took a backup."""
        note(self.database, self.now(), actor_id, action, subject)

    def is_due(self) -> bool:
        """Whether the time of the next automatic one has come."""
        if not self.settings.every_hours:
            return False
        newest = next(iter(self.all()), None)
        age = timedelta(hours=self.settings.every_hours)
        return newest is None or self.now() - newest.at >= age

    def start(self) -> None:
        """Make automatic ones until `close`."""
        self._making = asyncio.create_task(self._make_when_due())

    async def close(self) -> None:
        """Stop; waits for one that is being made. Safe to call twice, and without `start`."""
        making, self._making = self._making, None
        if making is not None:
            making.cancel()
            await asyncio.wait([making])
        async with self._lock:  # its thread reads what is about to be closed
            return

    async def _make_when_due(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                if self.is_due():
                    await asyncio.shield(asyncio.ensure_future(self.make_now("server")))
                    self.failed = None
            except BackupRunning:
                continue
            except Exception as error:
                self.failed = error
                log.exception("the automatic backup failed; tried again in ten minutes")


@contextmanager
def _one_at_a_time(data: DataFolder) -> Iterator[None]:
    place = data.root / "grading"
    place.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(place / "backup", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupRunning from error
        yield
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    """Bring a folder's names to the disk, as fsync(2) asks for."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
