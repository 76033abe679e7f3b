"""One calculation: inputs read strictly, formulas evaluated in order, each step with what it used."""

from collections.abc import Mapping
from datetime import date
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, localcontext
from typing import Any

from knowledge.base.errors import BadInput, NotInForce, Refused
from knowledge.policies import formula
from knowledge.policies.tables import Lookup
from knowledge.policies.tax import Dated, Input, TaxRule
from knowledge.policies.values import CalcStep, Calculation, Used

LARGEST = Decimal(10) ** 15
WIDE = Context(prec=60)  # room for products of the largest inputs
FLAGS = {"1": 1, "0": 0, "true": 1, "false": 0, "是": 1, "否": 0}


def run(rule: TaxRule, inputs: Mapping[str, object], as_of: date, *, trial: bool = False) -> Calculation:
    """Raises `BadInput` for the first wrong input, `Refused` for an unverified rule unless on `trial`."""
    if not rule.verified and not trial:
        raise Refused(f"规则 {rule.id} 的数字还没有核实，不能用来计算；请向主管机关确认。", field="rule_id")
    if not rule.formula:
        raise BadInput(f"规则 {rule.id} 没有计算公式：{rule.result or '；'.join(rule.applies)}。", field="rule_id")
    with localcontext(WIDE):
        given = read_inputs(rule, inputs, as_of)
        parameters = {name: _on(name, values, as_of) for name, values in rule.parameters.items()}
        scope = given | {name: one.value for name, one in parameters.items()}
        _check(rule, scope, as_of)
        steps = tuple(_steps(rule, scope, parameters, as_of))
    return Calculation(
        rule_id=rule.id,
        name=rule.name,
        as_of=as_of,
        inputs=given,
        outputs={step.name: step.value for step in steps},
        steps=steps,
        documents=rule.documents,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        confidence=rule.confidence,
        note=rule.note,
    )


def _steps(rule: TaxRule, scope: dict[str, Any], parameters: dict[str, Dated], day: date) -> list[CalcStep]:
    steps = []
    for line in rule.formula:
        name, tree = formula.parse(line)
        lookup = Lookup(rule.id, rule.tables, day)
        try:
            scope[name] = formula.evaluate(tree, scope, {**formula.FUNCTIONS, **lookup.functions})
        except (DivisionByZero, InvalidOperation, ZeroDivisionError):
            raise BadInput(f"按这些输入算不出 {name}（{line}）：除数不能为 0，请检查输入。", field=None) from None
        used = [
            Used(
                name=one,
                value=parameters[one].value,
                valid_from=parameters[one].since,
                document=parameters[one].document,
            )
            for one in sorted(formula.names(tree) & set(parameters))
        ]
        expression = line.partition("=")[2].strip()
        steps.append(CalcStep(name=name, expression=expression, value=scope[name], used=(*used, *lookup.used)))
    return steps


def _on(name: str, values: tuple[Dated, ...], day: date) -> Dated:
    for one in reversed(values):
        if one.since <= day:
            return one
    raise NotInForce(f"参数 {name} 从 {values[0].since} 起才有；请换一个日期。", field="as_of")


def _check(rule: TaxRule, scope: Mapping[str, Any], day: date) -> None:
    lookup = Lookup(rule.id, rule.tables, day)
    for check in rule.checks:
        if check.since is not None and day < check.since:
            continue
        tree = formula.parse(f"check = {check.holds}")[1]
        if not formula.evaluate(tree, scope, {**formula.FUNCTIONS, **lookup.functions}):
            raise BadInput(f"{check.field}（{rule.inputs[check.field].label}）：{check.message}", field=check.field)


def read_inputs(rule: TaxRule, given: Mapping[str, object], day: date) -> dict[str, Any]:
    for name in given:
        if name not in rule.inputs:
            known = "、".join(rule.inputs)
            raise BadInput(f"{name[:40]}：规则 {rule.id} 没有这个输入；可用的有 {known}。", field=name[:40])
    found: dict[str, Any] = {}
    for name, entry in rule.inputs.items():
        value = given.get(name)
        value = entry.default_on(day) if value is None else value
        if value is None:
            raise BadInput(f"{name}（{entry.label}）没有给出；请写 {name}={sample(entry)}。", field=name)
        found[name] = _read(name, entry, value)
    return found


def sample(entry: Input) -> str:
    """A right value, for messages."""
    if entry.sample or entry.choices:
        return entry.sample or entry.choices[0]
    return {"flag": "1", "integer": "2026"}.get(entry.type, "0.25" if entry.unit == "ratio" else "300000")


def _read(name: str, entry: Input, value: object) -> Any:
    where, hint = f"{name}（{entry.label}）", f"例如 {name}={sample(entry)}"
    if entry.type == "choice":
        text = str(value)
        if isinstance(value, bool) or text not in entry.choices:
            raise BadInput(f"{where}：应为 {'、'.join(entry.choices)} 之一，{hint}。", field=name)
        return text
    if entry.type == "flag":
        text = str(int(value)) if isinstance(value, bool) else str(value).strip().lower()
        if text not in FLAGS:
            raise BadInput(f"{where}：是写 1，否写 0，{hint}。", field=name)
        return Decimal(FLAGS[text])
    return _number(name, where, entry, value, hint)


def _number(name: str, where: str, entry: Input, value: object, hint: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise BadInput(f"{where}：应为数，单位{entry.unit}，{hint}。", field=name)
    try:
        number = Decimal(str(value).replace(",", "").strip())
    except InvalidOperation:
        raise BadInput(f"{where}：“{str(value)[:30]}”不是数，{hint}。", field=name) from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise BadInput(f"{where}：数太大或不是有限的数，{hint}。", field=name)
    if entry.above is not None and number <= entry.above:
        raise BadInput(f"{where}：应大于 {entry.above:f}，{hint}。", field=name)
    if entry.least is not None and number < entry.least:
        raise BadInput(f"{where}：不能小于 {entry.least:f}，{hint}。", field=name)
    if entry.most is not None and number > entry.most:
        raise BadInput(f"{where}：不能大于 {entry.most:f}，{hint}。", field=name)
    if entry.type == "integer" and number != number.to_integral():
        raise BadInput(f"{where}：应为整数，{hint}。", field=name)
    if entry.choices and number not in {Decimal(choice) for choice in entry.choices}:
        raise BadInput(f"{where}：应为 {'、'.join(entry.choices)} 之一，{hint}。", field=name)
    return number
