"""A database with the knowledge tables alone, and small texts of our own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.base.db import Database
from knowledge.ingest.tables import empty_library
from tests.ingest.texts import STATUTES


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Database]:
    database = empty_library(f"sqlite:///{tmp_path / 'library.db'}")
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
