"""Size classes of enterprises: which of 大型, 中型, 小型, 微型 a company may be, as far as its figures are known."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from knowledge.policies.interval import Interval, compare
from knowledge.policies.programme import Confidence
from knowledge.policies.strict import load
from knowledge.policies.values import DocumentRef, Frozen

Metric = Literal["staff", "revenue", "assets"]
Size = Literal["大型", "中型", "小型", "微型"]


class Industry(Frozen):
    """Lower bounds of each class for one industry; `codes` are prefixes of GB/T 4754 codes."""

    code: str
    name: str
    codes: tuple[str, ...] = Field(min_length=1)
    metrics: tuple[Metric, ...] = Field(min_length=1)
    large: tuple[int, ...]
    medium: tuple[int, ...]
    small: tuple[int, ...]

    @model_validator(mode="after")
    def _falling(self) -> "Industry":
        for bounds in (self.large, self.medium, self.small):
            if len(bounds) != len(self.metrics):
                raise ValueError(f"{self.name} 的下限个数与指标不符")
        if any(not a > b > c for a, b, c in zip(self.large, self.medium, self.small, strict=True)):
            raise ValueError(f"{self.name} 的下限应由大到小")
        return self


class SizeExample(Frozen):
    name: str
    industry: str
    staff: int | None = None
    revenue: int | None = None
    assets: int | None = None
    sizes: tuple[Size, ...]


class Sizes(Frozen):
    id: str
    name: str
    documents: tuple[DocumentRef, ...] = Field(min_length=1)
    valid_from: date
    valid_to: date | None
    confidence: Confidence
    industries: tuple[Industry, ...]
    notes: tuple[str, ...] = ()
    examples: tuple[SizeExample, ...] = Field(min_length=6)

    @model_validator(mode="after")
    def _codes_are_apart(self) -> "Sizes":
        """No industry code may fall in two classes."""
        seen: dict[str, str] = {}
        for industry in self.industries:
            for code in industry.codes:
                clash = next((other for other in seen if other.startswith(code) or code.startswith(other)), None)
                if clash is not None:
                    raise ValueError(f"行业代码 {code} 与 {seen[clash]} 的 {clash} 重叠")
                seen[code] = industry.name
        return self

    def industry(self, code: str) -> Industry | None:
        """The industry of a GB/T 4754 code, with or without its letter."""
        digits = code.lstrip("ABCDEFGHIJKLMNOPQRST")
        return next((one for one in self.industries if digits.startswith(one.codes)), None)


@cache
def sizes() -> Sizes:
    return load(Path(__file__).parent / "rules" / "size" / "sme_size.yaml", Sizes)


def possible_sizes(industry: Industry, known: Mapping[Metric, Interval]) -> tuple[Size, ...]:
    """Classes the company may be in, largest first; a metric that isn't known may be anything."""
    found: list[Size] = []
    classes: tuple[tuple[Size, tuple[int, ...]], ...] = (
        ("大型", industry.large),
        ("中型", industry.medium),
        ("小型", industry.small),
    )
    for size, bounds in classes:
        answers = [
            compare(known[metric], ">=", Decimal(bound)) if metric in known else None
            for metric, bound in zip(industry.metrics, bounds, strict=True)
        ]
        if all(answer is True for answer in answers):
            return (*found, size)
        if not any(answer is False for answer in answers):
            found.append(size)
    return (*found, "微型")
