"""Tax rules: dated formulas with described inputs. Source of each: its documents."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from pydantic import Field, model_validator

from knowledge.base.errors import BadInput, NotInForce
from knowledge.policies import formula
from knowledge.policies.values import CalcStep, Calculation, DocumentRef, Frozen

LARGEST = Decimal(10) ** 15
UNVERIFIED = frozenset({"memory_low", "M-low"})


class Input(Frozen):
    """`default` null: the input must be given. Amounts in 元."""

    label: str
    unit: str = "元"
    type: Literal["decimal", "choice", "bool"] = "decimal"
    choices: tuple[str, ...] = ()
    default: str | int | float | bool | None = None
    least: float | None = Field(default=0, alias="min")
    most: float | None = Field(default=None, alias="max")


class Example(Frozen):
    """`as_of`: the day of the sum, where it isn't the rule's first."""

    inputs: dict[str, Any]
    expected: dict[str, Any]
    as_of: date | None = None


class TaxRule(Frozen):
    """One dated version; versions of one `family` never overlap."""

    id: str
    family: str
    name: str
    tax: str
    documents: tuple[DocumentRef, ...] = Field(min_length=1)
    valid_from: date
    valid_to: date | None
    confidence: str
    inputs: dict[str, Input] = Field(min_length=1)
    formula: tuple[str, ...] = Field(min_length=1)
    note: str | None = None
    examples: tuple[Example, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _names_are_known(self) -> "TaxRule":
        known = set(self.inputs)
        for line in self.formula:
            name, tree = formula.parse(line)
            if lacking := formula.names(tree) - known:
                raise ValueError(f"公式 {name} 用到了没有定义的名称 {'、'.join(sorted(lacking))}")
            if name in known:
                raise ValueError(f"公式里的 {name} 定义了两次")
            known.add(name)
        return self

    @property
    def verified(self) -> bool:
        return self.confidence not in UNVERIFIED

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class ListedInput(Frozen):
    name: str
    label: str
    unit: str
    type: str
    choices: tuple[str, ...]
    default: Any


class Listed(Frozen):
    """An entry of `qifu calc --list`."""

    id: str
    family: str
    name: str
    tax: str
    valid_from: date
    valid_to: date | None
    confidence: str
    inputs: tuple[ListedInput, ...]


def listed(rule: TaxRule) -> Listed:
    inputs = tuple(
        ListedInput(name=name, label=i.label, unit=i.unit, type=i.type, choices=i.choices, default=i.default)
        for name, i in rule.inputs.items()
    )
    return Listed(
        id=rule.id,
        family=rule.family,
        name=rule.name,
        tax=rule.tax,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        confidence=rule.confidence,
        inputs=inputs,
    )


def run(rule: TaxRule, inputs: Mapping[str, object], as_of: date, *, trial: bool = False) -> Calculation:
    """Raises `BadInput` for the first wrong input, `NotInForce` for an unverified rule unless on `trial`."""
    if not rule.verified and not trial:
        raise NotInForce(f"规则 {rule.id} 的数字还没有核实，不能用来计算；请向主管机关确认。")
    scope: dict[str, Any] = read_inputs(rule, inputs)
    given = dict(scope)
    steps = []
    for line in rule.formula:
        name, tree = formula.parse(line)
        scope[name] = formula.evaluate(tree, scope)
        steps.append(CalcStep(name=name, expression=line.partition("=")[2].strip(), value=scope[name]))
    outputs = {step.name: step.value for step in steps}
    return Calculation(
        rule_id=rule.id,
        name=rule.name,
        as_of=as_of,
        inputs=given,
        outputs=outputs,
        steps=tuple(steps),
        documents=rule.documents,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
    )


def read_inputs(rule: TaxRule, given: Mapping[str, object]) -> dict[str, Any]:
    for name in given:
        if name not in rule.inputs:
            raise BadInput(f"{name}：规则 {rule.id} 没有这个输入；可用的有 {'、'.join(rule.inputs)}。", field=name)
    found: dict[str, Any] = {}
    for name, entry in rule.inputs.items():
        value = given.get(name, entry.default)
        if value is None:
            raise BadInput(f"{name}（{entry.label}）没有给出；请写 {name}={_sample(entry)}。", field=name)
        found[name] = _read(name, entry, value)
    return found


def _sample(entry: Input) -> str:
    if entry.choices:
        return entry.choices[0]
    return "true" if entry.type == "bool" else "0.25" if entry.unit == "ratio" else "300000"


def _read(name: str, entry: Input, value: object) -> Any:
    hint = f"例如 {name}={_sample(entry)}"
    if entry.type == "choice":
        if value not in entry.choices:
            raise BadInput(f"{name}（{entry.label}）：应为 {'、'.join(entry.choices)} 之一，{hint}。", field=name)
        return value
    if entry.type == "bool":
        words = {"true": True, "false": False, "是": True, "否": False}
        found = value if isinstance(value, bool) else words.get(str(value).strip().lower())
        if found is None:
            raise BadInput(f"{name}（{entry.label}）：应为 true 或 false，{hint}。", field=name)
        return found
    return _decimal(name, entry, value, hint)


def _decimal(name: str, entry: Input, value: object, hint: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise BadInput(f"{name}（{entry.label}）：应为数，单位{entry.unit}，{hint}。", field=name)
    try:
        number = Decimal(str(value).replace(",", "").strip())
    except InvalidOperation:
        raise BadInput(f"{name}（{entry.label}）：“{str(value)[:30]}”不是数，{hint}。", field=name) from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise BadInput(f"{name}（{entry.label}）：数太大或不是有限的数，{hint}。", field=name)
    if entry.least is not None and number < Decimal(str(entry.least)):
        raise BadInput(f"{name}（{entry.label}）：不能小于 {entry.least:g}，{hint}。", field=name)
    if entry.most is not None and number > Decimal(str(entry.most)):
        raise BadInput(f"{name}（{entry.label}）：不能大于 {entry.most:g}，{hint}。", field=name)
    return number
