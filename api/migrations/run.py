"""Bring a database to the newest schema, or write a new revision from the models."""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

HERE = Path(__file__).parent


def upgrade(url: str) -> None:
    """Migrate to head; does nothing on a database that is there already."""
    _run(url, lambda config: command.upgrade(config, "head"))


def revise(url: str, message: str) -> None:
    """Write a revision with what the models have and the database lacks."""
    _run(url, lambda config: command.revision(config, message=message, autogenerate=True))


def _run(url: str, task: Callable[[Config], object]) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # Not the guarded engine: schema changes are nobody's rows.
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                connection.commit()
            config = Config()
            config.set_main_option("script_location", str(HERE).replace("%", "%%"))
            config.attributes["connection"] = connection
            task(config)
            connection.commit()
    finally:
        engine.dispose()
