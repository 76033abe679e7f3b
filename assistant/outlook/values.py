"""What the outlook gives away: steps that close gaps, dates that bind, and what it is worth."""

from datetime import date
from typing import Literal

from knowledge.policies.values import Frozen

Kind = Literal["work", "time", "year"]


class Step(Frozen):
    """One gap and how it closes: by `work` now, by `time` that must pass, or by the figures of the next `year`.

    `ready_on` is the first day on which it can be closed, None when no date follows from what is known.
    """

    field: str
    label: str
    need: str
    gap: str
    kind: Kind
    ready_on: date | None = None
    target: str | None = None
    document: str | None = None


class Season(Frozen):
    """Days of application. `opens` None: the notice gives last days alone. `projected`: a known year's dates moved."""

    opens: date | None
    closes: date | None
    projected: bool


class Prospect(Frozen):
    """One programme. `steps` is a cheapest set that leaves nothing unmet; `possible_on` the day its dates allow.

    `needs_first` and `excluded_by` name programmes that must, or must not, be held.
    """

    programme_id: str
    name: str
    verdict: str
    ready: bool
    horizon: Literal["held", "now", "later", "unsure", "closed"]
    steps: tuple[Step, ...] = ()
    open_questions: tuple[str, ...] = ()
    possible_on: date | None = None
    season: Season | None = None
    needs_first: tuple[str, ...] = ()
    excluded_by: tuple[str, ...] = ()
    lead_time: str | None = None


class Duty(Frozen):
    """Something that binds to a day. `provisional`: the day may still move."""

    due: date
    name: str
    kind: Literal["tax", "report", "capital", "window", "renewal"]
    note: str = ""
    sources: tuple[str, ...] = ()
    provisional: bool = False


class Worth(Frozen):
    """What a measure saves a year, in 分, from a calculator; `fen` None where it can't be claimed, `words` say why."""

    name: str
    fen: int | None
    words: str
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Plan(Frozen):
    as_of: date
    prospects: tuple[Prospect, ...]
    duties: tuple[Duty, ...]
    worth: tuple[Worth, ...]
    notes: tuple[str, ...] = ()
