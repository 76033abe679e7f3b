"""Bases and rates of social insurance and the housing fund where the company is: rows of the tables, or none at all."""

import re
from collections.abc import Iterator
from decimal import Decimal

from assistant.compose.statement import Part, Statement, say
from assistant.desk import Desk
from assistant.sources import document_sources
from assistant.turn.state import TurnState
from knowledge.base.errors import NotInForce
from knowledge.base.regions import contains
from knowledge.policies.tables import UNVERIFIED, Row
from knowledge.policies.wording import tidy

CITIES = {"shanghai": "上海市", "beijing": "北京市", "shenzhen": "广东省深圳市"}
INSURANCE = re.compile(r"社保|社会保险|养老|医保|医疗保险|失业保险|失业险|工伤保险")
FUND = re.compile(r"公积金")
BASE = re.compile(r"基数|下限|上限")
RATE = re.compile(r"比例|几个点|费率|百分之几|几到几|几个百分点")
KINDS = (
    ("pension", "养老保险", "养老"),
    ("medical", "医疗保险", "医"),
    ("unemployment", "失业保险", "失业"),
    ("injury", "工伤保险", "工伤"),
)


def rates_part(desk: Desk, state: TurnState, question: str) -> Part | None:
    """None when neither a base nor a rate of a known place is asked for. A place without a verified row is declined."""
    rule_id = "hf.monthly" if FUND.search(question) else "si.monthly" if INSURANCE.search(question) else ""
    region = state["region"]
    wants_base, wants_rate = bool(BASE.search(question)), bool(RATE.search(question))
    if not rule_id or region is None or not (wants_base or wants_rate):
        return None
    day = state["as_of"]
    try:
        rule = desk.book.rule(rule_id, day)
    except NotInForce:
        return None
    (table,) = rule.tables.values()
    city = next((prefix for prefix, place in CITIES.items() if contains(place, region)), None)
    rows = [row for key, row in table.rows.items() if city and key.startswith(city) and row.in_force(day)]
    name = "住房公积金" if rule_id.startswith("hf") else "社会保险"
    place = CITIES.get(city or "", region)
    told = [
        line
        for row in rows
        if row.confidence not in UNVERIFIED
        for line in _lines(row, question, wants_base, wants_rate)
    ]
    if not told:
        words = f"{place}在 {day} 适用的{name}基数和比例还没有核实到文件，不能凭印象回答；请以当地主管部门的通知为准"
        return Part((say(words, grounds=(words,)),), "declined", "no_evidence", action="declined")
    row = rows[0]
    text = f"{place}{name}（{row.valid_from} 至 {row.valid_to or '今'}）：{'；'.join(told)}"
    sources = document_sources([one for one in rule.documents if one.doc_no == row.document], rule.id, text)
    return Part((Statement(text, sources, (text,)),))


def _lines(row: Row, question: str, base: bool, rate: bool) -> Iterator[str]:
    values = row.values
    for name, label in (("base_min", "缴费基数下限"), ("base_max", "缴费基数上限")):
        if base and (value := values.get(name)) is not None:
            yield f"{label} {tidy(value, 2)} 元"
    low, high = values.get("rate_min"), values.get("rate_max")
    if rate and low is not None and high is not None:
        yield f"缴存比例 {_percent(low)} 至 {_percent(high)}，单位和个人各自适用"
    named = [kind for kind in KINDS if kind[2] in question]
    for name, label, _ in (named or KINDS) if rate else ():
        for side, who in (("er", "单位"), ("ee", "个人")):
            if (value := values.get(f"{side}_{name}")) is not None:
                yield f"{label}{who} {_percent(value)}"


def _percent(value: Decimal) -> str:
    return f"{tidy(value * 100, 2)}%"
