"""The sums of `sums.yaml`: which words ask for which rule, and which words introduce each of its inputs."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["money", "ratio", "count", "days", "year", "month", "months", "choice", "place"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wanted(_Data):
    """One input and how it is said. Patterns are tried over the normalised sentence.

    `words` introduce a figure before or behind it; `lone` takes a figure that nothing introduces; `adds` sums several.
    `values` are the answers of a choice; `cases` those worked out side by side while it is open, each with its label;
    `probes` are extremes tried before asking: when they give one result the input needn't be known.
    """

    kind: Kind
    words: str | None = None
    lone: bool = False
    adds: bool = False
    key: bool = False  # without one of the keys the sentence asks for no sum
    yearly: bool = False  # a figure said by the month is taken twelve times
    monthly: bool = False  # a figure said by the year is taken by the twelfth
    none: str | None = None  # words that say zero
    same: dict[str, str] = Field(default_factory=dict)  # pattern → the input whose figure it shares
    net_of: str | None = None  # factor that makes a 含税 figure 不含税, and the other way round
    values: dict[str, str] = Field(default_factory=dict)
    labels: dict[str, str] = Field(default_factory=dict)
    cases: dict[str, str] = Field(default_factory=dict)
    bounds: dict[str, str] = Field(default_factory=dict)  # label → part of the table's row that is the figure
    probes: tuple[str, ...] = ()
    fixed: dict[str, str] = Field(default_factory=dict)  # "basis=rent" → the value it then has
    termed: str | None = None  # words with which a figure by month or year is taken for the contract's term
    net_only: bool = False  # a figure said to include VAT is none: which rate it bears isn't known
    mentioned: str | None = None  # words that tell of it without a figure: no default will do then
    floor: dict[str, str] = Field(default_factory=dict)  # input → divisor: no case is below that input's share
    needed: dict[str, str] = Field(default_factory=dict)  # input → above this figure of it, no default will do
    table: str | None = None
    ask: str = ""


class Said(_Data):
    """A piece of the result; told when the outputs or inputs named in `when` are all above zero."""

    text: str
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    item: str | None = None  # "item=loan": only for this choice
    assumed: str | None = None  # only where this input was neither said nor decides: the case that was taken for it


class Topic(_Data):
    """`any` names the sum, `all` must occur too, `never` keeps other sums away."""

    name: str
    rule: str
    any: str
    all: str | None = None
    never: str | None = None
    inputs: dict[str, Wanted]
    spread: dict[str, str] = Field(default_factory=dict)  # inputs of which one is meant, while none is named
    spread_unless: str | None = None
    spread_ask: str = ""
    by_month: dict[str, str] = Field(default_factory=dict)  # a month's figures make the cumulative ones
    figure: tuple[str, ...]
    tell: tuple[Said, ...]
    caveats: tuple[Said, ...] = ()
    dated: bool = True  # a year in the sentence is that of the sum
    undated: str | None = None  # words whose year is that of an input: 上年月均

    def spread_among(self) -> set[str]:
        """Inputs any of which settles where the amount belongs."""
        return {*self.spread, *([self.spread_unless] if self.spread_unless else [])}


@cache
def topics() -> tuple[Topic, ...]:
    """In the order of the file: the first whose words occur is meant."""
    data: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "sums.yaml").read_text("utf-8"))
    return tuple(Topic.model_validate(entry) for entry in data["sums"])


@cache
def pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)
