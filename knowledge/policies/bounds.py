"""Bounds of cases and bands, and the checks that leave no hole between them and no bound of a wrong kind."""

from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from pydantic import Field, model_validator

from knowledge.policies.fields import find_field, near
from knowledge.policies.values import Frozen

SIGNS: dict[str, str] = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "=="}


class When(Frozen):
    """Bounds on the switch's or the band's field (another field when named); `else` catches the rest."""

    field: str | None = None
    ge: Decimal | None = None
    gt: Decimal | None = None
    le: Decimal | None = None
    lt: Decimal | None = None
    eq: bool | Decimal | str | None = None
    otherwise: bool = Field(default=False, alias="else")

    @model_validator(mode="after")
    def _bounded(self) -> "When":
        if self.field is not None:
            check_field(self.field)
        if self.otherwise == bool(self.bounds):
            raise ValueError("when 要么写上下限，要么写 else: true")
        return self

    @cached_property
    def bounds(self) -> tuple[tuple[str, Decimal | bool | str], ...]:
        return tuple((SIGNS[name], bound) for name in SIGNS if (bound := getattr(self, name)) is not None)


def check_field(name: str) -> None:
    if find_field(name) is None:
        raise ValueError(f"没有字段 {name}，相近的有 {'、'.join(near(name)) or '—'}")


def check_value(name: str, op: str, value: object) -> None:
    """A bound must be of the field's kind, or the condition could never be judged."""
    field = find_field(name)
    assert field is not None
    if value is None:
        raise ValueError(f"条件 {name} 缺少 value")
    if field.numeric != isinstance(value, Decimal):
        raise ValueError(f"条件 {name} 的 value 应为{'数' if field.numeric else '是非或文字'}")
    if (field.kind == "bool") != isinstance(value, bool):
        raise ValueError(f"条件 {name} 的 value 应为{'true 或 false' if field.kind == 'bool' else '文字'}")
    if not field.numeric and op not in ("==", "in"):
        raise ValueError(f"条件 {name} 不是数，不能用 {op} 比较")
    if (op == "in") != isinstance(value, tuple):
        raise ValueError(f"条件 {name} 的 in 应配一个列表")
    if field.kind == "choice":
        for word in value if isinstance(value, tuple) else (value,):
            if word not in field.values:
                raise ValueError(f"条件 {name} 的 {word} 不在可选项里")


def check_bands(whens: list[When], name: str, field: str | None = None) -> None:
    """No hole: either the last band catches the rest, or bounds on one field touch from -∞ to +∞."""
    if not whens:
        raise ValueError(f"{name} 缺少分档")
    if any(when.otherwise for when in whens[:-1]):
        raise ValueError(f"{name} 的 else 只能放在最后一档")
    if whens[-1].otherwise or _exhaustive(whens, field):
        return
    spans = sorted(whens, key=lambda w: next((b for b in (w.ge, w.gt) if b is not None), Decimal("-Infinity")))
    if spans[0].ge is not None or spans[0].gt is not None:
        raise ValueError(f"{name} 的分档没有从最低处开始")
    for below, above in pairwise(spans):
        top = below.le if below.le is not None else below.lt
        bottom = above.ge if above.ge is not None else above.gt
        closed_once = (below.le is not None) != (above.ge is not None)
        if top is None or bottom is None or top != bottom or not closed_once:
            raise ValueError(f"{name} 的分档在 {top} 与 {bottom} 之间有空隙或重叠")
    if spans[-1].le is not None or spans[-1].lt is not None:
        raise ValueError(f"{name} 的分档没有到最高处")


def _exhaustive(whens: list[When], name: str | None) -> bool:
    """Yes and no, or each of the choices, once."""
    field = find_field(name or "")
    if field is None or field.numeric:
        return False
    every: set[object] = {True, False} if field.kind == "bool" else set(field.values)
    return bool(every) and {when.eq for when in whens} == every and len(whens) == len(every)
