"""What has to be looked at again: rules that ended without a successor, and what a register or a row gives a date."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from pydantic import Field

from knowledge.ingest.article import Front
from knowledge.policies import RuleBook
from knowledge.policies.strict import load
from knowledge.policies.tax import TaxRule
from knowledge.policies.values import Frozen
from knowledge.upkeep.rows import rows_of
from knowledge.upkeep.shelf import Problem
from knowledge.upkeep.sources import Rule, all_rules


class Recheck(Frozen):
    """`id`: a rule or a 文号 that has to be read again by `recheck_by`; `why` says what may change."""

    id: str
    recheck_by: date
    why: str = Field(min_length=6)


class Register(Frozen):
    """`closed`: rules that ended for good, so that no successor is looked for."""

    recheck: tuple[Recheck, ...] = ()
    closed: tuple[str, ...] = ()


def past_due(book: RuleBook, fronts: Iterable[Front], rows: Path, register: Path, day: date) -> Iterator[Problem]:
    entries = load(register, Register)
    known = {rule.id for rule in all_rules(book)} | {rule.family for rule in book.rules}
    known |= {document.doc_no for rule in all_rules(book) for document in rule.documents}
    for entry in entries.recheck:
        if entry.id not in known:
            yield Problem("recheck", entry.id, "复核登记里的编号既不是规则也不是规则引用的文件；改成存在的编号。")
        elif day > entry.recheck_by:
            yield Problem("recheck", entry.id, f"应在 {entry.recheck_by} 前复核：{entry.why}。")
    for rule in all_rules(book):
        if (
            rule.valid_to is not None
            and rule.valid_to < day
            and rule.id not in entries.closed
            and not _followed(book, rule)
        ):
            yield Problem(
                "recheck",
                rule.id,
                f"{rule.valid_to} 到期后没有后续版本；核实是否延续，延续就写新版本，不延续就登记为终止。",
            )
    for front in fronts:
        for row in rows_of(front.id, rows).rows:
            if row.recheck_by is not None and day > row.recheck_by:
                yield Problem(
                    "recheck", front.id, f"数据行“{row.fact[:40]}”应在 {row.recheck_by} 前复核（{row.source}）。"
                )


def _followed(book: RuleBook, rule: Rule) -> bool:
    """A later version of the same id or family, or one that says it supersedes this."""
    for other in all_rules(book):
        if other is rule or other.valid_from < rule.valid_from:
            continue
        if other.id == rule.id:
            return True
        if isinstance(rule, TaxRule) and isinstance(other, TaxRule) and _replaces(other, rule):
            return True
    return False


def _replaces(newer: TaxRule, older: TaxRule) -> bool:
    return newer.family == older.family or older.id in newer.supersedes
