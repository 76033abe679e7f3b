"""A proposed version of a rule read as strictly as the shipped ones: its form, dates, sources, and its own examples."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from knowledge.base.errors import BadInput, QifuError
from knowledge.companies import derive, parse_company
from knowledge.policies import Programme, RuleBook, evaluate
from knowledge.policies.published import Rule, versions, with_version
from knowledge.policies.reckoning import run
from knowledge.policies.registration import RegistrationRule
from knowledge.policies.strict import LOADER, read
from knowledge.policies.tax import TaxRule
from knowledge.upkeep.sources import ENDED, unsourced

TOLERANCE = Decimal("0.011")  # that of the shipped examples
SHELVES = {"programme": "programmes", "certification": "certifications", "listing": "listing"}
LARGEST, MOST_NODES = 200_000, 20_000


@dataclass(frozen=True, slots=True)
class Examined:
    """`faults` forbid publishing; `warnings` are for the second person to weigh."""

    shelf: str
    rule: Rule
    replaces: str | None
    examples: int
    faults: tuple[str, ...]
    warnings: tuple[str, ...]


def examine(book: RuleBook, text: str, day: date) -> Examined:
    """Raises `BadInput` naming line and field for what isn't a rule at all."""
    shelf, rule = read_rule(text)
    known = versions(book, rule)
    faults = [problem.message for problem in unsourced(_alone(rule))]
    try:
        with_version(book, rule)
    except QifuError as error:
        faults.append(error.message)
    faults += _examples(rule)
    if all(document.status in ENDED for document in rule.documents):
        faults.append("documents：引用的文件都已失效；写上新规定的文号和日期。")
    warnings = list(_warnings(rule, day, bool(known)))
    replaces = f"{known[-1].id}（{known[-1].valid_from} 起）" if known else None
    return Examined(shelf, rule, replaces, len(rule.examples), tuple(faults), tuple(warnings))


def read_rule(text: str) -> tuple[str, Rule]:
    """The folder it belongs to and the rule; the kind is told by its fields."""
    if len(text) > LARGEST:
        raise BadInput("规则文件超过 20 万字，不是一条规则；每个文件写一条。", field="text")
    path = Path("提交的规则.yaml")
    try:
        if _size(yaml.compose(text, LOADER), {}) > MOST_NODES:
            raise BadInput("提交的规则引用（&、*）套得太多，展开后不是一条规则；把重复的部分写开。", field="text")
        data: Any = yaml.load(text, LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark else ""
        raise BadInput(f"提交的规则{where}不是合法的 YAML；参照现有规则文件改正。", field="text") from None
    if not isinstance(data, dict):
        raise BadInput("提交的规则应是一个 YAML 对象，从 id、name、documents、valid_from 写起。", field="text")
    if "conditions" in data:
        programme = read(text, path, Programme)
        return SHELVES[programme.kind], programme
    if "family" in data:
        return "tax", read(text, path, TaxRule)
    if "topic" in data:
        return "registration", read(text, path, RegistrationRule)
    raise BadInput("看不出是哪类规则：资质写 conditions，税务写 family，登记写 topic。", field="text")


def _size(node: yaml.Node | None, known: dict[int, int]) -> int:
    """Nodes once every alias is written out, counted without writing them out; one that holds itself is too many."""
    if node is None or isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) not in known:
        known[id(node)] = MOST_NODES  # until it is counted: an alias of itself inside
        parts = [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
        known[id(node)] = min(1 + sum(_size(part, known) for part in parts), MOST_NODES + 1)
    return known[id(node)]


def _alone(rule: Rule) -> RuleBook:
    if isinstance(rule, Programme):
        return RuleBook((rule,), ())
    return RuleBook((), (rule,)) if isinstance(rule, TaxRule) else RuleBook((), (), (rule,))


def _examples(rule: Rule) -> Iterator[str]:
    """Each example that doesn't come out as written."""
    if isinstance(rule, Programme):
        for example in rule.examples:
            facts = derive(parse_company({"facts": example.facts}), example.as_of)
            verdict = evaluate(rule, facts, example.as_of, region=example.region, trial=True)
            results = {condition.field: condition.result for condition in verdict.conditions}
            ready = example.ready is None or verdict.ready is example.ready
            if verdict.verdict != example.verdict or not ready:
                yield f"例子“{example.name}”应为 {example.verdict}，算出来是 {verdict.verdict}；改例子或改条件。"
            for field, expected in example.results.items():
                if results.get(field) != expected:
                    yield f"例子“{example.name}”的 {field} 应为 {expected}，算出来是 {results.get(field)}。"
    elif isinstance(rule, TaxRule):
        for number, sum_ in enumerate(rule.examples, 1):
            yield from _sum(rule, number, sum_.inputs, sum_.expected, sum_.as_of or rule.valid_from)
    else:
        for case in rule.examples:
            due = rule.deadline(case.deadline).due(case.event)
            if due != case.due:
                yield f"例子“{case.deadline}”应到 {case.due}，算出来是 {due}。"


def _sum(rule: TaxRule, number: int, inputs: dict[str, Any], expected: dict[str, Any], day: date) -> Iterator[str]:
    try:
        outputs = run(rule, inputs, day, trial=True).outputs
    except QifuError as error:
        yield f"第 {number} 个例子算不出来：{error.message}"
        return
    for name, value in expected.items():
        if name not in outputs or not _same(outputs[name], value):
            yield f"第 {number} 个例子的 {name} 应为 {value}，算出来是 {outputs.get(name)}。"


def _same(found: Any, expected: Any) -> bool:
    if isinstance(expected, bool) or isinstance(found, bool | str) or expected is None:
        return bool(found == expected)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(_same(a, b) for a, b in zip(found, expected, strict=True))
    return abs(Decimal(str(found)) - Decimal(str(expected))) <= TOLERANCE


def _warnings(rule: Rule, day: date, known: bool) -> Iterator[str]:
    if rule.valid_from <= day:
        yield f"生效日 {rule.valid_from} 不晚于今天，一经批准立即生效"
    if not known:
        yield "这是新规则，不是现有规则的新版本"
    if not rule.verified:
        yield "可信度标为未核实：批准后只会给出“待确认”，不会作为答案"
    for document in rule.documents:
        if document.url is None:
            yield f"文件 {document.doc_no} 没有网址"
        if document.effective is not None and document.effective > rule.valid_from:
            yield f"文件 {document.doc_no} 自 {document.effective} 起施行，晚于规则的生效日 {rule.valid_from}"
