"""Rows as companies: every cell read by itself, and what can't be read told with its row and reason."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from knowledge.base.errors import BadInput
from knowledge.base.regions import place
from knowledge.companies.company import Company, Fact
from knowledge.companies.contradictions import contradictions
from knowledge.companies.importing import headings as heads
from knowledge.companies.importing.cells import is_blank, read_cell
from knowledge.companies.importing.sources import Raw, read_rows
from knowledge.companies.parse import parse_company
from knowledge.companies.uscc import read_uscc
from knowledge.policies.fields import find_field, label
from knowledge.policies.values import Frozen

HEADING = "heading"


class Problem(Frozen):
    """What wasn't taken over. `column` is null when the whole row is meant."""

    row: int
    column: str | None
    reason: str


@dataclass(frozen=True)
class Row:
    """A row of a file: its company, or None when it can't be told whose it is."""

    number: int
    company: Company | None
    problems: tuple[Problem, ...]
    unused: tuple[str, ...] = ()  # headings that say nothing a profile keeps


def read_companies(file: str, as_of: date) -> Iterator[Row]:
    """Raises `Missing` or `BadInput` only where the file as a whole can't be read."""
    for number, raw in read_rows(file):
        if isinstance(raw, str):
            yield Row(number, None, (Problem(row=number, column=None, reason=raw),))
        else:
            yield _row(number, raw, as_of)


def _row(number: int, raw: Raw, as_of: date) -> Row:
    problems: list[Problem] = []
    about, facts = _sorted(number, raw, problems)
    try:
        code = read_uscc(about.get("uscc") or "")
    except BadInput as error:
        return Row(number, None, (Problem(row=number, column="uscc", reason=error.message),))
    source = heads.vendor(frozenset(raw))
    read: list[Fact] = []
    for (name, year), given in facts.items():
        column = given.pop(HEADING)
        value: Any = given["value"] if set(given) == {"value"} else given
        try:
            company = parse_company({"facts": {name: {str(year): value} if year else value}})
        except BadInput as error:
            # The file's own heading says better than our name which cell is meant.
            reason = error.message.removeprefix(name)
            reason = re.sub(r"^（.*?）：|^：", "", reason)
            problems.append(Problem(row=number, column=column, reason=reason))
            continue
        read.extend(fact.model_copy(update={"source": source, "as_of": as_of}) for fact in company.facts)
    wrong = dict(contradictions(read))
    problems.extend(Problem(row=number, column=label(fact.field), reason=words) for fact, words in wrong.items())
    company = Company(
        name=about.get("name", "")[:200],
        uscc=code,
        region=_region(number, raw, about, problems),
        industry_code=_industry(number, raw, about, problems),
        facts=tuple(fact for fact in read if fact not in wrong),
    )
    return Row(number, company, tuple(problems), _unused(frozenset(raw)))


@lru_cache(maxsize=16)
def _unused(headings: frozenset[str]) -> tuple[str, ...]:
    taken = {*heads.ABOUT, *heads.PLACE, *heads.INDUSTRY}
    return tuple(sorted(name for name in headings if heads.plain(name) not in taken and not heads.find_target(name)))


def _sorted(
    number: int, raw: Raw, problems: list[Problem]
) -> tuple[dict[str, str], dict[tuple[str, int | None], dict[str, Any]]]:
    """What a row says of the company itself, and its facts by field and year."""
    about: dict[str, str] = {}
    facts: dict[tuple[str, int | None], dict[str, Any]] = {}
    for heading, cell in raw.items():
        if is_blank(cell):
            continue
        if (key := heads.ABOUT.get(heads.plain(heading))) is not None:
            about[key] = str(cell).strip()
            continue
        target = heads.find_target(heading)
        entry = find_field(target.field) if target else None
        if target is None or entry is None:
            continue
        try:
            value = read_cell(cell, entry, target.unit)
        except ValueError as error:
            reason = f"“{str(cell)[:30]}”{error}"
            problems.append(Problem(row=number, column=heading, reason=reason))
            continue
        if value is not None:
            kept = facts.setdefault((target.field, target.year), {HEADING: heading})
            kept.update(value if isinstance(value, dict) else {target.end: value})
    return about, facts


def _region(number: int, raw: Raw, about: dict[str, str], problems: list[Problem]) -> str | None:
    cells = {heads.plain(name): str(cell).strip() for name, cell in raw.items() if not is_blank(cell)}
    parts = [heads.BASES.get(cells[name].lower(), cells[name]) for name in heads.PLACE if name in cells]
    # 上海 and 上海市, or a city named with its province: the longer one says both.
    parts = [part for at, part in enumerate(parts) if not any(other.startswith(part) for other in parts[at + 1 :])]
    text = about.get("region") or "".join(parts)
    if not text:
        return None
    if not place(text):
        problems.append(
            Problem(row=number, column="region", reason=f"“{text[:30]}”不是认得的地区，应像 上海市浦东新区")
        )
        return None
    return text[:200]


def _industry(number: int, raw: Raw, about: dict[str, str], problems: list[Problem]) -> str | None:
    cells = {heads.plain(name): str(cell).strip() for name, cell in raw.items() if not is_blank(cell)}
    code = about.get("industry_code") or next((cells[name] for name in heads.INDUSTRY if name in cells), None)
    try:
        return parse_company({"industry_code": code}).industry_code
    except BadInput as error:
        problems.append(Problem(row=number, column="industry_code", reason=error.message))
        return None
