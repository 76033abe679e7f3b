"""Tax rules: dated formulas with described inputs, parameters and tables. Source of each: its documents."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, model_validator

from knowledge.policies import formula
from knowledge.policies.tables import UNVERIFIED, Table
from knowledge.policies.values import DocumentRef, Frozen, TaxConfidence


class Dated(Frozen):
    """A value from a day on, with the document that set it."""

    since: date = Field(alias="from")
    value: Decimal
    document: str


class Input(Frozen):
    """Amounts in 元. `default` null: the input must be given. `flag` is yes or no, written 1 or 0 as well.

    `min` and `max` are the band an answer must lie in; `above` shuts the lower end out. `defaults`: by date.
    """

    label: str
    unit: str = "元"
    type: Literal["decimal", "integer", "choice", "flag"] = "decimal"
    choices: tuple[str, ...] = ()
    default: str | int | float | None = None
    defaults: tuple[Dated, ...] = ()
    least: Decimal | None = Field(default=Decimal(0), alias="min")
    most: Decimal | None = Field(default=None, alias="max")
    above: Decimal | None = None
    sample: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Input":
        if self.type == "choice" and not self.choices:
            raise ValueError(f"输入 {self.label} 缺少 choices")
        return self

    def default_on(self, day: date) -> object:
        for dated in reversed(self.defaults):
            if dated.since <= day:
                return dated.value
        return self.default


class Check(Frozen):
    """What must hold of the inputs together; `message` says it with a right value. `since`: from a day on."""

    field: str
    holds: str
    message: str
    since: date | None = None


class Indicator(Frozen):
    """A line of experience, not an official one."""

    id: str
    op: Literal["gt", "ge", "lt", "le", "is_true"]
    value: Decimal | bool
    meaning: str


class Example(Frozen):
    """`as_of`: the day of the sum, where it isn't the rule's first."""

    inputs: dict[str, Any]
    expected: dict[str, Any]
    as_of: date | None = None


class TaxRule(Frozen):
    """One dated version; versions of one `family` never overlap.

    A rule without a formula tells conditions and a result in words. `applies` lists whom it is for.
    """

    id: str
    family: str
    name: str
    tax: str
    documents: tuple[DocumentRef, ...] = Field(min_length=1)
    valid_from: date
    valid_to: date | None
    confidence: TaxConfidence
    applies: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    practice: bool = False
    inputs: dict[str, Input] = Field(default_factory=dict)
    parameters: dict[str, tuple[Dated, ...]] = Field(default_factory=dict)
    tables: dict[str, Table] = Field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    formula: tuple[str, ...] = ()
    result: str | None = None
    indicators: tuple[Indicator, ...] = ()
    note: str | None = None
    details: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> "TaxRule":
        if self.formula and (not self.inputs or len(self.examples) < 2):
            raise ValueError("有公式的规则要有 inputs 和至少两个 examples")
        if not self.formula and not (self.result or self.applies):
            raise ValueError("没有公式的规则要写 result 或 applies")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to 早于 valid_from")
        return self

    @model_validator(mode="after")
    def _names_are_known(self) -> "TaxRule":
        known = {*self.inputs, *self.parameters}
        for line in self.formula:
            name, tree = formula.parse(line)
            self._read(name, tree, known)
            if name in known:
                raise ValueError(f"公式里的 {name} 定义了两次")
            known.add(name)
        for check in self.checks:
            self._read(check.field, formula.parse(f"check = {check.holds}")[1], {*self.inputs, *self.parameters})
            if check.field not in self.inputs:
                raise ValueError(f"checks 里的 {check.field} 不是输入")
        return self

    def _read(self, name: str, tree: Any, known: set[str]) -> None:
        if lacking := formula.names(tree) - known:
            raise ValueError(f"公式 {name} 用到了没有定义的名称 {'、'.join(sorted(lacking))}")
        if lacking := formula.tables_named(tree) - set(self.tables):
            raise ValueError(f"公式 {name} 用到了没有的表 {'、'.join(sorted(lacking))}")

    @model_validator(mode="after")
    def _sources_are_listed(self) -> "TaxRule":
        listed = {document.doc_no for document in self.documents}
        dated = [one for values in self.parameters.values() for one in values]
        dated += [one for entry in self.inputs.values() for one in entry.defaults]
        rows = [row for table in self.tables.values() for row in table.rows.values()]
        for number in (*(one.document for one in dated), *(row.document for row in rows)):
            if number is not None and number not in listed:
                raise ValueError(f"引用的文件 {number} 不在 documents 里")
        for name, values in self.parameters.items():
            days = [one.since for one in values]
            if not days or days != sorted(set(days)):
                raise ValueError(f"参数 {name} 的 from 应从早到晚、各不相同")
        return self

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def verified(self) -> bool:
        return self.confidence not in UNVERIFIED


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
        ListedInput(name=name, label=one.label, unit=one.unit, type=one.type, choices=one.choices, default=one.default)
        for name, one in rule.inputs.items()
    )
    return Listed(**{name: getattr(rule, name) for name in Listed.model_fields if name != "inputs"}, inputs=inputs)
