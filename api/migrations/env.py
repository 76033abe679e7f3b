"""Alembic's entry: called by `run.upgrade` and by `alembic` with a connection in its attributes."""

from alembic import context
from sqlmodel import SQLModel

from api.migrations.tables import load_tables

load_tables()


def include_object(_item: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    """Leave tables that are not ours (DBOS keeps its own in the same file) alone."""
    return not (kind == "table" and reflected and name not in SQLModel.metadata.tables)


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    include_object=include_object,
    render_as_batch=True,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
