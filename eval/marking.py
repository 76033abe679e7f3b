"""Marks replies against the labelled sets: the faults of each, in words. README.md says what each label means."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from assistant.values import Reply
from knowledge.companies import Company, Fact


def plain(text: str) -> str:
    """Both sides lose spaces, thousands separators, bold marks and full-width forms before they are compared."""
    return re.sub(r"[\s,*]", "", unicodedata.normalize("NFKC", text))


def wording(label: dict[str, Any], answer: str) -> list[str]:
    said = plain(answer)
    faults = [f"缺少“{word}”" for word in label.get("must", ()) if plain(word) not in said]
    for group in label.get("must_any", ()):
        if not any(plain(word) in said for word in group):
            faults.append(f"缺少 {group} 之一")
    return faults + [f"不该有“{word}”" for word in label.get("must_not", ()) if plain(word) in said]


def question_faults(label: dict[str, Any], reply: Reply) -> list[str]:
    faults = wording(label, reply.answer)
    if reply.outcome not in {label["expect_outcome"], *label.get("also_ok", ())}:
        faults.append(f"结果 {reply.outcome}/{reply.reason}，应为 {label['expect_outcome']}")
    if label.get("reason") and reply.outcome == "declined" and reply.reason != label["reason"]:
        faults.append(f"理由 {reply.reason}，应为 {label['reason']}")
    if label.get("doc_no"):
        cited = [plain(f"{c.doc_no or ''}{c.title}") for c in reply.citations]
        if not any(plain(label["doc_no"]) in one for one in cited):
            faults.append(f"没有引用 {label['doc_no']}")
    return faults


def fact_faults(labels: list[dict[str, Any]], company: Company) -> list[str]:
    return [f"档案里没有 {label}" for label in labels if not any(_same(label, fact) for fact in company.facts)]


def _same(label: dict[str, Any], fact: Fact) -> bool:
    if fact.field != label["field"] or (label.get("year") is not None and fact.year != label["year"]):
        return False
    if label.get("declined") or label.get("unknown"):
        return bool(fact.declined) == bool(label.get("declined")) and bool(fact.unknown) == bool(label.get("unknown"))
    if label.get("value") is not None:
        return _equal(label["value"], fact.value)
    ends = [(label.get("low"), fact.low), (label.get("high"), fact.high)]
    return all(want is None or (have is not None and _equal(want, have)) for want, have in ends)


def _equal(want: object, have: object) -> bool:
    if isinstance(want, bool) or isinstance(have, bool):
        return want is have
    if isinstance(want, int | float) and isinstance(have, int | float | Decimal):
        return abs(Decimal(str(want)) - Decimal(str(have))) < Decimal("0.0001")
    return str(want) == str(have)
