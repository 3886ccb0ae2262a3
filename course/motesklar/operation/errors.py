"""What can go wrong with a backup, told to whoever runs the course.

MotesklarError
├── BackupFailed (503)     no new one was made; the older ones are as they were
│   └── NoRoom (507)       the disk is full
├── BackupRunning (409)    another one is being made
└── NotRestorable (400)    a file from which nothing can be restored; nothing was changed
"""

import errno
import sqlite3

from motesklar.errors import BadRequest, Conflict, MotesklarError
from motesklar.i18n import N_

#: The disk, the user's share of it or the largest file allowed is used up.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class BackupFailed(MotesklarError):
    """The disk said no."""

    status = 503
    code = "backup_failed"
    message = N_("No backup was made: %(reason)s. Earlier backups are still there.")
    next_step = N_("Check that the folder of the backups is there and can be written to.")


class NoRoom(BackupFailed):
    """The disk is full."""

    status = 507
    code = "no_room"
    message = N_("No backup was made: the disk is full. Earlier backups are still there.")
    next_step = N_("Make room on the disk, or set backup.folder in course.toml to another disk.")


class BackupRunning(Conflict):
    """One at a time."""

    code = "backup_running"
    message = N_("A backup is being made right now.")
    next_step = N_("Wait until it is done. It then stands first in the list.")


class NotRestorable(BadRequest):
    """A file that is no whole backup, or one that this release can't read."""

    code = "not_restorable"
    next_step = N_("Nothing has been changed. Choose another backup and try again.")


def failure_of(error: OSError | sqlite3.Error) -> BackupFailed:
    """What an error of the disk means for a backup."""
    if isinstance(error, OSError):
        return NoRoom() if error.errno in _FULL else BackupFailed(reason=_reason(error))
    # SQLite tells a file that may not grow further as a failed write
    code = getattr(error, "sqlite_errorcode", None)
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE):
        return NoRoom()
    return BackupFailed(reason=str(error))


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
