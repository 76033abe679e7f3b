"""A database with the knowledge tables alone, and small texts of our own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from knowledge.base.db import Database
from knowledge.ingest import tables
from tests.ingest.texts import STATUTES


def empty_library(path: Path) -> Database:
    assert tables.DocumentRow.__tablename__ == "knowledge_document"
    engine = sa.create_engine(f"sqlite:///{path}")
    names = [name for name in SQLModel.metadata.tables if name.startswith("knowledge_")]
    SQLModel.metadata.create_all(engine, tables=[SQLModel.metadata.tables[name] for name in names])
    engine.dispose()
    return Database(f"sqlite:///{path}")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Database]:
    database = empty_library(tmp_path / "library.db")
    yield database
    database.close()


@pytest.fixture
def statutes(tmp_path: Path) -> Path:
    """A folder of made-up statutes."""
    folder = tmp_path / "laws"
    for name, text in STATUTES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
