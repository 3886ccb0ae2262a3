"""Which shape the course database has, and which this release knows."""

from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory

from motesklar.store.database import MIGRATIONS


def revisions() -> list[str]:
    """Every released shape, the oldest first."""
    return [one.revision for one in reversed(list(_scripts().walk_revisions()))]


def is_known(revision: str) -> bool:
    """Whether this release can read a database of that shape; an empty one is of no shape yet."""
    return not revision or revision in revisions()


def _scripts() -> ScriptDirectory:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return ScriptDirectory.from_config(config)
