"""Tax, registration and size rules as sheets of lines: whom they are for, bounds and rates of the formula, tables."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from assistant.compose.sheet import section
from knowledge.policies import formula
from knowledge.policies.registration import RegistrationRule
from knowledge.policies.sizes import Sizes
from knowledge.policies.tax import TaxRule
from knowledge.policies.wording import tidy
from retrieval import Evidence

COMPARED = {ast.LtE: "不超过", ast.Lt: "低于", ast.GtE: "不低于", ast.Gt: "超过"}
METRICS = {"staff": ("从业人员", "人"), "revenue": ("营业收入", "万元"), "assets": ("资产总额", "万元")}
TEN_THOUSAND = Decimal(10000)
# How a figure came to be known, and names of the formula, are for editors, not for clients.
BRACKETED = re.compile(r"（.*?）")
EDITORIAL = re.compile(r"凭记忆|核实|读过来源|核对过|没有取得|没有见到|同出一份|[a-z]{3,}")


def tax_sheet(rule: TaxRule) -> tuple[Evidence, ...]:
    """One passage of a tax rule; [] for one that wasn't verified."""
    if not rule.verified or rule.practice:
        return ()
    span = f"{rule.valid_from} 起" if rule.valid_to is None else f"{rule.valid_from} 至 {rule.valid_to}"
    lines = [BRACKETED.sub("", rule.name)] if re.search(r"\d", BRACKETED.sub("", rule.name)) else []
    lines += [f"适用：{'；'.join(rule.applies)}"] if rule.applies else []
    said = [one for one in (rule.result, rule.note, *rule.details) if one]
    lines += [kept for one in said if (kept := _without_editorial(one))]
    lines += [*_bounds(rule), *_tables(rule), f"执行期：{span}"]
    return (section(rule.id, rule.name, "规则", lines, rule.documents),)


def filing_sheet(rule: RegistrationRule) -> tuple[Evidence, ...]:
    """One passage of a registration rule, with its deadlines."""
    if not rule.verified:
        return ()
    lines = [f"{rule.topic}：{rule.rule}"]
    lines += [rule.note] if rule.note else []
    lines += [f"{one.name}：{one.fixed}" for one in rule.deadlines if one.fixed]
    return (section(rule.id, rule.topic, "规则", lines, rule.documents),)


def size_sheet(known: Sizes, day: date) -> tuple[Evidence, ...]:
    """The size classes of each industry: all bounds of a class must be reached."""
    if known.valid_from > day:
        return ()
    lines = []
    for one in known.industries:
        classes = []
        for name, bounds in (("大型", one.large), ("中型", one.medium), ("小型", one.small)):
            told = [
                f"{METRICS[m][0]} {_plain(Decimal(b))} {METRICS[m][1]}以上"
                for m, b in zip(one.metrics, bounds, strict=True)
            ]
            classes.append(f"{name}须{'且'.join(told)}")
        lines.append(f"{one.name.replace('制造', '制造业')}：{'；'.join(classes)}；以下为微型")
    return (section(known.id, known.name, "下限", lines, known.documents),)


def _without_editorial(text: str) -> str:
    return "".join(sentence for sentence in re.findall(r"[^。]+。?", text) if not EDITORIAL.search(sentence))


def _bounds(rule: TaxRule) -> Iterator[str]:
    """Figures of the formula beside the labels of what they bound or multiply."""
    seen = set()
    for line in rule.formula:
        _, tree = formula.parse(line)
        for node in ast.walk(tree):
            told = _compared(rule, node) or _capped(rule, node) or _either(rule, node)
            if told and told not in seen:
                seen.add(told)
                yield told


def _compared(rule: TaxRule, node: ast.AST) -> str:
    if not (isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and len(node.ops) == 1):
        return ""
    bound, entry = node.comparators[0], rule.inputs.get(node.left.id)
    word = COMPARED.get(type(node.ops[0]))
    if entry is None or entry.type == "flag" or word is None or not isinstance(bound, ast.Constant):
        return ""
    return f"{entry.label}{word} {_amount(Decimal(str(bound.value)), entry.unit)}"


def _capped(rule: TaxRule, node: ast.AST) -> str:
    """min(费用, 基数 × 14%)."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "min"):
        return ""
    parts: list[str] = []
    for one in node.args:
        if isinstance(one, ast.Name) and one.id in rule.inputs:
            parts.insert(0, rule.inputs[one.id].label)
        elif isinstance(one, ast.BinOp) and isinstance(one.op, ast.Mult) and isinstance(one.left, ast.Name):
            base, rate = rule.inputs.get(one.left.id), one.right
            if base is not None and isinstance(rate, ast.Constant) and Decimal(str(rate.value)) < 1:
                parts.append(f"不超过{base.label}的 {tidy(Decimal(str(rate.value)) * 100, 4)}%")
    return "".join(parts) if len(parts) == 2 and parts[1].startswith("不超过") else ""


def _either(rule: TaxRule, node: ast.AST) -> str:
    """10 if 高新技术企业 else 5."""
    if not (
        isinstance(node, ast.IfExp) and isinstance(node.body, ast.Constant) and isinstance(node.orelse, ast.Constant)
    ):
        return ""
    test = node.test
    if not (isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id in rule.inputs):
        return ""
    entry = rule.inputs[test.left.id]
    if entry.type != "flag" or Decimal(str(node.body.value)) <= 1:
        return ""
    unit = "年" if any(one.unit == "年" for one in rule.inputs.values()) else ""
    yes, no = (_amount(Decimal(str(one.value)), unit) for one in (node.body, node.orelse))
    return f"{entry.label.replace('是否', '')}的 {yes}，其他 {no}"


def _amount(value: Decimal, unit: str) -> str:
    if unit == "ratio":
        return f"{tidy(value * 100, 4)}%"
    if unit == "元" and value >= TEN_THOUSAND:
        return f"{tidy(value / TEN_THOUSAND, 4)} 万元"
    return f"{tidy(value, 4)} {unit}".strip()


def _plain(value: Decimal) -> str:
    return f"{value:f}"


def _tables(rule: TaxRule) -> Iterator[str]:
    """Plain tables, a line for each key; the labels of keys are told by the input that chooses among them."""
    words = " ".join(entry.label for entry in rule.inputs.values())
    for table in rule.tables.values():
        for key, value in table.values.items():
            label = _label(key, words)
            if label and isinstance(value, Decimal) and value < 1:
                yield f"{table.name}：{label} {tidy(value * 100, 4)}%"
        for one in table.brackets:
            top = "以上部分" if one.up is None else f"不超过 {tidy(one.up, 2)} 元"
            yield f"{table.name}：{top} 税率 {tidy(one.rate * 100, 4)}%，速算扣除数 {tidy(one.qd, 2)}"


def _label(key: str, words: str) -> str:
    """`business_books 营业账簿，` in the input's label gives 营业账簿."""
    found = re.search(rf"(?<![a-z_]){key} ([^，\s]+)", words)
    return found[1] if found else ""
