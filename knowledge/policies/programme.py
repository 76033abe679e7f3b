"""Programmes: dated conditions, score tables and windows as data. What a rule file may contain stands here."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from knowledge.policies.bounds import When, check_bands, check_field, check_value
from knowledge.policies.values import DocumentRef, Frozen

Confidence = Literal["V1", "V2", "V3", "M-high", "M-med", "M-low"]
Op = Literal["==", ">=", "<=", ">", "<", "in", "manual"]
UNVERIFIED = frozenset({"memory_low", "M-low"})


class Node(Frozen):
    """One condition: exactly one of `field`, `all`, `any`, `switch` or `score`. `words` are how clients call it.

    `each` is what the members of an `any` are called by their number, `{}` standing for it: 第{}套标准.
    """

    field: str | None = None
    op: Op = "=="
    value: Decimal | bool | str | tuple[str, ...] | None = None
    unit: str | None = None
    label: str | None = None
    words: tuple[str, ...] = ()
    note: str | None = None
    document: str | None = None
    confidence: Confidence | None = None
    all: "tuple[Node, ...] | None" = Field(default=None, min_length=1)
    any: "tuple[Node, ...] | None" = Field(default=None, min_length=1)
    group: str | None = None
    each: str | None = None
    switch: str | None = None
    cases: "tuple[Case, ...]" = ()
    score: bool = False

    @field_validator("value", mode="before")
    @classmethod
    def _figures_are_exact(cls, value: Any) -> Any:
        """A figure written as 0.1 or '0.1' is the decimal 0.1; words and truths stay."""
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            try:
                return Decimal(str(value))
            except InvalidOperation:
                return value
        return value

    @model_validator(mode="after")
    def _one_kind(self) -> "Node":
        kinds = [self.field, self.all, self.any, self.switch, self.score or None]
        if sum(kind is not None for kind in kinds) != 1:
            raise ValueError("一个条件只能是 field、all、any、switch、score 之一")
        if self.each is not None and (self.any is None or "{}" not in self.each):
            raise ValueError("each 只用在 any 上，并且要有 {} 表示第几个，例如“第{}套标准”")
        for name in (self.field, self.switch):
            if name is not None:
                check_field(name)
        if self.field is not None and self.op != "manual":
            check_value(self.field, self.op, self.value)
        if self.switch is not None:
            check_bands([case.when for case in self.cases], "switch", self.switch)
        return self


class Case(Frozen):
    when: When
    label: str
    require: Node


class Band(Frozen):
    when: When
    points: tuple[Decimal, Decimal]


class Item(Frozen):
    """A row of a score table: bands over a field, an expert's judgement (0..max), or a sum or the best of items.

    `least`: the fewest points of this row that pass, whatever the whole.
    """

    name: str
    max: Decimal
    least: Decimal | None = None
    kind: Literal["auto", "expert", "sum", "best"] = "auto"
    field: str | None = None
    bands: tuple[Band, ...] = ()
    items: "tuple[Item, ...]" = ()
    note: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Item":
        if self.kind in ("sum", "best") and not self.items:
            raise ValueError(f"评分项 {self.name} 缺少 items")
        if self.kind == "auto":
            check_bands([band.when for band in self.bands], self.name, self.field)
            if any(band.when.field is None and not band.when.otherwise for band in self.bands) and self.field is None:
                raise ValueError(f"评分项 {self.name} 缺少 field")
            if self.field is not None:
                check_field(self.field)
            if any(high > self.max or low > high or low < 0 for low, high in (band.points for band in self.bands)):
                raise ValueError(f"评分项 {self.name} 的分值超出上限或上下颠倒")
        return self


class Score(Frozen):
    """`field` given directly decides in place of the computed interval."""

    field: str
    label: str
    op: Literal[">", ">="]
    value: Decimal
    document: str | None = None
    words: tuple[str, ...] = ()
    items: tuple[Item, ...] = Field(min_length=1)


class Window(Frozen):
    """Known dates of one year; `open` and `deadlines` are days of application, a note says what else is known."""

    region: str
    year: int
    batch: str | None = None
    note: str | None = None
    open: date | None = None
    deadlines: tuple[date, ...] = ()
    url: str | None = None


class Benefit(Frozen):
    """Only a benefit read in an official text or a dated, sourced copy (V1, V2) is ever quoted."""

    text: str
    confidence: Confidence


class ProgrammeExample(Frozen):
    """A situation an expert can read: facts by field name, the day, and what must come out."""

    name: str
    as_of: date
    facts: dict[str, Any]
    verdict: Literal["met", "unmet", "unknown", "not_applicable"]
    ready: bool | None = None
    region: str | None = None
    results: dict[str, str] = Field(default_factory=dict)


class Programme(Frozen):
    """A programme, a certification or a listing board: what is demanded of a company, and how it is applied for."""

    id: str
    kind: Literal["programme", "certification", "listing"] = "programme"
    name: str
    aliases: tuple[str, ...] = ()
    old_ids: tuple[str, ...] = ()
    issuer: str
    region: str
    except_regions: tuple[str, ...] = ()
    valid_from: date
    valid_to: date | None
    confidence: Confidence
    documents: tuple[DocumentRef, ...] = Field(min_length=1)
    conditions: tuple[Node, ...] = Field(min_length=1)
    score: Score | None = None
    window: str
    windows: tuple[Window, ...] = ()
    validity_years: int | None = None
    validity_note: str | None = None
    lead_time: str | None = None
    materials: tuple[str, ...] = ()
    process: tuple[str, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    common_failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    examples: tuple[ProgrammeExample, ...] = Field(min_length=6)

    @model_validator(mode="after")
    def _documents_are_listed(self) -> "Programme":
        listed = {document.doc_no for document in self.documents}
        for node in walk(self.conditions):
            if node.document is not None and node.document not in listed:
                raise ValueError(f"条件 {node.field or node.switch} 引用的文件 {node.document} 不在 documents 里")
        if self.score is None and any(node.score for node in walk(self.conditions)):
            raise ValueError("条件里用到了评分，文件里没有 score")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to 早于 valid_from")
        return self

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def verified(self) -> bool:
        return self.confidence not in UNVERIFIED


def walk(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Every node, parents before children, the requirements of switches among them."""
    found: list[Node] = []
    for node in nodes:
        found.append(node)
        found.extend(walk((*(node.all or ()), *(node.any or ()), *(case.require for case in node.cases))))
    return tuple(found)
