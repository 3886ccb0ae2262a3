"""The data folder and its databases. Only reads: nothing is made, migrated or repaired."""

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

import nbgrader.dbutil
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from motesklar.doctor.report import Check, fail, ok, warn
from motesklar.paths import DataFolder
from motesklar.store.database import MIGRATIONS

#: Less room than this is gone in a day of workshops and logs.
FREE_BYTES_MIN = 1024**3
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class FolderFacts:
    """The data folder as it was found.

    Args:
        writable: the folder, or where it does not exist the nearest one above it.
        mode: its permission bits; 0 where it does not exist.
        open_files: names of private files in it that others may read.
    """

    path: str
    exists: bool
    is_folder: bool
    writable: bool
    mode: int
    free_bytes: int
    open_files: tuple[str, ...] = ()


@dataclass(frozen=True)
class DatabaseFacts:
    """A database as it was found.

    Args:
        revision: of its tables; None where it has none yet.
        newest: the revision that this release needs.
        known: whether this release has ever had that revision.
        problem: why it could not be read, else empty.
    """

    exists: bool
    revision: str | None
    newest: str
    problem: str = ""
    known: bool = True


def judge_folder(facts: FolderFacts) -> Check:
    """Whether the course can write there, and nobody else can read."""
    name = "data folder"
    if facts.exists and not facts.is_folder:
        return fail(name, f"{facts.path} is a file", "Name a folder with --data")
    if not facts.writable:
        return fail(
            name,
            f"{facts.path} can't be written by this user",
            "Give the folder to the user that runs the course: chown -R",
        )
    if not facts.exists:
        return ok(name, f"{facts.path} will be made at the first start")
    if facts.mode & _OTHERS:
        return fail(
            name,
            f"{facts.path} can be opened by other users of this machine",
            f"Make it private: chmod 700 {facts.path}",
        )
    if facts.open_files:
        return fail(
            name,
            f"others may read {', '.join(facts.open_files)}",
            f"Make them private: chmod 600 in {facts.path}",
        )
    if facts.free_bytes < FREE_BYTES_MIN:
        room = f"{facts.free_bytes / 1024**2:.0f} MB"
        return warn(name, f"only {room} are free", "Make room, or move the folder to a larger disk")
    return ok(name, f"{facts.path} is writable and private")


def judge_database(name: str, facts: DatabaseFacts) -> Check:
    """Whether a database is whole and as new as this release."""
    if facts.problem:
        return fail(name, facts.problem, "Stop the course and restore the latest backup")
    if not facts.exists:
        return ok(name, "will be made at the first start")
    if facts.revision is None:
        return fail(name, "has no tables", "Move it away and start the course, which makes it anew")
    if not facts.known:
        return fail(
            name,
            f"is of a newer release ({facts.revision}; this one knows {facts.newest})",
            "Install the newer release again, or restore a backup from before the upgrade",
        )
    if facts.revision != facts.newest:
        return warn(
            name,
            f"is at revision {facts.revision}, this release needs {facts.newest}",
            "Back it up, then start the course: it migrates by itself",
        )
    return ok(name, f"is whole and up to date ({facts.revision})")


def check_storage(data: DataFolder) -> list[Check]:
    """Look at the folder and at both databases."""
    gradebook = data.nbgrader_root / "gradebook.db"
    return [
        judge_folder(look_at_folder(data)),
        judge_database(
            "course database",
            look_at_database(data.root / "course.db", "motesklar_version", str(MIGRATIONS)),
        ),
        judge_database(
            "gradebook",
            look_at_database(gradebook, "alembic_version", nbgrader.dbutil.ALEMBIC_DIR),
        ),
    ]


def look_at_folder(data: DataFolder) -> FolderFacts:
    """Find out about the data folder."""
    root = data.root
    nearest = next(path for path in [root, *root.parents] if path.exists())
    secrets = [path for path in (data.secret_file, data.turn_secret_file) if path.is_file()]
    return FolderFacts(
        path=str(root),
        exists=root.exists(),
        is_folder=root.is_dir(),
        writable=os.access(nearest, os.W_OK | os.X_OK),
        mode=stat.S_IMODE(root.stat().st_mode) if root.exists() else 0,
        free_bytes=shutil.disk_usage(nearest).free,
        open_files=tuple(path.name for path in secrets if path.stat().st_mode & _OTHERS),
    )


def look_at_database(path: Path, version_table: str, migrations: str) -> DatabaseFacts:
    """Open a database for reading alone, and let SQLite look it over."""
    scripts = _scripts(migrations)
    newest = str(scripts.get_current_head())
    if not path.exists():
        return DatabaseFacts(exists=False, revision=None, newest=newest)
    # `mode=ro`: a doctor must never make a file or wait for a writer's lock
    engine = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    try:
        with engine.connect() as connection:
            state = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
            tables = set(
                connection.execute(text("SELECT name FROM sqlite_master WHERE type='table'"))
                .scalars()
                .all()
            )
            revision = None
            if version_table in tables:
                # the table's name is one of our own two, never a visitor's
                query = f"SELECT version_num FROM {version_table}"  # noqa: S608
                revision = connection.execute(text(query)).scalar()
    except SQLAlchemyError as error:
        reason = str(error.__cause__ or error).split("\n", 1)[0]
        return DatabaseFacts(True, None, newest, f"{path} can't be read: {reason}")
    finally:
        engine.dispose()
    problem = "" if state == "ok" else f"{path} is damaged: {str(state).split(chr(10), 1)[0]}"
    known = revision in {one.revision for one in scripts.walk_revisions()}
    return DatabaseFacts(True, revision, newest, problem, known)


def _scripts(migrations: str) -> ScriptDirectory:
    config = AlembicConfig()
    config.set_main_option("script_location", migrations.replace("%", "%%"))
    return ScriptDirectory.from_config(config)
