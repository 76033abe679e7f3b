"""The migrations make exactly the tables of the models."""

from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from api.migrations.run import upgrade
from api.migrations.tables import load_tables


def test_a_migrated_database_has_what_the_models_say(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'qifu.db'}"
    upgrade(url)
    load_tables()
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        options = {"include_object": lambda _item, name, kind, *_: not (kind == "table" and name.startswith("test_"))}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), SQLModel.metadata)
    engine.dispose()
    assert found == []


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'qifu.db'}"
    upgrade(url)
    before = (tmp_path / "qifu.db").read_bytes()
    upgrade(url)
    assert (tmp_path / "qifu.db").read_bytes() == before
