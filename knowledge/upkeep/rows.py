"""Rows: what an article takes from elsewhere than its rules, each with its source and how sure it is."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from knowledge.ingest.shipped import ARTICLES
from knowledge.policies.strict import load

FOLDER = ARTICLES / "rows"
ALL = "all"
# M-low and memory_low are missing on purpose: what is marked so never becomes an answer.
Mark = Literal[
    "V1", "V2", "V3", "M-high", "M-med", "verified_text", "verified_secondary", "derived", "memory_high"
]  # fmt: skip


class Row(BaseModel):
    """`fact`: one statement with its figures. `source`: 文号, a statute with its 条, or the rule it follows from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fact: str = Field(min_length=4)
    source: str = Field(min_length=4)
    url: str | None = None
    confidence: Mark
    recheck_by: date | None = None


class Rows(BaseModel):
    """`also`: ids of rules the article refers to in passing, beside those it is about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    also: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


def rows_of(article_id: str, folder: Path = FOLDER) -> Rows:
    """Those of the article and those of all articles. Raises `BadInput` naming file, line and field."""
    found = Rows()
    for name in (ALL, article_id):
        path = folder / f"{name}.yaml"
        if path.is_file():
            one = load(path, Rows)
            found = Rows(also=found.also + one.also, rows=found.rows + one.rows)
    return found
