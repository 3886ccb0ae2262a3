"""Course databases with all tables and nobody in them."""

import functools
import tempfile
from pathlib import Path

from motesklar.store.database import Database


def new_database(file: Path) -> Database:
    """A migrated database in `file`, which doesn't exist yet.

    A copy of one that this process has migrated once: that takes a fifth of a second, and most
    tests are about something else.
    """
    file.write_bytes(_migrated())
    return Database(f"sqlite:///{file}")


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "course.db"
        database = Database(f"sqlite:///{file}")
        database.migrate()
        database.close()
        return file.read_bytes()
