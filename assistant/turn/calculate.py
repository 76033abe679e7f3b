"""Tax sums: the rule in force on the day, its inputs from the words, and each case where the words leave one open."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from assistant.compose.statement import Part, Source, Statement, say
from assistant.desk import Desk
from assistant.sources import document_sources
from assistant.turn.notyet import rule_over
from assistant.turn.state import Change, TurnState
from assistant.turn.sums import sum_part
from assistant.understand.resumed import resume, resumes
from assistant.understand.sums import read_asked, read_each
from assistant.understand.taxsum import CitSum, VatSum, read_cit, read_sum
from knowledge.base.errors import NotInForce
from knowledge.companies.company import Company
from knowledge.policies import Calculation, calculate
from knowledge.policies.tax import TaxRule

CENT = Decimal("0.01")
ONE_PERCENT = Decimal("1.01")
PERIOD = {"quarter": "季度", "month": "月"}


@dataclass(frozen=True)
class Case:
    """One reading of an open sentence: its label and the calculator's inputs."""

    label: str
    inputs: dict[str, Any]
    note: str = ""
    aside: bool = False  # worked out, but told as a condition: how much of it applies isn't known


def calculate_step(desk: Desk, state: TurnState) -> Change:
    dialog, read = state["dialog"], state["understanding"]
    assert read is not None
    other = read_asked(state["question"], state["as_of"])
    if other is None and (last := dialog.last_calculation) and last["kind"] == "sum":
        # 是小规模, 那300万呢: the new words come first, so that they win over the old ones.
        other = read_asked(f"{read.text.rstrip('。？?！')}，{last['text']}", state["as_of"])
    if other is not None:
        each = read_each(state["question"], state["as_of"]) or (other,)
        region = state["region"] or state["company"].region
        return {"parts": tuple(sum_part(desk, one, state["as_of"], region) for one in each)}
    asked = read_sum(state["question"], state["as_of"])
    if asked is None and any(fact.field == "finance.taxable_income" for fact in read.facts):
        asked = read_cit(read.text, state["as_of"])
    if dialog.last_calculation and dialog.last_calculation["kind"] == "sum":
        dialog = dialog.change({"last_calculation": None})
    if resumes(read.text, dialog.last_calculation) and read.intent.name != "tax_calculation":
        assert dialog.last_calculation is not None
        asked = resume(read.text, dialog.last_calculation, state["as_of"])
    if asked is None:
        return {"then": ("answer",)}
    try:
        if isinstance(asked, VatSum):
            return {"parts": (vat_part(desk, asked, state["as_of"]),)}
        if isinstance(asked, CitSum):
            return {"parts": (cit_part(desk, asked, state["as_of"], state["company"]),)}
    except NotInForce:
        family = "vat.small_scale" if isinstance(asked, VatSum) else "cit.small_low_profit"
        return {"parts": (rule_over(desk, family, asked.on or state["as_of"]),)}
    return {"then": ("answer",)}


def vat_part(desk: Desk, asked: VatSum, as_of: date) -> Part:
    """小规模纳税人增值税. 含税 or 不含税, and 专票 below the threshold, are cases when the words don't settle them."""
    if asked.general:
        words = "一般纳税人按销项税额减进项税额计算，我这里还没有收录一般计税的计算规则；可以转人工，由顾问按账套测算。"
        return Part((say(words),), "declined", "no_evidence")
    if asked.amount is None:
        ask = "请告诉我这个季度（或当月）的销售额是多少，是含税还是不含税，有没有开专用发票，我来算。"
        return Part((say(ask),), "need_info", missing=("invoice.sales_12m",), action="ask", dialog=_kept("vat", asked))
    day = asked.on or as_of
    if asked.convert:
        return _converted(desk, asked.amount, day)
    rule = desk.book.rule_in_force("vat.small_scale", day)
    period = asked.period or "quarter"
    results = [
        (case, calculate(desk.book, rule.id, case.inputs, day))
        for case in _vat_cases(asked, period, rule.id, desk, day)
    ]
    sources = document_sources(rule.documents, rule.id, _gist(rule), rule.valid_to)
    told = [(case, result) for case, result in results if not case.aside]
    statements = [_vat_line(case, result, period, day, sources) for case, result in told]
    missing: list[str] = []
    if asked.included is None:
        missing.append("tax_included")
        statements.append(say("这笔销售额是含税还是不含税？告诉我就能定下来"))
    if len(told) < len(results):
        missing.append("waived_special_invoice_sales")
        words = "如果其中开了增值税专用发票，开专票的那部分不能免，要按 1% 缴；开了多少告诉我就能定下来"
        statements.append(Statement(words, (), (words,)))
    if asked.period is None:
        statements.append(say("以上按季度申报计算；如果按月申报，请说明"))
    return Part(
        tuple(statements),
        "need_info" if asked.included is None else "answered",
        computed=tuple(result.model_dump(mode="json") for _, result in results),
        missing=tuple(missing),
        action="ask" if missing else None,
        cards=tuple(
            {"type": "calculation", "calculation": r.model_dump(mode="json"), "label": c.label} for c, r in results
        ),
        dialog=_kept("vat", asked),
    )


def _converted(desk: Desk, amount: Decimal, day: date) -> Part:
    """含税 → 不含税 at the rate of 1 % that the rule of the day allows."""
    rule = desk.book.rule_in_force("vat.small_scale", day)
    net = (amount / ONE_PERCENT).quantize(CENT, ROUND_HALF_UP)
    words = f"含税 {_yuan(amount)} 元按 1% 征收率换算：{_yuan(amount)} ÷ 1.01 = 不含税 **{_yuan(net)} 元**"
    return Part((Statement(words, document_sources(rule.documents, rule.id, _gist(rule), rule.valid_to), (words,)),))


TITLES = {"vat": "小规模纳税人增值税起征点", "cit": "小型微利企业所得税优惠"}


def _kept(kind: str, asked: VatSum | CitSum) -> dict[str, Any]:
    """What the conversation remembers of a sum, so that 那含税呢 and 为什么 find it."""
    return {"last_calculation": {"kind": kind, **asked.model_dump(mode="json")}, "topic_title": TITLES[kind]}


def _vat_cases(asked: VatSum, period: str, rule_id: str, desk: Desk, day: date) -> list[Case]:
    assert asked.amount is not None
    readings: list[tuple[str, Decimal, str]] = []
    if asked.included is not True:
        readings.append(("不含税", asked.amount, ""))
    if asked.included is not False:
        net = (asked.amount / ONE_PERCENT).quantize(CENT, ROUND_HALF_UP)
        readings.append(("含税", net, f"含税 {_yuan(asked.amount)} 元 ÷ 1.01 = 不含税 {_yuan(net)} 元"))
    cases = []
    for label, net, note in readings:
        special = net if asked.all_special else asked.special
        if special is not None:
            cases.append(Case(label, _vat_inputs(period, net, min(special, net)), note))
            continue
        none = Case(label, _vat_inputs(period, net, Decimal(0)), note)
        whole = Case(f"{label}，且全部开专票", _vat_inputs(period, net, net), note, aside=True)
        same = _vat(calculate(desk.book, rule_id, none.inputs, day)) == _vat(
            calculate(desk.book, rule_id, whole.inputs, day)
        )
        cases += [none] if same else [Case(f"{label}，没开专票", none.inputs, note), whole]
    return cases


def _vat_inputs(period: str, net: Decimal, special: Decimal) -> dict[str, Any]:
    return {"period": period, "sales_excl_tax": net, "waived_special_invoice_sales": special}


def _vat(result: Calculation) -> Decimal:
    return Decimal(str(result.outputs["vat"]))


def _vat_line(case: Case, result: Calculation, period: str, day: date, sources: tuple[Source, ...]) -> Statement:
    outputs = result.outputs
    threshold = Decimal(str(outputs["threshold"]))
    net = Decimal(str(case.inputs["sales_excl_tax"]))
    special = Decimal(str(case.inputs["waived_special_invoice_sales"]))
    free = bool(outputs.get("below_threshold", outputs.get("exempt")))
    lead = f"按{case.label}计：{case.note}，" if case.note else f"按{case.label}计："
    shown = f"{PERIOD[period]}不含税销售额 {_yuan(net)} 元"
    limit = f"{_yuan(threshold)} 元"
    tax = f"**{_yuan(_vat(result))} 元**"
    if free and not special:
        reason = f"未达到 {limit}" if "below_threshold" in outputs else f"没有超过 {limit}"
        text = f"{lead}{shown}，{reason}，免征增值税，应纳税额 {tax}"
    elif free:
        text = (
            f"{lead}{shown}，低于免征标准 {limit}，但开了专用发票的 {_yuan(special)} 元不能免，按 1% 缴纳增值税 {tax}"
        )
    else:
        reason = f"已达到起征点 {limit}" if "below_threshold" in outputs else f"超过 {limit}"
        text = f"{lead}{shown}，{reason}，要就全额按 1% 缴纳增值税 {tax}"
    text += f"（依据{result.documents[0].doc_no}）"
    grounds = (
        _spoken(result),
        case.note,
        f"{_yuan(net)} {_yuan(threshold)} {_yuan(special)} 1% {_yuan(_vat(result))}",
        str(day),
    )
    return Statement(text, sources, grounds)


def cit_part(desk: Desk, asked: CitSum, as_of: date, company: Company) -> Part:
    """企业所得税: 小型微利 when income, staff and assets allow it; both cases while staff or assets are unknown."""
    day = asked.on or as_of
    if asked.income is None and (limit := _over_limit(desk, asked, day)):
        return limit
    if asked.income is None:
        ask = "要算企业所得税，请告诉我年应纳税所得额、全年平均从业人数和平均资产总额"
        missing = ("finance.taxable_income", "hr.headcount", "finance.total_assets")
        return Part((say(ask),), "need_info", missing=missing, action="ask", dialog=_kept("cit", asked))
    staff = asked.staff if asked.staff is not None else _known(company, "hr.headcount", None)
    assets = asked.assets if asked.assets is not None else _known(company, "finance.total_assets", as_of.year - 1)
    parts: list[tuple[str, Calculation]] = []
    open_inputs = tuple(
        name for name, value in (("hr.headcount", staff), ("finance.total_assets", assets)) if value is None
    )
    rule = desk.book.rule("cit.small_low_profit", day)
    if not open_inputs:
        parts.append(("", _cit(desk, day, asked.income, staff, assets)))
    else:
        # The lowest and the highest the unknown could be: inside the limits, and one step outside them.
        parts.append(
            ("从业人数不超过 300 人、资产总额不超过 5000 万元", _cit(desk, day, asked.income, staff or 0, assets or 0))
        )
        parts.append(("人数或资产超过上述标准", _cit(desk, day, asked.income, 301, 50_000_001)))
        if parts[0][1].outputs["tax"] == parts[1][1].outputs["tax"]:
            parts, open_inputs = [("", parts[0][1])], ()
    sources = document_sources(rule.documents, rule.id, _gist(rule), rule.valid_to)
    statements = [_cit_line(label, result, asked.income, sources) for label, result in parts]
    computed = [result for _, result in parts]
    if asked.hnte:
        standard = desk.book.rule("cit.standard", day)
        reduced = calculate(desk.book, "cit.standard", {"taxable_income": asked.income, "rate": Decimal("0.15")}, day)
        computed.append(reduced)
        words = f"如果是有效期内的高新技术企业，按 15% 计算为 **{_yuan(Decimal(str(reduced.outputs['tax'])))} 元**"
        statements.append(
            Statement(
                words,
                document_sources(standard.documents, standard.id, _gist(standard), standard.valid_to),
                (_spoken(reduced), "15%"),
            )
        )
    if open_inputs:
        statements.append(say("全年平均从业人数和平均资产总额各是多少？告诉我就能定下来"))
    return Part(
        tuple(statements),
        "need_info" if open_inputs else "answered",
        computed=tuple(result.model_dump(mode="json") for result in computed),
        missing=open_inputs,
        action="ask" if open_inputs else None,
        cards=tuple({"type": "calculation", "calculation": r.model_dump(mode="json")} for r in computed),
        dialog=_kept("cit", asked),
    )


def _over_limit(desk: Desk, asked: CitSum, day: date) -> Part | None:
    """算小微吗 with staff or assets alone: one limit exceeded settles it, whatever the income is."""
    if asked.staff is None and asked.assets is None:
        return None
    rule = desk.book.rule_in_force("cit.small_low_profit", day)
    told = []
    if asked.staff is not None:
        told.append((f"全年平均从业人数 {_yuan(asked.staff)} 人", asked.staff > 300, "不超过 300 人"))
    if asked.assets is not None:
        told.append((f"资产总额 {_yuan(asked.assets)} 元", asked.assets > 50_000_000, "不超过 5000 万元"))
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
    sources = document_sources(rule.documents[:1], rule.id, _gist(rule), rule.valid_to)
    sources += document_sources(standard.documents[:1], standard.id, _gist(standard), standard.valid_to)
    results: tuple[dict[str, Any], ...] = ()
    if asked.quarters:
        names = [f"q{quarter}_{end}" for quarter in range(1, 5) for end in ("begin", "end")]
        inputs = dict(zip(names, asked.quarters, strict=True))
        results = (calculate(desk.book, "cit.quarter_average", inputs, day).model_dump(mode="json"),)
    return Part((Statement(text, sources, (text,)),), computed=results)


def _cit(
    desk: Desk, day: date, income: Decimal, staff: Decimal | int | None, assets: Decimal | int | None
) -> Calculation:
    inputs = {"taxable_income": income, "avg_staff": staff, "avg_assets": assets}
    return calculate(desk.book, "cit.small_low_profit", inputs, day)


def _cit_line(label: str, result: Calculation, income: Decimal, sources: tuple[Source, ...]) -> Statement:
    tax = f"**{_yuan(Decimal(str(result.outputs['tax'])))} 元**"
    lead = f"若{label}：" if label else ""
    shown = f"应纳税所得额 {_yuan(income)} 元"
    inputs = result.inputs
    limits = "小型微利企业的标准（年应纳税所得额不超过 300 万元、从业人数不超过 300 人、资产总额不超过 5000 万元）"
    if result.outputs["eligible"]:
        text = f"{lead}符合{limits}，{shown}减按 25% 计入、税率 20%，实际税负 5%，应纳企业所得税 {tax}"
    else:
        over = [
            words
            for name, limit, words in (
                ("taxable_income", 3_000_000, f"应纳税所得额 {_yuan(income)} 元超过 300 万元"),
                ("avg_staff", 300, "从业人数超过 300 人"),
                ("avg_assets", 50_000_000, "资产总额超过 5000 万元"),
            )
            if Decimal(str(inputs[name])) > limit
        ]
        text = f"{lead}不符合{limits}：{'、'.join(over)}，{shown}全额按 25% 计算，应纳企业所得税 {tax}"
    grounds = (_spoken(result), f"{_yuan(income)} 300 万 300 人 5000 万 25% 20% 5%", tax)
    return Statement(text, sources, grounds)


def _known(company: Company, field: str, year: int | None) -> Decimal | None:
    """A company fact in the calculator's unit (人, 元), when it is known exactly."""
    for fact in company.facts:
        if fact.field == field and fact.year == year and isinstance(fact.value, Decimal | int):
            return Decimal(fact.value) * (10_000 if field.startswith("finance.") else 1)
    return None


def _spoken(result: Calculation) -> str:
    values = [*result.inputs.values(), *result.outputs.values()]
    return " ".join(
        f"{value} {_yuan(Decimal(str(value)))}"
        for value in values
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    )


def _gist(rule: TaxRule) -> str:
    """What the rule says, in words: the point a citation makes."""
    return "；".join(part.rstrip("。；") for part in (rule.name, rule.note, *rule.details[:2]) if part)


def _yuan(amount: Decimal | int) -> str:
    number = Decimal(amount)
    return f"{number:,.0f}" if number == number.to_integral() else f"{number:,.2f}"
