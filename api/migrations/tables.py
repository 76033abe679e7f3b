"""Imports every module of the rooms that keeps rows, so that SQLModel's metadata is whole wherever it is asked for."""

import importlib
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("knowledge", "workflows", "assistant")
MARK = "table=True"


def load_tables() -> None:
    """Import the modules whose text declares a table, and no others: many of the rest load heavy libraries."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if MARK in path.read_text("utf-8"):
                importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
