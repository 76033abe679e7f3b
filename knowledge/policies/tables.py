"""Tables of tax rules: brackets, rate tables, and rows with dates of their own. What a formula looks up is recorded."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pydantic import Field, model_validator

from knowledge.base.errors import BadInput, NotInForce, Refused
from knowledge.policies.values import Frozen, TaxConfidence, Used

UNVERIFIED = frozenset({"memory_low", "M-low"})


class Bracket(Frozen):
    """Up to and including `up` (null: without end): the rate and the quick deduction."""

    up: Decimal | None
    rate: Decimal
    qd: Decimal = Decimal(0)


class Row(Frozen):
    """One dated row, such as a city's bases of one year. A null value was not found in any document."""

    valid_from: date
    valid_to: date | None = None
    document: str | None
    confidence: TaxConfidence
    values: dict[str, Decimal | None]
    note: str | None = None

    @model_validator(mode="after")
    def _sourced(self) -> "Row":
        if self.document is None and self.confidence not in UNVERIFIED:
            raise ValueError("表中的一行缺少 document")
        return self

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Table(Frozen):
    """Exactly one of: brackets, plain values by key, dated rows by key."""

    name: str
    unit: str = ""
    brackets: tuple[Bracket, ...] = ()
    values: dict[str, Decimal | str | tuple[Decimal, Decimal]] = Field(default_factory=dict)
    rows: dict[str, Row] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> "Table":
        if sum(map(bool, (self.brackets, self.values, self.rows))) != 1:
            raise ValueError(f"表 {self.name} 应只有 brackets、values、rows 之一")
        if self.brackets:
            self._without_holes()
        return self

    def _without_holes(self) -> None:
        """Bounds rise to no end, and where there are quick deductions the tax doesn't jump at a bound."""
        if self.brackets[-1].up is not None or any(one.up is None for one in self.brackets[:-1]):
            raise ValueError(f"表 {self.name} 只有最后一档的 up 为空")
        quick = any(one.qd for one in self.brackets)
        for below, above in pairwise(self.brackets):
            bound = below.up
            assert bound is not None
            if above.up is not None and above.up <= bound:
                raise ValueError(f"表 {self.name} 的 up 没有从低到高")
            monthly = self.unit == "monthly"
            if quick and not monthly and bound * below.rate - below.qd != bound * above.rate - above.qd:
                raise ValueError(f"表 {self.name} 在 {bound} 处税额不连续，速算扣除数有误")


class Lookup:
    """The functions `progressive`, `bracket` and `lookup` of one calculation, with what they found."""

    def __init__(self, rule_id: str, tables: Mapping[str, Table], day: date) -> None:
        self._rule_id, self._tables, self._day = rule_id, tables, day
        self.used: list[Used] = []

    @property
    def functions(self) -> dict[str, Any]:
        return {"progressive": self.progressive, "bracket": self.bracket, "lookup": self.lookup}

    def progressive(self, table: str, amount: Decimal) -> Decimal:
        found = self._bracket(table, amount)
        return amount * found.rate - found.qd

    def bracket(self, table: str, amount: Decimal, part: str) -> Decimal:
        found = self._bracket(table, amount)
        return found.rate if part == "rate" else found.qd

    def lookup(self, table: str, key: str, part: str | None = None) -> Any:
        known = self._tables[table]
        if part is None:
            return self._noted(f"{known.name}·{key}", _key(known.values, key, known.name))
        row = _key(known.rows, key, known.name)
        if not row.in_force(self._day):
            then = "、".join(name for name, other in known.rows.items() if other.in_force(self._day)) or "没有收录"
            raise NotInForce(f"{known.name}的 {key} 在 {self._day} 不在有效期内；当时有效的是 {then}。", field="table")
        value = row.values.get(part)
        if row.confidence in UNVERIFIED or value is None:
            raise Refused(f"{known.name}的 {key} 还没有核实，不能用来计算；请向当地主管部门确认。", field="table")
        return self._noted(f"{known.name}·{key}·{part}", value, row.valid_from, row.document)

    def _bracket(self, table: str, amount: Decimal) -> Bracket:
        known = self._tables[table]
        found = next(one for one in known.brackets if one.up is None or amount <= one.up)
        top = "以上" if found.up is None else f"不超过 {found.up:f}"
        self._noted(f"{known.name}·{top}·税率", found.rate)
        if found.qd:
            self._noted(f"{known.name}·{top}·速算扣除数", found.qd)
        return found

    def _noted(self, name: str, value: Any, since: date | None = None, document: str | None = None) -> Any:
        used = Used(name=name, value=value, valid_from=since, document=document)
        if used not in self.used:
            self.used.append(used)
        return value


def _key(known: Mapping[str, Any], key: str, name: str) -> Any:
    if key not in known:
        raise BadInput(f"{name}没有 {key}；可用的有 {'、'.join(known)}。")
    return known[key]
