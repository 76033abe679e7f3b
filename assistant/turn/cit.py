"""企业所得税 of a year from its income, staff and assets; what is open is told as cases."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from assistant.compose.statement import Part, Source, Statement, say
from assistant.desk import Desk
from assistant.sources import document_sources
from assistant.turn.carried import ASK, Offset, set_against
from assistant.turn.taxwords import gist, kept, spoken, yuan
from assistant.understand.taxsum import CitSum
from knowledge.companies.company import Company
from knowledge.policies import Calculation, calculate

LIMITS = "年应纳税所得额不超过 300 万元、从业人数不超过 300 人、资产总额不超过 5000 万元"


@dataclass(frozen=True)
class Rated:
    """The tax lines of one reading of the income, with what they were worked out from and what stays open."""

    lines: tuple[Statement, ...]
    results: tuple[Calculation, ...]
    missing: tuple[str, ...]


def cit_part(desk: Desk, asked: CitSum, as_of: date, company: Company) -> Part:
    """企业所得税: 小型微利 when income, staff and assets allow it; both cases while staff or assets are unknown.

    Losses of earlier years are set against the income first, within the years they may be carried.
    """
    day = asked.on or as_of
    if asked.income is None and (limit := _over_limit(desk, asked, day)):
        return limit
    if asked.income is None and any(one.year in (None, day.year) for one in asked.losses):
        asked = asked.model_copy(update={"income": Decimal(0)})
    if asked.income is None:
        ask = "要算企业所得税，请告诉我年应纳税所得额、全年平均从业人数和平均资产总额"
        needed = ("finance.taxable_income", "hr.headcount", "finance.total_assets")
        return Part((say(ask),), "need_info", missing=needed, action="ask", dialog=kept("cit", asked))
    if any(one.low != one.high for one in asked.losses):
        ask = "要算企业所得税，请告诉我可以弥补的亏损的准确金额"
        return Part((say(ask),), "need_info", missing=("losses",), action="ask", dialog=kept("cit", asked))
    offsets = set_against(desk, asked, day)
    told = [_rated(desk, asked, one, day, company, as_of) for one in offsets]
    statements = [line for one, rated in zip(offsets, told, strict=True) for line in (*one.lines, *rated.lines)]
    missing = tuple(dict.fromkeys(name for rated in told for name in rated.missing))
    asks = ["全年平均从业人数和平均资产总额各是多少"] if missing else []
    if len(offsets) > 1:
        missing += ("hnte_or_tech_sme",)
        asks.append(ASK)
    if asks:
        statements.append(say(f"{'；'.join(asks)}？告诉我就能定下来"))
    computed = [result.model_dump(mode="json") for rated in told for result in rated.results]
    return Part(
        tuple(statements),
        "need_info" if missing else "answered",
        computed=tuple(computed),
        missing=missing,
        action="ask" if missing else None,
        cards=tuple({"type": "calculation", "calculation": one} for one in computed),
        dialog=kept("cit", asked),
    )


def _rated(desk: Desk, asked: CitSum, offset: Offset, day: date, company: Company, as_of: date) -> Rated:
    """The tax on one reading of the income."""
    income = offset.income
    if asked.small is False:
        return _at_standard(desk, offset, day)
    staff = asked.staff if asked.staff is not None else _known(company, "hr.headcount", None)
    assets = asked.assets if asked.assets is not None else _known(company, "finance.total_assets", as_of.year - 1)
    parts: list[tuple[str, Calculation]] = []
    open_inputs = tuple(
        name for name, value in (("hr.headcount", staff), ("finance.total_assets", assets)) if value is None
    )
    rule = desk.book.rule("cit.small_low_profit", day)
    if not open_inputs:
        parts.append(("", _cit(desk, day, income, staff, assets)))
    else:
        # The lowest and the highest the unknown could be: inside the limits, and one step outside them.
        parts.append(
            ("从业人数不超过 300 人、资产总额不超过 5000 万元", _cit(desk, day, income, staff or 0, assets or 0))
        )
        parts.append(("人数或资产超过上述标准", _cit(desk, day, income, 301, 50_000_001)))
        if parts[0][1].outputs["tax"] == parts[1][1].outputs["tax"]:
            parts, open_inputs = [("", parts[0][1])], ()
    sources = document_sources(rule.documents, rule.id, f"{gist(rule)}；{LIMITS}", rule.valid_to)
    labels = ["、".join(filter(None, (offset.label, label))) for label, _ in parts]
    lines = [_cit_line(label, result, income, sources) for label, (_, result) in zip(labels, parts, strict=True)]
    results = [result for _, result in parts]
    if asked.hnte:
        standard = desk.book.rule("cit.standard", day)
        reduced = calculate(desk.book, "cit.standard", {"taxable_income": income, "rate": Decimal("0.15")}, day)
        results.append(reduced)
        words = f"如果是有效期内的高新技术企业，按 15% 计算为 **{yuan(Decimal(str(reduced.outputs['tax'])))} 元**"
        cited = document_sources(standard.documents, standard.id, gist(standard), standard.valid_to)
        lines.append(Statement(words, cited, (spoken(reduced), "15%")))
    return Rated(tuple(lines), (*offset.results, *results), open_inputs)


def _at_standard(desk: Desk, offset: Offset, day: date) -> Rated:
    """25%: the words say that it is no 小型微利企业."""
    standard = desk.book.rule_in_force("cit.standard", day)
    result = calculate(desk.book, "cit.standard", {"taxable_income": offset.income}, day)
    lead = f"若{offset.label}：" if offset.label else ""
    tax = f"**{yuan(Decimal(str(result.outputs['tax'])))} 元**"
    words = f"{lead}不属于小型微利企业的，应纳税所得额 {yuan(offset.income)} 元按 25% 计算，应纳企业所得税 {tax}"
    sources = document_sources(standard.documents[:1], standard.id, gist(standard), standard.valid_to)
    return Rated((Statement(words, sources, (spoken(result), "25%")),), (*offset.results, result), ())


def _over_limit(desk: Desk, asked: CitSum, day: date) -> Part | None:
    """算小微吗 with staff or assets alone: one limit exceeded settles it, whatever the income is."""
    if asked.staff is None and asked.assets is None:
        return None
    rule = desk.book.rule_in_force("cit.small_low_profit", day)
    told = []
    if asked.staff is not None:
        told.append((f"全年平均从业人数 {yuan(asked.staff)} 人", asked.staff > 300, "不超过 300 人"))
    if asked.assets is not None:
        told.append((f"资产总额 {yuan(asked.assets)} 元", asked.assets > 50_000_000, "不超过 5000 万元"))
    over = [f"{words}，超过“{limit}”" for words, exceeds, limit in told if exceeds]
    within = [f"{words}，符合“{limit}”" for words, exceeds, limit in told if not exceeds]
    if over:
        text = f"{'；'.join(over)}，不符合小型微利企业的标准，应纳税所得额全额按 25% 计税"
    else:
        text = (
            f"{'；'.join(within)}；其余标准（应纳税所得额不超过 300 万元、人数不超过 300 人、资产不超过 5000 万元）"
            "也都符合的，就是小型微利企业"
        )
    standard = desk.book.rule_in_force("cit.standard", day)
    sources = document_sources(rule.documents[:1], rule.id, f"{gist(rule)}；{LIMITS}", rule.valid_to)
    rate = f"{gist(standard)}；税率 25%"
    sources += document_sources(standard.documents[:1], standard.id, rate, standard.valid_to)
    results: tuple[dict[str, Any], ...] = ()
    if asked.quarters:
        names = [f"q{quarter}_{end}" for quarter in range(1, 5) for end in ("begin", "end")]
        inputs = dict(zip(names, asked.quarters, strict=True))
        results = (calculate(desk.book, "cit.quarter_average", inputs, day).model_dump(mode="json"),)
    told_of = {"avg_staff": asked.staff, "avg_assets": asked.assets}
    card = {"type": "compared", **{name: yuan(value) for name, value in told_of.items() if value is not None}}
    return Part((Statement(text, sources, (text,)),), computed=results, cards=(card,))


def _cit(
    desk: Desk, day: date, income: Decimal, staff: Decimal | int | None, assets: Decimal | int | None
) -> Calculation:
    inputs = {"taxable_income": income, "avg_staff": staff, "avg_assets": assets}
    return calculate(desk.book, "cit.small_low_profit", inputs, day)


def _cit_line(label: str, result: Calculation, income: Decimal, sources: tuple[Source, ...]) -> Statement:
    tax = f"**{yuan(Decimal(str(result.outputs['tax'])))} 元**"
    lead = f"若{label}：" if label else ""
    shown = f"应纳税所得额 {yuan(income)} 元"
    inputs = result.inputs
    limits = f"小型微利企业的标准（{LIMITS}）"
    if result.outputs["eligible"]:
        text = f"{lead}符合{limits}，{shown}减按 25% 计入、税率 20%，实际税负 5%，应纳企业所得税 {tax}"
    else:
        over = [
            words
            for name, limit, words in (
                ("taxable_income", 3_000_000, f"应纳税所得额 {yuan(income)} 元超过 300 万元"),
                ("avg_staff", 300, "从业人数超过 300 人"),
                ("avg_assets", 50_000_000, "资产总额超过 5000 万元"),
            )
            if Decimal(str(inputs[name])) > limit
        ]
        text = f"{lead}不符合{limits}：{'、'.join(over)}，{shown}全额按 25% 计算，应纳企业所得税 {tax}"
    grounds = (label, spoken(result), f"{yuan(income)} 300 万 300 人 5000 万 25% 20% 5%", tax)
    return Statement(text, sources, grounds)


def _known(company: Company, field: str, year: int | None) -> Decimal | None:
    """A company fact in the calculator's unit (人, 元), when it is known exactly."""
    for fact in company.facts:
        if fact.field == field and fact.year == year and isinstance(fact.value, Decimal | int):
            return Decimal(fact.value) * (10_000 if field.startswith("finance.") else 1)
    return None
