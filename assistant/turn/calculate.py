"""Tax sums: the rule in force on the day, its inputs from the words, and each case where the words leave one open."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from assistant.compose.statement import Part, Source, Statement, say
from assistant.desk import Desk
from assistant.sources import document_sources
from assistant.turn.cit import cit_part
from assistant.turn.notyet import rule_over
from assistant.turn.premise import WRONG, beyond_limit
from assistant.turn.state import Change, TurnState
from assistant.turn.sums import sum_part
from assistant.turn.taxwords import gist, kept, spoken, yuan
from assistant.understand.resumed import resume, resumes
from assistant.understand.sums import read_asked, read_each
from assistant.understand.taxsum import CitSum, VatSum, read_cit, read_sum
from knowledge.base.errors import NotInForce
from knowledge.policies import Calculation, calculate

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
            return {"parts": (_contested(vat_part(desk, asked, state["as_of"]), read.text),)}
        if isinstance(asked, CitSum):
            return {"parts": (cit_part(desk, asked, state["as_of"], state["company"]),)}
    except NotInForce:
        family = "vat.small_scale" if isinstance(asked, VatSum) else "cit.small_low_profit"
        return {"parts": (rule_over(desk, family, asked.on or state["as_of"]),)}
    return {"then": ("answer",)}


def _contested(part: Part, text: str) -> Part:
    """The sum, led by what the claim gets wrong: 每季度45万以内免税 where the sum's own threshold is another."""
    limits = [Decimal(str(one["outputs"]["threshold"])) for one in part.computed if "threshold" in one["outputs"]]
    if not limits or not beyond_limit(text, limits[0]):
        return part
    statements = (say(WRONG), *part.statements)
    return replace(part, statements=statements, outcome="declined", reason="false_premise")


def vat_part(desk: Desk, asked: VatSum, as_of: date) -> Part:
    """小规模纳税人增值税. 含税 or 不含税, and 专票 below the threshold, are cases when the words don't settle them."""
    if asked.general:
        words = "一般纳税人按销项税额减进项税额计算，我这里还没有收录一般计税的计算规则；可以转人工，由顾问按账套测算。"
        return Part((say(words),), "declined", "no_evidence")
    if asked.amount is None:
        ask = "请告诉我这个季度（或当月）的销售额是多少，是含税还是不含税，有没有开专用发票，我来算。"
        return Part((say(ask),), "need_info", missing=("invoice.sales_12m",), action="ask", dialog=kept("vat", asked))
    day = asked.on or as_of
    if asked.convert:
        return _converted(desk, asked.amount, day)
    rule = desk.book.rule_in_force("vat.small_scale", day)
    period = asked.period or "quarter"
    results = [
        (case, calculate(desk.book, rule.id, case.inputs, day))
        for case in _vat_cases(asked, period, rule.id, desk, day)
    ]
    sources = document_sources(rule.documents, rule.id, gist(rule), rule.valid_to)
    told = [(case, result) for case, result in results if not case.aside]
    statements = [_vat_line(case, result, period, day, sources) for case, result in told]
    missing: list[str] = []
    if asked.included is None:
        missing.append("tax_included")
        statements.append(say("这笔销售额是含税还是不含税？告诉我就能定下来"))
    if len(told) < len(results):
        missing.append("waived_special_invoice_sales")
        words = "如果其中开了增值税专用发票，开专票的那部分不能免，要按 1% 缴；开了多少告诉我就能定下来"
        statements.append(Statement(words, sources, (words,)))
    if asked.period is None:
        statements.append(say("以上按季度申报计算；如果按月申报，请说明"))
    return Part(
        tuple(statements),
        "need_info" if asked.included is None else "answered",
        computed=tuple(result.model_dump(mode="json") for _, result in results),
        missing=tuple(missing),
        action="ask" if missing else None,
        cards=tuple(
            {"type": "calculation", "calculation": r.model_dump(mode="json"), "label": c.label, "note": c.note}
            for c, r in results
        ),
        dialog=kept("vat", asked),
    )


def _converted(desk: Desk, amount: Decimal, day: date) -> Part:
    """含税 → 不含税 at the rate of 1 % that the rule of the day allows."""
    rule = desk.book.rule_in_force("vat.small_scale", day)
    net = (amount / ONE_PERCENT).quantize(CENT, ROUND_HALF_UP)
    words = f"含税 {yuan(amount)} 元按 1% 征收率换算：{yuan(amount)} ÷ 1.01 = 不含税 **{yuan(net)} 元**"
    sources = document_sources(rule.documents, rule.id, gist(rule), rule.valid_to)
    card = {"type": "conversion", "gross": yuan(amount), "rate": "1%", "divisor": "1.01", "net": yuan(net)}
    return Part((Statement(words, sources, (str(card),)),), cards=(card,))


def _vat_cases(asked: VatSum, period: str, rule_id: str, desk: Desk, day: date) -> list[Case]:
    assert asked.amount is not None
    readings: list[tuple[str, Decimal, str]] = []
    if asked.included is not True:
        readings.append(("不含税", asked.amount, ""))
    if asked.included is not False:
        net = (asked.amount / ONE_PERCENT).quantize(CENT, ROUND_HALF_UP)
        readings.append(("含税", net, f"含税 {yuan(asked.amount)} 元 ÷ 1.01 = 不含税 {yuan(net)} 元"))
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
    shown = f"{PERIOD[period]}不含税销售额 {yuan(net)} 元"
    limit = f"{yuan(threshold)} 元"
    tax = f"**{yuan(_vat(result))} 元**"
    if free and not special:
        reason = f"未达到 {limit}" if "below_threshold" in outputs else f"没有超过 {limit}"
        text = f"{lead}{shown}，{reason}，免征增值税，应纳税额 {tax}"
    elif free:
        text = f"{lead}{shown}，低于免征标准 {limit}，但开了专用发票的 {yuan(special)} 元不能免，按 1% 缴纳增值税 {tax}"
    else:
        reason = f"已达到起征点 {limit}" if "below_threshold" in outputs else f"超过 {limit}"
        text = f"{lead}{shown}，{reason}，要就全额按 1% 缴纳增值税 {tax}"
    text += f"（依据{result.documents[0].doc_no}）"
    grounds = (
        spoken(result),
        case.note,
        f"{yuan(net)} {yuan(threshold)} {yuan(special)} 1% {yuan(_vat(result))}",
        str(day),
    )
    return Statement(text, sources, grounds)
