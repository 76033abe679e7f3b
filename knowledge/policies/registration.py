"""Registration and publicity rules of companies: what is demanded, and the day by which each step is due."""

from datetime import date, timedelta
from typing import Literal

from pydantic import Field, model_validator

from knowledge.base.calendar import add_workdays, is_provisional
from knowledge.base.errors import BadInput, Missing
from knowledge.policies.programme import UNVERIFIED, Confidence
from knowledge.policies.values import DocumentRef, Frozen


class Deadline(Frozen):
    """Counted from `event` in days, workdays or years; or a `fixed` day, or the same day each year (`yearly`)."""

    name: str
    event: str | None = None
    days: int | None = None
    workdays: int | None = None
    years: int | None = None
    fixed: date | None = None
    yearly: str | None = Field(default=None, pattern=r"^\d{2}-\d{2}$")

    @model_validator(mode="after")
    def _one_way(self) -> "Deadline":
        counted = sum(value is not None for value in (self.days, self.workdays, self.years))
        set_day = sum(value is not None for value in (self.fixed, self.yearly))
        if counted + set_day != 1 or (self.event is None) != (set_day == 1):
            raise ValueError(f"期限 {self.name} 应写 event 与 days、workdays、years 之一，或只写 fixed、yearly 之一")
        return self

    def due(self, event: date | None) -> date:
        """The last day. Raises `BadInput` without the event it is counted from."""
        if self.fixed is not None:
            return self.fixed
        if event is None:
            raise BadInput(f"{self.name}：要知道{self.event or '今天的日期'}，例如 2026-11-23。", field="event")
        if self.yearly is not None:
            month, day = map(int, self.yearly.split("-"))
            this = date(event.year, month, day)
            return this if event <= this else date(event.year + 1, month, day)
        if self.workdays is not None:
            return add_workdays(event, self.workdays)
        return event + timedelta(days=self.days) if self.days is not None else _years_after(event, self.years or 0)


class DeadlineExample(Frozen):
    deadline: str
    event: date | None = None
    due: date


class RegistrationRule(Frozen):
    id: str
    topic: str
    rule: str
    documents: tuple[DocumentRef, ...] = Field(min_length=1)
    valid_from: date
    valid_to: date | None
    confidence: Confidence
    note: str | None = None
    deadlines: tuple[Deadline, ...] = ()
    examples: tuple[DeadlineExample, ...] = ()

    @model_validator(mode="after")
    def _examples_fit(self) -> "RegistrationRule":
        names = {deadline.name for deadline in self.deadlines}
        if self.deadlines and not self.examples:
            raise ValueError("有期限的规则要有 examples")
        for example in self.examples:
            if example.deadline not in names:
                raise ValueError(f"例子里的期限 {example.deadline} 不在 deadlines 里")
        return self

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def verified(self) -> bool:
        return self.confidence not in UNVERIFIED

    def deadline(self, name: str) -> Deadline:
        found = next((one for one in self.deadlines if one.name == name), None)
        if found is None:
            known = "、".join(one.name for one in self.deadlines) or "没有期限"
            raise Missing(f"规则 {self.id} 没有期限 {name[:30]}；有的是 {known}。", field="deadline")
        return found


class Filing(Frozen):
    """Something a company has to do by a day. `provisional`: the year's workdays may still move."""

    rule_id: str
    name: str
    due: date
    kind: Literal["capital", "report"]
    provisional: bool = False
    documents: tuple[DocumentRef, ...]


def filings(rules: tuple[RegistrationRule, ...], founded: date | None, day: date) -> tuple[Filing, ...]:
    """What every limited company must do next: pay its capital in, and file its annual report; soonest first."""
    known = {rule.id: rule for rule in rules if rule.in_force(day)}
    found: list[Filing] = []
    if (report := known.get("annual_report")) is not None:
        found.append(_filing(report, report.deadlines[0], day, "report"))
    old, new = known.get("capital_transition"), known.get("capital_llc")
    if founded is not None and new is not None and founded >= new.valid_from:
        found.append(_filing(new, new.deadlines[0], founded, "capital"))
    elif founded is not None and old is not None:
        found.append(_filing(old, old.deadlines[0], None, "capital"))
    return tuple(sorted((one for one in found if one.due >= day), key=lambda one: one.due))


def _filing(
    rule: RegistrationRule, deadline: Deadline, event: date | None, kind: Literal["capital", "report"]
) -> Filing:
    due = deadline.due(event)
    provisional = deadline.workdays is not None and is_provisional(due.year)
    return Filing(
        rule_id=rule.id, name=deadline.name, due=due, kind=kind, provisional=provisional, documents=rule.documents
    )


def _years_after(event: date, years: int) -> date:
    try:
        return event.replace(year=event.year + years)
    except ValueError:  # 29 February
        return date(event.year + years, 3, 1)
