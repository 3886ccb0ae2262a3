"""Brings an installation's database to this release's shape, with a copy of it from before."""

import logging
import sqlite3
from datetime import datetime

from motesklar.errors import MotesklarError
from motesklar.i18n import N_
from motesklar.operation.archive import schema_of
from motesklar.operation.contents import BACKUPS
from motesklar.operation.errors import failure_of
from motesklar.operation.snapshot import copy_database
from motesklar.paths import DataFolder
from motesklar.store.database import Database
from motesklar.store.schema import is_known, revisions

log = logging.getLogger("motesklar.operation")


class NewerDatabase(MotesklarError):
    """A newer release has been here."""

    code = "newer_database"
    message = N_("The course's database was made by a newer release of Mötesklar (%(schema)s).")
    next_step = N_("Install the newer release again, or restore a backup from before the upgrade.")


class UpgradeFailed(MotesklarError):
    """A step of the migration broke; the database is as it was."""

    code = "upgrade_failed"
    message = N_(
        "The database could not be brought to this release's shape; it is as it was before."
    )
    next_step = N_(
        "Install the release that you had, which still works, and report what stands in the log."
    )


def upgrade(data: DataFolder, database: Database, at: datetime) -> None:
    """Migrate the course's database; the copy from before lies among the backups.

    Raises:
        NewerDatabase: this release can't read it.
        BackupFailed: there is no room for the copy; nothing was changed.
        UpgradeFailed: nothing was changed.
    """
    file = data.root / "course.db"
    before = schema_of(file) if file.exists() else ""
    if not is_known(before):
        raise NewerDatabase(schema=before)
    newest = revisions()[-1]
    if before and before != newest:
        place = data.root / BACKUPS
        place.mkdir(mode=0o700, exist_ok=True)
        copy = place / f"course-{before}-{at:%Y%m%d-%H%M%S}.db"
        try:
            copy_database(file, copy)
        except (OSError, sqlite3.Error) as error:
            copy.unlink(missing_ok=True)
            raise failure_of(error) from error
        log.info("migrating from %s to %s; the copy from before is %s", before, newest, copy.name)
    try:
        database.migrate()
    except Exception as error:
        log.exception("the migration from %s to %s failed", before, newest)
        raise UpgradeFailed from error
