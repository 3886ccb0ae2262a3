"""What of the data folder belongs in a backup. Pure.

Everything that somebody has put there does; what is made anew at each start, logs and other backups
don't. So a part that is added to the data folder later is in the backups without anybody thinking
of it.
"""

import re
from pathlib import PurePosixPath

from motesklar.errors import MotesklarError
from motesklar.i18n import N_
from motesklar.operation.errors import NotRestorable

#: The newest backups lie here unless `backup.folder` says another place.
BACKUPS = "backups"
#: Where a backup is laid out before it takes the place of what is there.
RESTORING = ".restore"
#: Begins the name of a folder with what was there before a restore.
REPLACED = "replaced-"
#: Begins the name of a folder in which a backup is put together.
SNAPSHOT = ".backup-"
#: What was erased, told to every restore; never replaced by an older one.
LEDGER = "erasures.jsonl"

#: Names in the data folder that neither go into a backup nor are touched by a restore.
_STAYS = re.compile(
    rf"{BACKUPS}|{re.escape(RESTORING)}|{REPLACED}.*|{re.escape(SNAPSHOT)}.*"
    r"|(motesklar|kernels)\.log.*"
)
#: Made anew at each start, from the modules.
_MADE_ANEW = re.compile(
    r"course/source(\.coming)?|grading/(staging|scratch|build-.*|publish-.*|regrade-.*)"
    r"|grading/(lock|in-use|promotions|promotions-door|backup|grading\.log)"
    r"|(.*/)?\.[^/]*\.(coming|going)"
)
#: SQLite's own, beside a database; its content is in the copy.
_OF_SQLITE = ("-wal", "-shm", "-journal")


def stays(name: str) -> bool:
    """Whether something at the top of the data folder is left alone by backup and restore."""
    return bool(_STAYS.fullmatch(name))


def belongs(inside: str) -> bool:
    """Whether a path in the data folder goes into a backup; what lies under one that doesn't, too.

    Args:
        inside: relative to the data folder, such as `course/gradebook.db`.
    """
    top = inside.partition("/")[0]
    return not (
        stays(top)
        or _MADE_ANEW.fullmatch(inside)
        or inside.endswith(tuple(f".db{end}" for end in _OF_SQLITE))
    )


def is_database(inside: str) -> bool:
    """Whether only SQLite itself can copy it while it is in use."""
    return inside.endswith(".db")


def safe_member(name: str) -> PurePosixPath:
    """Where a member of a backup goes, below the folder that it is laid out in.

    Raises:
        NotRestorable: its name leads out of that folder.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts or "\0" in name:
        raise leads_out()
    return path


def leads_out() -> MotesklarError:
    """The error for a backup that wants to write elsewhere."""
    return NotRestorable(
        N_("The file is no backup of Mötesklar: something in it would be written elsewhere.")
    )
