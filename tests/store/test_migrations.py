"""The migrations make the tables that the models describe."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from motesklar.store.database import Database
from motesklar.store.tables import Base


# the order of names is an index that SQLAlchemy can't read back, and so neither compares
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
def test_the_migrations_make_what_the_models_say(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'course.db'}")
    database.migrate()
    with database.engine.connect() as connection:
        options = {"version_table": "motesklar_version"}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
    database.close()
