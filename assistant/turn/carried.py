"""Losses of earlier years set against a year's income: five years, ten with 高企 or 科技型中小企业, never backwards."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from assistant.compose.statement import Statement
from assistant.desk import Desk
from assistant.sources import document_sources
from assistant.turn.taxwords import gist, yuan
from assistant.understand.losses import Loss
from assistant.understand.taxsum import CitSum
from knowledge.policies import Calculation, calculate

LONGER = ("没有高企或科技型中小企业资格", "有高企或科技型中小企业资格")
ASK = "亏损以后各年有没有高新技术企业或科技型中小企业资格"


@dataclass(frozen=True)
class Offset:
    """The income left by the losses; `label` names the case where it hangs on how long they may be carried."""

    income: Decimal
    label: str = ""
    lines: tuple[Statement, ...] = ()
    results: tuple[Calculation, ...] = ()


def set_against(desk: Desk, asked: CitSum, day: date) -> list[Offset]:
    """One reading of the income, or two where five and ten years give another. Needs an income and exact losses."""
    assert asked.income is not None
    if not asked.losses:
        return [Offset(asked.income)]
    found: dict[Decimal, Offset] = {}
    for longer in (False, True) if asked.holder is None else (asked.holder,):
        offset = _offset(desk, asked.income, asked.losses, longer, day)
        found.setdefault(offset.income, replace(offset, label=LONGER[longer]))
    return list(found.values()) if len(found) > 1 else [replace(one, label="") for one in found.values()]


def _offset(desk: Desk, income: Decimal, losses: tuple[Loss, ...], longer: bool, day: date) -> Offset:
    rule = desk.book.rule_in_force("cit.loss_carry", day)
    left, words, results = income, list[str](), list[Calculation]()
    for loss in losses:
        amount = loss.low
        lead = f"{loss.year} 年的亏损" if loss.year else "以前年度没有弥补的亏损"
        if loss.year is not None and loss.year >= day.year:
            words.append(f"{lead} {yuan(amount)} 元只能结转以后年度弥补，不抵 {day.year} 年及以前的所得")
            continue
        last = day.year
        if loss.year is not None:
            inputs = {"loss_year": loss.year, "hnte_or_tech_sme": int(longer)}
            results.append(calculate(desk.book, rule.id, inputs, day))
            last = int(str(results[-1].outputs["last_year"]))
        if last < day.year:
            words.append(f"{lead}最晚弥补到 {last} 年，不能再抵 {day.year} 年的所得")
            continue
        used = min(amount, left)
        span = f"（最晚可以弥补到 {last} 年）" if loss.year else "（在弥补年限以内的）"
        words.append(f"减去{lead} {yuan(used)} 元{span}")
        left -= used
    shown = f"弥补亏损前的所得 {yuan(income)} 元，{'，'.join(words)}，应纳税所得额 {yuan(left)} 元"
    sources = document_sources(rule.documents, rule.id, gist(rule), rule.valid_to)
    return Offset(left, lines=(Statement(shown, sources, (shown,)),), results=tuple(results))
