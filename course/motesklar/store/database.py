"""Opens the course database and brings it to the newest shape."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm import sessionmaker

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One engine and its sessions.

    Args:
        url: SQLAlchemy URL; `sqlite:///…/course.db` or `postgresql+psycopg://…`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = create_engine(url)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _prepare_sqlite)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    def migrate(self, revision: str = "head") -> None:
        """Bring the tables to the newest version, or an earlier one; does nothing when they are.

        All of it happens or nothing: where a step fails, the database is as it was.
        """
        config = AlembicConfig()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with self.engine.connect() as connection:
            if self.engine.dialect.name == "sqlite":
                # the driver would save each changed table at once; so it is told to leave that be,
                # on a connection that nobody uses afterwards
                connection.detach()
                connection.connection.dbapi_connection.isolation_level = None  # type: ignore[union-attr]
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            connection.commit()

    @contextmanager
    def transaction(self) -> Iterator[OrmSession]:
        """A session whose work is saved whole at the end, or not at all on an error."""
        with self._sessions.begin() as session:
            yield session

    @contextmanager
    def erasure(self) -> Iterator[OrmSession]:
        """A transaction after which nothing of what it removed can be found in the file.

        SQLite only marks rows as free, so it is told to overwrite them and to empty its journal.
        """
        sqlite = self.engine.dialect.name == "sqlite"
        with self.transaction() as session:
            if sqlite:
                session.connection().exec_driver_sql("PRAGMA secure_delete=ON")
            yield session
        if sqlite:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection; safe to call twice."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers never wait for the writer
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute(
        "PRAGMA synchronous=NORMAL"
    )  # safe with WAL: a power cut loses no committed page
    cursor.close()
