"""Names of company fields: their kind, unit and label, for rules, company files and questions alike."""

from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal

from knowledge.policies.strict import load
from knowledge.policies.values import Frozen

Kind = Literal["money", "count", "number", "ratio", "rate", "bool", "choice", "date", "text", "manual"]
NUMERIC = frozenset({"money", "count", "number", "ratio", "rate"})
UNITS = {"money": "万元", "ratio": "ratio", "rate": "ratio"}


class Field(Frozen):
    label: str
    kind: Kind
    unit: str = ""
    series: bool = False
    signed: bool = False
    asked: bool = True
    values: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def shown_unit(self) -> str:
        return self.unit or UNITS.get(self.kind, "")


class Index(Frozen):
    fields: dict[str, Field]


@cache
def index() -> dict[str, Field]:
    return load(Path(__file__).with_suffix(".yaml"), Index).fields


def find_field(name: str) -> Field | None:
    """A listed field, or of a qualification by its id: `qual.<id>_valid` (held and in date), `qual.<id>_until`."""
    known = index().get(name)
    if known is None and name.startswith("qual.") and name.endswith("_valid"):
        return Field(label=f"有效期内的 {name.removeprefix('qual.').removesuffix('_valid')}", kind="bool")
    if known is None and name.startswith("qual.") and name.endswith("_until"):
        return Field(label=f"{name.removeprefix('qual.').removesuffix('_until')} 的到期日", kind="date")
    return known


def near(name: str) -> tuple[str, ...]:
    """Listed names close to a wrong one, nearest first."""
    short = name.rsplit(".", 1)[-1]
    found = get_close_matches(name, index(), n=3, cutoff=0.6)
    return tuple(found) or tuple(other for other in index() if short and short in other)[:3]


def label(name: str) -> str:
    found = find_field(name)
    return found.label if found else name
