"""Outcomes from a sheet: one application a row, with Chinese or English headings; what can't be read is told."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from knowledge.base.errors import BadInput
from knowledge.companies.importing.cells import read_date
from knowledge.companies.importing.rows import Problem
from knowledge.companies.importing.sources import read_rows
from knowledge.companies.outcomes.record import Outcome
from knowledge.companies.uscc import read_uscc

HEADINGS = {
    "uscc": ("uscc", "统一社会信用代码", "信用代码"),
    "programme": ("programme", "项目", "资质", "资质编号"),
    "applied_on": ("applied_on", "申报日", "申报日期"),
    "decided_on": ("decided_on", "批复日", "结果日期", "公示日"),
    "result": ("result", "结果"),
    "reasons": ("reasons", "原因", "未通过原因", "理由"),
    "document": ("document", "文件", "文号"),
}
PASSED, FAILED = (
    frozenset({"过", "通过", "认定", "passed", "true", "是"}),
    frozenset({"不过", "未通过", "没过", "不通过", "failed", "false", "否"}),
)


def read_outcomes(file: str) -> Iterator[Outcome | Problem]:
    """Row by row; raises `Missing` or `BadInput` only where the file as a whole can't be read."""
    for number, raw in read_rows(file):
        if isinstance(raw, str):
            yield Problem(row=number, column=None, reason=raw)
            continue
        try:
            yield _outcome(raw)
        except BadInput as error:
            yield Problem(row=number, column=error.field, reason=error.message)


def _outcome(raw: dict[str, Any]) -> Outcome:
    cells = {name: _cell(raw, headings) for name, headings in HEADINGS.items()}
    applied = _day(cells["applied_on"], "applied_on")
    if applied is None:
        raise BadInput("applied_on：缺申报日，例如 2025-07-01。", field="applied_on")
    if not cells["programme"]:
        raise BadInput("programme：缺资质编号或名称，例如 hnte 或 高企。", field="programme")
    word = cells["result"].lower()
    if word not in PASSED | FAILED:
        raise BadInput(f"result：“{cells['result'][:20]}”应写 过 或 不过。", field="result")
    return Outcome(
        uscc=read_uscc(cells["uscc"]),
        programme=cells["programme"],
        applied_on=applied,
        decided_on=_day(cells["decided_on"], "decided_on"),
        passed=word in PASSED,
        reasons=tuple(part.strip() for part in re.split("[;；\n]", cells["reasons"]) if part.strip()),
        document=cells["document"][:200],
    )


def _cell(raw: dict[str, Any], headings: tuple[str, ...]) -> str:
    found = next((raw[name] for name in headings if raw.get(name) not in (None, "")), "")
    return found.isoformat()[:10] if isinstance(found, date) else str(found).strip()


def _day(text: str, field: str) -> date | None:
    try:
        found = read_date(text) if text else None
        return date.fromisoformat(found) if found else None
    except ValueError:
        raise BadInput(f"{field}：“{text[:20]}”不是日期，应像 2025-07-01。", field=field) from None
