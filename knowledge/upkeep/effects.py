"""What a new version would change for the companies on file: which verdict turns into which, by which condition."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from knowledge.base.errors import QifuError
from knowledge.base.tenancy import TenantSession
from knowledge.companies import derive
from knowledge.companies.store import CompanyRow, load_profile
from knowledge.policies import Programme, RuleBook, Verdict, evaluate
from knowledge.policies.published import Rule, versions
from knowledge.policies.reckoning import run
from knowledge.policies.tax import TaxRule
from knowledge.policies.values import plain_number

MOST = 5000
WORDS = {"met": "满足", "unmet": "不满足", "unknown": "待确认", "not_applicable": "不适用"}


@dataclass(frozen=True, slots=True)
class Effect:
    """One company whose verdict turns; `deciding` is the condition that turns it, with need and actual."""

    company_id: str
    org_id: str
    company: str
    programme: str
    before: str
    after: str
    deciding: str


@dataclass(frozen=True, slots=True)
class Effects:
    """`companies`: how many were judged. `sums`: outputs of the old version's examples that come out otherwise."""

    companies: int
    changed: tuple[Effect, ...] = ()
    sums: tuple[str, ...] = ()


def effects(session: TenantSession, book: RuleBook, rule: Rule) -> Effects:
    """Both versions on the new one's first day, for the companies of the organisations the session reads."""
    known = versions(book, rule)
    if isinstance(rule, TaxRule):
        older = known[-1] if known else None
        return Effects(0, sums=tuple(_sums(older, rule)) if isinstance(older, TaxRule) else ())
    older = known[-1] if known else None
    if not isinstance(rule, Programme) or not isinstance(older, Programme):
        return Effects(0)
    rows = session.exec(select(CompanyRow).order_by(col(CompanyRow.id)).limit(MOST)).all()
    found = []
    for row in rows:
        facts = derive(load_profile(session, row.id), rule.valid_from)
        before, after = (evaluate(one, facts, rule.valid_from, region=row.region) for one in (older, rule))
        if (before.verdict, before.ready) != (after.verdict, after.ready):
            name = row.name or row.uscc or row.id
            words = (_word(before), _word(after))
            found.append(Effect(row.id, row.org_id, name, rule.name, *words, deciding=_deciding(before, after)))
    return Effects(len(rows), tuple(found))


def _word(verdict: Verdict) -> str:
    manual = "，可计算条件齐备" if verdict.ready and verdict.verdict == "unknown" else ""
    return WORDS[verdict.verdict] + manual


def _deciding(before: Verdict, after: Verdict) -> str:
    """The conditions that came out otherwise; those that stand in the way first."""
    old = {(one.field, one.label): one for one in before.conditions}
    new = {(one.field, one.label): one for one in after.conditions}
    turned = [one for key, one in new.items() if key not in old or old[key].result != one.result]
    turned.sort(key=lambda one: (not one.blocks, one.result != "unknown"))
    told = [f"{one.label}：要求 {one.need}，实际 {one.shown}" for one in turned if one.blocks or one.result != "met"]
    gone = [f"不再要求 {one.label}" for key, one in old.items() if key not in new and one.result != "met"]
    eased = [f"{one.label}：要求 {one.need}，实际 {one.shown}" for one in turned if one.result == "met"]
    return "；".join((told or [*eased, *gone])[:3]) or (after.reason or before.reason or "评分或适用范围变化")


def _sums(older: TaxRule, newer: TaxRule) -> Iterator[str]:
    for example in older.examples:
        try:
            before = run(older, example.inputs, older.valid_from, trial=True).outputs
            after = run(newer, example.inputs, newer.valid_from, trial=True).outputs
        except QifuError as error:
            yield f"输入 {_inputs(example.inputs)}：新版本算不出来（{error.message}）"
            continue
        for name, value in before.items():
            if name in after and after[name] != value:
                yield f"输入 {_inputs(example.inputs)}：{name} 由 {plain_number(value)} 变 {plain_number(after[name])}"


def _inputs(inputs: dict[str, Any]) -> str:
    return "、".join(f"{name}={value}" for name, value in inputs.items())
