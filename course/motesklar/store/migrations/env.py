"""Alembic's entry: runs on the connection that `Database.migrate` hands over."""

from alembic import context

from motesklar.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # nbgrader uses Alembic's default table name; ours must not meet it.
    version_table="motesklar_version",
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
