"""Clients' own words for the clauses of a law: pointers written for this product (`knowledge/statutes`), which the
version of the law they were written for is given when an operator takes it in.

A law's text isn't shipped; its pointers are, so that 老板跑路工资没发 finds its 条 among tens of thousands.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from knowledge.ingest.draft import DraftChunk, Question
from knowledge.policies import strict

STATE = "中华人民共和国"
STATUTES = Path(__file__).parent.parent / "statutes"


class Pointers(BaseModel):
    """`version` is the day in the law's 文号; None where the text has one version only. `clauses`: 条 → questions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    law: str = Field(min_length=2)
    version: date | None = None
    clauses: Mapping[str, tuple[str, ...]]


def pointing(name: str, version: date | None, chunks: tuple[DraftChunk, ...]) -> tuple[Question, ...]:
    """The questions that point into these chunks; none for another version, whose numbers may mean other things."""
    path = _files().get(name.replace(STATE, ""))
    known = strict.load(path, Pointers) if path else None
    if known is None or known.version not in (None, version):
        return ()
    first: dict[str, int] = {}
    for index, chunk in enumerate(chunks):
        if chunk.clause:
            first.setdefault(chunk.clause, index)
    return tuple(
        Question(ask, first[clause]) for clause, asks in known.clauses.items() if clause in first for ask in asks
    )


def all_pointers() -> Iterator[tuple[Path, Pointers]]:
    """Every file, read strictly. Raises `BadInput` that names file, line and field."""
    for path in sorted(STATUTES.glob("*.yaml")):
        yield path, strict.load(path, Pointers)


@cache
def pointers_mark() -> str:
    """Changes with any of the files: statutes are then taken in anew."""
    whole = hashlib.sha256()
    for path in sorted(STATUTES.glob("*.yaml")):
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()[:12]


@cache
def _files() -> Mapping[str, Path]:
    """By the law's short name, as the files are called: 公司法(2023-12-29).yaml. A law has one file."""
    return {path.stem.partition("(")[0]: path for path in sorted(STATUTES.glob("*.yaml"))}
